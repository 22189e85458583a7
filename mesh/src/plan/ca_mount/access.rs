//! Which app containers get the CA, and where: the ProxyConfig allows, the pod may only narrow it.

use std::collections::{BTreeMap, BTreeSet};

use crate::names;
use crate::plan::mount_path::MountPath;
use crate::plan::{Draft, Notice, Short};

type Annotations = BTreeMap<String, String>;

/// What the app containers of a pod get.
pub(super) struct Access<'a> {
    /// Where the CA is mounted; nothing when no path can be used.
    pub(super) path: Option<&'a str>,
    allowed: Names<'a>,
    narrowed: Names<'a>,
}

impl<'a> Access<'a> {
    /// What the winning ProxyConfig's annotations allow (none when no ProxyConfig won), narrowed by
    /// the pod's.
    pub(super) fn of(proxy_config: Option<&'a Annotations>, pod: &'a Annotations, draft: &mut Draft) -> Self {
        let allowing = |name: &str| proxy_config.and_then(|annotations| annotations.get(name));
        let allowed = Names::parse(allowing(names::CA_CONTAINERS_ANNOTATION).map_or("", String::as_str));
        let narrowed = pod.get(names::CA_CONTAINERS_ANNOTATION).map_or(Names::All, |list| Names::parse(list));
        let widened = narrowed.beyond(&allowed);
        if !widened.is_empty() {
            draft.warn(&Notice::ContainersWidened { names: Short(&widened.join(", ")) });
        }
        let path = if allowed.is_empty() {
            None
        } else {
            path(allowing(names::CA_MOUNT_PATH_ANNOTATION), pod.get(names::CA_MOUNT_PATH_ANNOTATION), draft)
        };
        Self { path, allowed, narrowed }
    }

    /// Whether a container of this name is an app container that gets the CA.
    pub(super) fn includes(&self, name: &str) -> bool {
        let is_istios = name == names::PROXY_CONTAINER || names::ISTIO_INIT_CONTAINERS.contains(&name);
        !is_istios && self.allowed.contain(name) && self.narrowed.contain(name)
    }
}

/// The ProxyConfig's path or the default; the pod's counts when it is the same or below.
fn path<'a>(allowed: Option<&'a String>, pod: Option<&'a String>, draft: &mut Draft) -> Option<&'a str> {
    let allowed = allowed.map_or(names::CA_MOUNT_PATH, String::as_str);
    let within = match MountPath::parse(allowed) {
        Ok(within) => within,
        Err(problem) => {
            draft.warn(&Notice::MountPathInvalid { path: Short(allowed), problem });
            return None;
        }
    };
    let Some(path) = pod.map(String::as_str) else { return Some(allowed) };
    match MountPath::parse(path) {
        Ok(parsed) if parsed.is_within(&within) => return Some(path),
        Ok(_) => draft.warn(&Notice::MountPathWidened { path: Short(path), allowed: Short(allowed) }),
        Err(problem) => {
            draft.warn(&Notice::MountPathInvalid { path: Short(path), problem });
            return None;
        }
    }
    Some(allowed)
}

/// A list of container names.
enum Names<'a> {
    All,
    Only(BTreeSet<&'a str>),
}

impl<'a> Names<'a> {
    /// `*`, or names with commas between.
    fn parse(list: &'a str) -> Self {
        let names: BTreeSet<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if names.contains("*") { Self::All } else { Self::Only(names) }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Only(names) if names.is_empty())
    }

    fn contain(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(name),
        }
    }

    /// The names that `allowed` does not have. `*` asks for no more than what is allowed.
    fn beyond(&self, allowed: &Names<'_>) -> Vec<&'a str> {
        match self {
            Self::All => Vec::new(),
            Self::Only(names) => names.iter().copied().filter(|name| !allowed.contain(name)).collect(),
        }
    }
}
