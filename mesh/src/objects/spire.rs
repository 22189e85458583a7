//! What SPIRE is set up by in a cluster: the driver that brings its socket, and which pods it knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::mapping;
use super::meta::{ObjectMeta, null_as_default};

/// A CSIDriver (storage.k8s.io/v1), of which the name matters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiDriver {
    /// Its metadata.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
}

/// A ClusterSPIFFEID (spire.spiffe.io/v1alpha1): which pods SPIRE gives which identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterSpiffeId {
    /// Its metadata.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
    /// What it says.
    #[serde(deserialize_with = "mapping::object")]
    pub spec: ClusterSpiffeIdSpec,
}

/// Which pods a ClusterSPIFFEID is for, and their identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterSpiffeIdSpec {
    /// The SPIFFE ID, with Go's template fields.
    #[serde(rename = "spiffeIDTemplate", deserialize_with = "null_as_default")]
    pub spiffe_id_template: String,
    /// The pods; all when absent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub pod_selector: Option<LabelSelector>,
    /// Their namespaces; all when absent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub namespace_selector: Option<LabelSelector>,
}

/// Kubernetes' own label selector. All of it has to hold; an empty one selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// Labels with their values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub match_labels: BTreeMap<String, String>,
    /// What else has to hold.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "mapping::list")]
    pub match_expressions: Vec<Requirement>,
}

/// One requirement of a label selector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Requirement {
    /// The label.
    pub key: String,
    /// What has to hold of it.
    pub operator: Operator,
    /// The values that `In` and `NotIn` speak of.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub values: Vec<String>,
}

/// What a requirement asks of a label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// It is not there.
    DoesNotExist,
    /// It is there.
    #[default]
    Exists,
    /// It has one of the values.
    In,
    /// It has none of the values, or is not there.
    NotIn,
}

impl LabelSelector {
    /// Whether something with these labels is selected.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.may_match(|key| Some(labels.get(key).map(String::as_str)))
    }

    /// The same where `label` does not know every label: what it answers nothing about is taken to fit.
    pub(crate) fn may_match<'a>(&self, label: impl Fn(&str) -> Option<Option<&'a str>>) -> bool {
        let equal = |(key, value): (&String, &String)| label(key).is_none_or(|it| it == Some(value.as_str()));
        self.match_labels.iter().all(equal)
            && self.match_expressions.iter().all(|each| label(&each.key).is_none_or(|it| each.holds(it)))
    }
}

impl Requirement {
    fn holds(&self, label: Option<&str>) -> bool {
        let is_named = label.is_some_and(|label| self.values.iter().any(|value| value == label));
        match self.operator {
            Operator::DoesNotExist => label.is_none(),
            Operator::Exists => label.is_some(),
            Operator::In => is_named,
            Operator::NotIn => !is_named,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::LabelSelector;

    fn selects(selector: &Value, labels: &Value) -> bool {
        let selector: LabelSelector = serde_json::from_value(selector.clone()).expect("a selector");
        selector.matches(&serde_json::from_value(labels.clone()).expect("labels"))
    }

    #[test]
    fn a_selector_selects_as_kubernetes_does() {
        let web = json!({"app": "web"});
        let expression = |operator: &str, values: &[&str]| json!({"matchExpressions": [{"key": "app", "operator": operator, "values": values}]});
        for (selector, of_web, of_none) in [
            (json!({}), true, true),
            (json!({"matchLabels": {"app": "web"}}), true, false),
            (json!({"matchLabels": {"app": "api"}}), false, false),
            (expression("In", &["web", "api"]), true, false),
            (expression("NotIn", &["web"]), false, true),
            (expression("Exists", &[]), true, false),
            (expression("DoesNotExist", &[]), false, true),
        ] {
            assert_eq!(selects(&selector, &web), of_web, "{selector}");
            assert_eq!(selects(&selector, &json!({})), of_none, "{selector}");
        }
    }
}
