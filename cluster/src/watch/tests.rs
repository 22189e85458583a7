use std::collections::BTreeSet;

use serde_json::{Value, json};
use signet_mesh::Observation;
use signet_mesh::objects::{Kind, ObjectName};
use signet_mesh::observation::Connection;

use super::{PodSelection, Selection, watch};
use crate::scripted::{Asked, Log, Reply, cluster, event, until};

const KINDS: [Kind; 5] = [Kind::ConfigMap, Kind::Deployment, Kind::Namespace, Kind::Pod, Kind::ProxyConfig];

fn everything() -> Selection {
    Selection {
        pods: Some(PodSelection::default()),
        namespace: None,
        control_plane: "istio-system".to_owned(),
        beside: BTreeSet::new(),
    }
}

fn pod(name: &str, version: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "foo", "resourceVersion": version}, "spec": {}, "status": {}})
}

fn name(pod: &str) -> ObjectName {
    ObjectName::new("foo", pod)
}

fn is_list(asked: &Asked, path: &str) -> bool {
    asked.path == path && !asked.is_watch()
}

fn is_watch(asked: &Asked, path: &str) -> bool {
    asked.path == path && asked.is_watch()
}

fn synced(seen: &[Observation], kind: Kind) -> bool {
    seen.contains(&Observation::Synced { kind })
}

fn all_synced(seen: &[Observation]) -> bool {
    KINDS.into_iter().all(|kind| synced(seen, kind))
}

fn puts(seen: &[Observation]) -> Vec<String> {
    let name = |observation: &Observation| match observation {
        Observation::Put { object } => Some(object.metadata().object_name().to_string()),
        _ => None,
    };
    seen.iter().filter_map(name).collect()
}

fn connections(seen: &[Observation]) -> Vec<&Connection> {
    let states = seen.iter().filter_map(|observation| match observation {
        Observation::Connection { state } => Some(state),
        _ => None,
    });
    states.collect()
}

fn count(log: &Log, is_it: impl Fn(&Asked) -> bool) -> usize {
    log.lock().expect("no test panics with the lock").iter().filter(|asked| is_it(asked)).count()
}

#[tokio::test(start_paused = true)]
async fn what_is_there_is_put_and_then_each_kind_is_synced() {
    let (cluster, log) =
        cluster(|asked| is_list(asked, "/api/v1/pods").then(|| Reply::list(&[pod("a", "1"), pod("b", "1")])));
    let seen = until(watch(cluster, &everything()), all_synced).await;
    assert_eq!(puts(&seen), ["foo/a", "foo/b"]);
    assert_eq!(connections(&seen), [&Connection::Connected]);
    let all_of_a_kind = |asked: &Asked| {
        asked.path.contains("secrets")
            || (asked.path.ends_with("configmaps") && !asked.query.contains("fieldSelector=metadata.name"))
    };
    assert_eq!(count(&log, all_of_a_kind), 0, "ConfigMaps are read by name only, Secrets never");
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_is_said_with_the_rule_and_the_rest_is_seen() {
    let (cluster, _) = cluster(|asked| {
        asked.query.contains("metadata.name%3Distio-ca-root-cert").then_some(Reply::Status(403))
    });
    let refused = |observation: &Observation| matches!(observation, Observation::Refused { .. });
    let seen = until(watch(cluster, &everything()), |seen| {
        seen.iter().any(refused) && KINDS[1..].iter().all(|kind| synced(seen, *kind))
    })
    .await;
    let rule = "{apiGroups: [\"\"], resources: [configmaps], resourceNames: [istio-ca-root-cert], \
                verbs: [get, list, watch]} in namespace istio-system";
    let refusals: Vec<_> = seen.iter().filter(|observation| refused(observation)).collect();
    assert_eq!(refusals, [&Observation::Refused { kind: Kind::ConfigMap, rule: rule.to_owned() }]);
    assert_eq!(connections(&seen), [&Connection::Connected], "a refusal is an answer");
}

#[tokio::test(start_paused = true)]
async fn rights_that_come_later_are_noticed() {
    let (cluster, _) =
        cluster(|asked| (is_list(asked, "/api/v1/pods") && asked.before < 3).then_some(Reply::Status(403)));
    let seen = until(watch(cluster, &everything()), all_synced).await;
    let refused = seen.iter().filter(|o| matches!(o, Observation::Refused { kind: Kind::Pod, .. })).count();
    assert_eq!(refused, 1, "said once");
}

#[tokio::test(start_paused = true)]
async fn rights_that_go_and_come_again_are_noticed() {
    let (cluster, _) = cluster(|asked| match asked.path.as_str() {
        "/api/v1/pods" if asked.is_watch() && asked.before == 0 => {
            Some(Reply::Torn(vec![event("ADDED", &pod("a", "2"))]))
        }
        "/api/v1/pods" if asked.is_watch() && asked.before == 1 => Some(Reply::Status(403)),
        "/api/v1/pods" if !asked.is_watch() && asked.before == 1 => Some(Reply::Status(403)),
        _ => None,
    });
    let is_about_pods = |observation: &&Observation| {
        matches!(
            observation,
            Observation::Synced { kind: Kind::Pod } | Observation::Refused { kind: Kind::Pod, .. }
        )
    };
    let seen =
        until(watch(cluster, &everything()), |seen| seen.iter().filter(is_about_pods).count() == 3).await;
    let about: Vec<_> =
        seen.iter().filter(is_about_pods).map(|o| matches!(o, Observation::Synced { .. })).collect();
    assert_eq!(about, [true, false, true]);
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_is_not_installed_is_said_once_and_picked_up_when_it_appears() {
    let path = "/apis/networking.istio.io/v1beta1/proxyconfigs";
    let (cluster, _) =
        cluster(move |asked| (is_list(asked, path) && asked.before < 5).then_some(Reply::Status(404)));
    let seen = until(watch(cluster, &everything()), all_synced).await;
    let absent = seen.iter().filter(|o| **o == Observation::Absent { kind: Kind::ProxyConfig }).count();
    assert_eq!(absent, 1);
}

#[tokio::test(start_paused = true)]
async fn history_that_is_gone_is_read_anew_and_what_went_meanwhile_is_said() {
    let (cluster, _) = cluster(|asked| match (asked.path.as_str(), asked.is_watch(), asked.before) {
        ("/api/v1/pods", false, 0) => Some(Reply::list(&[pod("a", "1"), pod("b", "1")])),
        ("/api/v1/pods", false, _) => Some(Reply::list(&[pod("b", "9"), pod("c", "9")])),
        ("/api/v1/pods", true, 0) => {
            let gone = json!({"kind": "Status", "status": "Failure", "code": 410, "reason": "Expired", "message": ""});
            Some(Reply::Events(vec![event("ERROR", &gone)]))
        }
        _ => None,
    });
    let gone = Observation::Gone { kind: Kind::Pod, name: name("a") };
    let seen = until(watch(cluster, &everything()), |seen| seen.contains(&gone)).await;
    assert_eq!(puts(&seen), ["foo/a", "foo/b", "foo/b", "foo/c"]);
    assert!(!seen.iter().any(|o| matches!(o, Observation::Unread { .. })), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_torn_goes_on_where_it_was() {
    let (cluster, log) = cluster(|asked| {
        let events = match asked.before {
            0 => Reply::Torn(vec![event("ADDED", &pod("a", "5"))]),
            _ => Reply::Events(vec![event("MODIFIED", &pod("a", "6")), event("DELETED", &pod("a", "7"))]),
        };
        is_watch(asked, "/api/v1/pods").then_some(events)
    });
    let gone = Observation::Gone { kind: Kind::Pod, name: name("a") };
    let seen = until(watch(cluster, &everything()), |seen| seen.contains(&gone)).await;
    assert_eq!(puts(&seen), ["foo/a", "foo/a"]);
    assert_eq!(count(&log, |asked| is_list(asked, "/api/v1/pods")), 1, "nothing is listed anew");
    let resumed =
        |asked: &Asked| is_watch(asked, "/api/v1/pods") && asked.query.contains("resourceVersion=5");
    assert_eq!(count(&log, resumed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_again() {
    let (cluster, _) =
        cluster(|asked| (is_list(asked, "/api/v1/pods") && asked.before < 4).then_some(Reply::Status(429)));
    let seen = until(watch(cluster, &everything()), all_synced).await;
    let message = "the API server answers HTTP 429 Scripted".to_owned();
    assert!(seen.contains(&Observation::Unread { kind: Kind::Pod, message }), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_not_quoted() {
    let (cluster, _) = cluster(|asked| {
        let bad = json!({"metadata": {"name": "a", "labels": {"password": {"hunter2": 1}}}});
        (is_list(asked, "/api/v1/pods") && asked.before == 0).then(|| Reply::list(&[bad]))
    });
    let seen = until(watch(cluster, &everything()), all_synced).await;
    let said = format!("{seen:?}");
    assert!(said.contains("the answer cannot be read (line 1, column"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_goes_and_returns_is_seen_anew() {
    // Gone from the second heartbeat to the sixth.
    let (cluster, _) = cluster(|asked| match (asked.path.as_str(), asked.before) {
        ("/version", 1..=5) => Some(Reply::Unreachable),
        ("/api/v1/pods", 0) if !asked.is_watch() => Some(Reply::list(&[pod("a", "1")])),
        ("/api/v1/pods", _) if !asked.is_watch() => Some(Reply::list(&[pod("b", "2")])),
        _ => None,
    });
    let gone = Observation::Gone { kind: Kind::Pod, name: name("a") };
    let seen = until(watch(cluster, &everything()), |seen| seen.contains(&gone)).await;
    let states = connections(&seen);
    assert!(
        matches!(
            states.as_slice(),
            [Connection::Connected, Connection::Lost { message, .. }, Connection::Connected]
            if message.contains("connection refused")
        ),
        "{states:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_is_noticed() {
    let (cluster, _) =
        cluster(|asked| (asked.path == "/version" && asked.before > 0).then_some(Reply::Silence));
    let seen = until(watch(cluster, &everything()), |seen| connections(seen).len() == 2).await;
    let states = connections(&seen);
    assert!(
        matches!(states.as_slice(), [_, Connection::Lost { message, .. }] if message == "no answer within 5 s"),
        "{states:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn one_namespace_is_read_without_rights_for_all() {
    let (cluster, log) = cluster(|asked| {
        let everywhere =
            ["/api/v1/pods", "/apis/networking.istio.io/v1beta1/proxyconfigs", "/apis/apps/v1/deployments"];
        everywhere.contains(&asked.path.as_str()).then_some(Reply::Status(403))
    });
    let selection = Selection {
        pods: Some(PodSelection { name: None, labels: "app=a".to_owned() }),
        namespace: Some("foo".to_owned()),
        ..everything()
    };
    until(watch(cluster, &selection), all_synced).await;
    let pods = |asked: &Asked| {
        is_list(asked, "/api/v1/namespaces/foo/pods") && asked.query.contains("labelSelector=app%3Da")
    };
    assert_eq!(count(&log, pods), 1);
    let istiod = |asked: &Asked| is_list(asked, "/apis/apps/v1/namespaces/istio-system/deployments");
    assert_eq!(count(&log, istiod), 1, "istiod is looked for where it usually is");
    let namespace =
        |asked: &Asked| is_list(asked, "/api/v1/namespaces") && asked.query.contains("metadata.name%3Dfoo");
    assert_eq!(count(&log, namespace), 1);
}

#[tokio::test(start_paused = true)]
async fn the_config_of_every_revision_is_read() {
    let istiod = json!({
        "metadata": {"name": "istiod-canary", "namespace": "istio-canary", "labels": {"app": "istiod", "istio.io/rev": "canary"}},
        "spec": {"template": {"spec": {"containers": [{"name": "discovery"}]}}},
    });
    let (cluster, _) = cluster(move |asked| match asked.path.as_str() {
        "/apis/apps/v1/deployments" if !asked.is_watch() => Some(Reply::list(std::slice::from_ref(&istiod))),
        "/api/v1/namespaces/istio-canary/configmaps"
            if !asked.is_watch() && asked.query.contains("metadata.name%3Distio-canary") =>
        {
            Some(Reply::list(&[
                json!({"metadata": {"name": "istio-canary", "namespace": "istio-canary"}, "data": {}}),
            ]))
        }
        _ => None,
    });
    let seen = until(watch(cluster, &everything()), all_synced).await;
    let position = |observation: &Observation| seen.iter().position(|seen| seen == observation);
    assert!(puts(&seen).contains(&"istio-canary/istio-canary".to_owned()), "{seen:?}");
    let [deployments, config_maps] =
        [Kind::Deployment, Kind::ConfigMap].map(|kind| position(&Observation::Synced { kind }));
    assert!(deployments < config_maps, "ConfigMaps are complete when all control planes are known");
}

#[tokio::test(start_paused = true)]
async fn of_one_namespace_the_root_namespace_is_read_too_wherever_it_is() {
    let mesh = json!({
        "metadata": {"name": "istio", "namespace": "istio-system"},
        "data": {"mesh": "rootNamespace: istio-config"},
    });
    let (cluster, log) = cluster(move |asked| {
        let named =
            asked.query.contains("metadata.name%3Distio&") || asked.query.ends_with("metadata.name%3Distio");
        let of_mesh = is_list(asked, "/api/v1/namespaces/istio-system/configmaps") && named;
        of_mesh.then(|| Reply::list(std::slice::from_ref(&mesh)))
    });
    let selection = Selection { namespace: Some("foo".to_owned()), ..everything() };
    until(watch(cluster, &selection), all_synced).await;
    let root = "/apis/networking.istio.io/v1beta1/namespaces/istio-config/proxyconfigs";
    assert_eq!(count(&log, |asked| is_list(asked, root)), 1, "before ProxyConfigs are complete");
}

fn with_authorities() -> Selection {
    Selection { beside: Kind::OF_ROOTS.into(), ..everything() }
}

#[tokio::test(start_paused = true)]
async fn what_says_where_roots_come_from_is_read_by_name_and_only_when_asked() {
    let issuer = json!({
        "metadata": {"name": "foo"},
        "spec": {"ca": {"secretName": "foo-ca"}},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    });
    let (cluster, log) = cluster(move |asked| {
        let issuers = "/apis/cert-manager.io/v1/clusterissuers";
        is_list(asked, issuers).then(|| Reply::list(std::slice::from_ref(&issuer)))
    });
    until(watch(cluster, &with_authorities()), |seen| {
        Kind::OF_ROOTS.into_iter().all(|kind| synced(seen, kind))
    })
    .await;
    let secrets = |asked: &Asked| asked.path.ends_with("/secrets") && !asked.is_watch();
    let mut asked_for: Vec<String> = log
        .lock()
        .expect("no test panics with the lock")
        .iter()
        .filter(|asked| secrets(asked))
        .map(|asked| {
            let name = asked.query.split("metadata.name%3D").nth(1).expect("by name");
            format!("{} {}", asked.path, name.split('&').next().unwrap_or_default())
        })
        .collect();
    asked_for.sort();
    let named = |namespace: &str, name: &str| format!("/api/v1/namespaces/{namespace}/secrets {name}");
    let of_istiod =
        ["cacerts", "external-ca-cert", "istio-ca-secret"].map(|name| named("istio-system", name));
    assert_eq!(asked_for, [&[named("cert-manager", "foo-ca")], &of_istiod[..]].concat());
    let roots = |asked: &Asked| is_list(asked, "/api/v1/configmaps");
    assert_eq!(count(&log, roots), 2, "in every namespace, each by its name");
}

#[tokio::test(start_paused = true)]
async fn trust_bundles_are_read_in_the_version_that_the_cluster_serves() {
    for served in ["v1", "v1beta1"] {
        let bundle = json!({"metadata": {"name": "foo"}, "spec": {"signerName": "d/foo", "trustBundle": ""}});
        let (cluster, _) = cluster(move |asked| {
            let path = asked.path.strip_prefix("/apis/certificates.k8s.io/")?;
            let is_served = path.strip_suffix("/clustertrustbundles") == Some(served);
            let list = is_served && !asked.is_watch();
            if list {
                Some(Reply::list(std::slice::from_ref(&bundle)))
            } else {
                (!is_served).then_some(Reply::Status(404))
            }
        });
        let seen =
            until(watch(cluster, &with_authorities()), |seen| synced(seen, Kind::ClusterTrustBundle)).await;
        assert_eq!(puts(&seen), ["foo"], "{served}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_issuers_secret_is_read_where_cert_manager_looks_for_it() {
    let issuer = |namespace: Option<&str>, secret: &str| json!({"metadata": {"name": "foo", "namespace": namespace}, "spec": {"ca": {"secretName": secret}}});
    let (of_cluster, of_team) = (issuer(None, "foo-ca"), issuer(Some("team"), "team-ca"));
    let arguments = ["--cluster-resource-namespace=pki"];
    let container = json!({"name": "cert-manager-controller", "args": arguments});
    let cert_manager = json!({
        "metadata": {"name": "cert-manager", "namespace": "security"},
        "spec": {"template": {"spec": {"containers": [container]}}},
    });
    let (cluster, log) = cluster(move |asked| {
        let labelled = asked.query.contains("cert-manager");
        let listed = |path: &str, object: &Value| {
            is_list(asked, path).then(|| Reply::list(std::slice::from_ref(object)))
        };
        listed("/apis/cert-manager.io/v1/clusterissuers", &of_cluster)
            .or_else(|| listed("/apis/cert-manager.io/v1/issuers", &of_team))
            .or_else(|| listed("/apis/apps/v1/deployments", &cert_manager).filter(|_| labelled))
    });
    until(watch(cluster, &with_authorities()), |seen| synced(seen, Kind::Secret)).await;
    for (path, name) in [("pki", "foo-ca"), ("team", "team-ca")] {
        let secrets = format!("/api/v1/namespaces/{path}/secrets");
        assert_eq!(count(&log, |asked| is_list(asked, &secrets) && asked.query.contains(name)), 1, "{name}");
    }
    assert_eq!(count(&log, |asked| asked.path == "/api/v1/namespaces/cert-manager/secrets"), 0);
}

#[tokio::test(start_paused = true)]
async fn refused_secrets_leave_everything_else_as_it_is() {
    let (cluster, _) = cluster(|asked| asked.path.ends_with("/secrets").then_some(Reply::Status(403)));
    let refused =
        |observation: &Observation| matches!(observation, Observation::Refused { kind: Kind::Secret, .. });
    let seen =
        until(watch(cluster, &with_authorities()), |seen| all_synced(seen) && seen.iter().any(refused)).await;
    let Some(Observation::Refused { rule, .. }) = seen.iter().find(|observation| refused(observation)) else {
        panic!("it is refused: {seen:?}")
    };
    assert!(rule.contains("resources: [secrets], resourceNames: ["), "{rule}");
}
