//! Who really signed a workload's certificate.

use std::sync::Arc;

use signet_certs::algorithms::Algorithms;
use signet_certs::finding::{EXPIRED, EXPIRES_SOON, NOT_YET_VALID, ROTATION_OVERDUE};
use signet_certs::{
    Certificate, Document, Entry, Failure, Finding, Format, JudgeOptions, Margin, Path, Source, UnixTime,
    Usage, VerifyOptions, chain, verify,
};

use super::Facts;
use crate::Signers;
use crate::dump::Dump;
use crate::names::SPIRE_SIGNER;

/// What the chain of a workload proves, whatever time it is: an expired certificate still says who
/// signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The chain in order, leaf first.
    pub chain: Vec<Arc<Certificate>>,
    /// The path to a known signer's root, or to the pod's own roots where the signers' are not in the
    /// mesh config. Nothing when there is no root to verify against.
    pub path: Option<Result<Path, Failure>>,
    /// The signer whose root the path ends in; its short name.
    pub signer: Option<String>,
    /// What is wrong with the chain itself, whoever signed it: its order, its names, its keys.
    pub findings: Vec<Finding>,
}

impl Identity {
    /// Verifies the chain of `dump` against the roots of `signers`. `asked` is the signer that the
    /// pod asked for; it is the answer where several signers share one root.
    ///
    /// SPIRE's roots are nowhere in the mesh config: a chain of its form is verified against the
    /// bundle that the pod itself was given (SPIFFE Trust Domain and Bundle). So is any other where
    /// istiod has `external-ca-cert` mounted: it ends every chain with that file's root, which is
    /// not in the mesh config either (Istio `security/pkg/pki/ra/k8s_ra.go`). Who signed stays open.
    pub fn establish(
        dump: &Dump,
        facts: &Facts,
        asked: Option<&str>,
        signers: &Signers,
        algorithms: Algorithms<'_>,
    ) -> Self {
        let chain = chain::order(&dump.chain);
        let known: Vec<_> = signers.signers.values().flat_map(|signer| &signer.roots).cloned().collect();
        let Some((leaf, above)) = chain.split_first() else {
            return Self { chain, path: None, signer: None, findings: Vec::new() };
        };
        let at = inside_life(&chain);
        let options = VerifyOptions { at, usage: Usage::Any, name: None, algorithms };
        let by_signer = verify(leaf, above, &known, &options);
        let (path, signer) = if by_signer.is_err() && is_spires(facts, leaf) {
            let path = verify(leaf, above, &dump.roots, &options);
            let signer = path.is_ok().then(|| SPIRE_SIGNER.to_owned());
            (Some(path), signer)
        } else if by_signer.is_err() && signers.control_plane.external_ca_cert {
            (Some(verify(leaf, above, &dump.roots, &options)), None)
        } else {
            let anchor = by_signer.as_ref().ok().and_then(Path::anchor);
            let signer = anchor.and_then(|anchor| name_of(anchor, asked, signers));
            (Some(by_signer).filter(|_| !known.is_empty()), signer)
        };
        let mut findings = of_chain(dump, at, algorithms);
        if let Some(Err(failure)) = &path {
            findings.retain(|finding| finding.code != failure.code);
        }
        Self { chain, path, signer, findings }
    }
}

/// What `certs` finds in the chain as it was served. It is judged inside its life: what time does to
/// it is judged apart, by phase.
fn of_chain(dump: &Dump, at: UnixTime, algorithms: Algorithms<'_>) -> Vec<Finding> {
    let source = Source {
        format: Format::ConfigDump,
        name: Some("default".to_owned()),
        kind: Some("tls_certificate".to_owned()),
        ..Source::default()
    };
    let entry = Entry { certificates: dump.chain.clone(), ..Entry::default() };
    let document = Document { source, entries: vec![entry], findings: Vec::new() };
    let options = JudgeOptions { now: at, warn: Margin::Share(0.0), anchors: &[], algorithms };
    let mut findings = signet_certs::judge(&document, &options);
    let of_time = [&EXPIRED, &EXPIRES_SOON, &NOT_YET_VALID, &ROTATION_OVERDUE];
    findings.retain(|finding| of_time.iter().all(|code| code.name != finding.code));
    findings
}

/// A time at which every certificate of the chain is valid, if there is one; else one of the leaf's.
fn inside_life(chain: &[Arc<Certificate>]) -> UnixTime {
    let latest_begin = chain.iter().map(|certificate| certificate.not_before).max();
    let Some((leaf, begin)) = chain.first().zip(latest_begin) else { return UnixTime::from_seconds(0) };
    if begin <= leaf.not_after { begin } else { leaf.not_before }
}

fn name_of(anchor: &Certificate, asked: Option<&str>, signers: &Signers) -> Option<String> {
    let holds = |roots: &[Arc<Certificate>]| roots.iter().any(|root| root.fingerprint == anchor.fingerprint);
    let asked = asked.and_then(|asked| signers.get(asked)).filter(|signer| holds(&signer.roots));
    let signer = asked.or_else(|| signers.of_root(anchor))?;
    Some(signers.short_name(&signer.name).to_owned())
}

/// SPIRE's certificates say `O=SPIRE` and are issued by `O=SPIFFE`, unless its operator chose other
/// names; then the pod's volume tells.
fn is_spires(facts: &Facts, leaf: &Certificate) -> bool {
    let has = |name: &str, attribute: &str| name.split(',').any(|part| part == attribute);
    facts.spire || has(&leaf.subject, "O=SPIRE") || has(&leaf.issuer, "O=SPIFFE")
}
