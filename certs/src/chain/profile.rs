//! What RFC 5280 asks of each certificate of a path, and rustls-webpki, Envoy and Go do not look at.
//!
//! Strict verifiers refuse over these (pyca/cryptography does over most), so they are errors beside a
//! path. They are about how a certificate was made, not about what a mesh does with it: `judge` does
//! not look for them.

use crate::finding::{
    CRITICAL_EXTENSION_UNKNOWN, EXTENSION_CRITICALITY, ISSUER_NOT_CA, KEY_IDENTIFIER_MISMATCH,
    KEY_IDENTIFIER_MISSING, MISSING_SUBJECT, NAME_CONSTRAINTS_INVALID, NAME_SYNTAX, SERIAL_NUMBER_INVALID,
    UNREADABLE,
};
use crate::x509::id_ce;
use crate::{Certificate, Code, Finding};

/// Judges a certificate that stands in a path at `about`: as the leaf, or as an issuer; and below
/// `issuer`, if it is not the trust anchor.
pub(super) fn judge(
    certificate: &Certificate,
    is_issuer: bool,
    issuer: Option<&Certificate>,
    about: &str,
    findings: &mut Vec<Finding>,
) {
    let mut say = |code: &Code, message: String| {
        findings.push(Finding::new(code, about, message).of(certificate.fingerprint));
    };
    for (oid, reason) in &certificate.malformed_extensions {
        say(&UNREADABLE, format!("its extension {oid} is malformed: {reason}"));
    }
    serial_number(certificate, &mut say);
    key_identifiers(certificate, is_issuer, issuer, &mut say);
    criticality(certificate, is_issuer, &mut say);
    name_constraints(certificate, is_issuer, &mut say);
    if is_issuer {
        as_issuer(certificate, &mut say);
    }
    if let Some(name) = certificate.sans.dns.iter().find(|name| !is_host_name(name)) {
        say(
            &NAME_SYNTAX,
            format!("its DNS name `{name}` has something else than letters, digits and hyphens"),
        );
    }
}

/// Section 4.1.2.2: positive, and at most 20 octets, of which one may only carry the sign. Many an
/// old root has the number 0, and nobody ever looks a root up by it.
fn serial_number(certificate: &Certificate, say: &mut impl FnMut(&Code, String)) {
    let serial = &certificate.serial_number;
    let sign = usize::from(serial.as_bytes().first().is_some_and(|digit| *digit >= b'8'));
    let octets = serial.len() / 2 + sign;
    if !certificate.is_self_issued() && serial.bytes().all(|digit| digit == b'0') {
        say(&SERIAL_NUMBER_INVALID, "its serial number is 0".to_owned());
    } else if octets > 20 {
        say(&SERIAL_NUMBER_INVALID, format!("its serial number has {octets} octets, more than 20"));
    }
}

/// Sections 4.2.1.1 and 4.2.1.2. Only a self-signed certificate need not say who signed it.
fn key_identifiers(
    certificate: &Certificate,
    is_issuer: bool,
    issuer: Option<&Certificate>,
    say: &mut impl FnMut(&Code, String),
) {
    let issuer = issuer.or(Some(certificate).filter(|one| one.is_self_issued()));
    let issuers = issuer.and_then(|issuer| issuer.subject_key_id.as_ref());
    if let (Some(wanted), Some(present)) = (&certificate.authority_key_id, issuers)
        && wanted != present
    {
        let message = format!(
            "its authority key id {wanted} is not the subject key id {present} of the issuer whose key signed it; \
             rustls-webpki does not compare them, Envoy does"
        );
        say(&KEY_IDENTIFIER_MISMATCH, message);
    }
    if certificate.authority_key_id.is_none() && !certificate.is_self_issued() {
        say(&KEY_IDENTIFIER_MISSING, "it has no authorityKeyIdentifier (section 4.2.1.1)".to_owned());
    }
    if certificate.subject_key_id.is_none() && is_issuer {
        say(&KEY_IDENTIFIER_MISSING, "it is a CA without subjectKeyIdentifier (section 4.2.1.2)".to_owned());
    }
}

fn criticality(certificate: &Certificate, is_issuer: bool, say: &mut impl FnMut(&Code, String)) {
    let anonymous = certificate.subject.is_empty();
    // Extension, whether it must be critical, when that holds, section.
    let rules = [
        (id_ce::AUTHORITY_KEY_IDENTIFIER, "authorityKeyIdentifier", false, true, "4.2.1.1"),
        (id_ce::SUBJECT_KEY_IDENTIFIER, "subjectKeyIdentifier", false, true, "4.2.1.2"),
        (id_ce::SUBJECT_ALT_NAME, "subjectAltName, beside an empty subject,", true, anonymous, "4.2.1.6"),
        (id_ce::BASIC_CONSTRAINTS, "basicConstraints of a CA", true, is_issuer, "4.2.1.9"),
        (id_ce::NAME_CONSTRAINTS, "nameConstraints", true, true, "4.2.1.10"),
        (id_ce::POLICY_CONSTRAINTS, "policyConstraints", true, true, "4.2.1.11"),
        (id_ce::INHIBIT_ANY_POLICY, "inhibitAnyPolicy", true, true, "4.2.1.14"),
    ];
    for (arc, name, must_be, applies, section) in rules {
        let critical = certificate.is_critical(arc);
        if applies && critical.is_some_and(|critical| critical != must_be) {
            let words = if must_be { "is not critical and must be" } else { "is critical and must not be" };
            say(&EXTENSION_CRITICALITY, format!("its extension {name} {words} (RFC 5280 section {section})"));
        }
    }
}

fn name_constraints(certificate: &Certificate, is_issuer: bool, say: &mut impl FnMut(&Code, String)) {
    let Some(constraints) = &certificate.name_constraints else { return };
    let mut names = constraints.permitted.iter().chain(&constraints.excluded);
    if !is_issuer {
        say(&NAME_CONSTRAINTS_INVALID, "it is no CA and has name constraints".to_owned());
    } else if names.clone().next().is_none() {
        say(&NAME_CONSTRAINTS_INVALID, "its name constraints permit and exclude nothing".to_owned());
    } else if let Some(name) = names.find(|name| name.starts_with("DNS:.")) {
        say(&NAME_CONSTRAINTS_INVALID, format!("its name constraint {name} begins with a period"));
    }
}

fn as_issuer(certificate: &Certificate, say: &mut impl FnMut(&Code, String)) {
    if certificate.subject.is_empty() {
        say(&MISSING_SUBJECT, "it is a CA and its subject is empty".to_owned());
    }
    // rustls-webpki asks this of every issuer but the trust anchor.
    if !certificate.is_ca {
        let message = "it is trusted as an issuer, and its basicConstraints do not make it a CA; rustls-webpki \
                       takes name and key of an anchor only";
        say(&ISSUER_NOT_CA, message.to_owned());
    }
    if !certificate.unknown_critical_extensions.is_empty() {
        let oids = certificate.unknown_critical_extensions.join(", ");
        let message =
            format!("its critical extension {oids} is known to nobody here, and rustls-webpki takes it");
        say(&CRITICAL_EXTENSION_UNKNOWN, message);
    }
}

/// The preferred name syntax of RFC 1034 section 3.5, as RFC 1123 section 2.1 has it, with at most the
/// first label a wildcard.
fn is_host_name(name: &str) -> bool {
    name.strip_prefix("*.").unwrap_or(name).split('.').all(|label| {
        let alphanumeric = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = label.as_bytes();
        bytes.len() <= 63
            && alphanumeric(bytes.first())
            && alphanumeric(bytes.last())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    })
}
