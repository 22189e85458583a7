//! What a change makes anew, and what it leaves alone.

use std::sync::Arc;

use serde_json::{Value, json};
use signet_certs::UnixTime;
use signet_mesh::objects::{Kind, Object, ObjectName};
use signet_mesh::review::State;
use signet_mesh::{Observation, Policy};

use super::fold::NEEDED;
use super::{Fold, Mesh, Publisher, channel};
use crate::Clock;

struct Fixture {
    fold: Fold,
    publisher: Publisher,
    mesh: Mesh,
}

impl Fixture {
    fn new(objects: &[Value]) -> Self {
        let (publisher, mesh) = channel(Clock::Fixed(UnixTime::from_seconds(0)));
        let mut fixture = Self { fold: Fold::new(Policy::default(), None), publisher, mesh };
        for kind in NEEDED {
            fixture.fold.apply(Observation::Synced { kind });
        }
        fixture.put(objects);
        fixture
    }

    fn put(&mut self, objects: &[Value]) {
        for object in objects {
            let object: Object = serde_json::from_value(object.clone()).expect("an object");
            self.fold.apply(Observation::Put { object });
        }
        self.publisher.publish(self.fold.changes());
    }

    fn remove(&mut self, kind: Kind, namespace: &str, name: &str) {
        self.fold.apply(Observation::Gone { kind, name: ObjectName::new(namespace, name) });
        self.publisher.publish(self.fold.changes());
    }

    async fn state(&self, namespace: &str) -> Arc<State> {
        self.mesh.state(namespace, None).await.expect("a ready mesh")
    }

    /// The values of the ProxyConfigs in reach, by namespace and name.
    async fn in_reach(&self, namespace: &str) -> Vec<String> {
        let state = self.state(namespace).await;
        let all = state.proxy_configs.values().flat_map(|list| list.iter());
        let mut names: Vec<String> = all.map(|each| each.metadata.object_name().to_string()).collect();
        names.sort();
        names
    }
}

fn namespace(name: &str) -> Value {
    json!({"kind": "Namespace", "metadata": {"name": name}})
}

fn proxy_config(namespace: &str, name: &str) -> Value {
    json!({"kind": "ProxyConfig", "metadata": {"name": name, "namespace": namespace}})
}

fn mesh_config(name: &str, text: &str) -> Value {
    json!({"kind": "ConfigMap", "metadata": {"name": name, "namespace": "istio-system"}, "data": {"mesh": text}})
}

fn istiod(revision: &str) -> Value {
    json!({
        "kind": "Deployment",
        "metadata": {
            "name": format!("istiod-{revision}"), "namespace": "istio-system",
            "labels": {"app": "istiod", "istio.io/rev": revision},
        },
        "spec": {"template": {"spec": {"containers": [{"name": "discovery"}]}}},
    })
}

#[tokio::test]
async fn a_change_makes_its_namespace_anew_and_no_other() {
    let mut fixture = Fixture::new(&[
        namespace("foo"),
        namespace("bar"),
        proxy_config("foo", "one"),
        proxy_config("bar", "one"),
    ]);
    let (foo, bar) = (fixture.state("foo").await, fixture.state("bar").await);
    fixture.put(&[proxy_config("foo", "two")]);
    assert!(Arc::ptr_eq(&bar, &fixture.state("bar").await));
    assert!(!Arc::ptr_eq(&foo, &fixture.state("foo").await));
    assert_eq!(fixture.in_reach("foo").await, ["foo/one", "foo/two"]);
    fixture.remove(Kind::ProxyConfig, "foo", "one");
    assert_eq!(fixture.in_reach("foo").await, ["foo/two"]);
}

#[tokio::test]
async fn the_root_namespace_reaches_everywhere() {
    let mut fixture = Fixture::new(&[namespace("foo"), namespace("istio-system"), mesh_config("istio", "")]);
    assert!(fixture.in_reach("foo").await.is_empty());
    fixture.put(&[proxy_config("istio-system", "all")]);
    assert_eq!(fixture.in_reach("foo").await, ["istio-system/all"]);
    assert_eq!(fixture.in_reach("never-seen").await, ["istio-system/all"]);
    fixture.put(&[mesh_config("istio", "rootNamespace: elsewhere")]);
    assert!(fixture.in_reach("foo").await.is_empty());
}

#[tokio::test]
async fn a_proxy_config_may_be_seen_before_its_namespace() {
    let mut fixture = Fixture::new(&[proxy_config("foo", "one")]);
    fixture.put(&[namespace("foo")]);
    assert_eq!(fixture.in_reach("foo").await, ["foo/one"]);
}

#[tokio::test]
async fn a_namespace_that_is_gone_is_forgotten() {
    let mut fixture = Fixture::new(&[namespace("foo"), proxy_config("foo", "one")]);
    fixture.remove(Kind::ProxyConfig, "foo", "one");
    fixture.remove(Kind::Namespace, "", "foo");
    assert!(fixture.mesh.namespaces().is_empty());
    fixture.put(&[namespace("foo")]);
    assert!(fixture.in_reach("foo").await.is_empty());
}

#[tokio::test]
async fn a_namespace_has_the_mesh_config_of_its_revision() {
    let canary =
        json!({"kind": "Namespace", "metadata": {"name": "foo", "labels": {"istio.io/rev": "canary"}}});
    let fixture = Fixture::new(&[
        canary,
        namespace("bar"),
        istiod("default"),
        istiod("canary"),
        mesh_config("istio", "trustDomain: stable"),
        mesh_config("istio-canary", "trustDomain: new"),
    ]);
    assert_eq!(fixture.state("foo").await.mesh.trust_domain, "new");
    assert_eq!(fixture.state("bar").await.mesh.trust_domain, "stable");
    for (revision, trust_domain) in [("canary", "new"), ("default", "stable"), ("unknown-tag", "stable")] {
        let state = fixture.mesh.state("bar", Some(revision)).await.expect("a ready mesh");
        assert_eq!(state.mesh.trust_domain, trust_domain, "a pod of bar that names {revision}");
    }
}

#[tokio::test]
async fn a_mesh_config_that_cannot_be_read_leaves_the_last_good_one() {
    let mut fixture = Fixture::new(&[namespace("foo"), mesh_config("istio", "trustDomain: td")]);
    fixture.put(&[mesh_config("istio", "trustDomain: {")]);
    assert_eq!(fixture.state("foo").await.mesh.trust_domain, "td");
    assert_eq!(fixture.fold.problems().count(), 1);
    fixture.put(&[mesh_config("istio", "trustDomain: other")]);
    assert_eq!(fixture.state("foo").await.mesh.trust_domain, "other");
}

#[tokio::test]
async fn a_namespaces_annotations_for_signet_are_its_own_and_go_when_they_do() {
    let annotated = |annotations: Value| json!({"kind": "Namespace", "metadata": {"name": "istio-system", "annotations": annotations}});
    let secret = annotated(json!({"signet.dev/istiod-ca-secret": "ca", "other": "x"}));
    let mut fixture = Fixture::new(&[secret, namespace("foo")]);
    let state = fixture.state("istio-system").await;
    let kept = [("signet.dev/istiod-ca-secret".to_owned(), "ca".to_owned())].into();
    assert_eq!(state.annotations, [("istio-system".to_owned(), kept)].into());
    assert!(fixture.state("foo").await.annotations.is_empty());
    fixture.put(&[annotated(json!({}))]);
    assert!(fixture.state("istio-system").await.annotations.is_empty());
}

#[tokio::test]
async fn cluster_issuers_are_known_when_all_were_seen_and_nothing_is_where_there_is_no_cert_manager() {
    let issuer = |status: &str| {
        let status = json!({"conditions": [{"type": "Ready", "status": status}]});
        json!({"kind": "ClusterIssuer", "metadata": {"name": "bar"}, "status": status})
    };
    let mut fixture =
        Fixture::new(&[namespace("foo"), mesh_config("istio", ""), istiod("default"), issuer("True")]);
    assert_eq!(fixture.state("foo").await.signers.cluster_issuers, None, "more may come");
    let known = |state: Arc<State>| state.signers.cluster_issuers.as_deref().cloned().expect("all were seen");
    fixture.fold.apply(Observation::Synced { kind: Kind::ClusterIssuer });
    fixture.put(&[]);
    assert_eq!(known(fixture.state("foo").await), [("bar".to_owned(), false)].into());
    fixture.put(&[issuer("False")]);
    assert_eq!(known(fixture.state("foo").await), [("bar".to_owned(), true)].into());
    fixture.remove(Kind::ClusterIssuer, "", "bar");
    assert_eq!(known(fixture.state("foo").await), [].into());
    fixture.fold.apply(Observation::Absent { kind: Kind::ClusterIssuer });
    fixture.put(&[]);
    assert_eq!(fixture.state("foo").await.signers.cluster_issuers, None, "another controller may sign");
}
