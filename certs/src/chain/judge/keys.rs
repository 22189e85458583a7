//! Whether a private key is that of the certificate that stands beside it.

use crate::finding::KEY_MISMATCH;
use crate::{Document, Entry, Finding};

/// Which value of a Secret certifies the key in which: `kubernetes.io/tls`, Istio's workload secrets,
/// its CA secrets, its gateway credentials (`pilot/pkg/credentials/kube/secrets.go`).
const PAIRS: [(&str, &str); 4] =
    [("tls.key", "tls.crt"), ("key.pem", "cert-chain.pem"), ("ca-key.pem", "ca-cert.pem"), ("key", "cert")];

/// Judges the keys whose public half is known. A key without a certificate beside it is none of ours:
/// a file of keys, or a Secret with a root to trust and a key to sign with.
pub(super) fn judge(document: &Document, findings: &mut Vec<Finding>) {
    for entry in &document.entries {
        let astray = entry.keys.iter().filter(|key| key.public_half.is_some() && key.matches.is_none());
        for _ in astray {
            let Some(place) = certificate_of(document, entry) else { continue };
            let about = if entry.path.is_empty() { "private key" } else { &entry.path };
            let message =
                format!("the private key is not that of {place}, nor of any other certificate here");
            findings.push(Finding::new(&KEY_MISMATCH, about, message).with("certificate", place));
        }
    }
}

/// Where the certificate of an entry's key should stand, if one stands there.
fn certificate_of<'d>(document: &'d Document, entry: &'d Entry) -> Option<&'d str> {
    if entry.certificates.iter().any(|certificate| !certificate.is_ca) {
        return Some(if entry.path.is_empty() { "the leaf" } else { &entry.path });
    }
    let (_, wanted) = PAIRS.iter().find(|(key, _)| is_value(entry, key))?;
    let beside = document.entries.iter().find(|other| is_value(other, wanted))?;
    (!beside.certificates.is_empty()).then_some(&beside.path)
}

/// Whether the entry is the value `name` of an object: `data['name']`, `stringData['name']`.
pub(super) fn is_value(entry: &Entry, name: &str) -> bool {
    entry
        .path
        .strip_suffix("']")
        .and_then(|path| path.strip_suffix(name))
        .is_some_and(|path| path.ends_with("['"))
}
