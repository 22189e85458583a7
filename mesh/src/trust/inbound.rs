//! What a server takes from its clients: mutual TLS, plaintext or both, by Istio's PeerAuthentications.
//!
//! Certificates say whether mutual TLS comes about; where a server takes plaintext too, or nothing else,
//! that is not the whole truth about a connection.

use std::collections::BTreeMap;

use signet_certs::Refuser;

use super::{Reason, Verdict};
use crate::codes::{MTLS_DISABLED, PLAINTEXT_PERMITTED};
use crate::objects::{MutualTlsMode, ObjectName, PeerAuthentication};

/// What a server takes from its clients.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Inbound {
    /// On every port that is not named.
    pub mode: MutualTlsMode,
    /// The PeerAuthentication that says so; nothing where it is Istio's default.
    pub because: Option<ObjectName>,
    /// On single ports, where it is something else.
    pub ports: BTreeMap<String, MutualTlsMode>,
    /// The PeerAuthentication that names the ports.
    pub ports_because: Option<ObjectName>,
}

impl Inbound {
    /// What a workload of `namespace` with these labels takes (Istio
    /// `pilot/pkg/security/authn/policy_applier.go` `ComposePeerAuthentication`): workload before
    /// namespace before mesh, the oldest of each, and what is unset is inherited. `all` are those of its
    /// namespace and of the root namespace.
    pub(super) fn of(
        namespace: &str,
        labels: &BTreeMap<String, String>,
        root_namespace: &str,
        all: &[&PeerAuthentication],
    ) -> Self {
        let oldest = |is_it: &dyn Fn(&PeerAuthentication) -> bool| {
            let age =
                |each: &&PeerAuthentication| (each.metadata.creation_timestamp, each.metadata.name.clone());
            all.iter().copied().filter(|each| is_it(each)).min_by_key(age)
        };
        let is_in = |each: &PeerAuthentication, place: &str| each.metadata.namespace == place;
        let of_mesh = oldest(&|each| is_in(each, root_namespace) && each.spec.is_for_all());
        let is_root = namespace == root_namespace;
        let of_namespace = oldest(&|each| !is_root && is_in(each, namespace) && each.spec.is_for_all());
        let of_workload = oldest(&|each| {
            !is_root && is_in(each, namespace) && !each.spec.is_for_all() && each.spec.selects(labels)
        });
        let name = |each: &PeerAuthentication| each.metadata.object_name();
        let set = [of_workload, of_namespace, of_mesh]
            .into_iter()
            .flatten()
            .find_map(|each| Some((each.spec.mtls.mode?, Some(name(each)))));
        let (mode, because) = set.unwrap_or((MutualTlsMode::Permissive, None));
        let ports = of_workload.iter().flat_map(|each| &each.spec.port_level_mtls);
        let ports = ports.filter_map(|(port, mtls)| Some((port.clone(), mtls.mode?)));
        let ports: BTreeMap<_, _> = ports.filter(|(_, of_port)| *of_port != mode).collect();
        let ports_because = of_workload.filter(|_| !ports.is_empty()).map(name);
        Self { mode, because, ports, ports_because }
    }

    /// What of it stands beside a verdict on the certificates of a connection to `server`.
    pub(super) fn beside(&self, verdict: Verdict, server: &ObjectName) -> Vec<Reason> {
        let reason = |(code, words): (&signet_certs::Code, String)| Reason {
            side: Refuser::Server,
            code: code.name.to_owned(),
            message: format!("{server} {words}"),
            missing_root: None,
        };
        self.said(verdict).into_iter().map(reason).collect()
    }

    fn said(&self, verdict: Verdict) -> Vec<(&'static signet_certs::Code, String)> {
        let everywhere = beside(self.mode, verdict).map(|(code, what)| {
            let but = match self.ports.keys().map(String::as_str).collect::<Vec<_>>().as_slice() {
                [] => String::new(),
                ports => format!(", except on {}", on_ports(ports)),
            };
            (code, format!("{what}{but}: {}", self.origin()))
        });
        let by_mode = [MutualTlsMode::Disable, MutualTlsMode::Permissive].into_iter().filter_map(|mode| {
            let ports = self.ports.iter().filter(|(_, of_port)| **of_port == mode);
            let ports: Vec<&str> = ports.map(|(port, _)| port.as_str()).collect();
            let (code, what) = beside(mode, verdict).filter(|_| !ports.is_empty())?;
            let origin = origin(mode, self.ports_because.as_ref());
            Some((code, format!("{what} on {}: {origin}", on_ports(&ports))))
        });
        everywhere.into_iter().chain(by_mode).collect()
    }

    /// Whether it takes plaintext on some port.
    pub(super) fn takes_plaintext(&self) -> bool {
        std::iter::once(&self.mode).chain(self.ports.values()).any(|mode| *mode != MutualTlsMode::Strict)
    }

    /// What is taken beside mutual TLS, and what that rests on, in words.
    pub fn plaintext(&self) -> Vec<String> {
        self.said(Verdict::No).into_iter().map(|(_, words)| words).collect()
    }

    /// What its mode rests on.
    fn origin(&self) -> String {
        origin(self.mode, self.because.as_ref())
    }
}

/// What a mode means beside a verdict: nothing where certificates decide, or where they permit it anyway.
fn beside(mode: MutualTlsMode, verdict: Verdict) -> Option<(&'static signet_certs::Code, &'static str)> {
    match (mode, verdict) {
        (MutualTlsMode::Disable, _) => Some((&MTLS_DISABLED, "takes plaintext alone")),
        (MutualTlsMode::Permissive, Verdict::No | Verdict::Unknown) => {
            Some((&PLAINTEXT_PERMITTED, "takes plaintext too"))
        }
        (MutualTlsMode::Permissive, Verdict::Yes) | (MutualTlsMode::Strict, _) => None,
    }
}

fn origin(mode: MutualTlsMode, because: Option<&ObjectName>) -> String {
    match because {
        Some(name) => format!("PeerAuthentication {name} is {}", mode.word()),
        None => format!("Istio is {} where no PeerAuthentication says otherwise", mode.word()),
    }
}

fn on_ports(ports: &[&str]) -> String {
    let word = if ports.len() == 1 { "port" } else { "ports" };
    format!("{word} {}", ports.join(", "))
}

#[cfg(test)]
mod tests;
