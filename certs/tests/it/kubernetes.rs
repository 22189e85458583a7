//! Kubernetes objects as kubectl and people write them.

use base64::Engine;
use serde_json::json;
use signet_certs::{Document, Format};

use crate::documents::{codes, document, documents, fixture};

fn base64(bytes: impl AsRef<[u8]>) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn text(name: &str) -> String {
    String::from_utf8(fixture(name)).expect("PEM is ASCII")
}

/// Paths of the entries with the number of certificates in each.
fn counts(document: &Document) -> Vec<(&str, usize)> {
    document.entries.iter().map(|entry| (entry.path.as_str(), entry.certificates.len())).collect()
}

fn tls_secret() -> serde_json::Value {
    json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
    "metadata": {"name": "httpbin-tls", "namespace": "foo"},
    "data": {
        "tls.crt": base64(text("leaf.pem") + &text("intermediate.pem")),
        "tls.key": base64(fixture("leaf-pkcs8.key")),
        "ca.crt": base64(fixture("root.pem")),
        "password": base64("not a certificate"),
    }})
}

#[test]
fn a_tls_secret_in_json_and_yaml() {
    let secret = tls_secret();
    for input in [secret.to_string(), signet_certs::yaml::to_string(&secret)] {
        let read = document(&input);
        assert_eq!(read.source.format, Format::Kubernetes);
        assert_eq!(
            (read.source.name.as_deref(), read.source.namespace.as_deref()),
            (Some("httpbin-tls"), Some("foo"))
        );
        assert_eq!((read.source.kind.as_deref(), read.source.path.as_deref()), (Some("Secret"), None));
        let mut found = counts(&read);
        found.sort_unstable();
        assert_eq!(found, [("data['ca.crt']", 1), ("data['tls.crt']", 2), ("data['tls.key']", 0)]);
        let key = read.entries.iter().flat_map(|entry| &entry.keys).next().expect("the key");
        assert_eq!(
            key.matches,
            read.entries.iter().flat_map(|e| &e.certificates).find(|c| !c.is_ca).map(|c| c.fingerprint)
        );
        assert_eq!(read.findings, []);
    }
}

#[test]
fn both_key_styles_of_cacerts_and_the_empty_keys_of_istio_ca_secret() {
    let secret = |data: serde_json::Value| {
        document(
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "cacerts"}, "data": data})
                .to_string(),
        )
    };
    let chain = text("intermediate.pem") + &text("root.pem");
    let istio = secret(json!({
        "ca-cert.pem": base64(fixture("intermediate.pem")), "ca-key.pem": base64(fixture("leaf-pkcs1.key")),
        "cert-chain.pem": base64(&chain), "root-cert.pem": base64(fixture("root.pem")), "istio-generated": ""}));
    assert_eq!((istio.certificates().count(), codes(&istio)), (4, vec![]));
    let tls = secret(
        json!({"tls.crt": base64(&chain), "tls.key": base64(fixture("ec-sec1.key")), "ca.crt": base64(fixture("root.pem"))}),
    );
    assert_eq!(tls.certificates().count(), 3);
    let own = secret(json!({
        "ca-cert.pem": base64(fixture("root.pem")), "ca-key.pem": base64(fixture("ec-sec1.key")),
        "root-cert.pem": base64(fixture("root.pem")), "cert-chain.pem": "", "key.pem": ""}));
    assert_eq!((own.certificates().count(), own.entries.len(), codes(&own)), (2, 3, vec![]));
}

#[test]
fn string_data_and_der_values_are_read_too() {
    let leaf = document(fixture("ec-leaf.pem")).certificates().next().cloned().expect("a certificate");
    let read = document(
        json!({"apiVersion": "v1", "kind": "Secret", "stringData": {"tls.crt": text("leaf.pem")},
            "data": {"leaf.der": base64(leaf.der())}})
        .to_string(),
    );
    assert_eq!(counts(&read), [("data['leaf.der']", 1), ("stringData['tls.crt']", 1)]);
    let map = document(
        json!({"apiVersion": "v1", "kind": "ConfigMap", "binaryData": {"a": base64(leaf.der())}}).to_string(),
    );
    assert_eq!(counts(&map), [("binaryData['a']", 1)]);
}

#[test]
fn what_should_be_a_certificate_and_is_not_is_said() {
    let read = document(
        json!({"apiVersion": "v1", "kind": "Secret",
            "data": {"tls.crt": base64("rubbish"), "ca.crt": "%%%", "other": base64("rubbish")}})
        .to_string(),
    );
    assert_eq!(read.entries, []);
    let about: Vec<_> = read.findings.iter().map(|finding| finding.about.as_str()).collect();
    assert_eq!((codes(&read), about), (vec!["unreadable"; 2], vec!["data['ca.crt']", "data['tls.crt']"]));
}

#[test]
fn a_private_key_in_a_config_map_is_a_finding_and_in_a_secret_is_not() {
    let object = |kind: &str, key: &str, value: String| {
        document(json!({"apiVersion": "v1", "kind": kind, "data": {key: value}}).to_string())
    };
    let map = object("ConfigMap", "key.pem", text("ec-sec1.key"));
    assert_eq!(
        (codes(&map), map.findings[0].about.as_str()),
        (vec!["private-key-in-configmap"], "data['key.pem']")
    );
    assert_eq!(codes(&object("ConfigMap", "root-cert.pem", text("root.pem"))), Vec::<&str>::new());
    assert_eq!(codes(&object("Secret", "key.pem", base64(fixture("ec-sec1.key")))), Vec::<&str>::new());
}

#[test]
fn four_of_five_documents_around_bad_yaml() {
    let good = |name: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  root-cert.pem: |\n{}",
            text("root.pem").replace("-----BEGIN", "    -----BEGIN").trim_end().replace('\n', "\n    ")
                + "\n"
        )
    };
    let bad = "apiVersion: v1\nkind: ConfigMap\ndata: [\n";
    let input = [good("one"), good("two"), bad.to_owned(), good("four"), good("five")].join("---\n");
    let read = documents(&input);
    assert_eq!(
        read.iter().filter_map(|one| one.source.name.as_deref()).collect::<Vec<_>>(),
        ["one", "two", "four", "five"]
    );
    assert!(read.iter().filter(|one| one.source.name.is_some()).all(|one| one.certificates().count() == 1));
    let broken = &read[2];
    assert_eq!((broken.source.path.as_deref(), codes(broken)), (Some("document 3"), vec!["unreadable"]));
    let finding = &broken.findings[0];
    let begins = input.lines().position(|line| line == "data: [").expect("the bad line") + 1;
    let line: usize = finding.evidence["line"].parse().expect("a number");
    assert!(line.abs_diff(begins) <= 1, "{line} is near {begins}: {}", finding.message);
}

#[test]
fn lists_name_the_place_of_each_item() {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [tls_secret(),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio-ca-root-cert"},
            "data": {"root-cert.pem": text("root.pem")}}]});
    let read = documents(list.to_string());
    let places: Vec<_> =
        read.iter().map(|one| (one.source.path.as_deref(), one.source.kind.as_deref())).collect();
    assert_eq!(places, [(Some("items[0]"), Some("Secret")), (Some("items[1]"), Some("ConfigMap"))]);
    let typed = json!({"apiVersion": "v1", "kind": "SecretList", "items": [{"data": {"ca.crt": base64(fixture("root.pem"))}}]});
    assert_eq!(document(typed.to_string()).certificates().count(), 1);
}

#[test]
fn every_root_of_a_mesh_config() {
    let mesh = json!({"caCertificates": [
        {"pem": text("root.pem"), "certSigners": ["clusterissuers.cert-manager.io/foo"]},
        {"spiffeBundleUrl": "https://example.com"},
        {"pem": text("root.pem") + &text("intermediate.pem")}]});
    let mesh = signet_certs::yaml::to_string(&mesh);
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio"}, "data": {"mesh": mesh}});
    let read = document(map.to_string());
    assert_eq!(
        counts(&read),
        [("data['mesh'] caCertificates[0].pem", 1), ("data['mesh'] caCertificates[2].pem", 2)]
    );
    let bare = document(&mesh);
    assert_eq!(counts(&bare), [("caCertificates[0].pem", 1), ("caCertificates[2].pem", 2)]);
    let broken = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"mesh": "caCertificates: ["}});
    assert_eq!(codes(&document(broken.to_string())), ["unreadable"]);
}

#[test]
fn any_other_object_with_pem_in_it() {
    let bundle = json!({"apiVersion": "certificates.k8s.io/v1beta1", "kind": "ClusterTrustBundle",
        "spec": {"signerName": "example.com/foo", "trustBundle": text("root.pem")}});
    assert_eq!(counts(&document(bundle.to_string())), [("spec.trustBundle", 1)]);
    // With a comment of any length before the certificate.
    for comment in ["", "#", "#1", "#12", "# The root of the mesh.\n"] {
        let webhook = json!({"apiVersion": "v1", "kind": "MutatingWebhookConfiguration",
            "webhooks": [{"clientConfig": {"caBundle": base64(format!("{comment}\n{}", text("root.pem")))}}]});
        assert_eq!(counts(&document(webhook.to_string())), [("webhooks[0].clientConfig.caBundle", 1)]);
    }
    let pod = document("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");
    assert_eq!((pod.source.kind.as_deref(), pod.entries.len()), (Some("Pod"), 0));
}

#[test]
fn requests_with_what_was_asked_for_and_what_was_issued() {
    let with_text = format!("subject=CN = a\n{}", text("leaf.pem"));
    let signing = json!({"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
        "metadata": {"name": "csr-x"},
        "spec": {"request": base64(fixture("request.pem")), "signerName": "example.com/foo"},
        "status": {"certificate": base64(with_text)}});
    let read = document(signing.to_string());
    assert_eq!(counts(&read), [("spec.request", 0), ("status.certificate", 1)]);
    assert_eq!(read.entries[0].requests[0].uris, ["spiffe://cluster.local/ns/foo/sa/httpbin"]);
    let of_cert_manager = json!({"apiVersion": "cert-manager.io/v1", "kind": "CertificateRequest",
        "spec": {"request": base64(fixture("request.pem"))},
        "status": {"certificate": base64(fixture("leaf.pem")), "ca": base64(fixture("root.pem"))}});
    let read = document(of_cert_manager.to_string());
    assert_eq!(counts(&read), [("spec.request", 0), ("status.certificate", 1), ("status.ca", 1)]);
    let pending = json!({"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
        "spec": {"request": base64("rubbish")}, "status": {"certificate": ""}});
    assert_eq!(codes(&document(pending.to_string())), ["unreadable"]);
}

#[test]
fn every_secret_that_istio_makes() {
    let pem = |name: &str| base64(fixture(name));
    let ca = |keys: serde_json::Value| {
        document(json!({"apiVersion": "v1", "kind": "Secret", "data": keys}).to_string())
    };
    let workload = ca(json!({"cert-chain.pem": pem("leaf.pem"), "key.pem": pem("leaf-pkcs8.key"),
        "root-cert.pem": pem("root.pem")}));
    assert_eq!(workload.entries.iter().flat_map(|entry| &entry.keys).count(), 1);
    assert_eq!((workload.certificates().count(), codes(&workload)), (2, vec![]));
    let external = ca(json!({"root-cert.pem": pem("root.pem")}));
    assert_eq!(counts(&external), [("data['root-cert.pem']", 1)]);
    let with_bundle = ca(json!({"tls.crt": base64(fixture("bundle.p7b")), "ca.crl": pem("revoked.pem")}));
    assert_eq!(counts(&with_bundle), [("data['ca.crl']", 0), ("data['tls.crt']", 2)]);
    assert_eq!(with_bundle.entries[0].revocation_lists.len(), 1);
}
