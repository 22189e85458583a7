//! The signer that a proxy asks for: its environment as the kubelet gives it to the process.

use std::collections::HashMap;

use super::proxy;
use crate::names;
use crate::objects::{Container, Environment, Pod, ValueSource};

/// The longest value that is worked out. References can double a value over and over.
const LONGEST: usize = 4096;

/// What the environment of a pod's proxy asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// No signer at all, or there is no proxy.
    Nothing,
    /// This signer; the empty name is a name.
    Signer(String),
    /// A signer that only the running process knows: it comes from a Secret, a ConfigMap or a field
    /// that is not known yet.
    Unknown,
}

/// The signer that the proxy of `pod` asks for, with `$(VAR)` expanded as the kubelet does.
pub fn asked_signer(pod: &Pod) -> Asked {
    let Ok(proxy) = proxy::find(pod) else { return Asked::Nothing };
    match proxy.container.env.as_ref().and_then(|env| env.last(names::CERT_SIGNER)) {
        Some((index, _)) => value_at(pod, proxy.container, index).map_or(Asked::Unknown, Asked::Signer),
        None if may_come_from_elsewhere(proxy.container) => Asked::Unknown,
        None => Asked::Nothing,
    }
}

/// The value of the variable at `index`; nothing when it cannot be known.
pub(super) fn value_at(pod: &Pod, container: &Container, index: usize) -> Option<String> {
    let mut variables = container.env.as_ref()?.iter();
    let variable = variables.nth(index)?;
    match (variable.value, variable.source) {
        (Some(value), None) => expand(pod, container, index, value),
        (_, source) => from_source(pod, source),
    }
}

/// `value` as it would be if it stood at the end of the container's environment.
pub(super) fn expand_at_end(pod: &Pod, container: &Container, value: &str) -> Option<String> {
    expand(pod, container, usize::MAX, value)
}

/// Expands `$(VAR)` with the first `before` variables (Kubernetes `kubelet_pods.go`
/// `makeEnvironmentVariables`). A name that is not among them stays as it is written.
fn expand(pod: &Pod, container: &Container, before: usize, value: &str) -> Option<String> {
    if !value.contains('$') {
        return Some(value.to_owned());
    }
    let mut known: HashMap<&str, Option<String>> = HashMap::new();
    for variable in container.env.iter().flat_map(Environment::iter).take(before) {
        let value = match (variable.value, variable.source) {
            (Some(value), None) => substitute(value, &known, container),
            (_, source) => from_source(pod, source),
        };
        known.insert(variable.name, value);
    }
    substitute(value, &known, container)
}

/// `$(VAR)` is a reference, `$$` is a dollar sign, and any other `$` is only itself.
fn substitute(value: &str, known: &HashMap<&str, Option<String>>, container: &Container) -> Option<String> {
    let mut expanded = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let reference = after.strip_prefix('(').and_then(|name| name.split_once(')'));
        rest = if let Some((name, behind)) = reference {
            match known.get(name) {
                Some(value) => expanded.push_str(value.as_deref()?),
                None if container.env_from.is_empty() => expanded.extend(["$(", name, ")"]),
                None => return None,
            }
            behind
        } else {
            expanded.push('$');
            after.strip_prefix('$').unwrap_or(after)
        };
        if expanded.len() > LONGEST {
            return None;
        }
    }
    expanded.push_str(rest);
    (expanded.len() <= LONGEST).then_some(expanded)
}

/// What a variable without a plain value has: nothing at all is the empty string, and of the sources
/// only the pod's own fields can be known.
fn from_source(pod: &Pod, source: Option<ValueSource<&str>>) -> Option<String> {
    let metadata = &pod.metadata;
    let known = |value: &String| (!value.is_empty()).then(|| value.clone());
    let field = match source {
        None => return Some(String::new()),
        Some(ValueSource::Elsewhere) => return None,
        Some(ValueSource::Field(path)) => path,
    };
    match field {
        "metadata.namespace" => known(&metadata.namespace),
        "metadata.name" => known(&metadata.name),
        "spec.serviceAccountName" => {
            known(&pod.spec.service_account_name).or_else(|| Some("default".to_owned()))
        }
        path => {
            let key = |kind: &str| path.strip_prefix(kind)?.strip_prefix("['")?.strip_suffix("']");
            let label = key("metadata.labels").map(|key| metadata.labels.get(key));
            let value =
                label.or_else(|| key("metadata.annotations").map(|key| metadata.annotations.get(key)))?;
            Some(value.cloned().unwrap_or_default())
        }
    }
}

/// Whether a whole ConfigMap or Secret could hold the signer's variable: its prefix fits.
fn may_come_from_elsewhere(container: &Container) -> bool {
    container.env_from.iter().any(|source| names::CERT_SIGNER.starts_with(&source.prefix))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Asked, asked_signer};

    fn asked(env: &Value, env_from: &Value) -> Asked {
        let proxy = json!({"name": "istio-proxy", "image": "proxyv2", "env": env, "envFrom": env_from});
        let pod = json!({
            "metadata": {"namespace": "foo", "labels": {"team": "a"}, "generateName": "web-"},
            "spec": {"containers": [proxy]},
        });
        asked_signer(&serde_json::from_value(pod).expect("a pod"))
    }

    fn value(value: &str) -> Asked {
        asked(
            &json!([{"name": "A", "value": "a"}, {"name": "ISTIO_META_CERT_SIGNER", "value": value}]),
            &json!([]),
        )
    }

    fn signer(name: &str) -> Asked {
        Asked::Signer(name.to_owned())
    }

    #[test]
    fn references_are_expanded_as_the_kubelet_does() {
        assert_eq!(value("x-$(A)-$(A)"), signer("x-a-a"));
        assert_eq!(value("$$(A)"), signer("$(A)"));
        assert_eq!(value("$(B)"), signer("$(B)"));
        assert_eq!(value("$(A"), signer("$(A"));
        assert_eq!(value("$A$"), signer("$A$"));
        assert_eq!(value(""), signer(""));
    }

    #[test]
    fn only_variables_before_it_count() {
        let env = json!([
            {"name": "ISTIO_META_CERT_SIGNER", "value": "$(LATER)"},
            {"name": "LATER", "value": "x"},
        ]);
        assert_eq!(asked(&env, &json!([])), signer("$(LATER)"));
    }

    #[test]
    fn the_last_duplicate_counts() {
        let env = json!([
            {"name": "ISTIO_META_CERT_SIGNER", "value": "a"},
            {"name": "ISTIO_META_CERT_SIGNER", "value": "b"},
        ]);
        assert_eq!(asked(&env, &json!([])), signer("b"));
    }

    #[test]
    fn fields_of_the_pod_are_known_where_the_pod_says_them() {
        let field = |path: &str| {
            let source = json!({"fieldRef": {"fieldPath": path}});
            asked(&json!([{"name": "ISTIO_META_CERT_SIGNER", "valueFrom": source}]), &json!([]))
        };
        assert_eq!(field("metadata.namespace"), signer("foo"));
        assert_eq!(field("metadata.labels['team']"), signer("a"));
        assert_eq!(field("metadata.labels['none']"), signer(""));
        assert_eq!(field("spec.serviceAccountName"), signer("default"));
        assert_eq!(field("metadata.name"), Asked::Unknown);
        assert_eq!(field("status.podIP"), Asked::Unknown);
    }

    #[test]
    fn secrets_and_config_maps_cannot_be_known() {
        let secret =
            json!([{"name": "ISTIO_META_CERT_SIGNER", "valueFrom": {"secretKeyRef": {"name": "x"}}}]);
        assert_eq!(asked(&secret, &json!([])), Asked::Unknown);
        assert_eq!(asked(&json!([]), &json!([{"configMapRef": {"name": "x"}}])), Asked::Unknown);
        assert_eq!(asked(&json!([]), &json!([{"prefix": "APP_"}])), Asked::Nothing);
        let reference = json!([{"name": "ISTIO_META_CERT_SIGNER", "value": "$(B)"}]);
        assert_eq!(asked(&reference, &json!([{"prefix": "APP_"}])), Asked::Unknown);
    }

    #[test]
    fn a_value_that_doubles_itself_is_given_up() {
        let mut env = vec![json!({"name": "V0", "value": "xx"})];
        env.extend(
            (1..64).map(|i| json!({"name": format!("V{i}"), "value": format!("$(V{0})$(V{0})", i - 1)})),
        );
        env.push(json!({"name": "ISTIO_META_CERT_SIGNER", "value": "$(V63)"}));
        assert_eq!(asked(&json!(env), &json!([])), Asked::Unknown);
    }
}
