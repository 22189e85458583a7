use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use signet_mesh::dump::{Dump, ReadError};
use signet_mesh::objects::{Kind, Object, ObjectName, Pod};
use signet_mesh::{Demand, Observation};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::{Proxies, Reader};

/// Answers after a second, and counts how many are read at once.
#[derive(Clone, Default)]
struct Slow {
    at_once: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    begun: Arc<AtomicUsize>,
}

impl Reader for Slow {
    async fn read(&self, _: &ObjectName) -> Result<Dump, ReadError> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let at_once = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(at_once, Ordering::SeqCst);
        sleep(Duration::from_secs(1)).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        Ok(Dump::default())
    }
}

fn pod(name: &str, changes: &Value) -> Observation {
    let mut pod = json!({
        "metadata": {"name": name, "namespace": "foo", "creationTimestamp": "2026-11-24T09:00:00Z"},
        "spec": {"containers": [{"name": "istio-proxy", "args": ["proxy", "sidecar"]}]},
        "status": {"phase": "Running"},
    });
    for (key, value) in changes.as_object().expect("an object") {
        pod[key] = value.clone();
    }
    let pod: Pod = serde_json::from_value(pod).expect("a pod");
    Observation::Put { object: Object::Pod(Box::new(pod)) }
}

fn proxies(reader: &Slow) -> (Proxies<Slow>, watch::Sender<Demand>) {
    let (demand, demanded) = watch::channel(Demand::default());
    (Proxies::new(reader.clone(), 3, demanded), demand)
}

async fn next(proxies: &mut Proxies<Slow>) -> ObjectName {
    match proxies.next().await {
        Observation::Proxy { pod, .. } => pod,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_are_read_at_once_than_allowed() {
    let reader = Slow::default();
    let (mut proxies, _demand) = proxies(&reader);
    for index in 0..10 {
        proxies.see(&pod(&format!("p{index}"), &json!({})));
    }
    for _ in 0..10 {
        next(&mut proxies).await;
    }
    assert_eq!(reader.most.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_demanded_is_read_before_what_waits() {
    let (mut proxies, demand) = proxies(&Slow::default());
    for index in 0..10 {
        proxies.see(&pod(&format!("p{index}"), &json!({})));
    }
    demand.send_replace(Demand { visible: vec![ObjectName::new("foo", "p9")] });
    let mut order = Vec::new();
    for _ in 0..6 {
        order.push(next(&mut proxies).await.name);
    }
    assert!(order.contains(&"p9".to_owned()), "{order:?}");
}

#[tokio::test(start_paused = true)]
async fn only_what_runs_an_envoy_is_read() {
    let (mut proxies, _demand) = proxies(&Slow::default());
    proxies.see(&pod("pending", &json!({"status": {"phase": "Pending"}})));
    proxies.see(&pod("done", &json!({"status": {"phase": "Succeeded"}})));
    proxies.see(&pod("plain", &json!({"spec": {"containers": [{"name": "app"}]}})));
    let ztunnel = json!({"containers": [{"name": "istio-proxy", "args": ["proxy", "ztunnel"]}]});
    proxies.see(&pod("ztunnel", &json!({"spec": ztunnel})));
    let nothing = timeout(Duration::from_hours(1), proxies.next()).await;
    assert!(nothing.is_err(), "{nothing:?}");
}

#[tokio::test(start_paused = true)]
async fn a_native_sidecar_is_read_while_its_pod_still_waits_for_it() {
    let (mut proxies, _demand) = proxies(&Slow::default());
    let status = |state: Value| json!({"phase": "Pending", "initContainerStatuses": [{"name": "istio-proxy", "state": state}]});
    let waiting = status(json!({"waiting": {"reason": "PodInitializing"}}));
    proxies.see(&pod("waits", &json!({"status": waiting})));
    proxies.see(&pod(
        "hangs",
        &json!({"status": status(json!({"running": {"startedAt": "2026-11-24T09:00:00Z"}}))}),
    ));
    assert_eq!(next(&mut proxies).await.name, "hangs");
    let nothing = timeout(Duration::from_secs(3), proxies.next()).await;
    assert!(nothing.is_err(), "{nothing:?}");
}

#[tokio::test(start_paused = true)]
async fn the_answer_of_a_pod_that_went_is_dropped() {
    let reader = Slow::default();
    let (mut proxies, _demand) = proxies(&reader);
    proxies.see(&pod("gone", &json!({})));
    let early = timeout(Duration::from_millis(500), proxies.next()).await;
    assert!(early.is_err() && reader.begun.load(Ordering::SeqCst) == 1, "it is being read");
    proxies.see(&Observation::Gone { kind: Kind::Pod, name: ObjectName::new("foo", "gone") });
    proxies.see(&pod("stays", &json!({})));
    assert_eq!(next(&mut proxies).await.name, "stays");
    let nothing = timeout(Duration::from_secs(3), proxies.next()).await;
    assert!(nothing.is_err(), "{nothing:?}");
}

#[tokio::test(start_paused = true)]
async fn another_pod_of_the_same_name_is_another_proxy() {
    let reader = Slow::default();
    let (mut proxies, _demand) = proxies(&reader);
    proxies.see(&pod("a", &json!({})));
    next(&mut proxies).await;
    let later = json!({"name": "a", "namespace": "foo", "creationTimestamp": "2026-11-24T10:00:00Z"});
    proxies.see(&pod("a", &json!({"metadata": later})));
    let read = timeout(Duration::from_secs(2), next(&mut proxies)).await;
    assert!(read.is_ok(), "it is read at once, not when the first one would have been");
}

#[tokio::test(start_paused = true)]
async fn a_reading_is_never_older_than_its_pod() {
    let (mut proxies, _demand) = proxies(&Slow::default());
    let future = json!({"name": "a", "namespace": "foo", "creationTimestamp": "2999-01-01T00:00:00Z"});
    proxies.see(&pod("a", &json!({"metadata": future})));
    let Observation::Proxy { at, .. } = proxies.next().await else { panic!("an answer") };
    assert_eq!(at.to_string(), "2999-01-01T00:00:00Z", "the cluster's clock may be ahead of this machine's");
}
