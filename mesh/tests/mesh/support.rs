//! A small mesh: an istiod with the Kubernetes signers `foo` (the mesh default) and `bar`, its own CA,
//! and whatever a test puts into it.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SanType, date_time_ymd,
};
use serde_json::{Value, json};
use signet_certs::{Certificate, UnixTime, algorithms, formats::pem};
use signet_mesh::dump::{Dump, ReadError};
use signet_mesh::objects::{Kind, Object, ObjectName};
use signet_mesh::{Inventory, Observation, Workload};

/// When the test's certificates begin.
pub(crate) const START: UnixTime = UnixTime::from_seconds(1_795_500_000);
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A certificate authority.
pub(crate) struct Ca {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) certificate: Arc<Certificate>,
}

impl Ca {
    pub(crate) fn root(name: &str) -> Self {
        let (params, key) = (Self::params(name), KeyPair::generate().expect("a key"));
        let certificate = parsed(&params.self_signed(&key).expect("a root"));
        Self { issuer: Issuer::new(params, key), certificate }
    }

    pub(crate) fn intermediate(&self, name: &str) -> Self {
        self.intermediate_until(name, START.plus(365 * DAY))
    }

    pub(crate) fn intermediate_until(&self, name: &str, not_after: UnixTime) -> Self {
        let (mut params, key) = (Self::params(name), KeyPair::generate().expect("a key"));
        params.not_after = date_time_ymd(1970, 1, 1) + since_1970(not_after);
        let certificate = parsed(&params.signed_by(&key, &self.issuer).expect("an intermediate"));
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// A leaf for this account of namespace `app`, valid from [`START`] for `life` seconds.
    pub(crate) fn leaf(&self, account: &str, life: i64) -> Arc<Certificate> {
        self.leaf_with(&format!("spiffe://cluster.local/ns/app/sa/{account}"), &[], life)
    }

    pub(crate) fn leaf_with(&self, uri: &str, subject: &[(DnType, &str)], life: i64) -> Arc<Certificate> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        for (attribute, value) in subject {
            params.distinguished_name.push(attribute.clone(), *value);
        }
        params.subject_alt_names = vec![SanType::URI(uri.try_into().expect("an ASCII URI"))];
        params.use_authority_key_identifier_extension = true;
        params.not_before = date_time_ymd(1970, 1, 1) + since_1970(START);
        params.not_after = date_time_ymd(1970, 1, 1) + since_1970(START.plus(life));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().expect("a key");
        parsed(&params.signed_by(&key, &self.issuer).expect("a leaf"))
    }

    pub(crate) fn pem(&self) -> String {
        pem::encode("CERTIFICATE", self.certificate.der())
    }

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2040, 1, 1);
        params
    }
}

fn since_1970(time: UnixTime) -> std::time::Duration {
    std::time::Duration::from_secs(time.seconds().unsigned_abs())
}

fn parsed(certificate: &rcgen::Certificate) -> Arc<Certificate> {
    Arc::new(Certificate::parse(certificate.der()).expect("a certificate"))
}

/// The mesh of a test.
pub(crate) struct Mesh {
    pub(crate) inventory: Inventory,
    pub(crate) foo: Ca,
    pub(crate) bar: Ca,
    pub(crate) istiod: Ca,
}

impl Mesh {
    /// istiod signs through Kubernetes signers; `foo` is the mesh default.
    pub(crate) fn new() -> Self {
        let mut mesh = Self::bare();
        mesh.apply_all(mesh.control_plane(json!([
            {"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"},
            {"name": "CERT_SIGNER_DOMAIN", "value": "example.com"},
            {"name": "K8S_SIGNER", "value": "example.com/bar"},
        ])));
        mesh
    }

    /// istiod signs with its built-in CA.
    pub(crate) fn built_in() -> Self {
        let mut mesh = Self::bare();
        mesh.apply_all(mesh.control_plane(json!([])));
        mesh
    }

    pub(crate) fn bare() -> Self {
        Self {
            inventory: Inventory::new(algorithms::aws_lc_rs()),
            foo: Ca::root("foo"),
            bar: Ca::root("bar"),
            istiod: Ca::root("istiod"),
        }
    }

    pub(crate) fn control_plane(&self, env: Value) -> Vec<Observation> {
        let mesh = json!({
            "defaultConfig": {"proxyMetadata": {"ISTIO_META_CERT_SIGNER": "foo"}},
            "caCertificates": [
                {"certSigners": ["example.com/foo"], "pem": self.foo.pem()},
                {"certSigners": ["example.com/bar"], "pem": self.bar.pem()},
            ],
        });
        let config_map = |name: &str, data: Value| {
            put(
                json!({"kind": "ConfigMap", "metadata": {"namespace": "istio-system", "name": name}, "data": data}),
            )
        };
        let mut all = vec![
            put(json!({"kind": "Namespace", "metadata": {"name": "app"}})),
            config_map("istio", json!({"mesh": mesh.to_string()})),
            config_map("istio-ca-root-cert", json!({"root-cert.pem": self.istiod.pem()})),
            put(json!({
                "kind": "Deployment",
                "metadata": {"namespace": "istio-system", "name": "istiod", "labels": {"app": "istiod"}},
                "spec": {"template": {"spec": {"containers": [{"name": "discovery", "env": env}]}}},
            })),
        ];
        let kinds = [Kind::ConfigMap, Kind::Deployment, Kind::Namespace, Kind::Pod, Kind::ProxyConfig];
        all.extend(kinds.map(|kind| Observation::Synced { kind }));
        all
    }

    pub(crate) fn apply_all(&mut self, observations: Vec<Observation>) {
        for observation in observations {
            self.inventory.apply(observation);
        }
    }

    /// Runs a pod `web` whose proxy asks for `signer` and answers with this chain.
    pub(crate) fn run(&mut self, signer: Option<&str>, chain: &[&Arc<Certificate>]) {
        self.inventory.apply(pod("web", signer));
        self.inventory.apply(answer("web", START, Ok(presenting(chain))));
    }

    pub(crate) fn web(&self, now: UnixTime) -> Arc<Workload> {
        self.inventory.workload(&ObjectName::new("app", "web"), now).expect("the pod web")
    }
}

pub(crate) fn put(object: Value) -> Observation {
    Observation::Put { object: serde_json::from_value::<Object>(object).expect("an object") }
}

pub(crate) fn presenting(chain: &[&Arc<Certificate>]) -> Dump {
    Dump { chain: chain.iter().map(|certificate| Arc::clone(certificate)).collect(), ..Dump::default() }
}

pub(crate) fn answer(name: &str, at: UnixTime, answer: Result<Dump, ReadError>) -> Observation {
    Observation::Proxy { pod: ObjectName::new("app", name), at, answer }
}

/// A pod of namespace `app`, injected by Istio with this signer.
pub(crate) fn pod(name: &str, signer: Option<&str>) -> Observation {
    pod_with(name, signer, json!({}))
}

pub(crate) fn pod_with(name: &str, signer: Option<&str>, more: Value) -> Observation {
    let env: Vec<Value> =
        signer.iter().map(|signer| json!({"name": "ISTIO_META_CERT_SIGNER", "value": signer})).collect();
    let status = json!({"containers": ["istio-proxy"], "revision": "default"}).to_string();
    let mut object = json!({
        "kind": "Pod",
        "metadata": {
            "namespace": "app",
            "name": name,
            "labels": {"app": name, "pod-template-hash": "5b9c"},
            "annotations": {"sidecar.istio.io/status": status},
            "ownerReferences": [{"kind": "ReplicaSet", "name": format!("{name}-5b9c"), "controller": true}],
        },
        "spec": {
            "serviceAccountName": name,
            "containers": [
                {"name": "app", "image": "app"},
                {"name": "istio-proxy", "image": "proxyv2", "args": ["proxy", "sidecar"], "env": env},
            ],
        },
        "status": {"phase": "Running"},
    });
    json_patch::merge(&mut object, &more);
    put(object)
}
