//! The facts of one certificate: those of its report, the main ones or all.

use signet_certs::report::Certificate;

use crate::columns::certificates::FACTS;
use crate::dashboard::prose::Prose;

/// Writes the facts; `every` one, or those that are looked at first.
pub(super) fn write(prose: &mut Prose, certificate: &Certificate, every: bool) {
    prose.heading(&format!("Certificate: {}", certificate.role.word()));
    for fact in FACTS.iter().filter(|fact| every || !fact.wide) {
        if let Some(value) = (fact.value)(certificate) {
            prose.fact(fact.label, &value);
        }
    }
}
