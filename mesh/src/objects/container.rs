//! A container of a pod, as far as a rule reads it.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::environment::Environment;
use super::mapping::List;
use super::meta::null_as_default;
use crate::names;

/// One container.
///
/// Environment and arguments are read of the containers that run Istio or cert-manager alone: those of an
/// application decide nothing, are most of a large pod, and may hold passwords.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image; a half-made proxy has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// Its arguments: what kind of proxy it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// `Always` makes an init container a native sidecar.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub restart_policy: String,
    /// Its environment; absent and empty differ for a patch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<Environment>,
    /// Environment from objects that cannot be known here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env_from: Vec<EnvFrom>,
    /// Its mounts; absent and empty differ for a patch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_mounts: Option<Vec<VolumeMount>>,
}

impl Container {
    /// Whether it runs what is judged: Istio's proxy, istiod or cert-manager.
    fn is_judged(&self) -> bool {
        matches!(
            self.name.as_str(),
            names::PROXY_CONTAINER | names::ISTIOD_CONTAINER | names::CERT_MANAGER_CONTAINER
        )
    }

    /// Whether it is already known to be of the application; Kubernetes writes the name first.
    fn is_known_not_to_be_judged(&self) -> bool {
        !self.name.is_empty() && !self.is_judged()
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    Name,
    Image,
    Args,
    RestartPolicy,
    Env,
    EnvFrom,
    VolumeMounts,
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Container {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContainerVisitor)
    }
}

struct ContainerVisitor;

impl<'de> Visitor<'de> for ContainerVisitor {
    type Value = Container;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a container")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Container, A::Error> {
        let mut container = Container::default();
        while let Some(field) = map.next_key()? {
            match field {
                Field::Args | Field::Env | Field::EnvFrom if container.is_known_not_to_be_judged() => {
                    map.next_value::<IgnoredAny>()?;
                }
                Field::Name => container.name = map.next_value()?,
                Field::Image => container.image = or_default(&mut map)?,
                Field::Args => container.args = or_default(&mut map)?,
                Field::RestartPolicy => container.restart_policy = or_default(&mut map)?,
                Field::Env => container.env = map.next_value()?,
                Field::EnvFrom => {
                    container.env_from = map.next_value::<List<EnvFrom>>()?.0.unwrap_or_default();
                }
                Field::VolumeMounts => container.volume_mounts = map.next_value::<List<VolumeMount>>()?.0,
                Field::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !container.is_judged() {
            (container.args, container.env, container.env_from) = Default::default();
        }
        Ok(container)
    }
}

/// The value; `null` is the default.
fn or_default<'de, A: MapAccess<'de>, T: Default + Deserialize<'de>>(map: &mut A) -> Result<T, A::Error> {
    Ok(map.next_value::<Option<T>>()?.unwrap_or_default())
}

/// A whole ConfigMap or Secret as environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvFrom {
    /// Put before each name.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub prefix: String,
}

/// One mount.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeMount {
    /// The volume's name.
    pub name: String,
    /// Where it appears.
    pub mount_path: String,
    /// Whether it can be written.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "null_as_default")]
    pub read_only: bool,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Container, Environment};

    fn read(container: Value) -> Container {
        serde_json::from_value(container).expect("a container")
    }

    #[test]
    fn of_an_application_neither_environment_nor_arguments_are_kept() {
        // As Kubernetes writes it, and as a manifest may: the name comes after the rest.
        let name_first = r#"{"name":"app","image":"i","args":["--password=x"],"env":[{"name":"A"}],
            "envFrom":[{"secretRef":{"name":"x"}}],"volumeMounts":[{"name":"v","mountPath":"/v"}]}"#;
        let name_last = json!({
            "args": ["--password=x"], "env": [{"name": "A"}], "envFrom": [{"secretRef": {"name": "x"}}],
            "image": "i", "name": "app", "volumeMounts": [{"name": "v", "mountPath": "/v"}],
        });
        let first: Container = serde_json::from_str(name_first).expect("a container");
        assert_eq!(first, read(name_last));
        assert_eq!((&*first.name, &*first.image), ("app", "i"));
        assert_eq!((first.env, first.env_from, first.args), (None, Vec::new(), Vec::new()));
        assert_eq!(first.volume_mounts.map(|mounts| mounts.len()), Some(1));
    }

    #[test]
    fn of_what_runs_istio_all_is_kept() {
        for name in ["istio-proxy", "discovery"] {
            let proxy = read(json!({"name": name, "args": ["proxy"], "env": [{"name": "A", "value": "b"}]}));
            assert_eq!(proxy.args, ["proxy"]);
            let value = |environment: Environment| environment.last("A")?.1.value.map(str::to_owned);
            assert_eq!(proxy.env.and_then(value).as_deref(), Some("b"));
        }
    }

    #[test]
    fn absent_null_and_empty_are_told_apart_where_a_patch_does() {
        let env =
            |env: Value| read(json!({"name": "istio-proxy", "env": env})).env.map(|env| env.iter().len());
        assert_eq!((env(json!(null)), env(json!([]))), (None, Some(0)));
        assert!(serde_json::from_value::<Container>(json!(["istio-proxy"])).is_err());
    }
}
