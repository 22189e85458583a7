//! What can be wrong with a workload, each found by one function.

use std::sync::Arc;

use signet_certs::finding::{
    CHAIN_INCOMPLETE, EXPIRED, EXPIRES_SOON, NOT_YET_VALID, ROTATION_OVERDUE, SIGNATURE_MISMATCH,
    UNTRUSTED_ROOT,
};
use signet_certs::{Certificate, Failure, Finding};

use super::{Evidence, Identity, Life, Phase, SignerNames};
use crate::codes;
use crate::dump::ReadError;
use crate::names::CERT_SIGNER;
use crate::plan::Asked;
use crate::resolve::{Layer, Variable};

/// The proxy could not be read, or has nothing to present.
pub(super) fn of_reading(evidence: &Evidence, found: &mut Vec<Finding>) {
    match (evidence.reading.error(), &evidence.reading.dump) {
        (Some(ReadError::NoAdminPort { .. }), _) | (None, None) => {}
        (Some(error), _) => found.push(Finding::new(&codes::UNREACHABLE, "proxy", error.to_string())),
        (None, Some((_, dump))) if dump.chain.is_empty() => {
            let why = if dump.warming {
                "its agent has asked for one and got none yet"
            } else {
                "its agent has not asked for one"
            };
            found.push(Finding::new(
                &codes::NO_CERTIFICATE,
                "proxy",
                format!("the proxy has no certificate: {why}"),
            ));
        }
        (None, Some(_)) => {}
    }
}

/// What the time says about the chain. The gravest only: a certificate that ends soon is overdue too.
pub(super) fn of_phase(life: &Life, phase: Phase) -> Option<Finding> {
    let certificate = &life.first_to_end;
    let about = if certificate.is_ca { "intermediate" } else { "leaf" };
    let renewal = life.rotation_due.map(|due| format!("its agent should have renewed it at {due}"));
    let with_renewal = |message: String| match &renewal {
        Some(renewal) => format!("{message}; {renewal}"),
        None => message,
    };
    let (code, message) = match phase {
        Phase::Fresh => return None,
        Phase::NotYetValid => (&NOT_YET_VALID, format!("the chain is not valid before {}", life.begins)),
        Phase::RotationOverdue => (&ROTATION_OVERDUE, renewal.clone().unwrap_or_default()),
        Phase::Expiring => (
            &EXPIRES_SOON,
            with_renewal(format!(
                "less than a tenth of the {about}'s life is left: it ends at {}",
                certificate.not_after
            )),
        ),
        Phase::Expired => {
            (&EXPIRED, with_renewal(format!("the {about} expired at {}", certificate.not_after)))
        }
    };
    let mut finding = Finding::new(code, about, message).of(certificate.fingerprint);
    if renewal.is_some() && phase > Phase::Fresh {
        ROTATION_OVERDUE.advice.clone_into(&mut finding.advice);
    }
    Some(finding.with("notBefore", certificate.not_before).with("notAfter", certificate.not_after))
}

/// Who signed, and for whom.
pub(super) fn of_identity(evidence: &Evidence, signer: &SignerNames, found: &mut Vec<Finding>) {
    let Some(identity) = &evidence.identity else { return };
    if let Some(Err(failure)) = &identity.path {
        let mut finding = Finding::new(&codes::UNTRUSTED, "chain", failure.message.clone());
        finding.fingerprint_sha256 = failure.fingerprint;
        finding.advice.clone_from(&failure.advice);
        finding.evidence.clone_from(&failure.evidence);
        found.push(finding.with("cause", &failure.code).with("reference", &failure.reference));
        found.extend(root_drift(evidence, signer, identity, failure));
    }
    if let (Some(requested), Some(actual)) = (&signer.requested, &signer.actual)
        && !is_same_signer(requested, actual)
    {
        found.push(wrong_signer(evidence, requested, actual));
    }
    found.extend(identity.findings.iter().cloned());
    found.extend(of_another(evidence, &identity.chain));
}

/// The chain, whose issuer is no known root, ends below a name that a root of the requested signer has: its
/// CA was renewed with another key, and the mesh config holds the old one.
fn root_drift(
    evidence: &Evidence,
    signer: &SignerNames,
    identity: &Identity,
    failure: &Failure,
) -> Option<Finding> {
    let without_issuer = [&CHAIN_INCOMPLETE, &SIGNATURE_MISMATCH, &UNTRUSTED_ROOT];
    without_issuer.iter().find(|code| code.name == failure.code)?;
    let requested = signer.requested.as_deref()?;
    let known = evidence.signers.as_deref()?.get(requested)?;
    let top = identity.chain.last()?;
    let root = known.roots.iter().find(|root| root.subject == top.issuer)?;
    let message = format!(
        "caCertificates holds `{}` for signer `{requested}` with another key than the one that signed the chain",
        root.subject
    );
    Some(
        Finding::new(&codes::SIGNER_ROOT_DRIFT, "chain", message)
            .of(root.fingerprint)
            .with("signer", requested)
            .with("issuer", &top.issuer),
    )
}

/// The certificate is another workload's.
pub(super) fn of_another(evidence: &Evidence, chain: &[Arc<Certificate>]) -> Option<Finding> {
    let id = chain.first()?.spiffe_id()?;
    let (namespace, account) = (id.namespace.as_ref()?, id.service_account.as_ref()?);
    if *namespace == evidence.name.namespace && *account == evidence.facts.service_account {
        return None;
    }
    let expected = format!("/ns/{}/sa/{}", evidence.name.namespace, evidence.facts.service_account);
    let message = format!("the certificate is for `{id}`, the pod is `{expected}`");
    let finding = Finding::new(&codes::SPIFFE_ID_NOT_THIS_WORKLOAD, "leaf", message);
    Some(finding.with("expected", expected).with("spiffeId", id))
}

/// Without `CERT_SIGNER_DOMAIN` known, a signer's short name is the last part of its full one.
fn is_same_signer(requested: &str, actual: &str) -> bool {
    let ends_with =
        |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('/'));
    requested == actual || ends_with(actual, requested) || ends_with(requested, actual)
}

fn wrong_signer(evidence: &Evidence, requested: &str, actual: &str) -> Finding {
    let built_in = evidence.signers.as_ref().is_some_and(|signers| !signers.control_plane.kubernetes_signers);
    let revision = evidence.revision.as_deref().unwrap_or("default");
    let (message, advice) = if built_in && actual == "istiod" {
        (
            format!(
                "asked for signer `{requested}`, signed by istiod's built-in CA, which ignores the signer: \
                 istiod (revision {revision}) runs without EXTERNAL_CA"
            ),
            "Set EXTERNAL_CA=ISTIOD_RA_KUBERNETES_API and CERT_SIGNER_DOMAIN on istiod, or remove the signer.",
        )
    } else {
        (format!("asked for signer `{requested}`, signed by `{actual}`"), codes::WRONG_SIGNER.advice)
    };
    let mut finding = Finding::new(&codes::WRONG_SIGNER, "leaf", message);
    advice.clone_into(&mut finding.advice);
    finding.with("requested", requested).with("actual", actual)
}

/// What the pod was injected with and claims, against what is configured.
pub(super) fn of_configuration(evidence: &Evidence, signer: &SignerNames, found: &mut Vec<Finding>) {
    if evidence.facts.asked == Asked::Unknown {
        return;
    }
    if let Some(resolved) = &evidence.resolved {
        let only_its_own = signer.configured.is_none() && evidence.facts.asks_itself;
        if signer.configured != signer.injected && !only_its_own {
            found.push(drift(evidence, signer, resolved.signer()));
        }
    }
    let claimed = evidence.reading.dump.as_ref().and_then(|(_, dump)| dump.claimed_signer.as_deref());
    let injected = signer.injected.as_deref().unwrap_or_default();
    if let Some(claimed) = claimed
        && claimed != injected
    {
        found.push(
            Finding::new(
                &codes::SIGNER_CLAIM_DIFFERS,
                "node metadata",
                format!("the node metadata says `{claimed}`, the environment asks for {}", quoted(injected)),
            )
            .with("claimed", claimed)
            .with("injected", injected),
        );
    }
}

fn drift(evidence: &Evidence, signer: &SignerNames, winner: Option<&Variable>) -> Finding {
    let injected = signer.injected.as_deref();
    let configured = match winner {
        Some(variable) => {
            format!("{} wants {}", origin(variable), quoted(&variable.effective.value))
        }
        None => "no ProxyConfig names a signer any more".to_owned(),
    };
    let injected_words =
        injected.map_or_else(|| "without a signer".to_owned(), |name| format!("with {}", quoted(name)));
    let mut finding = Finding::new(
        &codes::DRIFT,
        format!("environment {CERT_SIGNER}"),
        format!("{configured}, but the pod was injected {injected_words}"),
    );
    let namespace = &evidence.name.namespace;
    let restart = evidence.facts.owner.as_ref().and_then(|owner| owner.restart_command(namespace));
    let restart =
        restart.unwrap_or_else(|| format!("kubectl -n {namespace} delete pod {}", evidence.name.name));
    finding.advice = format!("Run: {restart}");
    if let Some(object) = winner.and_then(|variable| variable.effective.object.as_ref()) {
        finding = finding.with("object", object);
    }
    if let Some(configured) = &signer.configured {
        finding = finding.with("configured", configured);
    }
    finding.with("command", restart).with("injected", injected.unwrap_or_default())
}

/// The object that gave the value, as a person would look for it.
fn origin(variable: &Variable) -> String {
    match (&variable.effective.object, variable.effective.layer) {
        (Some(object), Layer::MeshDefault) => format!("the mesh config {object}"),
        (None, Layer::MeshDefault) => "the mesh config".to_owned(),
        (Some(object), _) => format!("ProxyConfig {object}"),
        (None, _) => "the pod's annotation".to_owned(),
    }
}

fn quoted(signer: &str) -> String {
    match signer {
        "" => "no signer (empty)".to_owned(),
        name => format!("signer `{name}`"),
    }
}
