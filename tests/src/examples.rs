//! The examples of the page: the situations of the embedded mesh, in the shapes in which people have
//! them.

use serde_json::{Value, json};

use crate::fixtures::{Identity, NOW, identity, tls_secret};

/// Every example, as the page reads them.
pub fn examples() -> Value {
    let proxy = |namespace: &str, name: &str| dump(namespace, name, &identity(namespace, name));
    json!([
        example(
            ("two-signers", "Two signers, no trust"),
            "Workloads of foo and bar have certificates of their own signers, and neither trusts the other's root.",
            [proxy("foo", "httpbin"), proxy("bar", "sleep")],
        ),
        example(
            ("default-signer", "One signer for the mesh"),
            "Two workloads with the mesh's default signer: they can talk.",
            [proxy("shop", "productpage"), proxy("shop", "details")],
        ),
        example(
            ("new-key", "A CA that renewed with a new key"),
            "search was signed before the CA of foo got its new key; httpbin after. Same name, other key.",
            [proxy("foo", "search"), root_of("foo-now", "foo", "httpbin")],
        ),
        example(
            ("drift", "Older than its ProxyConfig"),
            "checkout still has the default signer's certificate although its namespace asks for foo.",
            [proxy("foo", "checkout"), proxy("foo", "httpbin")],
        ),
        example(
            ("plugged-in-ca", "istiod's own CA with an intermediate"),
            "A plugged-in CA: leaf, intermediate and root, and the ConfigMap that hands the root out.",
            [
                proxy("legacy", "billing"),
                config_map("istio-ca-root-cert", "legacy", &identity("legacy", "billing"))
            ],
        ),
        example(
            ("wrong-signer", "Asked for one signer, signed by another"),
            "invoicing asked istiod's built-in CA for foo; it signs by itself and says nothing.",
            [proxy("legacy", "invoicing"), proxy("foo", "httpbin")],
        ),
        example(
            ("spire", "SPIRE under an upstream CA"),
            "A chain by SPIRE whose root comes in a bundle per trust domain.",
            [proxy("research", "notebook"), proxy("research", "scheduler")],
        ),
        example(
            ("k8s-signer", "No signer chosen: K8S_SIGNER"),
            "The pod asks for none, so istiod's K8S_SIGNER decides.",
            [proxy("platform", "config-server"), proxy("shop", "details")],
        ),
        example(
            ("expired", "Expired, ending, overdue"),
            "Three agents that do not renew: one certificate is over, one ends soon, one is past half of its life.",
            [
                proxy("payments", "fraud-check"),
                proxy("payments", "ledger"),
                proxy("payments", "notifications")
            ],
        ),
        example(
            ("unreachable", "A proxy that does not answer"),
            "Asking the proxy of orders gave an error and no certificate; httpbin's answered.",
            [refusal("orders"), proxy("foo", "httpbin")],
        ),
        example(
            ("out-of-order", "A chain in the wrong order"),
            "A kubernetes.io/tls Secret whose chain begins with the root.",
            [reversed_secret()],
        ),
        example(
            ("openssl", "openssl s_client -showcerts"),
            "What a server presents, with the text around it.",
            [s_client()],
        ),
    ])
}

fn example<const N: usize>((id, title): (&str, &str), about: &str, inputs: [(String, String); N]) -> Value {
    let inputs: Vec<_> = inputs.into_iter().map(|(name, text)| json!({"name": name, "text": text})).collect();
    json!({"id": id, "title": title, "about": about, "time": NOW, "trusted": false, "inputs": inputs})
}

/// As `istioctl proxy-config secret -o json` prints it.
fn dump(namespace: &str, name: &str, identity: &Identity) -> (String, String) {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let encoded = |certificates: &[String]| STANDARD.encode(certificates.concat());
    let dump = json!({"dynamicActiveSecrets": [
        {"name": "default", "secret": {"name": "default", "tlsCertificate": {
            "certificateChain": {"inlineBytes": encoded(&identity.chain)},
            "privateKey": {"inlineBytes": STANDARD.encode("[redacted]")},
        }}},
        {"name": "ROOTCA", "secret": {"name": "ROOTCA", "validationContext": {
            "trustedCa": {"inlineBytes": encoded(&identity.roots)},
        }}},
    ]});
    (format!("{namespace}-{name}.json"), format!("{dump:#}\n"))
}

/// What istioctl prints when the admin port of a proxy does not answer.
fn refusal(name: &str) -> (String, String) {
    let text = "Error: failed to execute command on the sidecar: dial tcp 127.0.0.1:15000: connect: connection refused\n";
    (format!("{name}.txt"), text.to_owned())
}

fn root_of(file: &str, namespace: &str, name: &str) -> (String, String) {
    (format!("{file}.pem"), identity(namespace, name).roots.concat())
}

fn config_map(name: &str, namespace: &str, identity: &Identity) -> (String, String) {
    let indented = identity.roots.concat().trim_end().replace('\n', "\n    ");
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  namespace: {namespace}\ndata:\n  root-cert.pem: |\n    {indented}\n"
    );
    (format!("{name}.yaml"), text)
}

fn reversed_secret() -> (String, String) {
    let identity = identity("bar", "sleep");
    let chain: String = identity.chain.iter().rev().map(String::as_str).collect();
    ("sleep-tls.yaml".to_owned(), tls_secret("sleep-tls", &chain, &identity.roots.concat()))
}

fn s_client() -> (String, String) {
    let identity = identity("istio-system", "istio-ingressgateway");
    let blocks: Vec<_> =
        identity.chain.iter().enumerate().map(|(index, pem)| format!(" {index} s:\n   i:\n{pem}")).collect();
    let blocks = blocks.concat();
    let text = format!(
        "CONNECTED(00000003)\n---\nCertificate chain\n{blocks}---\nNo client certificate CA names sent\n---\n"
    );
    ("s_client.txt".to_owned(), text)
}
