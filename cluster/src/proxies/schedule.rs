//! Which proxy is read when: what is on the screen first, the others near their next rotation.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use signet_certs::UnixTime;
use signet_mesh::dump::Dump;
use signet_mesh::objects::ObjectName;
use signet_mesh::workload::Life;
use tokio::time::Instant;

/// What is on the screen is at most this old.
const ON_SCREEN: Duration = Duration::from_mins(5);
/// What comes onto the screen is read at once when it is older than this.
const STALE: Duration = Duration::from_secs(30);
/// What is not on the screen is at most this old.
const ELSEWHERE: Duration = Duration::from_hours(1);
/// A proxy that waits for its first certificate is asked again after this time.
const WARMING: Duration = Duration::from_secs(5);
/// Between looks at a chain whose rotation is overdue.
const SHORTEST_OVERDUE: Duration = Duration::from_secs(5);
/// The pause after a first failure; each is twice the last.
const SHORTEST_PAUSE: Duration = Duration::from_secs(2);
/// The longest of them for what is on the screen, and elsewhere.
const LONGEST_ON_SCREEN: Duration = Duration::from_secs(30);
const LONGEST_ELSEWHERE: Duration = Duration::from_mins(5);

/// The proxies to be read.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    proxies: HashMap<ObjectName, Proxy>,
    /// Those that are not being read, in the order in which they are due.
    due: BTreeSet<(Instant, ObjectName)>,
    /// What is on the screen, topmost first.
    visible: Vec<ObjectName>,
}

#[derive(Debug)]
struct Proxy {
    due: Instant,
    reading: bool,
    answered: Option<Instant>,
    failures: u32,
}

impl Schedule {
    /// A proxy that is to be read, at once.
    pub(super) fn add(&mut self, name: ObjectName, now: Instant) {
        if self.proxies.contains_key(&name) {
            return;
        }
        self.due.insert((now, name.clone()));
        self.proxies.insert(name, Proxy { due: now, reading: false, answered: None, failures: 0 });
    }

    /// A proxy that is gone.
    pub(super) fn remove(&mut self, name: &ObjectName) {
        if let Some(proxy) = self.proxies.remove(name) {
            self.due.remove(&(proxy.due, name.clone()));
        }
    }

    /// What is on the screen now.
    pub(super) fn show(&mut self, visible: Vec<ObjectName>, now: Instant) {
        let before: HashSet<ObjectName> = std::mem::replace(&mut self.visible, visible).into_iter().collect();
        let came: Vec<ObjectName> =
            self.visible.iter().filter(|name| !before.contains(*name)).cloned().collect();
        for name in came {
            let Some(proxy) = self.proxies.get_mut(&name) else { continue };
            let stale = proxy.answered.is_none_or(|answered| now.duration_since(answered) > STALE);
            let latest = proxy.answered.map_or(now, |answered| answered + ON_SCREEN);
            let due = if stale { now } else { proxy.due.min(latest) };
            // A proxy that failed keeps its pause, or scrolling would ask it again and again.
            if !proxy.reading && proxy.failures == 0 && due < proxy.due {
                self.due.remove(&(proxy.due, name.clone()));
                proxy.due = due;
                self.due.insert((due, name));
            }
        }
    }

    /// The proxy to be read now, if one is due.
    pub(super) fn take(&mut self, now: Instant) -> Option<ObjectName> {
        let is_due = |name: &&ObjectName| {
            self.proxies.get(*name).is_some_and(|proxy| !proxy.reading && proxy.due <= now)
        };
        let visible = self.visible.iter().find(is_due);
        let first = || self.due.first().filter(|(due, _)| *due <= now).map(|(_, name)| name);
        let name = visible.or_else(first)?.clone();
        let proxy = self.proxies.get_mut(&name)?;
        proxy.reading = true;
        self.due.remove(&(proxy.due, name.clone()));
        Some(name)
    }

    /// When the next proxy is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(due, _)| *due)
    }

    /// A proxy answered at `now`, which was `at`; nothing for one that failed.
    pub(super) fn answered(&mut self, name: &ObjectName, at: UnixTime, dump: Option<&Dump>, now: Instant) {
        let on_screen = self.visible.contains(name);
        let Some(proxy) = self.proxies.get_mut(name) else { return };
        let pause = if let Some(dump) = dump {
            proxy.failures = 0;
            proxy.answered = Some(now);
            until_news(dump, at).min(if on_screen { ON_SCREEN } else { ELSEWHERE })
        } else {
            let pause = SHORTEST_PAUSE * 2_u32.saturating_pow(proxy.failures.min(16));
            proxy.failures = proxy.failures.saturating_add(1);
            pause.min(if on_screen { LONGEST_ON_SCREEN } else { LONGEST_ELSEWHERE })
        };
        proxy.reading = false;
        proxy.due = now + later(pause);
        self.due.insert((proxy.due, name.clone()));
    }
}

/// How long until a chain should be another.
fn until_news(dump: &Dump, at: UnixTime) -> Duration {
    let Some(life) = Life::of(&dump.chain) else { return WARMING };
    let Some(due) = life.rotation_due else { return ELSEWHERE };
    let half_a_life = seconds(dump.chain.first().map_or(0, |leaf| leaf.not_after.since(due)));
    match due.since(at) {
        // The agent renews within a hundredth of the life around that time.
        left @ 0.. => seconds(left) + half_a_life / 50 + Duration::from_secs(1),
        _ => (half_a_life / 25).clamp(SHORTEST_OVERDUE, ON_SCREEN),
    }
}

/// The pause and up to a tenth more, so that what began together does not stay together. Never less:
/// what is due has happened by then.
fn later(pause: Duration) -> Duration {
    pause + pause.min(ON_SCREEN).mul_f64(fastrand::f64() / 10.0)
}

fn seconds(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}

#[cfg(test)]
mod tests;
