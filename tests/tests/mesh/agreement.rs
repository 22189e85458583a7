//! What every situation holds Signet to: the tools that others have, and the mesh itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use signet_tests::facts::Facts;

use crate::mesh::{Mesh, Pod};

/// `signet pods` and `signet chain` say what istioctl and openssl read from the same Envoy, and what openssl
/// is served by it.
pub(crate) fn on_certificates(mesh: &Mesh) {
    let pods = mesh.workloads();
    let client = pods.iter().find(|pod| pod.app == "sleep").expect("a client");
    for pod in &pods {
        let said = |row: &Value| Facts::by_signet(&row["certificates"]);
        loop {
            let chain = said(&mesh.row(pod));
            let by_istioctl = without_repeats(mesh.by_istioctl(pod, "default"));
            let served = (pod.app == "httpbin").then(|| without_repeats(mesh.served(client, pod)));
            let whole = mesh.signet(&["chain", &format!("{}/{}", pod.namespace, pod.name), "--roots"]);
            // What was renewed meanwhile is compared again.
            if said(&mesh.row(pod)) == chain {
                assert_eq!(chain, by_istioctl, "{pod:?}");
                assert_eq!(said(&whole), chain, "{pod:?}");
                assert_eq!(Facts::by_signet(&whole["roots"]), mesh.by_istioctl(pod, "ROOTCA"), "{pod:?}");
                assert!(served.is_none_or(|served| served == chain), "{pod:?}");
                break;
            }
        }
    }
}

/// `signet trust` of every pod to every server: each yes connects under STRICT mutual TLS, and each no fails on
/// verification and names a root that the other side has and this one lacks. Counts both.
pub(crate) fn on_trust(mesh: &Mesh) -> (usize, usize) {
    let (mut connected, mut refused) = (0, 0);
    let pods = mesh.workloads();
    let said = mesh.signet(&["trust"]);
    for client in &pods {
        for server in pods.iter().filter(|pod| pod.app == "httpbin" && *pod != client) {
            let pair = pair(&said, client, server);
            let answer = mesh.call(client, &server.namespace);
            let yes = pair["verdict"] == "yes";
            assert_eq!(answer.status, if yes { 200 } else { 503 }, "{pair} {answer:?}");
            if yes {
                let identity = format!("spiffe://cluster.local/ns/{}/sa/default", client.namespace);
                assert!(answer.body.contains(&identity), "the peer is the one who called: {answer:?}");
                connected += 1;
            } else {
                assert_eq!(pair["verdict"], "no", "{pair}");
                names_the_root(mesh, pair, client, server);
                refused += 1;
            }
        }
    }
    println!("{connected} pairs connected and {refused} were refused, as said");
    (connected, refused)
}

fn pair<'a>(said: &'a Value, client: &Pod, server: &Pod) -> &'a Value {
    let name = |pod: &Pod| format!("{}/{}", pod.namespace, pod.name);
    let (client, server) = (name(client), name(server));
    let mut pairs = said["pairs"].as_array().expect("pairs").iter();
    pairs
        .find(|pair| pair["client"] == client.as_str() && pair["server"] == server.as_str())
        .unwrap_or_else(|| panic!("no answer for {client} and {server}: {said}"))
}

fn names_the_root(mesh: &Mesh, pair: &Value, client: &Pod, server: &Pod) {
    let reasons = pair["reasons"].as_array().expect("reasons");
    assert!(!reasons.is_empty(), "{pair}");
    let roots = |pod: &Pod| mesh.by_istioctl(pod, "ROOTCA");
    for reason in reasons {
        let (refuser, other) = if reason["side"] == "client" { (client, server) } else { (server, client) };
        let missing = &reason["missingRoot"]["fingerprintSha256"];
        let has = |pod: &Pod| roots(pod).iter().any(|root| *missing == root.fingerprint.as_str());
        assert!(has(other) && !has(refuser), "{reason}");
    }
}

/// `signet signers` says of each ClusterIssuer whether it is ready, and why, as cert-manager does, and how the
/// pods fare that ask for it.
pub(crate) fn on_signers(mesh: &Mesh) {
    let verdicts = |signer: &str| {
        let rows = mesh.signet(&["pods", "-A"]);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in
            rows["items"].as_array().expect("rows").iter().filter(|row| row["signer"]["requested"] == signer)
        {
            *counts.entry(row["verdict"].as_str().expect("a verdict").to_owned()).or_default() += 1;
        }
        json!(counts)
    };
    let issuers = mesh.object(&["get", "clusterissuers", "--output=json"]);
    for issuer in issuers["items"].as_array().expect("issuers") {
        let name = issuer["metadata"]["name"].as_str().expect("a name");
        let ready = issuer["status"]["conditions"].as_array().expect("conditions").iter();
        let ready = ready.clone().find(|condition| condition["type"] == "Ready").expect("it is ready or not");
        loop {
            let pods = verdicts(name);
            let said = mesh.signet(&["signers"]);
            let signers = said["items"].as_array().expect("signers");
            let full_name = format!("clusterissuers.cert-manager.io/{name}");
            let signer = signers.iter().find(|signer| signer["signerName"] == full_name).expect(name);
            // What was started or ended meanwhile is counted again.
            if verdicts(name) == pods {
                assert_eq!(signer["ready"], ready["status"] == "True", "{signer}");
                assert_eq!(signer["reason"].as_str(), ready["message"].as_str(), "{signer}");
                assert_eq!(signer["pods"], pods, "{signer}");
                break;
            }
        }
    }
}

/// Signet shows a certificate that is served twice once, and names the repeat in a finding.
fn without_repeats(served: Vec<Facts>) -> Vec<Facts> {
    let mut once: Vec<Facts> = Vec::new();
    for certificate in served {
        if !once.contains(&certificate) {
            once.push(certificate);
        }
    }
    once
}
