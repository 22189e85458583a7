//! One test for each rule of Istio's resolution, named after the rule.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{InertReason, Layer, Resolved, resolve, resolve_pod};
use crate::config::MeshConfig;
use crate::names;
use crate::objects::{ObjectMeta, Pod, ProxyConfig, ProxyConfigSpec, Selector};

type Map = BTreeMap<String, String>;

fn map<const N: usize>(pairs: [(&str, &str); N]) -> Map {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// A ProxyConfig `NAMESPACE/NAME` that sets `A` to its own name.
fn proxy_config(name: &str) -> ProxyConfig {
    let (namespace, name) = name.split_once('/').expect("NAMESPACE/NAME");
    ProxyConfig {
        metadata: ObjectMeta { name: name.into(), namespace: namespace.into(), ..ObjectMeta::default() },
        spec: ProxyConfigSpec {
            selector: None,
            environment_variables: map([("A", name)]).into_iter().collect(),
        },
    }
}

impl ProxyConfig {
    fn selecting<const N: usize>(mut self, labels: [(&str, &str); N]) -> Self {
        self.spec.selector = Some(Selector { match_labels: map(labels) });
        self
    }

    fn setting<const N: usize>(mut self, values: [(&str, &str); N]) -> Self {
        self.spec.environment_variables = map(values).into_iter().collect();
        self
    }

    fn created(mut self, second: i64) -> Self {
        self.metadata.creation_timestamp = Some(signet_certs::UnixTime::from_seconds(second));
        self
    }

    fn annotated(mut self, name: &str, value: &str) -> Self {
        self.metadata.annotations.insert(name.into(), value.into());
        self
    }
}

/// The pod to resolve for: `app=web` in the namespace `foo`, the mesh default sets `A` to `mesh`.
fn resolve_in(namespace: &str, proxy_configs: &[ProxyConfig], annotation: Option<&str>) -> Resolved {
    let mesh = MeshConfig { proxy_metadata: map([("A", "mesh")]), ..MeshConfig::default() };
    let annotations =
        annotation.map(|text| map([(names::PROXY_CONFIG_ANNOTATION, text)])).unwrap_or_default();
    let label = |key: &str| {
        [("app", "web"), ("tier", "front")].into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    };
    resolve(&mesh, proxy_configs, namespace, &label, &annotations)
}

fn resolve_foo(proxy_configs: &[ProxyConfig]) -> Resolved {
    resolve_in("foo", proxy_configs, None)
}

impl Resolved {
    /// The value of `A` and its layer.
    fn a(&self) -> (&str, Layer) {
        let effective = &self.environment.get("A").expect("A is set").effective;
        (&effective.value, effective.layer)
    }

    fn reasons(&self) -> Vec<(String, InertReason)> {
        let name = |inert: &super::Inert| inert.object.as_ref().map(ToString::to_string).unwrap_or_default();
        self.inert.iter().map(|inert| (name(inert), inert.reason)).collect()
    }
}

fn every_layer() -> [ProxyConfig; 3] {
    [
        proxy_config("istio-system/root"),
        proxy_config("foo/namespace"),
        proxy_config("foo/workload").selecting([("app", "web")]),
    ]
}

const ANNOTATION: &str = r#"{"proxyMetadata": {"A": "annotation"}}"#;

#[test]
fn rule_1_1_each_layer_overlays_the_ones_before() {
    let [root, namespace, workload] = every_layer();
    let resolved = resolve_foo(&[]);
    assert_eq!(resolved.a(), ("mesh", Layer::MeshDefault));
    let resolved = resolve_foo(std::slice::from_ref(&root));
    assert_eq!(resolved.a(), ("root", Layer::RootNamespace));
    let resolved = resolve_foo(&[root.clone(), namespace.clone()]);
    assert_eq!(resolved.a(), ("namespace", Layer::Namespace));
    let resolved = resolve_in("foo", &[root.clone(), namespace.clone()], Some(ANNOTATION));
    assert_eq!(resolved.a(), ("annotation", Layer::Annotation));
    let resolved = resolve_in("foo", &[root, namespace, workload], Some(ANNOTATION));
    assert_eq!(resolved.a(), ("workload", Layer::Workload));
}

#[test]
fn rule_1_1_every_value_keeps_what_it_overrode_highest_first() {
    let resolved = resolve_in("foo", &every_layer(), Some(ANNOTATION));
    let a = resolved.environment.get("A").expect("A is set");
    let overrode: Vec<_> = a
        .overrode
        .iter()
        .map(|beneath| (beneath.value.as_str(), beneath.object.as_ref().map(ToString::to_string)))
        .collect();
    assert_eq!(
        overrode,
        [
            ("annotation", None),
            ("namespace", Some("foo/namespace".to_owned())),
            ("root", Some("istio-system/root".to_owned())),
            ("mesh", Some("istio-system/istio".to_owned())),
        ]
    );
}

#[test]
fn rule_1_1_the_root_layer_is_skipped_without_a_root_namespace() {
    let mesh = MeshConfig { root_namespace: String::new(), ..MeshConfig::default() };
    let resolved = resolve(&mesh, &[proxy_config("/stray")], "foo", &|_| None, &Map::new());
    assert_eq!(resolved, Resolved::default());
}

#[test]
fn rule_1_1_the_namespace_layer_is_skipped_in_the_root_namespace() {
    let resolved = resolve_in("istio-system", &[proxy_config("istio-system/root")], None);
    assert_eq!(resolved.a(), ("root", Layer::RootNamespace));
}

#[test]
fn rule_1_1_other_namespaces_are_not_looked_at() {
    let stranger = proxy_config("bar/namespace");
    let resolved = resolve_foo(&[stranger.clone(), stranger.selecting([("app", "web")])]);
    assert_eq!((resolved.a().0, resolved.reasons()), ("mesh", vec![]));
}

#[test]
fn rule_1_2_values_merge_key_by_key() {
    let [root, namespace, workload] = every_layer();
    let resolved = resolve_foo(&[
        root.setting([("R", "root"), ("A", "root")]),
        namespace.setting([("N", "namespace")]),
        workload.setting([("W", "workload")]),
    ]);
    let values: Vec<_> = resolved
        .environment
        .iter()
        .map(|(key, variable)| (key.as_str(), variable.effective.value.as_str()))
        .collect();
    assert_eq!(values, [("A", "root"), ("N", "namespace"), ("R", "root"), ("W", "workload")]);
}

#[test]
fn rule_1_2_an_empty_value_overrides() {
    let resolved = resolve_foo(&[proxy_config("foo/namespace").setting([("A", "")])]);
    assert_eq!(resolved.a(), ("", Layer::Namespace));
}

#[test]
fn rule_1_3_an_empty_selector_is_never_applied() {
    for namespace in ["foo", "istio-system"] {
        let name = format!("{namespace}/empty");
        let resolved = resolve_foo(&[proxy_config(&name).selecting([])]);
        assert_eq!(resolved.a().0, "mesh");
        assert_eq!(resolved.reasons(), [(name, InertReason::EmptySelector)]);
    }
}

#[test]
fn rule_1_3_a_selector_without_match_labels_is_empty() {
    for spec in [
        json!({"selector": {}}),
        json!({"selector": {"matchLabels": {}}}),
        json!({"selector": {"matchLabels": null}}),
    ] {
        let spec: ProxyConfigSpec = serde_json::from_value(spec).expect("a spec");
        let resolved = resolve_foo(&[ProxyConfig { spec, ..proxy_config("foo/empty") }]);
        assert_eq!(resolved.reasons(), [("foo/empty".to_owned(), InertReason::EmptySelector)]);
    }
}

#[test]
fn rule_1_3_a_null_selector_is_namespace_wide() {
    let spec = json!({"selector": null, "environmentVariables": {"A": "x"}});
    let spec = serde_json::from_value(spec).expect("a spec");
    let resolved = resolve_foo(&[ProxyConfig { spec, ..proxy_config("foo/wide") }]);
    assert_eq!(resolved.a(), ("x", Layer::Namespace));
}

#[test]
fn rule_1_3_every_label_must_be_on_the_pod_with_an_equal_value() {
    let matching = proxy_config("foo/both").selecting([("app", "web"), ("tier", "front")]);
    assert_eq!(resolve_foo(&[matching]).a(), ("both", Layer::Workload));
    for labels in [
        [("app", "web"), ("tier", "back")],
        [("app", "web"), ("zone", "a")],
        [("app", "*"), ("tier", "front")],
    ] {
        let resolved = resolve_foo(&[proxy_config("foo/other").selecting(labels)]);
        assert_eq!(resolved.a().0, "mesh");
        assert_eq!(resolved.reasons(), [("foo/other".to_owned(), InertReason::LabelsDoNotMatch)]);
    }
}

#[test]
fn rule_1_3_the_reason_names_both_values() {
    let resolved = resolve_foo(&[proxy_config("foo/other").selecting([("app", "api")])]);
    let message = resolved.inert.first().map(|inert| inert.message.as_str());
    assert_eq!(message, Some("it selects app=api, but the pod has app=web"));
}

#[test]
fn rule_1_3_a_selector_in_the_root_namespace_reaches_only_pods_there() {
    let selecting = proxy_config("istio-system/selecting").selecting([("app", "web")]);
    let resolved = resolve_foo(std::slice::from_ref(&selecting));
    assert_eq!(resolved.a().0, "mesh");
    assert_eq!(
        resolved.reasons(),
        [("istio-system/selecting".to_owned(), InertReason::RootNamespaceSelector)]
    );
    assert_eq!(resolve_in("istio-system", &[selecting], None).a(), ("selecting", Layer::Workload));
}

#[test]
fn rule_1_3_the_oldest_of_a_layer_is_used_alone() {
    let label = [("app", "web")];
    for (layer, namespace, selecting) in [
        (Layer::RootNamespace, "istio-system", false),
        (Layer::Namespace, "foo", false),
        (Layer::Workload, "foo", true),
    ] {
        let make = |name: &str, second| {
            let made = proxy_config(&format!("{namespace}/{name}")).created(second);
            if selecting { made.selecting(label) } else { made }
        };
        let young = make("a", 2).setting([("A", "young"), ("B", "young")]);
        let resolved = resolve_foo(&[young, make("z", 1)]);
        assert_eq!(resolved.a(), ("z", layer));
        assert!(!resolved.environment.contains_key("B"), "candidates of a layer are never merged");
        assert_eq!(resolved.reasons(), [(format!("{namespace}/a"), InertReason::TieLoser)]);
    }
}

#[test]
fn rule_1_3_within_a_second_the_name_decides_in_byte_order() {
    let resolved = resolve_foo(&[
        proxy_config("foo/b").created(1),
        proxy_config("foo/a").created(1),
        proxy_config("foo/B").created(1),
    ]);
    assert_eq!(resolved.a().0, "B");
}

#[test]
fn rule_1_3_the_oldest_wins_even_if_it_sets_nothing() {
    let resolved = resolve_foo(&[
        proxy_config("foo/old").created(1).setting([]),
        proxy_config("foo/young").created(2).setting([("A", "young")]),
    ]);
    assert_eq!(resolved.a(), ("mesh", Layer::MeshDefault));
}

#[test]
fn rule_1_3_no_timestamp_is_older_than_any() {
    let resolved = resolve_foo(&[proxy_config("foo/a").created(1), proxy_config("foo/z")]);
    assert_eq!(resolved.a().0, "z");
}

#[test]
fn rule_1_3_an_annotation_that_cannot_be_read_is_skipped() {
    let resolved = resolve_in("foo", &[], Some(r#"{"proxyMetadata": {"A": 1}}"#));
    assert_eq!(resolved.a(), ("mesh", Layer::MeshDefault));
    assert_eq!(resolved.reasons(), [(String::new(), InertReason::InvalidAnnotation)]);
}

#[test]
fn rule_1_3_a_control_character_in_a_value_loses_the_whole_layer() {
    for lost in ["x\u{7f}", "x\u{9b}y", "\u{ffff}"] {
        let lower = proxy_config("foo/a").setting([("A", lost), ("B", "b")]);
        let resolved = resolve_foo(&[lower]);
        assert_eq!(resolved.a(), ("mesh", Layer::MeshDefault), "{lost:?}");
        assert!(!resolved.environment.contains_key("B"), "{lost:?}");
        assert_eq!(resolved.reasons(), [("foo/a".to_owned(), InertReason::InvalidValue)]);
    }
    // Escaped it reaches the merge, where it is lost as well.
    let resolved = resolve_in("foo", &[], Some(r#"{"proxyMetadata": {"A": "x\u007f"}}"#));
    assert_eq!(
        (resolved.a().0, resolved.reasons()),
        ("mesh", vec![(String::new(), InertReason::InvalidValue)])
    );
}

#[test]
fn rule_1_3_a_next_line_character_becomes_a_space() {
    let resolved = resolve_foo(&[proxy_config("foo/a").setting([("A", "x\u{85}y")])]);
    assert_eq!((resolved.a().0, resolved.reasons()), ("x y", vec![]));
}

#[test]
fn rule_1_3_the_annotation_has_the_schema_of_the_mesh_config() {
    let resolved = resolve_in("foo", &[], Some(r#"{"environmentVariables": {"A": "x"}}"#));
    assert_eq!((resolved.a().0, resolved.reasons()), ("mesh", vec![]));
}

fn pod(metadata: &Value) -> Pod {
    serde_json::from_value(json!({"metadata": metadata})).expect("a pod")
}

fn resolve_a_pod(proxy_config: ProxyConfig, metadata: &Value) -> Resolved {
    let mesh = MeshConfig { proxy_metadata: map([("A", "mesh")]), ..MeshConfig::default() };
    resolve_pod(&mesh, &[proxy_config], "foo", &pod(metadata))
}

#[test]
fn rule_1_4_labels_of_istios_template_do_not_count() {
    let label = "service.istio.io/canonical-name";
    let selecting = || proxy_config("foo/canonical").selecting([(label, "web")]);
    let injected = json!({"labels": {label: "web"}, "annotations": {names::STATUS_ANNOTATION: "{}"}});
    assert_eq!(resolve_a_pod(selecting(), &injected).a().0, "mesh");
    let own = json!({"labels": {label: "web"}});
    assert_eq!(resolve_a_pod(selecting(), &own).a().0, "canonical");
}

#[test]
fn rule_1_4_labels_that_webhooks_and_controllers_added_count() {
    let selecting = proxy_config("foo/hash").selecting([("pod-template-hash", "5d4f")]);
    let injected =
        json!({"labels": {"pod-template-hash": "5d4f"}, "annotations": {names::STATUS_ANNOTATION: "{}"}});
    assert_eq!(resolve_a_pod(selecting, &injected).a().0, "hash");
}

#[test]
fn rule_1_4_a_managed_gateway_is_resolved_by_its_name_alone() {
    let metadata = json!({
        "labels": {names::GATEWAY_NAME_LABEL: "edge", "app": "web", names::INJECT: "false"},
        "annotations": {names::PROXY_CONFIG_ANNOTATION: ANNOTATION},
    });
    let by_app = proxy_config("foo/by-app").selecting([("app", "web")]);
    assert_eq!(resolve_a_pod(by_app, &metadata).a(), ("mesh", Layer::MeshDefault));
    let by_gateway = proxy_config("foo/by-gateway").selecting([(names::GATEWAY_NAME_LABEL, "edge")]);
    assert_eq!(resolve_a_pod(by_gateway, &metadata).a(), ("by-gateway", Layer::Workload));
}

#[test]
fn annotations_count_of_the_proxy_config_that_won_the_signer() {
    let key = names::CA_CONTAINERS_ANNOTATION;
    let signer = |name: &str| proxy_config(name).setting([(names::CERT_SIGNER, "foo")]);
    let wide = signer("foo/wide").annotated(key, "wide").annotated("other", "x");
    let workload = proxy_config("foo/workload").selecting([("app", "web")]).annotated(key, "workload");
    let resolved = resolve_foo(&[wide.clone(), workload.clone()]);
    assert_eq!(resolved.signer_annotations, map([(key, "wide")]));
    let resolved = resolve_foo(&[wide, workload.setting([(names::CERT_SIGNER, "")])]);
    assert_eq!(resolved.signer_annotations, map([(key, "workload")]));
}

#[test]
fn what_is_ignored_is_listed_in_byte_order() {
    let resolved = resolve_foo(&[
        proxy_config("istio-system/z").selecting([]),
        proxy_config("foo/b").selecting([]),
        proxy_config("foo/a").selecting([("x", "y")]),
    ]);
    let names: Vec<_> = resolved.reasons().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["foo/a", "foo/b", "istio-system/z"]);
}
