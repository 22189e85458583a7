//! The certificates on the desk that may be trust anchors, and where they stand.

use signet_certs::report::Certificate;
use signet_certs::{Document, Format, UnixTime, x509};

use super::report::Root;
use super::{Desk, text};

/// Roots that are listed.
const ROOTS: usize = 200;
/// Places of each root that are named.
const SOURCES: usize = 5;

/// Every self-issued CA certificate, and what else is marked as trusted, each once.
pub(super) fn of(desk: &Desk, now: UnixTime) -> Vec<Root> {
    let mut roots: Vec<Root> = Vec::new();
    for (_, document) in desk.documents() {
        for entry in &document.entries {
            for certificate in &entry.certificates {
                let trusted = desk.trusted.contains(&certificate.fingerprint);
                if trusted || certificate.is_ca && certificate.is_self_issued() {
                    let root = known(&mut roots, certificate, trusted, now);
                    add_source(root, place_of(document, &entry.path));
                }
            }
        }
    }
    roots
}

/// The row of a certificate, which is a new one the first time; none beyond the limit.
fn known<'r>(
    roots: &'r mut Vec<Root>,
    certificate: &x509::Certificate,
    trusted: bool,
    now: UnixTime,
) -> Option<&'r mut Root> {
    let same = |root: &Root| root.certificate.fingerprint_sha256 == certificate.fingerprint;
    let found = roots.iter().position(same).unwrap_or(roots.len());
    if found == roots.len() && found < ROOTS {
        let certificate = Certificate::new(certificate, now);
        roots.push(Root { certificate, trusted, sources: Vec::new() });
    }
    roots.get_mut(found)
}

fn add_source(root: Option<&mut Root>, source: String) {
    let Some(root) = root.filter(|root| root.sources.len() < SOURCES) else { return };
    if !root.sources.contains(&source) {
        root.sources.push(source);
    }
}

/// Where a value stands, in words that a reader finds again: `Secret foo/a data['ca.crt'] in a.yaml`,
/// `ROOTCA in dump.json`.
pub(super) fn place_of(document: &Document, path: &str) -> String {
    let source = &document.source;
    let file = source.file.as_deref().unwrap_or_default();
    let within = match (source.format, &source.name) {
        // The secrets of a dump are known by their names alone.
        (Format::ConfigDump, Some(name)) => name.clone(),
        _ => [text::title(source), path.to_owned()].join(" "),
    };
    match within.trim() {
        "" => file.to_owned(),
        within => format!("{within} in {file}"),
    }
}
