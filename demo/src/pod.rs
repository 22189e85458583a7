//! One pod of the embedded mesh while it runs: what its proxy holds, when it renews it, whether it
//! answers.

use signet_certs::UnixTime;
use signet_mesh::Observation;
use signet_mesh::dump::{Dump, ReadError};
use signet_mesh::names::CERT_SIGNER;
use signet_mesh::objects::{Kind, Object, ObjectName, Pod};

use crate::World;
use crate::authority::{Authority, Request};
use crate::control_plane::{BUILT_IN, SPIRE, known_at};
use crate::injector::{Birth, admit};
use crate::proxy::{Loaded, config_dump};
use crate::scenario::{
    Controller, FALLBACK_SIGNER, FLAP_EVERY, FLAP_FOR, LEGACY, Member, NODES, ROLL_EVERY, SPACES, Shape,
    Story, TRUST_DOMAIN,
};

/// A pod and the state of its proxy.
pub(crate) struct RunningPod {
    member: &'static Member,
    replica: usize,
    pod: Pod,
    /// How often it was replaced.
    generation: i64,
    /// How often it renewed its certificate.
    issued: u32,
    issued_at: UnixTime,
    /// The chain as PEM, once it has one.
    chain: Option<String>,
    answers: bool,
}

impl RunningPod {
    /// The pod as it is at the start.
    pub(crate) fn new(world: &World, member: &'static Member, replica: usize) -> Self {
        let created = world.start.plus(-member.age);
        let spent = match member.story {
            Story::Stuck { spent } => spent,
            // A healthy leaf is anywhere in the first half of its life, and not older than its pod.
            _ => world.seed.number(&format!("{} {} spent", member.app, replica), 48),
        };
        let issued_at = created.max(world.start.plus(-(member.life * spent / 100)));
        let mut pod = Self {
            member,
            replica,
            pod: born(world, member, replica, 0, created),
            generation: 0,
            issued: 0,
            issued_at,
            chain: None,
            answers: member.story != Story::Silent,
        };
        pod.issue(world);
        pod
    }

    /// The pod as the API server shows it.
    pub(crate) fn put(&self) -> Observation {
        Observation::Put { object: Object::Pod(Box::new(self.pod.clone())) }
    }

    /// What its proxy answers at `now`; nothing for a pod that nobody would ask.
    pub(crate) fn answer(&self, world: &World, now: UnixTime) -> Option<Observation> {
        let answer = match self.member.shape {
            Shape::NoProxy | Shape::Ztunnel => return None,
            Shape::GrpcAgent => Err(ReadError::NoAdminPort { kind: "grpc-agent".to_owned() }),
            _ if !self.answers => Err(ReadError::Unreachable {
                message: "dial tcp 127.0.0.1:15000: connect: connection refused".to_owned(),
            }),
            _ => Dump::from_envoy(&self.config_dump(world)),
        };
        Some(Observation::Proxy { pod: self.name(), at: now, answer })
    }

    /// Lives on until `now`, and says what is to be seen of that.
    pub(crate) fn advance(&mut self, world: &World, now: UnixTime, news: &mut Vec<Observation>) {
        let was_replaced = self.member.story == Story::Rolled && self.roll(world, now, news);
        let mut changed = was_replaced;
        let issued = self.issued;
        while let Some(due) = self.renews_at(world).filter(|due| *due <= now) {
            self.issued += 1;
            self.issued_at = due;
        }
        if self.issued != issued {
            self.issue(world);
            changed = true;
        }
        if self.member.story == Story::Flapping {
            let answers = now.since(world.start).rem_euclid(FLAP_EVERY) < FLAP_EVERY - FLAP_FOR;
            changed |= answers != self.answers;
            self.answers = answers;
        }
        if changed {
            news.extend(self.answer(world, now));
        }
    }

    /// Replaces the pod when it is time; whether it did.
    fn roll(&mut self, world: &World, now: UnixTime, news: &mut Vec<Observation>) -> bool {
        let generation = (now.since(world.start) / ROLL_EVERY).max(0);
        if generation <= self.generation {
            return false;
        }
        let created = world.start.plus(generation * ROLL_EVERY);
        news.push(Observation::Gone { kind: Kind::Pod, name: self.name() });
        self.generation = generation;
        self.pod = born(world, self.member, self.replica, generation, created);
        (self.issued, self.issued_at) = (0, created);
        self.issue(world);
        news.push(self.put());
        true
    }

    /// When its agent asks for a new certificate: at half of the life, give or take a hundredth
    /// (Istio `security/pkg/nodeagent/cache` `rotateTime`).
    fn renews_at(&self, world: &World) -> Option<UnixTime> {
        self.chain.as_ref().filter(|_| !matches!(self.member.story, Story::Stuck { .. }))?;
        let jitter = world.seed.number(&format!("{} jitter", self.label()), 201) - 100;
        Some(self.issued_at.plus(self.member.life / 2 + self.member.life * jitter / 10_000))
    }

    /// Has the certificate made that it got last; those between are nobody's to see.
    fn issue(&mut self, world: &World) {
        let authority = world.authorities.get(self.authority());
        let authority = authority.filter(|_| self.member.story != Story::Warming);
        self.chain = authority.map(|authority| {
            authority.issue(&Request {
                spiffe_id: &format!(
                    "spiffe://{TRUST_DOMAIN}/ns/{}/sa/{}",
                    self.member.namespace, self.member.app
                ),
                not_before: self.issued_at,
                life: self.member.life,
                label: &format!("leaf {}", self.label()),
            })
        });
    }

    /// Who signs for it: SPIRE, the built-in CA whatever was asked, or the signer that it asks for.
    fn authority(&self) -> &str {
        if let Story::SignedBy(authority) = self.member.story {
            return authority;
        }
        if self.member.spire {
            return SPIRE;
        }
        if revision(self.member) == LEGACY {
            return BUILT_IN;
        }
        self.signer().filter(|signer| !signer.is_empty()).unwrap_or(FALLBACK_SIGNER)
    }

    /// The signer in its environment.
    fn signer(&self) -> Option<&str> {
        let containers = self.pod.spec.init_containers.iter().chain(&self.pod.spec.containers);
        let mut environments = containers.filter_map(|container| container.env.as_ref());
        environments.find_map(|environment| environment.last(CERT_SIGNER))?.1.value
    }

    fn config_dump(&self, world: &World) -> Vec<u8> {
        let authority = world.authorities.get(self.authority());
        config_dump(&Loaded {
            node_id: format!(
                "sidecar~10.0.0.1~{}.{1}~{1}.svc.cluster.local",
                self.pod.metadata.name, self.member.namespace
            ),
            signer: self.signer(),
            chain: self.chain.as_deref(),
            roots: &authority.map(Authority::root_pem).unwrap_or_default(),
            spire_trust_domain: self.member.spire.then_some(TRUST_DOMAIN),
            updated: self.issued_at,
        })
    }

    /// Tells every certificate of the mesh from every other.
    fn label(&self) -> String {
        format!("{}/{} {}", self.member.namespace, self.pod.metadata.name, self.issued)
    }

    fn name(&self) -> ObjectName {
        self.pod.metadata.object_name()
    }
}

/// A new pod of `member`, injected with what was known when it was created.
fn born(world: &World, member: &Member, replica: usize, generation: i64, created: UnixTime) -> Pod {
    let label = format!("{}/{}", member.namespace, member.app);
    let template_hash = world.seed.suffix(&format!("{label} template"), 9);
    let suffix = world.seed.suffix(&format!("{label} {replica} {generation}"), 5);
    let name = match member.controller {
        Controller::Deployment | Controller::ManagedGateway => {
            format!("{}-{template_hash}-{suffix}", member.app)
        }
        Controller::DaemonSet => format!("{}-{suffix}", member.app),
        Controller::Job => format!("{}-{suffix}", job_name(member, created)),
        Controller::StatefulSet => format!("{}-{replica}", member.app),
    };
    let node = match member.controller {
        Controller::DaemonSet => replica,
        _ => usize::try_from(world.seed.number(&name, 1 << 20)).unwrap_or_default(),
    };
    let revision = revision(member);
    let node = NODES[node % NODES.len()];
    let owner = match member.controller {
        Controller::Deployment | Controller::ManagedGateway => format!("{}-{template_hash}", member.app),
        Controller::DaemonSet | Controller::StatefulSet => member.app.to_owned(),
        Controller::Job => job_name(member, created),
    };
    let birth = Birth { member, name, owner, template_hash, node, created, revision };
    admit(&birth, &known_at(&world.objects, revision, created))
}

/// A CronJob names its Jobs by the minute of their schedule.
fn job_name(member: &Member, scheduled: UnixTime) -> String {
    format!("{}-{}", member.app, scheduled.seconds() / 60)
}

/// The revision that injects into the member's namespace.
fn revision(member: &Member) -> &'static str {
    let space = SPACES.iter().find(|space| space.name == member.namespace);
    space.and_then(|space| space.revision).unwrap_or("default")
}
