//! Certificates and findings as text: a heading, then what is to be said beneath it.

use std::sync::Arc;

use signet_certs::report::Certificate;
use signet_certs::{Finding, UnixTime};

use super::{Lines, Output, tree};
use crate::columns::certificates::{FACTS, title, title_of};
use crate::columns::duration;

/// Columns that the labels of facts take.
const LABEL: usize = 18;

impl Output {
    /// One certificate: its role and name, then its facts (all of them with `-o wide`).
    pub fn certificate(&self, lines: &mut Lines, indent: usize, certificate: &Certificate) {
        let role = format!("{:<12}", certificate.role.word());
        lines.push(indent, format_args!("{} {}", self.paint.heading(&role), title(certificate)));
        for fact in FACTS.iter().filter(|fact| self.is_wide() || !fact.wide) {
            if let Some(value) = (fact.value)(certificate) {
                let label = self.paint.faint(&format!("{:<LABEL$}", fact.label));
                lines.fact(indent + 2, &label, LABEL, &value);
            }
        }
        if let Some(pem) = &certificate.pem {
            lines.text(pem);
        }
    }

    /// Several certificates at a glance: each below its issuer, with the life that it has left.
    pub fn tree(
        &self,
        lines: &mut Lines,
        indent: usize,
        certificates: &[Arc<signet_certs::Certificate>],
        now: UnixTime,
    ) {
        for (depth, certificate) in tree::tree(certificates) {
            let branch = if depth == 0 { String::new() } else { format!("{}└ ", "  ".repeat(depth - 1)) };
            let life = match certificate.not_after.since(now) {
                past @ ..0 => self.paint.severity(
                    signet_certs::Severity::Error,
                    &format!("expired {} ago", duration(past.saturating_neg())),
                ),
                _ if now < certificate.not_before => {
                    self.paint.severity(signet_certs::Severity::Error, "not yet valid")
                }
                left => self.paint.faint(&format!("{} left", duration(left))),
            };
            lines.push(indent, format_args!("{branch}{}  {life}", title_of(certificate)));
        }
    }

    /// One finding: how grave, what, about what, and what to do.
    pub fn finding(&self, lines: &mut Lines, indent: usize, finding: &Finding) {
        let severity = self.paint.severity(finding.severity, finding.severity.word());
        lines.push(indent, format_args!("{severity} {}: {}", finding.code, finding.about));
        lines.sentence(indent + 2, &finding.message, str::to_owned);
        lines.sentence(indent + 2, &finding.advice, |line| self.paint.faint(line));
    }
}

/// An absent signer and an empty one differ: `ISTIO_META_CERT_SIGNER=""` is a choice.
pub fn signer(name: Option<&str>) -> &str {
    match name {
        None => "-",
        Some("") => "(empty)",
        Some(name) => name,
    }
}
