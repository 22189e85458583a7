//! Which CA files a namespace gets.

use serde_json::json;
use signet_mesh::Signers;
use signet_webhook::bundle::wanted;

use crate::support::{
    Fixture, annotated_proxy_config, ca, istiod_roots, mesh_with_signer, namespace, proxy_config,
};

const FOO: &str = "clusterissuers.cert-manager.io/foo";

#[tokio::test]
async fn a_namespace_gets_the_ca_of_the_signer_in_effect() {
    let pem = ca();
    let fixture = Fixture::ready([
        namespace("foo"),
        namespace("bar"),
        proxy_config("foo", "foo"),
        mesh_with_signer(FOO, &pem),
    ]);
    let of =
        async |namespace: &str| wanted(namespace, &fixture.mesh.state(namespace, None).await.expect("ready"));
    assert_eq!(of("foo").await.published, [(Signers::ca_key(FOO), pem)].into());
    assert_eq!(of("bar").await, signet_webhook::bundle::Wanted::default());
}

#[tokio::test]
async fn the_root_namespaces_signer_is_in_effect_everywhere_but_where_istio_never_injects() {
    let objects = [
        namespace("bar"),
        namespace("kube-system"),
        proxy_config("istio-system", "foo"),
        mesh_with_signer(FOO, &ca()),
    ];
    let fixture = Fixture::ready(objects);
    let of =
        async |namespace: &str| wanted(namespace, &fixture.mesh.state(namespace, None).await.expect("ready"));
    assert_eq!(of("bar").await.published.len(), 1);
    assert!(of("kube-system").await.published.is_empty());
}

#[tokio::test]
async fn rubbish_and_leaves_are_refused_with_the_signer_and_the_reason() {
    let key = rcgen::KeyPair::generate().expect("a key");
    let leaf = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate");
    let leaf = signet_certs::formats::pem::encode("CERTIFICATE", leaf.der());
    for (pem, reason) in [("rubbish", ""), ("", "no pem"), (leaf.as_str(), "is no CA's")] {
        let fixture =
            Fixture::ready([namespace("foo"), proxy_config("foo", "foo"), mesh_with_signer(FOO, pem)]);
        let wanted = wanted("foo", &fixture.mesh.state("foo", None).await.expect("ready"));
        assert!(wanted.published.is_empty());
        let refusal = &wanted.refused[&Signers::ca_key(FOO)];
        assert_eq!(refusal.signer, FOO);
        assert!(refusal.reason.contains(reason), "{}", refusal.reason);
    }
}

#[tokio::test]
async fn agents_get_istiods_roots_before_the_signers_where_a_proxyconfig_asks_for_it() {
    let (istiods, foos) = (ca(), ca());
    let asking = annotated_proxy_config("foo", "foo", &json!({"signet.dev/agent-roots": "true"}));
    let objects = [namespace("foo"), asking, mesh_with_signer(FOO, &foos), istiod_roots(&istiods)];
    let fixture = Fixture::ready(objects);
    let published = wanted("foo", &fixture.mesh.state("foo", None).await.expect("ready")).published;
    let both = (Signers::agent_roots_key(&Signers::ca_key(FOO)), format!("{istiods}{foos}"));
    assert_eq!(published, [(Signers::ca_key(FOO), foos), both].into());
}

#[tokio::test]
async fn agents_get_nothing_while_istiods_root_is_not_known() {
    let asking = annotated_proxy_config("foo", "foo", &json!({"signet.dev/agent-roots": "true"}));
    let fixture = Fixture::ready([namespace("foo"), asking, mesh_with_signer(FOO, &ca())]);
    let published = wanted("foo", &fixture.mesh.state("foo", None).await.expect("ready")).published;
    assert_eq!(published.into_keys().collect::<Vec<_>>(), [Signers::ca_key(FOO)]);
}
