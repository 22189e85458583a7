//! The certificates of proxies, each from its own Envoy.

mod admin;
mod pod_reader;
mod schedule;

use std::collections::HashMap;

use signet_certs::UnixTime;
use signet_mesh::dump::{Dump, ReadError};
use signet_mesh::objects::{Kind, Object, ObjectName, Pod};
use signet_mesh::workload::ProxyKind;
use signet_mesh::{Demand, Observation};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::moment;
use schedule::Schedule;

pub(crate) use pod_reader::PodReader;

/// How many proxies are read at once unless something else was asked for.
pub const CONCURRENCY: usize = 16;

/// Something that reads a proxy.
pub(crate) trait Reader: Clone + Send + Sync + 'static {
    /// What the proxy of this pod answers. It ends by itself, in time.
    fn read(&self, pod: &ObjectName) -> impl Future<Output = Result<Dump, ReadError>> + Send;
}

/// The proxies of the pods that were seen, read again and again.
pub(crate) struct Proxies<R> {
    reader: R,
    concurrency: usize,
    schedule: Schedule,
    demand: watch::Receiver<Demand>,
    /// When the pod of each proxy was made: another pod of the same name is another proxy.
    created: HashMap<ObjectName, Option<UnixTime>>,
    reads: JoinSet<(ObjectName, Result<Dump, ReadError>)>,
    running: HashMap<ObjectName, AbortHandle>,
}

impl<R: Reader> Proxies<R> {
    /// Reads as many as `concurrency` at once, first what `demand` names.
    pub(crate) fn new(reader: R, concurrency: usize, demand: watch::Receiver<Demand>) -> Self {
        Self {
            reader,
            concurrency: concurrency.max(1),
            schedule: Schedule::default(),
            demand,
            created: HashMap::new(),
            reads: JoinSet::new(),
            running: HashMap::new(),
        }
    }

    /// Takes note of pods that come and go.
    pub(crate) fn see(&mut self, observation: &Observation) {
        match observation {
            Observation::Put { object: Object::Pod(pod) } => self.put(pod),
            Observation::Gone { kind: Kind::Pod, name } => self.forget(name),
            _ => {}
        }
    }

    /// The next answer; none ever while no pod has a proxy. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Observation {
        loop {
            self.begin();
            let due = self.schedule.next_due().filter(|_| self.reads.len() < self.concurrency);
            tokio::select! {
                Some(read) = self.reads.join_next_with_id() => match read {
                    Ok((id, (pod, answer))) => {
                        // An answer may have been on its way when its pod went.
                        if self.running.get(&pod).is_some_and(|running| running.id() == id) {
                            return self.take(pod, answer);
                        }
                    }
                    Err(error) => {
                        if let Ok(panic) = error.try_into_panic() {
                            std::panic::resume_unwind(panic);
                        }
                    }
                },
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
                Ok(()) = self.demand.changed() => {
                    let visible = self.demand.borrow_and_update().visible.clone();
                    self.schedule.show(visible, Instant::now());
                }
                else => std::future::pending().await,
            }
        }
    }

    fn put(&mut self, pod: &Pod) {
        let name = pod.metadata.object_name();
        if !pod.is_running() || !ProxyKind::of(pod).has_admin_port() {
            return self.forget(&name);
        }
        let created = pod.metadata.creation_timestamp;
        if self.created.insert(name.clone(), created).is_some_and(|before| before != created) {
            self.stop(&name);
        }
        self.schedule.add(name, Instant::now());
    }

    fn forget(&mut self, name: &ObjectName) {
        self.created.remove(name);
        self.stop(name);
    }

    fn stop(&mut self, name: &ObjectName) {
        self.schedule.remove(name);
        if let Some(read) = self.running.remove(name) {
            read.abort();
        }
    }

    /// Begins to read what is due, as far as there is room.
    fn begin(&mut self) {
        while self.reads.len() < self.concurrency {
            let Some(pod) = self.schedule.take(Instant::now()) else { return };
            let (reader, name) = (self.reader.clone(), pod.clone());
            let read = self.reads.spawn(async move {
                let answer = reader.read(&name).await;
                (name, answer)
            });
            self.running.insert(pod, read);
        }
    }

    fn take(&mut self, pod: ObjectName, answer: Result<Dump, ReadError>) -> Observation {
        self.running.remove(&pod);
        // A machine whose clock is behind the cluster's would read pods before they were made.
        let created = self.created.get(&pod).copied().flatten();
        let at = created.map_or_else(moment::now, |created| moment::now().max(created));
        self.schedule.answered(&pod, at, answer.as_ref().ok(), Instant::now());
        Observation::Proxy { pod, at, answer }
    }
}

#[cfg(test)]
mod tests;
