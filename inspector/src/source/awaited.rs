//! The proxies that a command which answers once waits for: those that were there at the start.

use std::collections::{BTreeSet, HashMap};

use signet_mesh::dump::ReadError;
use signet_mesh::objects::{Kind, Object, ObjectName};
use signet_mesh::{Inventory, Observation};

/// How often a proxy is asked that does not answer: a kubelet that is busy, or a proxy that starts, answers the next
/// time.
const ATTEMPTS: u32 = 2;

/// The proxies that were there at the start, until each was heard of.
#[derive(Default)]
pub(super) struct Awaited {
    /// How often each was asked; [`ATTEMPTS`] for one that need not be asked again.
    asked: HashMap<ObjectName, u32>,
    /// Those that are still waited for; nothing while pods are still coming in.
    waiting: Option<BTreeSet<ObjectName>>,
}

impl Awaited {
    /// Takes note of an observation; whether it is worth waiting for more. That a proxy does not answer is not: where
    /// none does, there is no end to it.
    pub(super) fn take(&mut self, observation: &Observation) -> bool {
        match observation {
            Observation::Proxy { pod, answer, .. } => {
                let asked = self.asked.entry(pod.clone()).or_default();
                let is_first = *asked < ATTEMPTS;
                let is_silent = matches!(answer, Err(ReadError::Unreachable { .. }));
                *asked = if is_silent { ATTEMPTS.min(*asked + 1) } else { ATTEMPTS };
                if *asked == ATTEMPTS {
                    self.forget(pod);
                }
                is_first && !is_silent
            }
            Observation::Put { object: Object::Pod(pod) } => {
                if !pod.is_running() {
                    self.forget(&pod.metadata.object_name());
                }
                self.waiting.is_none()
            }
            Observation::Gone { kind: Kind::Pod, name } => self.forget(name),
            _ => false,
        }
    }

    /// How many are still waited for, as far as `inventory` has seen pods.
    pub(super) fn count(&mut self, inventory: &Inventory) -> usize {
        if self.waiting.is_none() && inventory.has_seen(Kind::Pod) {
            let failed = self.asked.iter().filter(|(_, asked)| **asked < ATTEMPTS).map(|(name, _)| name);
            self.waiting = Some(inventory.awaited().chain(failed).cloned().collect());
        }
        self.waiting.as_ref().map_or(0, BTreeSet::len)
    }

    /// How many have answered, or will not.
    pub(super) fn heard_of(&self) -> usize {
        self.asked.values().filter(|asked| **asked == ATTEMPTS).count()
    }

    /// How many are still waited for; nothing while pods are still coming in.
    pub(super) fn waiting(&self) -> Option<usize> {
        self.waiting.as_ref().map(BTreeSet::len)
    }

    /// Their names.
    pub(super) fn names(&self) -> impl ExactSizeIterator<Item = &ObjectName> {
        static NONE: BTreeSet<ObjectName> = BTreeSet::new();
        self.waiting.as_ref().unwrap_or(&NONE).iter()
    }

    fn forget(&mut self, pod: &ObjectName) -> bool {
        self.waiting.as_mut().is_some_and(|waiting| waiting.remove(pod))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signet_certs::UnixTime;
    use signet_mesh::dump::Dump;

    use super::*;

    fn pod(name: &str, phase: &str) -> Observation {
        let pod = json!({
            "metadata": {"namespace": "foo", "name": name},
            "spec": {"containers": [{"name": "istio-proxy", "args": ["proxy", "sidecar"]}]},
            "status": {"phase": phase},
        });
        Observation::Put { object: Object::Pod(serde_json::from_value(pod).expect("a pod")) }
    }

    fn answer(name: &str, answer: Result<Dump, ReadError>) -> Observation {
        Observation::Proxy { pod: ObjectName::new("foo", name), at: UnixTime::from_seconds(0), answer }
    }

    fn silence() -> Result<Dump, ReadError> {
        Err(ReadError::Unreachable { message: "no whole answer".to_owned() })
    }

    /// What is waited for after these observations, and whether the last of them was news.
    fn after(observations: Vec<Observation>) -> (Vec<String>, bool) {
        let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
        let mut awaited = Awaited::default();
        let mut is_news = false;
        for observation in observations {
            is_news = awaited.take(&observation);
            inventory.apply(observation);
            awaited.count(&inventory);
        }
        (awaited.names().map(|name| name.name.clone()).collect(), is_news)
    }

    fn synced() -> Observation {
        Observation::Synced { kind: Kind::Pod }
    }

    #[test]
    fn what_was_there_at_the_start_is_waited_for_and_nothing_else() {
        let start = || vec![pod("a", "Running"), pod("b", "Running"), pod("waits", "Pending"), synced()];
        assert_eq!(after(start()).0, ["a", "b"]);
        let later = [start(), vec![pod("late", "Running")]].concat();
        assert_eq!(after(later), (vec!["a".to_owned(), "b".to_owned()], false));
        let gone = Observation::Gone { kind: Kind::Pod, name: ObjectName::new("foo", "a") };
        let ended = [start(), vec![gone, pod("b", "Succeeded")]].concat();
        assert_eq!(after(ended).0, [] as [&str; 0]);
    }

    #[test]
    fn a_proxy_that_does_not_answer_is_asked_again_and_not_for_ever() {
        let failures =
            |count: u32| -> Vec<Observation> { (0..count).map(|_| answer("a", silence())).collect() };
        for failed_early in [0, 1, ATTEMPTS] {
            let start = |failed: u32| {
                let early = failures(failed.min(failed_early));
                let late = failures(failed.saturating_sub(failed_early));
                [vec![pod("a", "Running")], early, vec![synced()], late].concat()
            };
            assert_eq!(after(start(ATTEMPTS - 1)).0, ["a"]);
            assert_eq!(after(start(ATTEMPTS)), (Vec::new(), false), "what fails does not put the end off");
            let answered = [start(ATTEMPTS - 1), vec![answer("a", Ok(Dump::default()))]].concat();
            assert_eq!(after(answered), (Vec::new(), true));
        }
    }

    #[test]
    fn what_another_attempt_would_not_change_is_taken_at_once() {
        let refused = ReadError::Refused { rule: "{}".to_owned() };
        let rubbish = ReadError::Rubbish { message: "it is no HTTP".to_owned() };
        for failure in [refused, rubbish] {
            let (names, is_news) = after(vec![pod("a", "Running"), synced(), answer("a", Err(failure))]);
            assert_eq!((names.len(), is_news), (0, true));
        }
    }
}
