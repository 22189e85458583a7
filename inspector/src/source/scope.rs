//! Which pods are asked for: `-n`, `-A` and `-l`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::str::FromStr;

use signet_mesh::Observation;
use signet_mesh::objects::{Kind, Object, ObjectName, Pod};

/// What of the mesh is asked for. Objects that configure the mesh are always seen: a verdict needs them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// One namespace; every one when absent.
    pub namespace: Option<String>,
    /// Labels that a pod must have.
    pub selector: Selector,
    /// One pod; all when absent.
    pub name: Option<String>,
    /// Also these of [`Kind::BESIDE`].
    pub beside: BTreeSet<Kind>,
}

impl Scope {
    /// Only the pod that `asked` names as `[NAMESPACE/]POD`; several for `deploy/NAME`.
    #[must_use]
    pub fn narrowed_to(mut self, asked: &str) -> Self {
        match asked.split_once('/') {
            None => self.name = Some(asked.to_owned()),
            Some(("deploy" | "deployment" | "deployments", _)) => {}
            Some((namespace, name)) => {
                self.namespace = Some(namespace.to_owned());
                self.name = Some(name.to_owned());
            }
        }
        self
    }

    /// Whether this pod is asked for.
    pub fn admits(&self, pod: &Pod) -> bool {
        self.namespace.as_ref().is_none_or(|namespace| *namespace == pod.metadata.namespace)
            && self.name.as_ref().is_none_or(|name| *name == pod.metadata.name)
            && self.selector.matches(&pod.metadata.labels)
    }

    /// A filter for a stream of observations that leaves out the pods that are not asked for, and
    /// what their proxies answer.
    pub(super) fn filter(self) -> impl FnMut(&Observation) -> bool + Send {
        let mut admitted: HashSet<ObjectName> = HashSet::new();
        move |observation| match observation {
            Observation::Put { object: Object::Pod(pod) } if self.admits(pod) => {
                admitted.insert(pod.metadata.object_name());
                true
            }
            // A pod whose labels changed out of the scope is not told apart from one that never was
            // in it: sources of this kind replace pods, they do not relabel them.
            Observation::Put { object: Object::Pod(_) } => false,
            Observation::Gone { kind: Kind::Pod, name } => admitted.remove(name),
            Observation::Proxy { pod, .. } => admitted.contains(pod),
            _ => true,
        }
    }
}

/// Equality-based label selector, as kubectl's `-l key=value,other=value`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(BTreeMap<String, String>);

impl Selector {
    /// Whether all of its labels are among these.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|(key, value)| labels.get(key) == Some(value))
    }
}

/// As kubectl's `-l` takes it; empty for every pod.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{key}={value}")?;
        }
        Ok(())
    }
}

/// A text that is no label selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is no label; write key=value, several separated by commas")]
pub struct InvalidSelector {
    /// The part that is wrong.
    pub part: String,
}

impl FromStr for Selector {
    type Err = InvalidSelector;

    fn from_str(text: &str) -> Result<Self, InvalidSelector> {
        let labels = text.split(',').map(|part| {
            let (key, value) = part.split_once("==").or_else(|| part.split_once('=')).unwrap_or_default();
            let (key, value) = (key.trim(), value.trim());
            if key.is_empty() || key.ends_with('!') {
                return Err(InvalidSelector { part: part.to_owned() });
            }
            Ok((key.to_owned(), value.to_owned()))
        });
        labels.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Selector;

    #[test]
    fn selects_by_every_label() {
        let selector: Selector = "app=httpbin,tier==web".parse().expect("a selector");
        let labels = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        assert!(selector.matches(&labels(&[("app", "httpbin"), ("tier", "web"), ("x", "y")])));
        assert!(!selector.matches(&labels(&[("app", "httpbin")])));
    }

    #[test]
    fn refuses_what_it_would_read_wrongly() {
        for text in ["app", "app!=x", "=x", "a=b,,c=d"] {
            assert!(text.parse::<Selector>().is_err(), "{text}");
        }
    }
}
