//! The objects that configure the embedded mesh: two istiods with their mesh configs, the
//! ProxyConfigs, the namespaces; and the authorities behind the signers.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::DnType::{CommonName, CountryName, OrganizationName};
use serde_json::{Value, json};
use signet_certs::{UnixTime, yaml};
use signet_mesh::Signers;
use signet_mesh::config::{ControlPlane, MeshConfig};
use signet_mesh::names::{
    CA_CONFIG_MAP, CERT_SIGNER, POLICY_CONFIG_MAP, POLICY_KEY, SIGNET_NAMESPACE, SPIRE_DRIVER,
};
use signet_mesh::objects::{Object, ProxyConfig};
use signet_mesh::review::State;

use crate::authority::Authority;
use crate::scenario::{
    CHOICES, CONTROL_PLANE, Choice, DAY, DEFAULT_SIGNER, FALLBACK_SIGNER, For, LEGACY, SIGNER_DOMAIN, SPACES,
    TRUST_DOMAIN,
};
use crate::seed::Seed;

/// The authority of istiod's own, plugged-in CA.
pub(crate) const BUILT_IN: &str = "istiod";
/// The authority of SPIRE.
pub(crate) const SPIRE: &str = "spire";
/// An authority that nobody uses any more.
const RETIRED: &str = "retired";

/// The authorities by name: one per signer, and those that no signer knows.
pub(crate) fn authorities(seed: Seed, start: UnixTime) -> BTreeMap<&'static str, Authority> {
    let root = |label, name| Authority::root(seed, label, name, start);
    let acme = root("acme", &[(OrganizationName, "Acme"), (CommonName, "Acme Root CA")]);
    let bar = root("bar", &[(OrganizationName, "Bar"), (CommonName, "bar root")]);
    let upstream = root("upstream", &[(OrganizationName, "Acme"), (CommonName, "Acme Workload Root")]);
    BTreeMap::from([
        (DEFAULT_SIGNER, root(DEFAULT_SIGNER, &[(CommonName, "istio-system")])),
        ("foo", root("foo", &[(CommonName, "foo")])),
        // The same name with the key that it had before it was renewed.
        ("foo-before", root("foo-before", &[(CommonName, "foo")])),
        ("bar", bar.intermediate("bar-1", &[(OrganizationName, "Bar"), (CommonName, "bar 1")], start, 365)),
        (FALLBACK_SIGNER, root(FALLBACK_SIGNER, &[(CommonName, "platform")])),
        (RETIRED, root(RETIRED, &[(OrganizationName, "Acme"), (CommonName, "Acme Root CA 1")])),
        (
            BUILT_IN,
            acme.intermediate(BUILT_IN, &[(OrganizationName, "Istio"), (CommonName, "Istio CA")], start, 730),
        ),
        (
            SPIRE,
            upstream
                .intermediate(SPIRE, &[(CountryName, "US"), (OrganizationName, "SPIFFE")], start, 90)
                .into_spire(),
        ),
    ])
}

/// The objects of the control planes, as the API server holds them.
pub(crate) fn objects(authorities: &BTreeMap<&'static str, Authority>, start: UnixTime) -> Vec<Object> {
    let root = |name: &str| authorities.get(name).map(Authority::root_pem).unwrap_or_default();
    let created = start.plus(-90 * DAY);
    let mut objects: Vec<Value> = SPACES
        .iter()
        .flat_map(|space| {
            let labels = match space.revision {
                _ if space.name == CONTROL_PLANE => json!({}),
                Some(revision) => json!({"istio.io/rev": revision}),
                None => json!({"istio-injection": "enabled"}),
            };
            [
                json!({
                    "kind": "Namespace",
                    "metadata": {"name": space.name, "labels": labels, "creationTimestamp": created},
                }),
                config_map(space.name, "istio-ca-root-cert", "root-cert.pem", &root(BUILT_IN), created),
            ]
        })
        .collect();
    let ca_certificates: Vec<Value> = [DEFAULT_SIGNER, "foo", "bar", FALLBACK_SIGNER]
        .map(|signer| json!({"certSigners": [format!("{SIGNER_DOMAIN}/{signer}")], "pem": root(signer)}))
        .into();
    let mesh = json!({
        "rootNamespace": CONTROL_PLANE,
        "trustDomain": TRUST_DOMAIN,
        "defaultConfig": {"proxyMetadata": {CERT_SIGNER: DEFAULT_SIGNER}},
        "caCertificates": ca_certificates,
    });
    let legacy_mesh = json!({"rootNamespace": CONTROL_PLANE, "trustDomain": TRUST_DOMAIN});
    objects.push(config_map(CONTROL_PLANE, "istio", "mesh", &yaml::to_string(&mesh), created));
    objects.push(config_map(CONTROL_PLANE, "istio-legacy", "mesh", &yaml::to_string(&legacy_mesh), created));
    objects.push(istiod(
        "istiod",
        "default",
        created,
        &json!([
            {"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"},
            {"name": "CERT_SIGNER_DOMAIN", "value": SIGNER_DOMAIN},
            {"name": "K8S_SIGNER", "value": format!("{SIGNER_DOMAIN}/{FALLBACK_SIGNER}")},
        ]),
    ));
    objects.push(istiod("istiod-legacy", LEGACY, created, &json!([])));
    objects.extend(CHOICES.iter().map(|choice| proxy_config(choice, start)));
    objects.extend(holders_of_roots(authorities, created));
    objects.push(config_map(
        SIGNET_NAMESPACE,
        POLICY_CONFIG_MAP,
        POLICY_KEY,
        "conflict: override\n",
        created,
    ));
    objects.extend([(CONTROL_PLANE, "STRICT"), ("legacy", "PERMISSIVE")].map(|(namespace, mode)| {
        json!({
            "kind": "PeerAuthentication",
            "metadata": {"namespace": namespace, "name": "default", "creationTimestamp": created},
            "spec": {"mtls": {"mode": mode}},
        })
    }));
    objects.push(json!({
        "kind": "CSIDriver",
        "metadata": {"name": SPIRE_DRIVER, "creationTimestamp": created},
    }));
    // Every object above is of a kind and shape that `Object` reads; a test counts them.
    objects.iter().filter_map(|object| serde::Deserialize::deserialize(object).ok()).collect()
}

/// The objects that hold roots, and cert-manager's issuers: one of them is not ready.
fn holders_of_roots(authorities: &BTreeMap<&'static str, Authority>, created: UnixTime) -> Vec<Value> {
    let root = |name: &str| authorities.get(name).map(Authority::root_pem).unwrap_or_default();
    let signing = authorities.get(BUILT_IN).map(Authority::own_pem).unwrap_or_default();
    let mut objects = vec![
        json!({
            "kind": "Secret",
            "metadata": {"namespace": CONTROL_PLANE, "name": "cacerts", "creationTimestamp": created},
            "data": {
                "ca-cert.pem": STANDARD.encode(signing),
                "root-cert.pem": STANDARD.encode(root(BUILT_IN)),
            },
        }),
        json!({
            "kind": "ClusterTrustBundle",
            "metadata": {"name": "acme-before", "creationTimestamp": created},
            "spec": {"trustBundle": root(RETIRED)},
        }),
    ];
    for (namespace, signer) in [("bar", "bar"), ("foo", "foo")] {
        let key = Signers::ca_key(&format!("{SIGNER_DOMAIN}/{signer}"));
        objects.push(config_map(namespace, CA_CONFIG_MAP, &key, &root(signer), created));
    }
    let ready = ("True", "Signing CA verified");
    let broken = ("False", "Error getting keypair for CA issuer: secrets \"staging-ca\" not found");
    let issuers = [
        (DEFAULT_SIGNER, ready),
        ("foo", ready),
        ("bar", ready),
        (FALLBACK_SIGNER, ready),
        ("staging", broken),
    ];
    objects.extend(issuers.map(|(name, (status, message))| {
        json!({
            "kind": "ClusterIssuer",
            "metadata": {"name": name, "creationTimestamp": created},
            "spec": {"ca": {"secretName": format!("{name}-ca")}},
            "status": {"conditions": [{"type": "Ready", "status": status, "message": message}]},
        })
    }));
    objects
}

fn config_map(namespace: &str, name: &str, key: &str, text: &str, created: UnixTime) -> Value {
    json!({
        "kind": "ConfigMap",
        "metadata": {"namespace": namespace, "name": name, "creationTimestamp": created},
        "data": {key: text},
    })
}

fn istiod(name: &str, revision: &str, created: UnixTime, env: &Value) -> Value {
    json!({
        "kind": "Deployment",
        "metadata": {
            "namespace": CONTROL_PLANE,
            "name": name,
            "labels": {"app": "istiod", "istio.io/rev": revision},
            "creationTimestamp": created,
        },
        "spec": {"template": {"spec": {"containers": [{"name": "discovery", "env": env}]}}},
    })
}

fn proxy_config(choice: &Choice, start: UnixTime) -> Value {
    let mut spec = json!({"environmentVariables": {CERT_SIGNER: choice.signer}});
    match choice.whom {
        For::Everyone => {}
        For::App(app) => spec["selector"] = json!({"matchLabels": {"app": app}}),
        For::Nobody => spec["selector"] = json!({}),
    }
    json!({
        "kind": "ProxyConfig",
        "metadata": {
            "namespace": choice.namespace,
            "name": choice.name,
            "creationTimestamp": start.plus(-choice.age),
        },
        "spec": spec,
    })
}

/// What a webhook of this revision knew at `at`: the ProxyConfigs that were there by then.
pub(crate) fn known_at(objects: &[Object], revision: &str, at: UnixTime) -> State {
    let name = if revision == LEGACY { "istio-legacy" } else { "istio" };
    let mesh = objects.iter().find_map(|object| match object {
        Object::ConfigMap(config_map) if config_map.metadata.name == name => MeshConfig::of(config_map)?.ok(),
        _ => None,
    });
    let control_plane = objects.iter().find_map(|object| match object {
        Object::Deployment(deployment) => ControlPlane::of(deployment).filter(|it| it.revision == revision),
        _ => None,
    });
    let mut by_namespace: BTreeMap<String, Vec<ProxyConfig>> = BTreeMap::new();
    for object in objects {
        if let Object::ProxyConfig(proxy_config) = object
            && proxy_config.metadata.creation_timestamp.is_none_or(|created| created <= at)
        {
            by_namespace
                .entry(proxy_config.metadata.namespace.clone())
                .or_default()
                .push(proxy_config.clone());
        }
    }
    let mesh = mesh.unwrap_or_default();
    let signers = Signers::new(&mesh, control_plane.unwrap_or_default(), None);
    State {
        mesh: Arc::new(mesh),
        proxy_configs: by_namespace.into_iter().map(|(name, list)| (name, list.into())).collect(),
        signers: Arc::new(signers),
        ..State::default()
    }
}
