//! The embedded mesh: its own CAs really issue, its pods went through `mesh::review`, its proxies
//! answer with the bytes of an Envoy `config_dump`, and certificates rotate on a scaled clock.
//!
//! From those bytes on everything is the real path. It opens no socket and reads no clock.
//!
//! What exists is in `scenario.rs`, as tables; everything that looks random follows from the seed.

mod authority;
mod control_plane;
mod injector;
mod pod;
mod proxy;
mod scenario;
mod seed;

use std::collections::BTreeMap;

use signet_certs::UnixTime;
use signet_mesh::Observation;
use signet_mesh::objects::{Kind, Object};
use signet_mesh::observation::Connection;

use authority::Authority;
use pod::RunningPod;
use scenario::MEMBERS;
use seed::Seed;

/// A mesh that lives in memory.
pub struct Demo {
    world: World,
    pods: Vec<RunningPod>,
    /// Whether the first step was made.
    seen: bool,
}

/// What the pods of a mesh have in common.
struct World {
    seed: Seed,
    start: UnixTime,
    authorities: BTreeMap<&'static str, Authority>,
    objects: Vec<Object>,
}

impl Demo {
    /// The mesh of this seed, as it is at `start`: the same bytes for the same arguments.
    pub fn new(seed: u64, start: UnixTime) -> Self {
        let seed = Seed(seed);
        let authorities = control_plane::authorities(seed, start);
        let objects = control_plane::objects(&authorities, start);
        let world = World { seed, start, authorities, objects };
        let pods = MEMBERS
            .iter()
            .flat_map(|member| (0..member.replicas).map(move |replica| (member, replica)))
            .map(|(member, replica)| RunningPod::new(&world, member, replica))
            .collect();
        Self { world, pods, seen: false }
    }

    /// What is to be seen at `now` that was not to be seen before: everything the first time, then
    /// what rotated, came, went or stopped answering. A step back in time shows nothing.
    pub fn step(&mut self, now: UnixTime) -> Vec<Observation> {
        let mut news = Vec::new();
        for pod in &mut self.pods {
            pod.advance(&self.world, now, &mut news);
        }
        if !self.seen {
            self.seen = true;
            news = self.everything(now);
        }
        if !news.is_empty() {
            news.push(Observation::At { time: now });
        }
        news
    }

    fn everything(&self, now: UnixTime) -> Vec<Observation> {
        let objects = self.world.objects.iter().cloned().map(|object| Observation::Put { object });
        let connected = Observation::Connection { state: Connection::Connected };
        let mut all: Vec<_> = std::iter::once(connected).chain(objects).collect();
        all.extend(self.pods.iter().map(RunningPod::put));
        let kinds = Kind::NEEDED.into_iter().chain(Kind::BESIDE);
        all.extend(kinds.map(|kind| Observation::Synced { kind }));
        all.extend(self.pods.iter().filter_map(|pod| pod.answer(&self.world, now)));
        all
    }
}
