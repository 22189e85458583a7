//! What the author of a ProxyConfig is told.

use std::fmt;

use crate::plan::Short;

/// A warning about a ProxyConfig; at most 250 bytes long, whatever the names in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice<'a> {
    /// `selector: {}` selects nothing.
    EmptySelector,
    /// The name becomes part of a pod's YAML as it is.
    KeyUnescaped { key: Short<'a> },
    /// Istio drops all variables over this character.
    LostInTheMerge { key: Short<'a>, character: char },
    /// `<<` merges in YAML.
    MergeKey,
    /// A selector in the root namespace.
    RootNamespaceSelector { root_namespace: Short<'a> },
    /// Another one is used for all of its pods.
    TieLost { winner: Short<'a> },
    /// The value becomes part of a pod's YAML as it is.
    ValueUnescaped { key: Short<'a>, character: char },
}

impl fmt::Display for Notice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::EmptySelector => f.write_str(
                "Leave spec.selector out to mean the whole namespace, or give it matchLabels: an empty one \
                 selects no pod, and nothing of this ProxyConfig is used.",
            ),
            Self::KeyUnescaped { key } => write!(
                f,
                "Rename the variable {key}, with letters, digits and _ only: Istio writes names into the pod's \
                 YAML as they are, where this one becomes something else."
            ),
            Self::LostInTheMerge { key, character } => write!(
                f,
                "Remove {} from {key}: Istio cannot merge it, and drops all variables of this ProxyConfig \
                 without a word.",
                Shown(character)
            ),
            Self::MergeKey => f.write_str(
                "Rename the variable <<: in YAML it merges, so Istio loses the variables of the other \
                 layers, and istiod can crash over it.",
            ),
            Self::RootNamespaceSelector { root_namespace } => write!(
                f,
                "Move this ProxyConfig to the namespace of its pods: with a selector it reaches none but \
                 those of the root namespace {root_namespace} itself."
            ),
            Self::TieLost { winner } => write!(
                f,
                "Add these variables to ProxyConfig {winner}: it is older and selects the same pods, and \
                 Istio uses the oldest alone; nothing of this one is used."
            ),
            Self::ValueUnescaped { key, character } => write!(
                f,
                "Remove {} from {key}: Istio writes values between double quotes as they are, so it becomes \
                 another value, other YAML or no pod at all.",
                Shown(character)
            ),
        }
    }
}

/// A character as people name it.
struct Shown(char);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            '"' => f.write_str("the double quote"),
            '\\' => f.write_str("the backslash"),
            '\n' => f.write_str("the line break"),
            other => write!(f, "the character U+{:04X}", u32::from(other)),
        }
    }
}
