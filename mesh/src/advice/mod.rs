//! What is wrong with a ProxyConfig, said when it is applied: before pods hang over it.

mod hazard;
mod notice;
mod reach;
#[cfg(test)]
mod tests;

use self::notice::Notice;
use crate::names;
use crate::objects::{Kind, ProxyConfig};
use crate::plan::{evidence, obstacles};
use crate::review::State;

/// What the author of `proxy_config`, whose namespace must be filled in, would want to know; nothing
/// when it does what it says.
///
/// Each is one line for kubectl: remedy first, at most 250 bytes, without the value of a variable.
pub fn advice(proxy_config: &ProxyConfig, state: &State) -> Vec<String> {
    let unused = why_unused(proxy_config, state);
    let limited = reach::why_limited(proxy_config, &state.mesh.root_namespace);
    let variables = &proxy_config.spec.environment_variables;
    let hazards = variables.iter().flat_map(|(key, value)| hazard::of(key, value));
    let mut advice: Vec<String> =
        unused.iter().chain(&limited).copied().chain(hazards).map(|notice| notice.to_string()).collect();
    if let Some(signer) = signer(proxy_config, state) {
        advice.extend(obstacles(signer, &state.policy, &state.signers));
    }
    advice
}

/// What the [`advice`] rests on beside the mesh config and other ProxyConfigs.
pub(crate) fn rests_on(proxy_config: &ProxyConfig, state: &State) -> &'static [Kind] {
    let signer = signer(proxy_config, state);
    signer.map_or(&[], |signer| evidence::of_obstacles(signer, &state.policy, &state.signers))
}

/// The signer that pods will ask for by it, where they all ask for the same: nobody will for that of one
/// that is never used.
fn signer<'a>(proxy_config: &'a ProxyConfig, state: &State) -> Option<&'a str> {
    let signer = proxy_config.spec.environment_variables.get(names::CERT_SIGNER)?;
    (!signer.contains("$(") && why_unused(proxy_config, state).is_none()).then_some(signer)
}

fn why_unused<'a>(proxy_config: &'a ProxyConfig, state: &'a State) -> Option<Notice<'a>> {
    let beside = state.proxy_configs.get(&proxy_config.metadata.namespace);
    reach::why_unused(proxy_config, beside.map(AsRef::as_ref).unwrap_or_default())
}
