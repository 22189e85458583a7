//! The facts of a certificate as people read them: one list for `decode`, `chain` and the dashboard.

use std::borrow::Borrow;

use signet_certs::report::Certificate;
use signet_certs::x509::{KeyAlgorithm, SubjectAltNames};
use signet_certs::{SpiffeId, UnixTime};

use super::duration;

/// One fact: its label, and what it says of a certificate, if anything.
pub struct Fact {
    /// The label, in the field's own term.
    pub label: &'static str,
    /// Shown only where every fact is wanted.
    pub wide: bool,
    /// The value; a certificate without it has no line.
    pub value: fn(&Certificate) -> Option<String>,
}

/// Every fact, in the order in which people ask.
pub static FACTS: &[Fact] = &[
    Fact { label: "subject", wide: false, value: |c| some(&c.subject).or_else(|| some("(empty)")) },
    Fact { label: "issuer", wide: false, value: |c| some(&c.issuer) },
    Fact { label: "SPIFFE ID", wide: false, value: |c| Some(c.spiffe_id.as_ref()?.to_string()) },
    Fact { label: "SAN URI", wide: false, value: other_uris },
    Fact { label: "SAN DNS", wide: false, value: |c| list(&c.sans.dns) },
    Fact { label: "SAN IP", wide: false, value: |c| list(&c.sans.ip) },
    Fact { label: "SAN email", wide: false, value: |c| list(&c.sans.email) },
    Fact { label: "SAN other", wide: false, value: |c| list(&c.sans.other) },
    Fact { label: "notBefore", wide: false, value: |c| Some(relative(c.not_before, now(c))) },
    Fact { label: "notAfter", wide: false, value: |c| Some(relative(c.not_after, now(c))) },
    Fact { label: "life", wide: true, value: |c| Some(duration(c.lifetime_seconds)) },
    Fact { label: "key", wide: false, value: |c| Some(key(c)) },
    Fact { label: "signature", wide: false, value: |c| some(&c.signature_algorithm) },
    Fact { label: "serial", wide: false, value: |c| some(&c.serial_number) },
    Fact { label: "version", wide: true, value: |c| Some(c.version.to_string()) },
    Fact { label: "CA", wide: true, value: |c| Some(ca(c)) },
    Fact { label: "key usage", wide: true, value: |c| list(&c.key_usage) },
    Fact { label: "extended usage", wide: true, value: |c| list(&c.extended_key_usage) },
    Fact { label: "SKI", wide: true, value: |c| c.subject_key_id.clone() },
    Fact { label: "AKI", wide: true, value: |c| c.authority_key_id.clone() },
    Fact { label: "permitted names", wide: true, value: |c| list(&c.name_constraints.as_ref()?.permitted) },
    Fact { label: "excluded names", wide: true, value: |c| list(&c.name_constraints.as_ref()?.excluded) },
    Fact { label: "CRL", wide: true, value: |c| list(&c.crl_distribution_points) },
    Fact { label: "OCSP", wide: true, value: |c| list(&c.ocsp) },
    Fact { label: "CA issuers", wide: true, value: |c| list(&c.ca_issuers) },
    Fact { label: "unknown critical", wide: true, value: |c| list(&c.unknown_critical_extensions) },
    Fact { label: "fingerprint", wide: false, value: |c| Some(c.fingerprint_sha256.to_string()) },
];

/// What a reader calls a certificate: a workload's by its identity, a CA's by its subject.
pub fn title(certificate: &Certificate) -> String {
    let Certificate { is_ca, spiffe_id, subject, sans, serial_number, .. } = certificate;
    named(*is_ca, spiffe_id.as_ref(), subject, sans, serial_number)
}

/// The same for a certificate that no report was made of.
pub fn title_of(certificate: &signet_certs::Certificate) -> String {
    let signet_certs::Certificate { is_ca, subject, sans, serial_number, .. } = certificate;
    named(*is_ca, certificate.spiffe_id().as_ref(), subject, sans, serial_number)
}

fn named(is_ca: bool, id: Option<&SpiffeId>, subject: &str, sans: &SubjectAltNames, serial: &str) -> String {
    let id = id.filter(|_| !is_ca || subject.is_empty());
    id.map(ToString::to_string)
        .or_else(|| some(subject))
        .or_else(|| sans.uri.iter().chain(&sans.dns).chain(&sans.ip).next().cloned())
        .unwrap_or_else(|| format!("serial {serial}"))
}

/// The URIs that are not said as the SPIFFE ID already.
fn other_uris(certificate: &Certificate) -> Option<String> {
    if certificate.spiffe_id.is_some() { None } else { list(&certificate.sans.uri) }
}

/// The time that the report was made for.
fn now(certificate: &Certificate) -> UnixTime {
    certificate.not_after.plus(-certificate.remaining_seconds)
}

fn relative(time: UnixTime, now: UnixTime) -> String {
    match time.since(now) {
        past @ ..0 => format!("{time} ({} ago)", duration(past.saturating_neg())),
        to_come => format!("{time} (in {})", duration(to_come)),
    }
}

fn key(certificate: &Certificate) -> String {
    let key = &certificate.public_key;
    match (key.algorithm, &key.curve) {
        (KeyAlgorithm::Ec, Some(curve)) => format!("EC {curve}"),
        (KeyAlgorithm::Ec, None) => format!("EC {} bits", key.bits),
        (KeyAlgorithm::Ed25519, _) => "Ed25519".to_owned(),
        (KeyAlgorithm::Other, _) => "of an unknown kind".to_owned(),
        (KeyAlgorithm::Rsa, _) => format!("RSA {} bits", key.bits),
    }
}

fn ca(certificate: &Certificate) -> String {
    match (certificate.is_ca, certificate.path_length) {
        (false, _) => "no".to_owned(),
        (true, None) => "yes".to_owned(),
        (true, Some(length)) => format!("yes, path length {length}"),
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn list<S: Borrow<str>>(values: &[S]) -> Option<String> {
    (!values.is_empty()).then(|| values.join(", "))
}
