//! What the proxy's agent verifies istiod with: a file of ours, named by two variables.
//!
//! They are about who configures and who passes requests on, so the file holds istiod's own root
//! beside the signer's. What the proxy trusts its peers by is left as it is, other than by a file in
//! `/etc/certs` (Istio `security/pkg/nodeagent/cache/secretcache.go`).

use std::collections::BTreeMap;

use serde_json::json;

use super::proxy::Placed;
use super::{Draft, Notice};
use crate::patch::List;
use crate::{Signers, names};

/// Whether the ProxyConfig with these annotations asks for it.
pub(super) fn are_wanted(annotations: &BTreeMap<String, String>) -> bool {
    annotations.get(names::AGENT_ROOTS_ANNOTATION).is_some_and(|value| value == "true")
}

/// Whether istiod's own root is known; the signer's alone would end every connection to istiod.
pub(super) fn are_known(signers: &Signers, draft: &mut Draft) -> bool {
    let known = !signers.istiod_roots().is_empty();
    if !known {
        draft.warn(&Notice::AgentRootsUnknown);
    }
    known
}

/// Names the file to the agent, unless it was given others. Says whether it reads both from there.
pub(super) fn plan(proxy: Placed<'_>, draft: &mut Draft) -> bool {
    let file = format!("{}/{}", names::CA_MOUNT_PATH, names::AGENT_ROOTS_FILE);
    let env = proxy.container.env.as_ref();
    let mut both = true;
    for name in names::AGENT_ROOT_VARIABLES {
        match env.and_then(|env| env.last(name)) {
            Some((_, existing)) if existing.value == Some(&file) => {}
            Some(_) => {
                draft.warn(&Notice::AgentRootsKept { variable: name });
                both = false;
            }
            None => {
                let parent = ["spec", proxy.list.field(), &proxy.index.to_string()];
                draft.patch.append(&parent, "env", List::of(env), json!({"name": name, "value": file}));
            }
        }
    }
    both
}
