//! What every situation holds Signet to: the tools that others have, and the mesh itself.

use serde_json::Value;
use signet_tests::facts::Facts;

use crate::mesh::{Mesh, Pod};

/// `signet pods` and `signet chain` say what istioctl and openssl read from the same Envoy, and what openssl
/// is served by it.
pub(crate) fn on_certificates(mesh: &Mesh) {
    let pods = mesh.workloads();
    for pod in &pods {
        let chain = without_repeats(mesh.by_istioctl(pod, "default"));
        assert_eq!(Facts::by_signet(&mesh.row(pod)["certificates"]), chain, "{pod:?}");
        let whole = mesh.signet(&["chain", &format!("{}/{}", pod.namespace, pod.name), "--roots"]);
        assert_eq!(Facts::by_signet(&whole["certificates"]), chain, "{pod:?}");
        assert_eq!(Facts::by_signet(&whole["roots"]), mesh.by_istioctl(pod, "ROOTCA"), "{pod:?}");
        if pod.app == "httpbin" {
            let client = pods.iter().find(|other| other.app == "sleep").expect("a client");
            assert_eq!(without_repeats(mesh.served(client, pod)), chain, "{pod:?}");
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

/// Whether the last certificate of a chain is among the roots of another proxy.
fn trusts(verifier: &Value, presenter: &Value) -> bool {
    let last = Facts::by_signet(&presenter["certificates"]).pop().expect("a chain");
    Facts::by_signet(&verifier["roots"]).contains(&last)
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
