//! What is wrong with a ProxyConfig, said when it is applied: before pods hang over it.

mod hazard;
mod notice;
mod reach;
#[cfg(test)]
mod tests;

use crate::names;
use crate::objects::ProxyConfig;
use crate::plan::obstacles;
use crate::review::State;

/// What the author of `proxy_config`, whose namespace must be filled in, would want to know; nothing
/// when it does what it says.
///
/// Each is one line for kubectl: remedy first, at most 250 bytes, without the value of a variable.
pub fn advice(proxy_config: &ProxyConfig, state: &State) -> Vec<String> {
    let root_namespace = state.mesh.root_namespace.as_str();
    let beside = state.proxy_configs.get(&proxy_config.metadata.namespace);
    let beside = beside.map(AsRef::as_ref).unwrap_or_default();
    let unused = reach::why_unused(proxy_config, beside);
    let limited = reach::why_limited(proxy_config, root_namespace);
    let variables = &proxy_config.spec.environment_variables;
    let hazards = variables.iter().flat_map(|(key, value)| hazard::of(key, value));
    let mut advice: Vec<String> =
        unused.iter().chain(&limited).copied().chain(hazards).map(|notice| notice.to_string()).collect();
    let signer = variables.get(names::CERT_SIGNER).filter(|signer| !signer.contains("$("));
    // Nobody will ask for the signer of one that is never used.
    if let Some(signer) = signer.filter(|_| unused.is_none()) {
        advice.extend(obstacles(signer, &state.policy, &state.signers));
    }
    advice
}
