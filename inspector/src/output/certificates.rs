//! Certificates and findings as text: a heading, then what is to be said beneath it.

use signet_certs::Finding;
use signet_certs::report::Certificate;

use super::{Lines, Output};
use crate::columns::certificates::{FACTS, title};

/// Columns that the labels of facts take.
const LABEL: usize = 18;

impl Output {
    /// One certificate: its role and name, then its facts (all of them with `-o wide`).
    pub fn certificate(&self, lines: &mut Lines, indent: usize, certificate: &Certificate) {
        let role = format!("{:<12}", certificate.role.word());
        lines.push(indent, format_args!("{} {}", self.paint.heading(&role), title(certificate)));
        for fact in FACTS.iter().filter(|fact| self.is_wide() || !fact.wide) {
            if let Some(value) = (fact.value)(certificate) {
                let label = format!("{:<LABEL$}", fact.label);
                lines.push(indent + 2, format_args!("{}{value}", self.paint.faint(&label)));
            }
        }
        if let Some(pem) = &certificate.pem {
            lines.text(pem);
        }
    }

    /// One finding: how grave, what, about what, and what to do.
    pub fn finding(&self, lines: &mut Lines, indent: usize, finding: &Finding) {
        let severity = self.paint.severity(finding.severity, finding.severity.word());
        lines.push(indent, format_args!("{severity} {}: {}", finding.code, finding.about));
        lines.push(indent + 2, &finding.message);
        lines.push(indent + 2, self.paint.faint(&finding.advice));
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
