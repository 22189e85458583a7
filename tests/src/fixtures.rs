//! Inputs for commands: certificates of the embedded mesh, which are the same for a seed, in the
//! shapes in which people have them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use signet_certs::UnixTime;
use signet_certs::formats::pem;
use signet_demo::Demo;
use signet_mesh::Observation;

/// When the embedded mesh's day begins; its certificates are valid then.
pub const NOW: &str = "2026-11-24T09:00:00Z";

/// The chain of one workload and the roots that it trusts, each certificate as PEM.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Leaf first.
    pub chain: Vec<String>,
    /// The trust anchors.
    pub roots: Vec<String>,
}

/// What the first pod of `namespace` whose name starts with `name` presents in the embedded mesh.
pub fn identity(namespace: &str, name: &str) -> Identity {
    let start: UnixTime = NOW.parse().expect("a time");
    let observations = Demo::new(1, start).step(start);
    let dump = observations.into_iter().find_map(|observation| match observation {
        Observation::Proxy { pod, answer: Ok(dump), .. }
            if pod.namespace == namespace && pod.name.starts_with(name) =>
        {
            Some(dump)
        }
        _ => None,
    });
    let dump = dump.unwrap_or_else(|| panic!("the embedded mesh has no readable proxy {namespace}/{name}"));
    let encode = |certificates: &[std::sync::Arc<signet_certs::Certificate>]| -> Vec<String> {
        certificates.iter().map(|certificate| pem::encode("CERTIFICATE", certificate.der())).collect()
    };
    Identity { chain: encode(&dump.chain), roots: encode(&dump.roots) }
}

/// A `kubernetes.io/tls` Secret as `kubectl get -o yaml` prints it.
pub fn tls_secret(name: &str, chain: &str, root: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: foo\ntype: kubernetes.io/tls\ndata:\n  tls.crt: {}\n  ca.crt: {}\n",
        STANDARD.encode(chain),
        STANDARD.encode(root)
    )
}
