//! The policy's settings: the chart's, under the same names.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use signet_mesh::Policy;

/// Settings are a page of text at most; anything longer is a mistake.
const LONGEST: usize = 64 * 1024;

/// The names of the settings of [`Settings`].
const OWN: [&str; 2] = ["failurePolicy", "mesh"];

/// What can be set, beside the [`Policy`] itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// Where the control plane is.
    pub mesh: Mesh,
    /// What becomes of an object when the cluster cannot be asked what is configured.
    pub failure_policy: FailurePolicy,
}

/// Where the control plane is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Mesh {
    /// The namespace that istiod lives in.
    pub namespace: String,
    /// The revision of namespaces that name none; istiod's default one when empty.
    pub revision: String,
}

impl Default for Mesh {
    fn default() -> Self {
        Self { namespace: "istio-system".to_owned(), revision: String::new() }
    }
}

impl Mesh {
    pub(crate) fn revision(&self) -> Option<String> {
        Some(self.revision.clone()).filter(|revision| !revision.is_empty())
    }
}

/// What becomes of an object when the host does not answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailurePolicy {
    /// It is refused.
    Fail,
    /// It is left as it is, with a warning.
    #[default]
    Ignore,
}

/// Reads settings as the policy server hands them over. A key that there is not is an error: a typo must
/// not switch a rule off.
pub fn read(text: &str) -> Result<(Settings, Policy), String> {
    if text.len() > LONGEST {
        return Err("they are longer than 64 KiB".to_owned());
    }
    let mut fields = match serde_json::from_str(text) {
        Ok(Value::Null) => Map::new(),
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err("they are no mapping of settings".to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    let own = OWN.iter().filter_map(|name| fields.remove_entry(*name)).collect::<Map<_, _>>();
    let policy = Policy::read(fields, &OWN)?;
    if own.get("mesh").is_some_and(|mesh| !mesh.is_object()) {
        return Err("mesh is no mapping of settings".to_owned());
    }
    let settings = serde_json::from_value(Value::Object(own)).map_err(|error| error.to_string())?;
    Ok((settings, policy))
}

#[cfg(test)]
mod tests {
    use signet_mesh::plan::Conflict;

    use super::{FailurePolicy, read};

    #[test]
    fn nothing_set_is_the_charts_default() {
        for text in ["{}", "null"] {
            let (settings, policy) = read(text).expect("settings");
            assert_eq!(settings.failure_policy, FailurePolicy::Ignore);
            assert_eq!((settings.mesh.namespace.as_str(), settings.mesh.revision()), ("istio-system", None));
            assert_eq!(policy.conflict, Conflict::Override);
        }
    }

    #[test]
    fn each_setting_is_read() {
        let text =
            r#"{"conflict": "deny", "failurePolicy": "Fail", "mesh": {"namespace": "n", "revision": "r"}}"#;
        let (settings, policy) = read(text).expect("settings");
        assert_eq!((settings.failure_policy, policy.conflict), (FailurePolicy::Fail, Conflict::Deny));
        assert_eq!((settings.mesh.namespace.as_str(), settings.mesh.revision().as_deref()), ("n", Some("r")));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_name() {
        for (text, named) in [
            (r#"{"conflcit": "deny"}"#, "`conflcit`; there are: caSources, conflict, failurePolicy, mesh"),
            (r#"{"conflict": "maybe"}"#, "maybe"),
            (r#"{"mesh": {"namespce": "x"}}"#, "namespce"),
            (r#"{"mesh": []}"#, "mesh"),
            (r#"{"failurePolicy": "Perhaps"}"#, "Perhaps"),
            ("[]", "mapping"),
            ("7", "mapping"),
            ("", "EOF"),
        ] {
            let reason = read(text).expect_err(text);
            assert!(reason.contains(named), "{text}: {reason}");
        }
        assert!(read(&format!("\"{}\"", "x".repeat(100_000))).expect_err("too long").contains("64 KiB"));
    }
}
