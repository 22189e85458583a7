//! Which replica writes: the one that holds the Lease.
//!
//! As in client-go, no clock of another machine is believed: a Lease counts as abandoned when this
//! replica itself has seen no change of it for its whole duration.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use k8s_openapi::jiff::Timestamp;
use signet_cluster::kube;
use signet_cluster::kube::api::{Api, PostParams};
use tokio::time::Instant;

use crate::Clock;
use crate::names::{BUNDLE_FIELD_MANAGER, BUNDLE_LEASE};

/// How long a holder may be silent before another takes over.
const DURATION: Duration = Duration::from_secs(15);
/// How often the holder confirms itself, and how often the others look.
const PERIOD: Duration = Duration::from_secs(5);

/// One replica's claim to the Lease.
pub struct Leadership {
    leases: Api<Lease>,
    identity: String,
    clock: Clock,
    /// The version that was last seen, and when it was first seen.
    seen: Option<(String, Instant)>,
}

impl Leadership {
    /// A claim by the replica `identity` to the Lease of `namespace`.
    pub fn new(client: kube::Client, namespace: &str, identity: String, clock: Clock) -> Self {
        Self { leases: Api::namespaced(client, namespace), identity, clock, seen: None }
    }

    /// Waits until this replica holds it.
    pub async fn acquire(&mut self) {
        while !self.attempt().await {
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Confirms that this replica holds it, until it does not any more or could not say so for too long.
    pub async fn hold(&mut self) {
        let mut confirmed = Instant::now();
        // A third of the time is left to stop before another may begin.
        while confirmed.elapsed() < DURATION * 2 / 3 {
            tokio::time::sleep(PERIOD).await;
            match self.take().await {
                Ok(true) => confirmed = Instant::now(),
                Ok(false) => return,
                Err(error) => tracing::warn!(reason = %error, "the Lease cannot be renewed"),
            }
        }
    }

    /// Gives it up, so that another need not wait.
    pub async fn release(&self) {
        let Ok(Some(mut lease)) = self.leases.get_opt(BUNDLE_LEASE).await else { return };
        if holder(&lease) != Some(self.identity.as_str()) {
            return;
        }
        lease.spec.get_or_insert_default().holder_identity = None;
        // If it fails, the others wait as long as they would have without.
        let _ = self.leases.replace(BUNDLE_LEASE, &params(), &lease).await;
    }

    async fn attempt(&mut self) -> bool {
        match self.take().await {
            Ok(held) => held,
            Err(error) => {
                tracing::warn!(reason = %error, "the Lease of the CA bundles is out of reach");
                false
            }
        }
    }

    /// Takes or confirms it where that is allowed; whether it is held afterwards.
    async fn take(&mut self) -> Result<bool, kube::Error> {
        let found = self.leases.get_opt(BUNDLE_LEASE).await?;
        let written = match found {
            None => self.leases.create(&params(), &self.lease(None)).await,
            Some(found) if self.may_take(&found) => {
                self.leases.replace(BUNDLE_LEASE, &params(), &self.lease(Some(found))).await
            }
            Some(_) => return Ok(false),
        };
        match written {
            Ok(_) => Ok(true),
            // Another was faster.
            Err(kube::Error::Api(status)) if status.code == 409 => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn may_take(&mut self, lease: &Lease) -> bool {
        let Some(holder) = holder(lease) else { return true };
        if holder == self.identity {
            return true;
        }
        let version = lease.metadata.resource_version.clone().unwrap_or_default();
        match &self.seen {
            Some((seen, since)) if *seen == version => since.elapsed() > DURATION,
            _ => {
                self.seen = Some((version, Instant::now()));
                false
            }
        }
    }

    fn lease(&self, former: Option<Lease>) -> Lease {
        let now = Timestamp::from_second(self.clock.now().seconds()).map(MicroTime).ok();
        let seconds = i32::try_from(DURATION.as_secs()).ok();
        let metadata = ObjectMeta { name: Some(BUNDLE_LEASE.to_owned()), ..ObjectMeta::default() };
        let mut lease = former.unwrap_or(Lease { metadata, spec: None });
        let is_mine = holder(&lease) == Some(self.identity.as_str());
        let former = lease.spec.take().unwrap_or_default();
        let transitions = former.lease_transitions.unwrap_or(0) + i32::from(!is_mine);
        lease.spec = Some(LeaseSpec {
            acquire_time: if is_mine { former.acquire_time } else { now.clone() },
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: seconds,
            lease_transitions: Some(transitions),
            renew_time: now,
            ..LeaseSpec::default()
        });
        lease
    }
}

fn holder(lease: &Lease) -> Option<&str> {
    lease.spec.as_ref()?.holder_identity.as_deref().filter(|holder| !holder.is_empty())
}

fn params() -> PostParams {
    PostParams { field_manager: Some(BUNDLE_FIELD_MANAGER.to_owned()), ..PostParams::default() }
}
