//! Generated pods, and what is configured around them.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use signet_mesh::plan::Conflict;
use signet_mesh::review::State;
use signet_mesh::{Manifests, Policy, names};

pub(crate) const SIGNER: &str = names::CERT_SIGNER;
const STATUS: &str = r#"{"initContainers":["istio-proxy"],"containers":["istio-proxy"]}"#;
const OVERRIDES: &str =
    r#"{"containers":[{"name":"istio-proxy","env":[{"name":"ISTIO_META_CERT_SIGNER","value":"bar"}]}]}"#;

/// The mesh of a golden case: the signer `foo` and istiod have roots that can be mounted.
static MESH: LazyLock<Manifests> = LazyLock::new(|| {
    let mut manifests = Manifests::default();
    manifests.read("mesh.yaml", include_bytes!("../fixtures/pods/agent-roots/mesh.yaml"));
    assert_eq!(manifests.problems, []);
    manifests
});

fn variable() -> impl Strategy<Value = Value> {
    let name = select(vec![SIGNER, SIGNER, "A", "B", names::PILOT_CERT_PROVIDER, "XDS_ROOT_CA"]);
    let value = select(vec![
        json!({"value": "foo"}),
        json!({"value": "bar"}),
        json!({"value": ""}),
        json!({"value": "custom"}),
        json!({"value": "k8s.io/d/x"}),
        json!({"value": "$(A)"}),
        json!({"value": "$$(B)-$("}),
        json!({}),
        json!({"valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}),
        json!({"valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}),
    ]);
    (name, value).prop_map(|(name, mut variable)| {
        variable["name"] = name.into();
        variable
    })
}

fn mount() -> impl Strategy<Value = Value> {
    let paths = vec![
        "/etc/certs",
        "/var/run/secrets/signet/ca",
        "/var/run/secrets",
        "/run/secrets/istio",
        names::WORKLOAD_SOCKET_PATH,
        "data",
    ];
    (select(vec!["v", names::CA_VOLUME, names::WORKLOAD_SOCKET_VOLUME]), select(paths))
        .prop_map(|(name, path)| json!({"name": name, "mountPath": path}))
}

/// A list that may be there, empty, `null` or absent.
fn list(element: impl Strategy<Value = Value>) -> impl Strategy<Value = Option<Value>> {
    option::of(option::weighted(0.8, vec(element, 0..4)).prop_map(|list| json!(list)))
}

fn container(names: Vec<&'static str>) -> impl Strategy<Value = Value> {
    let image = option::weighted(0.9, select(vec!["proxyv2", "auto"]));
    let env_from = option::weighted(0.2, Just(json!([{"secretRef": {"name": "s"}}])));
    (select(names), image, list(variable()), list(mount()), env_from).prop_map(
        |(name, image, env, mounts, env_from)| {
            let mut container =
                json!({"name": name, "args": ["proxy", "sidecar"], "resources": {"limits": {}}});
            let fields = [
                ("image", image.map(Into::into)),
                ("env", env),
                ("volumeMounts", mounts),
                ("envFrom", env_from),
            ];
            for (field, value) in fields {
                if let Some(value) = value {
                    container[field] = value;
                }
            }
            container
        },
    )
}

fn volume() -> impl Strategy<Value = Value> {
    let ours = |source: Value| json!({"name": names::CA_VOLUME, "configMap": source});
    select(vec![
        json!({"name": "v", "emptyDir": {}}),
        ours(json!({"name": "theirs"})),
        ours(json!({"name": names::CA_CONFIG_MAP, "items": []})),
        json!({"name": names::CA_VOLUME, "emptyDir": {}}),
        json!({"name": names::WORKLOAD_SOCKET_VOLUME, "emptyDir": {}}),
    ])
}

fn annotations() -> impl Strategy<Value = Value> {
    let pairs = vec![
        (names::STATUS_ANNOTATION, STATUS),
        (names::OVERRIDES_ANNOTATION, OVERRIDES),
        (names::STATUS_ANNOTATION, "rubbish"),
        (names::CA_CONTAINERS_ANNOTATION, "app"),
        (names::CA_CONTAINERS_ANNOTATION, "*"),
        (names::CA_MOUNT_PATH_ANNOTATION, "/etc/signer/below"),
        (names::PROXY_CONFIG_ANNOTATION, r#"{"proxyMetadata": {"ISTIO_META_CERT_SIGNER": "$(A)"}}"#),
        (names::PROXY_CONFIG_ANNOTATION, "- rubbish"),
    ];
    vec(select(pairs), 0..4)
        .prop_map(|pairs| {
            pairs.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect::<Map<_, _>>()
        })
        .prop_map(Value::Object)
}

pub(crate) fn pod() -> impl Strategy<Value = Value> {
    let containers = vec(container(vec!["app", "helper", "istio-proxy"]), 0..4);
    let init = option::of(vec(container(vec!["istio-init", "istio-proxy", "migrate"]), 0..3));
    let volumes = list(volume());
    let labels = select(vec![json!({}), json!({"app": "web"}), json!({"sidecar.istio.io/inject": "false"})]);
    (containers, init, volumes, labels, annotations()).prop_map(
        |(containers, init, volumes, labels, annotations)| {
            let metadata = json!({"generateName": "web-", "labels": labels, "annotations": annotations});
            let mut pod =
                json!({"metadata": metadata, "spec": {"containers": containers, "restartPolicy": "Never"}});
            if let Some(init) = init {
                pod["spec"]["initContainers"] = json!(init);
            }
            if let Some(volumes) = volumes {
                pod["spec"]["volumes"] = volumes;
            }
            pod
        },
    )
}

fn proxy_config() -> impl Strategy<Value = Value> {
    let selectors = vec![None, Some(json!({"matchLabels": {"app": "web"}})), Some(json!({}))];
    let values = vec!["foo", "foo", "bar", "nobody", "", "$(A)"];
    let containers = option::of(select(vec!["app", "*", "helper, app", "nobody", ""]));
    let path =
        option::of(select(vec!["/etc/signer", "/etc/certs", "/etc", "/", "relative", "/var/run/secrets"]));
    let place = (select(vec!["foo", "istio-system"]), select(vec!["a", "b", "c"]));
    let flags = vec![names::AGENT_ROOTS_ANNOTATION, names::MOUNT_MTLS_CERTS_ANNOTATION];
    let flags = subsequence(flags, 0..=2);
    (place, select(selectors), select(values), containers, path, flags).prop_map(
        |((namespace, name), selector, value, containers, path, flags)| {
            let mut annotations = Map::new();
            annotations.extend(flags.into_iter().map(|flag| (flag.to_owned(), "true".into())));
            annotations
                .extend(containers.map(|list| (names::CA_CONTAINERS_ANNOTATION.to_owned(), list.into())));
            annotations.extend(path.map(|path| (names::CA_MOUNT_PATH_ANNOTATION.to_owned(), path.into())));
            json!({
                "kind": "ProxyConfig",
                "metadata": {"namespace": namespace, "name": name, "annotations": annotations},
                "spec": {"selector": selector, "environmentVariables": {SIGNER: value}},
            })
        },
    )
}

/// What is configured around a pod of the namespace `foo`, beside the mesh of the golden cases.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub(crate) objects: Vec<Value>,
    pub(crate) policy: Policy,
}

impl Cluster {
    pub(crate) fn state(&self) -> State {
        let mut manifests = MESH.clone();
        for object in &self.objects {
            manifests.read("object.json", object.to_string().as_bytes());
        }
        manifests.state(self.policy.clone())
    }
}

/// Some of the objects that few meshes have.
fn evidence() -> impl Strategy<Value = Vec<Value>> {
    let identity = |name: &str, spec: Value| json!({"kind": "ClusterSPIFFEID", "metadata": {"name": name}, "spec": spec});
    let bundle = json!({"signerName": "clusterissuers.cert-manager.io/nobody"});
    let all = vec![
        json!({"kind": "ClusterTrustBundle", "metadata": {"name": "nobody"}, "spec": bundle}),
        json!({"kind": "CSIDriver", "metadata": {"name": names::SPIRE_DRIVER}}),
        identity("web", json!({"podSelector": {"matchLabels": {"app": "web"}}})),
        identity("elsewhere", json!({"spiffeIDTemplate": "spiffe://elsewhere/a"})),
    ];
    subsequence(all, 0..=4)
}

pub(crate) fn cluster() -> impl Strategy<Value = Cluster> {
    let conflict = select(vec![Conflict::Override, Conflict::Keep, Conflict::Deny]);
    let source = select(vec![
        None,
        None,
        Some(json!({"spire": {}})),
        Some(json!({"clusterTrustBundle": {}})),
        Some(json!({"secret": {"name": "ca", "key": "ca.crt"}})),
    ]);
    (vec(proxy_config(), 0..4), evidence(), conflict, source).prop_map(
        |(mut objects, evidence, conflict, source)| {
            objects.extend(evidence);
            let source =
                source.map(|source| ("foo".to_owned(), serde_json::from_value(source).expect("a source")));
            let policy = Policy { conflict, ca_sources: source.into_iter().collect() };
            Cluster { objects, policy }
        },
    )
}
