//! What exists in the embedded mesh, as tables. What Signet says about it is not in here: verdicts
//! come out of the same rules as for a real cluster.

use crate::scenario::Controller::{DaemonSet, Deployment, Job, ManagedGateway, StatefulSet};
use crate::scenario::Shape::{ClassicSidecar, Gateway, GrpcAgent, NativeSidecar, NoProxy, Waypoint, Ztunnel};
use crate::scenario::Story::{Flapping, Rolled, Silent, Stuck, Warming};

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The namespace of the control planes, and the root namespace of both meshes.
pub(crate) const CONTROL_PLANE: &str = "istio-system";
/// The trust domain.
pub(crate) const TRUST_DOMAIN: &str = "cluster.local";
/// `CERT_SIGNER_DOMAIN`.
pub(crate) const SIGNER_DOMAIN: &str = "clusterissuers.cert-manager.io";
/// The signer of the mesh default.
pub(crate) const DEFAULT_SIGNER: &str = "istio-system";
/// The signer in `K8S_SIGNER`, for pods that ask for none.
pub(crate) const FALLBACK_SIGNER: &str = "platform";
/// The revision whose istiod signs with its own, plugged-in CA.
pub(crate) const LEGACY: &str = "legacy";
/// The nodes, each with a ztunnel.
pub(crate) const NODES: [&str; 3] = ["worker-1", "worker-2", "worker-3"];
/// How often a pod of [`Story::Rolled`] is replaced.
pub(crate) const ROLL_EVERY: i64 = 20 * MINUTE;
/// How often a proxy of [`Story::Flapping`] stops answering, and for how long.
pub(crate) const FLAP_EVERY: i64 = 25 * MINUTE;
pub(crate) const FLAP_FOR: i64 = 5 * MINUTE;

/// A namespace, and the control plane that injects into it.
pub(crate) struct Space {
    pub(crate) name: &'static str,
    /// `istio.io/rev`; nothing for the default revision.
    pub(crate) revision: Option<&'static str>,
}

pub(crate) static SPACES: &[Space] = &[
    Space { name: "bar", revision: None },
    Space { name: "foo", revision: None },
    Space { name: CONTROL_PLANE, revision: None },
    Space { name: "legacy", revision: Some(LEGACY) },
    Space { name: "payments", revision: None },
    Space { name: "platform", revision: None },
    Space { name: "research", revision: None },
    Space { name: "shop", revision: None },
];

/// Whom a ProxyConfig is for.
pub(crate) enum For {
    /// Its namespace: no selector.
    Everyone,
    /// Pods with `app: NAME`.
    App(&'static str),
    /// `selector: {}`, which Istio applies to nobody.
    Nobody,
}

/// A ProxyConfig that sets the signer.
pub(crate) struct Choice {
    pub(crate) namespace: &'static str,
    pub(crate) name: &'static str,
    pub(crate) whom: For,
    pub(crate) signer: &'static str,
    /// Seconds before the start.
    pub(crate) age: i64,
}

pub(crate) static CHOICES: &[Choice] = &[
    choice("bar", "signer", For::Everyone, "bar", 40 * DAY),
    choice("bar", "everything", For::Nobody, "foo", 39 * DAY),
    choice("foo", "signer", For::Everyone, "foo", 6 * HOUR),
    choice("foo", "signer-next", For::Everyone, "bar", HOUR),
    choice("payments", "card-processor", For::App("card-processor"), "bar", 40 * DAY),
    choice("platform", "no-signer", For::Everyone, "", 40 * DAY),
];

const fn choice(
    namespace: &'static str,
    name: &'static str,
    whom: For,
    signer: &'static str,
    age: i64,
) -> Choice {
    Choice { namespace, name, whom, signer, age }
}

/// What makes a member's pods.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Controller {
    DaemonSet,
    Deployment,
    Job,
    /// A Deployment that istiod writes for a Gateway; its pods are not injected.
    ManagedGateway,
    StatefulSet,
}

/// What runs beside the app.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    ClassicSidecar,
    Gateway,
    GrpcAgent,
    NativeSidecar,
    NoProxy,
    Waypoint,
    Ztunnel,
}

/// What happens to a member's certificates.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Story {
    /// Renewed at half of their life, as pilot-agent does.
    Renews,
    /// Renewed, but now and then the proxy does not answer for a while.
    Flapping,
    /// Renewed, but the pod itself is replaced now and then.
    Rolled,
    /// Its admin port never answers.
    Silent,
    /// Signed by this authority, whichever signer was asked.
    SignedBy(&'static str),
    /// Its agent does not renew; at the start so many percent of the life are spent.
    Stuck { spent: i64 },
    /// Its agent waits for the first certificate.
    Warming,
}

/// One workload of the mesh.
pub(crate) struct Member {
    pub(crate) namespace: &'static str,
    pub(crate) app: &'static str,
    pub(crate) controller: Controller,
    pub(crate) shape: Shape,
    pub(crate) replicas: usize,
    /// Seconds between its creation and the start.
    pub(crate) age: i64,
    /// The life of its certificates, in seconds.
    pub(crate) life: i64,
    /// The signer that its own annotation asks for.
    pub(crate) asks_for: Option<&'static str>,
    /// It gets its identity over SPIRE's CSI volume.
    pub(crate) spire: bool,
    pub(crate) story: Story,
}

pub(crate) static MEMBERS: &[Member] = &[
    app("bar", "httpbin", ClassicSidecar),
    app("bar", "orders", NativeSidecar).story(Silent),
    app("bar", "sleep", NativeSidecar).life(HOUR),
    // Older than the ProxyConfig of its namespace.
    app("foo", "checkout", NativeSidecar).age(12 * DAY),
    app("foo", "httpbin", NativeSidecar).age(5 * HOUR),
    // The CA of foo got a new key since.
    app("foo", "search", NativeSidecar).age(5 * HOUR).story(Story::SignedBy("foo-before")),
    app("foo", "sleep", ClassicSidecar).age(4 * HOUR),
    app(CONTROL_PLANE, "istio-ingressgateway", Gateway).replicas(2),
    app(CONTROL_PLANE, "istiod", NoProxy),
    app(CONTROL_PLANE, "istiod-legacy", NoProxy),
    app(CONTROL_PLANE, "ztunnel", Ztunnel).made_by(DaemonSet).replicas(NODES.len()),
    app("legacy", "billing", ClassicSidecar),
    // Asks a control plane for a signer whose built-in CA knows of none.
    app("legacy", "invoicing", ClassicSidecar).asks_for("foo"),
    app("payments", "card-processor", NativeSidecar).life(HOUR),
    app("payments", "fraud-check", NativeSidecar).story(Stuck { spent: 104 }),
    app("payments", "ledger", NativeSidecar)
        .made_by(StatefulSet)
        .age(60 * DAY)
        .life(30 * DAY)
        .story(Stuck { spent: 93 }),
    app("payments", "notifications", NativeSidecar).life(7 * DAY).story(Stuck { spent: 58 }),
    app("payments", "payments", NativeSidecar).replicas(2),
    app("platform", "backup", NoProxy).made_by(Job).age(2 * HOUR),
    app("platform", "config-server", NativeSidecar),
    app("platform", "feature-flags", GrpcAgent),
    app("platform", "image-resizer", NativeSidecar).age(3 * MINUTE).story(Warming),
    app("research", "notebook", ClassicSidecar).spire().life(HOUR),
    app("research", "scheduler", ClassicSidecar).spire().life(HOUR),
    app("shop", "details-v1", NativeSidecar),
    app("shop", "productpage-v1", NativeSidecar),
    app("shop", "ratings-v1", NativeSidecar).age(4 * MINUTE).story(Rolled),
    app("shop", "reviews-v1", NativeSidecar),
    app("shop", "reviews-v2", NativeSidecar).life(HOUR),
    app("shop", "reviews-v3", ClassicSidecar).story(Flapping),
    app("shop", "waypoint", Waypoint).made_by(ManagedGateway),
];

/// A healthy Deployment of one pod that is eight days old, with certificates of a day.
const fn app(namespace: &'static str, app: &'static str, shape: Shape) -> Member {
    Member {
        namespace,
        app,
        controller: Deployment,
        shape,
        replicas: 1,
        age: 8 * DAY,
        life: DAY,
        asks_for: None,
        spire: false,
        story: Story::Renews,
    }
}

impl Member {
    const fn age(mut self, seconds: i64) -> Self {
        self.age = seconds;
        self
    }

    const fn asks_for(mut self, signer: &'static str) -> Self {
        self.asks_for = Some(signer);
        self
    }

    const fn life(mut self, seconds: i64) -> Self {
        self.life = seconds;
        self
    }

    const fn made_by(mut self, controller: Controller) -> Self {
        self.controller = controller;
        self
    }

    const fn replicas(mut self, count: usize) -> Self {
        self.replicas = count;
        self
    }

    const fn spire(mut self) -> Self {
        self.spire = true;
        self
    }

    const fn story(mut self, story: Story) -> Self {
        self.story = story;
        self
    }
}
