//! What every situation holds Signet to: the tools that others have, and the mesh itself.

use serde_json::Value;
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

/// Whoever trusts each other's roots by what Signet says connects, and nobody else. Counts the pairs that
/// connected, and those that were refused.
pub(crate) fn on_trust(mesh: &Mesh) -> (usize, usize) {
    let (mut connected, mut refused) = (0, 0);
    let pods = mesh.workloads();
    for client in pods.iter().filter(|pod| pod.app == "sleep") {
        for server in pods.iter().filter(|pod| pod.app == "httpbin") {
            let said = mutual(mesh, client, server);
            let answer = mesh.call(client, &server.namespace);
            assert_eq!(answer.status, if said { 200 } else { 503 }, "{client:?} -> {server:?}: {answer:?}");
            if said {
                let identity = format!("spiffe://cluster.local/ns/{}/sa/default", client.namespace);
                assert!(answer.body.contains(&identity), "the peer is the one who called: {answer:?}");
                connected += 1;
            } else {
                refused += 1;
            }
        }
    }
    println!("{connected} pairs connected and {refused} were refused, as said");
    (connected, refused)
}

fn mutual(mesh: &Mesh, client: &Pod, server: &Pod) -> bool {
    let (client, server) = (mesh.row(client), mesh.row(server));
    trusts(&client, &server) && trusts(&server, &client)
}

/// Whether a root of one proxy is the last certificate of the other one's chain, or has the key that the
/// last one names as its issuer's.
fn trusts(verifier: &Value, presenter: &Value) -> bool {
    let last = presenter["certificates"].as_array().and_then(|chain| chain.last()).expect("a chain");
    let roots = verifier["roots"].as_array().expect("a list");
    roots.iter().any(|root| {
        let is_issuer = last.get("authorityKeyId").is_some_and(|issuer| *issuer == root["subjectKeyId"]);
        root["fingerprintSha256"] == last["fingerprintSha256"] || is_issuer
    })
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
