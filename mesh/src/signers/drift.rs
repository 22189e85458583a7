//! Whether what a signer issues next will still be trusted.

use std::sync::Arc;

use signet_certs::{Certificate, Finding};

use crate::Inventory;
use crate::codes::SIGNER_ROOT_DRIFT;
use crate::objects::Issuer;

/// The issuer's Secret holds a root by now that the signer's `configured` ones know nothing of: pods go on until
/// their next renewal. Nothing is said of a Secret that was not read, or that holds no root.
pub(super) fn after_the_next_renewal(
    full_name: &str,
    configured: &[Arc<Certificate>],
    inventory: &Inventory,
) -> Option<Finding> {
    let name = Issuer::of_signer(full_name)?;
    let authorities = inventory.authorities();
    let issuer = authorities.issuers().get(&name)?;
    let held = authorities.roots_of_issuer(issuer);
    let is_configured = |root: &Arc<Certificate>| configured.iter().any(|one| one.is_same_authority(root));
    let root = held.first().filter(|_| !configured.is_empty() && !held.iter().any(is_configured))?;
    let secret = authorities.secret_of_issuer(issuer)?;
    let message = format!(
        "{:?} {name} signs by Secret {secret}, whose root `{}` ({}) caCertificates does not hold: what it issues \
         from the next renewal on is not trusted",
        Issuer::kind(&name),
        root.subject,
        root.fingerprint.short(),
    );
    let finding = Finding::new(&SIGNER_ROOT_DRIFT, "caCertificates", message).of(root.fingerprint);
    Some(finding.with("signer", full_name).with("secret", secret))
}
