//! A certificate authority of one's own behind Kubernetes' API for certificates, as a company's may be: whoever
//! asks its signer, and is approved, gets a certificate.

use std::io::BufReader;
use std::process::{Child, ChildStdout, Stdio};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Deserializer, Value, json};

use crate::testbed::{Authority, Failure, KeyKind, Kubectl};

/// The controller of one signer; it works until this is dropped.
pub(super) struct OwnSigner {
    watch: Child,
}

impl OwnSigner {
    /// Publishes the root as Secret `istio-system/external-ca-cert`, whose `root-cert.pem` istiod reads when
    /// it is mounted, and begins to sign.
    pub(super) fn start(signer: &str, kubectl: &Kubectl) -> Result<Self, Failure> {
        let authority = Authority::root(signer, KeyKind::P256)?;
        let secret = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "namespace": "istio-system", "name": "external-ca-cert" },
            "stringData": { "root-cert.pem": authority.pem() },
        });
        kubectl.namespace("istio-system")?;
        kubectl.apply(&secret.to_string())?;
        let mut watch = kubectl
            .command(["get", "certificatesigningrequests", "--watch", "--output=json"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|reason| Failure::Start { program: "kubectl get --watch".to_owned(), reason })?;
        if let Some(requests) = watch.stdout.take() {
            let (signer, kubectl) = (signer.to_owned(), kubectl.clone());
            thread::spawn(move || sign_all(requests, &signer, &authority, &kubectl));
        }
        Ok(Self { watch })
    }
}

impl Drop for OwnSigner {
    fn drop(&mut self) {
        // The only error is that it has ended already.
        let _ = self.watch.kill();
        let _ = self.watch.wait();
    }
}

/// Signs what is approved, until the watch ends.
fn sign_all(requests: ChildStdout, signer: &str, authority: &Authority, kubectl: &Kubectl) {
    let requests = Deserializer::from_reader(BufReader::new(requests)).into_iter::<Value>();
    for request in requests.map_while(Result::ok).filter(|request| is_due(request, signer)) {
        let name = request["metadata"]["name"].as_str().unwrap_or_default();
        if let Err(failure) = sign(&request, authority, kubectl) {
            eprintln!("{signer}: {name} is not signed: {failure}");
        }
    }
}

/// Whether a request is ours, was approved, and has no certificate yet.
fn is_due(request: &Value, signer: &str) -> bool {
    let conditions = request["status"]["conditions"].as_array();
    let approved = conditions.into_iter().flatten().any(|condition| condition["type"] == "Approved");
    request["spec"]["signerName"] == signer && approved && request["status"].get("certificate").is_none()
}

fn sign(request: &Value, authority: &Authority, kubectl: &Kubectl) -> Result<(), Failure> {
    let refused = |reason: String| Failure::Command { command: "signing".to_owned(), reason };
    let pem = STANDARD
        .decode(request["spec"]["request"].as_str().unwrap_or_default())
        .map_err(|reason| refused(reason.to_string()))?;
    let chain = authority.sign(&String::from_utf8_lossy(&pem))?;
    let mut signed = request.clone();
    signed["status"]["certificate"] = STANDARD.encode(chain).into();
    let name = request["metadata"]["name"].as_str().unwrap_or_default();
    let place = format!("/apis/certificates.k8s.io/v1/certificatesigningrequests/{name}/status");
    kubectl.replace(&place, &signed.to_string()).map(drop)
}
