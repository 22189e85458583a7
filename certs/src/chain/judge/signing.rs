//! The Secrets that istiod's own CA signs with: `cacerts` (plugged in) and `istio-ca-secret` (made by
//! istiod itself).

use crate::finding::{INCOMPLETE_SIGNING_BUNDLE, STALE_ROOT};
use crate::{Document, Entry, Finding};

/// Judges the Secret, if it is one of them.
pub(super) fn judge(document: &Document, findings: &mut Vec<Finding>) {
    if document.source.kind.as_deref() != Some("Secret") {
        return;
    }
    match document.source.name.as_deref() {
        Some("cacerts") => findings.extend(incomplete(document)),
        Some("istio-ca-secret") => findings.extend(stale_root(document)),
        _ => {}
    }
}

/// istiod refuses to start with a part of a bundle. `tls.crt` decides which names the parts have
/// (`detectSigningCABundleAndCRL`). A CA that is a root itself needs no chain.
fn incomplete(document: &Document) -> Option<Finding> {
    let is_root = |name| {
        let ca = value(document, name).and_then(|entry| entry.certificates.first());
        ca.is_some_and(|ca| ca.is_self_issued())
    };
    let needed: &[&str] = match value(document, "tls.crt") {
        Some(_) => &["tls.crt", "tls.key", "ca.crt"],
        None if is_root("ca-cert.pem") => &["ca-cert.pem", "ca-key.pem", "root-cert.pem"],
        None => &["ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem"],
    };
    let missing: Vec<_> = needed.iter().filter(|name| value(document, name).is_none()).copied().collect();
    if missing.is_empty() {
        return None;
    }
    let message = format!("it has no {}, and istiod needs {}", missing.join(", "), needed.join(", "));
    Some(
        Finding::new(&INCOMPLETE_SIGNING_BUNDLE, "Secret cacerts", message)
            .with("missing", missing.join(", ")),
    )
}

/// istiod renews `ca-cert.pem` in place and leaves `root-cert.pem` as it was.
fn stale_root(document: &Document) -> Option<Finding> {
    let [signs, root] = ["ca-cert.pem", "root-cert.pem"].map(|name| value(document, name));
    let signs = signs?.certificates.first()?;
    let root = root.filter(|root| !root.certificates.is_empty())?;
    let stale = root.certificates.first()?;
    if root.certificates.iter().any(|one| one.fingerprint == signs.fingerprint) {
        return None;
    }
    let message = format!(
        "the CA signs with the certificate that is valid until {}, and the root here is another, valid until {}",
        signs.not_after, stale.not_after
    );
    Some(
        Finding::new(&STALE_ROOT, root.path.as_str(), message)
            .of(stale.fingerprint)
            .with("signsWith", signs.fingerprint),
    )
}

fn value<'d>(document: &'d Document, name: &str) -> Option<&'d Entry> {
    document.entries.iter().find(|entry| super::keys::is_value(entry, name))
}
