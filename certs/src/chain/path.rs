//! The call into rustls-webpki: the only builder of paths.

use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter, KeyUsage};

use super::verify::{Path, Usage, VerifyOptions};
use crate::{Certificate, SpiffeId};

/// Why there is no path, before it is explained.
#[derive(Debug)]
pub(super) enum NoPath {
    /// The path is there, but the leaf is not whom it was asked for.
    Name(String),
    /// webpki's reason.
    Refused(Error),
}

/// Builds and verifies a path, with the certificates tried in the order given.
pub(super) fn build(
    leaf: &Arc<Certificate>,
    intermediates: &[Arc<Certificate>],
    anchors: &[Arc<Certificate>],
    options: &VerifyOptions<'_>,
) -> Result<Path, NoPath> {
    let leaf_der = CertificateDer::from(leaf.der());
    let end_entity = EndEntityCert::try_from(&leaf_der).map_err(NoPath::Refused)?;
    let ders: Vec<_> = intermediates.iter().map(|other| CertificateDer::from(other.der())).collect();
    let anchor_ders: Vec<_> = anchors.iter().map(|anchor| CertificateDer::from(anchor.der())).collect();
    // What webpki cannot read as an anchor cannot end a path; the others still can.
    let (readable, trust_anchors): (Vec<_>, Vec<_>) = anchors
        .iter()
        .zip(&anchor_ders)
        .filter_map(|(anchor, der)| Some((anchor, webpki::anchor_from_trusted_cert(der).ok()?)))
        .unzip();
    // webpki knows no time before 1970; nothing that it accepts was valid then.
    let seconds = u64::try_from(options.at.seconds()).unwrap_or_default();
    let verified = end_entity
        .verify_for_usage(
            options.algorithms,
            &trust_anchors,
            &ders,
            UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            options.usage,
            None,
            None,
        )
        .map_err(NoPath::Refused)?;

    let mut certificates = vec![Arc::clone(leaf)];
    for step in verified.intermediate_certificates() {
        let der = step.der();
        certificates.extend(intermediates.iter().find(|other| other.der() == der.as_ref()).cloned());
    }
    let anchor = trust_anchors.iter().position(|anchor| std::ptr::eq(anchor, verified.anchor()));
    let anchor = anchor.and_then(|index| readable.get(index));
    certificates.extend(
        anchor.filter(|anchor| anchor.fingerprint != leaf.fingerprint).map(|anchor| Arc::clone(anchor)),
    );
    if let Some(name) = options.name {
        is_named(leaf, &end_entity, name).map_err(NoPath::Name)?;
    }
    Ok(Path { certificates })
}

/// webpki's rules for DNS names and IP addresses; for SPIFFE IDs, equality of the one URI SAN
/// (X509-SVID section 5.2).
fn is_named(leaf: &Certificate, end_entity: &EndEntityCert<'_>, name: &str) -> Result<(), String> {
    if name.contains("://") {
        let wanted: SpiffeId =
            name.parse().map_err(|error: crate::x509::InvalidSpiffeId| error.to_string())?;
        return match leaf.spiffe_id() {
            Some(presented) if presented == wanted => Ok(()),
            _ => Err(format!("it does not carry {wanted} as its one URI SAN")),
        };
    }
    let wanted = ServerName::try_from(name)
        .map_err(|_| format!("`{name}` is no DNS name, IP address or SPIFFE ID"))?;
    end_entity
        .verify_is_valid_for_subject_name(&wanted)
        .map_err(|_| format!("it does not carry {name} among its names"))
}

impl ExtendedKeyUsageValidator for Usage {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        match self {
            Self::Any => Ok(()),
            Self::Client => KeyUsage::client_auth().validate(purposes),
            Self::Server => KeyUsage::server_auth().validate(purposes),
        }
    }
}
