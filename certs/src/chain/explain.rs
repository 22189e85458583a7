//! The most useful reason why there is no path: which certificate, both values, what to do.
//!
//! webpki names neither the certificate nor the values. What it says is the verdict; the walk over
//! names and signatures only finds the evidence for it.

mod algorithm;
mod limits;
mod missing;

use std::collections::BTreeMap;
use std::sync::Arc;

use webpki::Error;

use super::path::NoPath;
use super::verify::{Failure, Usage, VerifyOptions};
use super::walk::{End, Walk, walk};
use crate::finding::{
    CHAIN_OUT_OF_ORDER, CRITICAL_EXTENSION_UNKNOWN, Code, EXPIRED, ISSUER_NOT_CA, LEAF_IS_CA, MISSING_SAN,
    NAME_CONSTRAINT, NAME_MISMATCH, NO_PEER_CERTIFICATE, NOT_YET_VALID, PATH_LENGTH_EXCEEDED, UNREADABLE,
    UNSUPPORTED_VERSION, UNTRUSTED_ROOT, USAGE_MISMATCH, VALIDITY_INVERTED, WORK_LIMIT,
};
use crate::{Certificate, UnixTime};

/// Explains why there is no path.
pub(super) fn failure(
    error: &NoPath,
    leaf: &Arc<Certificate>,
    intermediates: &[Arc<Certificate>],
    anchors: &[Arc<Certificate>],
    options: &VerifyOptions<'_>,
) -> Failure {
    let error = match error {
        NoPath::Name(reason) => return wrong_name(leaf, reason, options.name.unwrap_or_default()),
        NoPath::Refused(error) => error,
    };
    let walk = walk(leaf, intermediates, anchors, options.algorithms);
    let everyone = || walk.steps.iter().chain(intermediates);
    match error {
        Error::CertExpired { not_after, .. } => {
            let at_fault = everyone().find(|one| seconds(one.not_after) == not_after.as_secs());
            outside_validity(&EXPIRED, at_fault.unwrap_or(leaf), options.at)
        }
        Error::CertNotValidYet { not_before, .. } => {
            let at_fault = everyone().find(|one| seconds(one.not_before) == not_before.as_secs());
            outside_validity(&NOT_YET_VALID, at_fault.unwrap_or(leaf), options.at)
        }
        Error::InvalidCertValidity => {
            let at_fault = everyone().find(|one| one.not_before > one.not_after).unwrap_or(leaf);
            let message = format!(
                "{} is never valid: its notBefore {} is after its notAfter {}",
                shown(at_fault),
                at_fault.not_before,
                at_fault.not_after
            );
            reason(&VALIDITY_INVERTED, at_fault, message)
        }
        Error::CaUsedAsEndEntity => leaf_is_ca(leaf, intermediates, anchors, options),
        Error::EndEntityUsedAsCa => {
            let at_fault = walk.steps.iter().skip(1).find(|one| !one.is_ca).unwrap_or(leaf);
            let message = format!(
                "{} issued a certificate, but basicConstraints does not make it a CA",
                shown(at_fault)
            );
            reason(&ISSUER_NOT_CA, at_fault, message)
        }
        Error::UnknownIssuer | Error::InvalidSignatureForPublicKey => match walk.end {
            End::Unsupported(_) => algorithm::refused(&walk, leaf),
            End::Anchored => overruled(&walk, leaf),
            _ => missing::issuer(&walk, leaf, anchors),
        },
        Error::PathLenConstraintViolated => limits::path_length(&walk).unwrap_or_else(|| {
            let message = "the path has more intermediate CAs than one of them allows";
            reason(&PATH_LENGTH_EXCEEDED, leaf, message.to_owned())
        }),
        Error::NameConstraintViolation => limits::name_constraint(&walk, leaf).unwrap_or_else(|| {
            let message = "a name is outside of the name constraints of an issuer";
            reason(&NAME_CONSTRAINT, leaf, message.to_owned())
        }),
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => usage(&walk, leaf, options.usage),
        Error::UnsupportedCriticalExtension => critical_extension(
            everyone().find(|one| !one.critical_extensions_refused().is_empty()).unwrap_or(leaf),
        ),
        Error::UnsupportedCertVersion => version(everyone().find(|one| one.version != 3).unwrap_or(leaf)),
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => algorithm::refused(&walk, leaf),
        Error::MaximumSignatureChecksExceeded
        | Error::MaximumPathBuildCallsExceeded
        | Error::MaximumPathDepthExceeded
        | Error::MaximumNameConstraintComparisonsExceeded => {
            let count = intermediates.len() + anchors.len();
            let limit = match error {
                Error::MaximumSignatureChecksExceeded => "100 signatures",
                Error::MaximumPathBuildCallsExceeded => "200,000 candidate issuers",
                Error::MaximumPathDepthExceeded => "6 intermediates above each other",
                _ => "250,000 comparisons of names and constraints",
            };
            let message = format!(
                "the search for a path among {count} certificates was given up after {limit}, rustls-webpki's limit"
            );
            reason(&WORK_LIMIT, leaf, message)
        }
        _ => malformed(error, leaf, &walk, intermediates),
    }
}

/// A path that ends in an anchor which is not valid: RFC 5280 does not ask, Envoy does.
pub(super) fn invalid_anchor(anchor: &Certificate, at: UnixTime) -> Failure {
    outside_validity(if at > anchor.not_after { &EXPIRED } else { &NOT_YET_VALID }, anchor, at)
}

/// Nothing was presented, so there is nothing to verify.
pub(super) fn no_certificate() -> Failure {
    Failure {
        code: NO_PEER_CERTIFICATE.name.to_owned(),
        message: "no certificate is presented".to_owned(),
        reference: NO_PEER_CERTIFICATE.reference.to_owned(),
        fingerprint: None,
        advice: NO_PEER_CERTIFICATE.advice.to_owned(),
        evidence: BTreeMap::new(),
    }
}

fn outside_validity(code: &Code, at_fault: &Certificate, at: UnixTime) -> Failure {
    let (words, bound) = if code.name == EXPIRED.name {
        ("expired at", at_fault.not_after)
    } else {
        ("is not valid before", at_fault.not_before)
    };
    with(
        reason(code, at_fault, format!("{} {words} {bound}; the time is {at}", shown(at_fault))),
        &[
            ("at", at.to_string()),
            ("notBefore", at_fault.not_before.to_string()),
            ("notAfter", at_fault.not_after.to_string()),
        ],
    )
}

/// The first certificate is a CA: one that should be a leaf, or the chain begins at the wrong end.
fn leaf_is_ca(
    leaf: &Arc<Certificate>,
    others: &[Arc<Certificate>],
    anchors: &[Arc<Certificate>],
    options: &VerifyOptions<'_>,
) -> Failure {
    let is_above = |other: &Arc<Certificate>| {
        let mut all = others.to_vec();
        all.push(Arc::clone(leaf));
        let walk = walk(other, &all, &[], options.algorithms);
        walk.steps.iter().any(|step| step.fingerprint == leaf.fingerprint)
    };
    if let Some(real) = others.iter().find(|other| !other.is_ca && is_above(other)) {
        let message = format!(
            "the chain begins with the CA {}; its leaf {} stands after it, and a peer takes the first for the leaf",
            shown(leaf),
            shown(real)
        );
        return with(reason(&CHAIN_OUT_OF_ORDER, leaf, message), &[("leaf", real.fingerprint.to_string())]);
    }
    let mut message =
        format!("{} is a CA certificate (basicConstraints CA:TRUE) and cannot be a leaf", shown(leaf));
    if anchors.iter().any(|anchor| anchor.fingerprint == leaf.fingerprint) {
        message.push_str("; it is itself one of the trust anchors, and there is nothing to verify");
    } else {
        message.push_str("; RFC 5280 itself allows it, rustls-webpki and X509-SVID do not");
    }
    reason(&LEAF_IS_CA, leaf, message)
}

/// The way up reaches a trust anchor, and webpki names another path's failure: a rule on the way is
/// what refuses.
fn overruled(walk: &Walk, leaf: &Arc<Certificate>) -> Failure {
    limits::path_length(walk).or_else(|| limits::name_constraint(walk, leaf)).unwrap_or_else(|| {
        let anchor = walk.steps.last().unwrap_or(leaf);
        let message = format!(
            "by names and signatures {} leads to the trust anchor {}, but rustls-webpki takes no path there",
            shown(leaf),
            shown(anchor)
        );
        reason(&UNTRUSTED_ROOT, leaf, message)
    })
}

fn usage(walk: &Walk, leaf: &Certificate, wanted: Usage) -> Failure {
    let word = match wanted {
        Usage::Any => "any",
        Usage::Client => "client-auth",
        Usage::Server => "server-auth",
    };
    let lacks = |one: &&Arc<Certificate>| {
        !one.extended_key_usage.is_empty() && !one.extended_key_usage.iter().any(|usage| usage == word)
    };
    let at_fault = walk.steps.iter().find(lacks).map_or(leaf, |found| found);
    let present = at_fault.extended_key_usage.join(", ");
    let mut message = match present.as_str() {
        "" => format!("{} has an empty extended key usage", shown(at_fault)),
        present => format!("{} is good for {present}, not for {word}", shown(at_fault)),
    };
    if at_fault.extended_key_usage.iter().any(|usage| usage == "any") {
        message
            .push_str("; RFC 5280 section 4.2.1.12 lets an application accept `any`, rustls-webpki does not");
    }
    with(reason(&USAGE_MISMATCH, at_fault, message), &[("wanted", word.to_owned()), ("present", present)])
}

fn critical_extension(at_fault: &Certificate) -> Failure {
    let refused = at_fault.critical_extensions_refused();
    let policies = refused
        .iter()
        .any(|oid| matches!(oid.as_str(), "2.5.29.32" | "2.5.29.33" | "2.5.29.36" | "2.5.29.54"));
    let mut message = format!(
        "{} has the critical extension {}, which is not processed",
        shown(at_fault),
        refused.join(", ")
    );
    if policies {
        message.push_str("; RFC 5280 defines it and section 6.1 processes it, rustls-webpki does not");
    }
    with(reason(&CRITICAL_EXTENSION_UNKNOWN, at_fault, message), &[("oids", refused.join(", "))])
}

fn version(at_fault: &Certificate) -> Failure {
    let message = format!(
        "{} is of version {}; rustls-webpki takes version 3 only, where RFC 5280 section 4.1.2.1 allows version 1 \
         without extensions",
        shown(at_fault),
        at_fault.version
    );
    with(reason(&UNSUPPORTED_VERSION, at_fault, message), &[("version", at_fault.version.to_string())])
}

fn malformed(error: &Error, leaf: &Arc<Certificate>, walk: &Walk, others: &[Arc<Certificate>]) -> Failure {
    let about = match error {
        Error::SignatureAlgorithmMismatch => {
            "it names one signature algorithm inside of what is signed and another outside (section 4.1.1.2)"
        }
        Error::MalformedNameConstraint | Error::InvalidNetworkMaskConstraint => {
            "its name constraints are not what section 4.2.1.10 defines"
        }
        Error::MalformedDnsIdentifier => "a DNS name in it is none (section 4.2.1.6)",
        Error::BadDer | Error::BadDerTime => "a part of it is no DER of RFC 5280",
        _ => "",
    };
    let everyone = || std::iter::once(leaf).chain(walk.steps.iter().skip(1)).chain(others);
    let constrains = matches!(error, Error::MalformedNameConstraint | Error::InvalidNetworkMaskConstraint);
    let at_fault = everyone()
        .find(|one| !one.malformed_extensions.is_empty())
        .or_else(|| everyone().find(|one| constrains && one.name_constraints.is_some()))
        .unwrap_or(leaf);
    let detail = match (at_fault.malformed_extensions.first(), about) {
        (Some((oid, what)), _) => format!("extension {oid}: {what}"),
        (None, "") => format!("{error:?}"),
        (None, about) => about.to_owned(),
    };
    reason(&UNREADABLE, at_fault, format!("{} is malformed: {detail}", shown(at_fault)))
}

fn wrong_name(leaf: &Certificate, why: &str, wanted: &str) -> Failure {
    let code = if leaf.sans.is_empty() { &MISSING_SAN } else { &NAME_MISMATCH };
    let presented = names(leaf);
    let message = match presented.as_str() {
        "" => format!("{}: {why}; it has no names at all", shown(leaf)),
        presented => format!("{}: {why}; it has {presented}", shown(leaf)),
    };
    with(reason(code, leaf, message), &[("wanted", wanted.to_owned()), ("presented", presented)])
}

/// All names of a certificate with their types, as constraints are shown, for a message.
fn names(certificate: &Certificate) -> String {
    let sans = &certificate.sans;
    let typed = [("URI:", &sans.uri), ("DNS:", &sans.dns), ("IP:", &sans.ip), ("email:", &sans.email)];
    let typed = typed.iter().flat_map(|(kind, names)| names.iter().map(move |name| format!("{kind}{name}")));
    typed.chain(sans.other.iter().cloned()).collect::<Vec<_>>().join(", ")
}

/// A certificate in a sentence: by its subject, else its first name, else its serial number.
fn shown(certificate: &Certificate) -> String {
    let name = match certificate.subject.as_str() {
        "" => certificate.sans.uri.iter().chain(&certificate.sans.dns).next(),
        _ => Some(&certificate.subject),
    };
    match name {
        Some(name) => quoted(name),
        None => format!("the certificate with serial number {}", certificate.serial_number),
    }
}

/// A name in a sentence; a stranger's may be as long as a book.
fn quoted(name: &str) -> String {
    const LONGEST: usize = 200;
    match name.char_indices().nth(LONGEST) {
        _ if name.is_empty() => "an empty name".to_owned(),
        Some((end, _)) => format!("`{}…`", name.get(..end).unwrap_or_default()),
        None => format!("`{name}`"),
    }
}

fn reason(code: &Code, at_fault: &Certificate, message: String) -> Failure {
    Failure {
        code: code.name.to_owned(),
        message,
        reference: code.reference.to_owned(),
        fingerprint: Some(at_fault.fingerprint),
        advice: code.advice.to_owned(),
        evidence: BTreeMap::from([("serialNumber".to_owned(), at_fault.serial_number.clone())]),
    }
}

/// The failure with more evidence; what is absent is left out.
fn with(mut failure: Failure, evidence: &[(&str, String)]) -> Failure {
    let present = evidence.iter().filter(|(_, value)| !value.is_empty());
    failure.evidence.extend(present.map(|(key, value)| ((*key).to_owned(), value.clone())));
    failure
}

fn seconds(time: UnixTime) -> u64 {
    u64::try_from(time.seconds()).unwrap_or_default()
}
