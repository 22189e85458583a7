//! The controller that a pod belongs to.

use std::fmt;

use crate::objects::Pod;

/// The label whose value ends the name of a Deployment's ReplicaSet.
const TEMPLATE_HASH: &str = "pod-template-hash";

/// A pod's controller, as a person names it. Shown as `KIND/NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its kind; `Deployment` for a Deployment's ReplicaSet.
    pub kind: String,
    /// Its name.
    pub name: String,
}

impl Owner {
    /// The controller of `pod`, if it has one.
    pub fn of(pod: &Pod) -> Option<Self> {
        let owner = pod.metadata.owner_references.iter().find(|owner| owner.controller)?;
        let deployment = || {
            let hash = pod.metadata.labels.get(TEMPLATE_HASH)?;
            owner.name.strip_suffix(hash.as_str())?.strip_suffix('-')
        };
        Some(match (owner.kind.as_str(), deployment()) {
            ("ReplicaSet", Some(name)) => Self { kind: "Deployment".to_owned(), name: name.to_owned() },
            _ => Self { kind: owner.kind.clone(), name: owner.name.clone() },
        })
    }

    /// The command that replaces its pods by new ones, where kubectl has one.
    pub fn restart_command(&self, namespace: &str) -> Option<String> {
        match self.kind.as_str() {
            "DaemonSet" | "Deployment" | "StatefulSet" => Some(format!(
                "kubectl -n {namespace} rollout restart {}/{}",
                self.kind.to_ascii_lowercase(),
                self.name
            )),
            _ => None,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::Owner;
    use crate::objects::{OwnerReference, Pod};

    fn pod(kind: &str, name: &str, hash: Option<&str>) -> Pod {
        let mut pod = Pod::default();
        let reference = OwnerReference { kind: kind.into(), name: name.into(), controller: true };
        pod.metadata.owner_references.push(reference);
        pod.metadata.labels.extend(hash.map(|hash| ("pod-template-hash".to_owned(), hash.to_owned())));
        pod
    }

    #[test]
    fn a_replica_set_of_a_deployment_is_named_by_the_deployment() {
        let owner = Owner::of(&pod("ReplicaSet", "reviews-v1-5b9c", Some("5b9c"))).expect("an owner");
        assert_eq!(owner.to_string(), "Deployment/reviews-v1");
        assert_eq!(
            owner.restart_command("shop").as_deref(),
            Some("kubectl -n shop rollout restart deployment/reviews-v1")
        );
    }

    #[test]
    fn any_other_controller_is_named_as_it_stands() {
        let owner = Owner::of(&pod("ReplicaSet", "by-hand-1", None)).expect("an owner");
        assert_eq!(owner.to_string(), "ReplicaSet/by-hand-1");
        let owner = Owner::of(&pod("Job", "backup-1", Some("1"))).expect("an owner");
        assert_eq!((owner.to_string().as_str(), owner.restart_command("x")), ("Job/backup-1", None));
        assert_eq!(Owner::of(&Pod::default()), None);
    }
}
