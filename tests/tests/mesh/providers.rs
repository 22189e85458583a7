//! Who made istiod's certificate, and by which file an agent verifies it: what Istio's template mounts, what
//! it leaves out, and that an agent starts because Signet completes it.

use std::time::Duration;

use serde_json::{Value, json};
use signet_tests::facts::{Facts, pem_blocks};
use signet_tests::testbed::{Authority, KeyKind, wait};

use crate::agreement;
use crate::mesh::{Mesh, PATIENCE, Pod};
use crate::namespace::{Namespace, of_proxy};

/// Of an identity that nobody renews.
const LIFETIME: Duration = Duration::from_hours(1);
/// The volume in which Signet brings istiod's root.
const OUR_ROOT: &str = "signet-istiod-root";

#[test]
fn agents_start_with_every_provider_because_of_what_signet_mounts() {
    let mesh = Mesh::start("providers");
    agreement::on_certificates(&mesh);
    assert_eq!(agreement::on_trust(&mesh), (2, 4), "foo and bar reach themselves alone");
    of_a_signer_in_kubernetes(&mesh);
    without_signet(&mesh);
    agent_roots(&mesh);
    identity_from_files(&mesh);
    custom(&mesh);
    istiod(&mesh);
}

/// `foo` came up: its agents read the root at the place where Istio's template mounts it for others.
fn of_a_signer_in_kubernetes(mesh: &Mesh) {
    for pod in mesh.pods("foo") {
        assert_eq!(mounts(mesh, &pod, "/var/run/secrets/istio"), [OUR_ROOT], "{pod:?}");
        let root = mesh.file(&pod, "/var/run/secrets/istio/root-cert.pem");
        assert_eq!(vec![Facts::by_openssl(&root)], [signer_root(mesh, "istio-system")], "istiod's");
        let row = mesh.row(&pod);
        assert_eq!((&row["verdict"], &row["signer"]["actual"]), (&json!("ok"), &json!("foo")), "{row}");
    }
}

/// The same pod where Signet is not asked: its agent ends, and says which file it misses.
fn without_signet(mesh: &Mesh) {
    let exclude = json!([{
        "op": "add",
        "path": "/webhooks/0/namespaceSelector/matchExpressions/0/values/-",
        "value": "without",
    }]);
    let patch = exclude.to_string();
    let place = ["patch", "mutatingwebhookconfiguration", "zz-signet", "--type=json", "--patch", &patch];
    mesh.kubectl().run(&place).expect("Signet leaves the namespace alone");
    let without = Namespace::new(mesh, "without");
    without.ask("foo", &json!({}));
    without.admitted_once("Signet is not asked", |pod| {
        of_proxy(pod, "volumeMounts").all(|mount| mount["name"] != OUR_ROOT)
    });
    without.deploy_sleep();
    wait::until("an agent that ends", PATIENCE, || {
        let log = without.kubectl(&["logs", "deployment/sleep", "--container=istio-proxy"]);
        match log.map_err(|failure| failure.to_string())? {
            log if log.contains("root CA file for CA does not exist") => Ok(()),
            log => Err(log),
        }
    })
    .expect("it ends for want of istiod's root");
    without.kubectl(&["delete", "deployment", "sleep"]).expect("it has shown what it was for");
}

/// `bar` asks for it: one file with istiod's root and bar's, and only bar's for its peers.
fn agent_roots(mesh: &Mesh) {
    let (istiods, bars) = (signer_root(mesh, "istio-system"), signer_root(mesh, "bar"));
    for pod in mesh.pods("bar") {
        let file = mesh.file(&pod, "/var/run/secrets/signet/ca/agent-roots.pem");
        let roots: Vec<Facts> = pem_blocks(&file).iter().map(|pem| Facts::by_openssl(pem)).collect();
        assert_eq!(roots, [istiods.clone(), bars.clone()], "{pod:?}");
        assert_eq!(mesh.by_istioctl(&pod, "ROOTCA"), std::slice::from_ref(&bars), "{pod:?}");
        assert!(mounts(mesh, &pod, "/var/run/secrets/istio").is_empty(), "there is no need for it: {pod:?}");
    }
}

/// An identity that somebody else keeps in Secret `istio.default`: the proxy has that, and istiod signs none.
fn identity_from_files(mesh: &Mesh) {
    let authority = Authority::root("files", KeyKind::P256).expect("an authority");
    let identity =
        authority.workload("spiffe://cluster.local/ns/files/sa/default", LIFETIME).expect("an identity");
    let files = Namespace::new(mesh, "files");
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": { "namespace": "files", "name": "istio.default" },
        "stringData": {
            "cert-chain.pem": identity.chain,
            "key.pem": identity.key,
            "root-cert.pem": authority.pem(),
        },
    });
    mesh.apply(&secret);
    files.ask("foo", &json!({ "signet.dev/mount-mtls-certs": "true", "signet.dev/agent-roots": "true" }));
    files.deploy_sleep();
    let is_ours = |row: &Value| {
        row["certificates"][0]["issuer"].as_str().is_some_and(|issuer| issuer.contains("CN=files"))
    };
    let (pod, row) = files.restart_until("it has the certificate of the files", is_ours);
    assert_eq!(mounts(mesh, &pod, "/etc/certs"), ["signet-mtls-certs"]);
    assert_eq!(row["signer"].get("actual"), None, "no signer of this mesh signed it: {row}");
    files.kubectl(&["delete", "deployment", "sleep"]).expect("it has shown what it was for");
}

/// With provider `custom` the agent reads `/etc/certs`, and so does what verifies peers; `agent-roots` keeps
/// the two apart.
fn custom(mesh: &Mesh) {
    inject_as(mesh, "custom");
    let custom = Namespace::with_sleep(mesh, "custom", "foo");
    let (pod, _) = custom.restart_until("its provider is custom", |row| provider_of(mesh, row) == "custom");
    assert_eq!(mounts(mesh, &pod, "/etc/certs"), [OUR_ROOT]);
    assert_eq!(mesh.by_istioctl(&pod, "ROOTCA"), [signer_root(mesh, "istio-system")], "not foo's");
    let explained = mesh.signet(&["explain", &format!("custom/{}", pod.name)]);
    let warnings = explained["items"][0]["decision"]["warnings"].to_string();
    assert!(warnings.contains("Set signet.dev/agent-roots"), "Signet says so: {explained}");

    custom.ask("foo", &json!({ "signet.dev/agent-roots": "true" }));
    let (pod, row) = custom
        .restart_until("nothing is in /etc/certs", |row| mounts(mesh, &named(row), "/etc/certs").is_empty());
    assert_eq!(mesh.by_istioctl(&pod, "ROOTCA"), [signer_root(mesh, "foo")], "{row}");
}

/// With provider `istiod` Istio mounts all by itself, and nothing is added.
fn istiod(mesh: &Mesh) {
    inject_as(mesh, "istiod");
    let plain = Namespace::with_sleep(mesh, "plain", "foo");
    let (pod, _) = plain.restart_until("its provider is istiod", |row| provider_of(mesh, row) == "istiod");
    assert_eq!(mounts(mesh, &pod, "/var/run/secrets/istio"), ["istiod-ca-cert"]);
}

/// Has Istio's template render another provider from now on; istiod reads it a moment later.
fn inject_as(mesh: &Mesh, provider: &str) {
    let place = ["--namespace=istio-system", "get", "configmap", "istio-sidecar-injector", "--output=json"];
    let mut injector = mesh.object(&place);
    let mut values: Value =
        serde_json::from_str(injector["data"]["values"].as_str().expect("values")).expect("JSON");
    values["global"]["pilotCertProvider"] = provider.into();
    injector["data"]["values"] = values.to_string().into();
    mesh.apply(&injector);
}

fn provider_of(mesh: &Mesh, row: &Value) -> String {
    let proxy = proxy_of(mesh, &named(row));
    let variables = proxy["env"].as_array().expect("variables").iter();
    let mut provider = variables.filter(|variable| variable["name"] == "PILOT_CERT_PROVIDER");
    provider.next().and_then(|variable| variable["value"].as_str()).unwrap_or_default().to_owned()
}

fn named(row: &Value) -> Pod {
    let text = |key: &str| row[key].as_str().expect("text").to_owned();
    Pod { namespace: text("namespace"), name: text("name"), app: "sleep".to_owned() }
}

/// The volumes that a pod's proxy has mounted at this path.
fn mounts(mesh: &Mesh, pod: &Pod, path: &str) -> Vec<String> {
    let proxy = proxy_of(mesh, pod);
    let mounts = proxy["volumeMounts"].as_array().expect("mounts").iter();
    let at =
        mounts.filter(|mount| mount["mountPath"].as_str().is_some_and(|at| at.trim_end_matches('/') == path));
    at.map(|mount| mount["name"].as_str().expect("a name").to_owned()).collect()
}

fn proxy_of(mesh: &Mesh, pod: &Pod) -> Value {
    let place = ["--namespace", &pod.namespace, "get", "pod", &pod.name, "--output=json"];
    let pod = mesh.object(&place);
    let mut containers = pod["spec"]["initContainers"].as_array().expect("containers").iter();
    containers.find(|container| container["name"] == "istio-proxy").expect("a sidecar").clone()
}

/// The root of one of cert-manager's signers, from its Secret.
fn signer_root(mesh: &Mesh, signer: &str) -> Facts {
    Facts::by_openssl(&mesh.secret("cert-manager", &format!("{signer}-ca"), "tls.crt"))
}
