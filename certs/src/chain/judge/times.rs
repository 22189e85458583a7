//! Whether a certificate is valid at a time, and how long it will be.

use super::{JudgeOptions, Margin, Place};
use crate::finding::{EXPIRED, EXPIRES_SOON, NOT_YET_VALID, ROTATION_OVERDUE};
use crate::{Certificate, Finding};

/// Certificates of at most this life are renewed by an agent, not by people: 7 days.
const SHORT_LIVED_SECONDS: i64 = 7 * 24 * 3600;

/// The share of its life at which Istio's agent has renewed a certificate at the latest: 0.5 and the
/// jitter of 0.01 (`SECRET_GRACE_PERIOD_RATIO`, `SECRET_GRACE_PERIOD_RATIO_JITTER`).
const ROTATED_BY: f64 = 0.51;

pub(super) fn judge(
    certificate: &Certificate,
    at: Place<'_>,
    options: &JudgeOptions<'_>,
    findings: &mut Vec<Finding>,
) {
    let now = options.now;
    let remaining = certificate.not_after.since(now);
    let mut say = |code, message: String| {
        findings.push(
            Finding::new(code, at.to_string(), message)
                .of(certificate.fingerprint)
                .with("notBefore", certificate.not_before)
                .with("notAfter", certificate.not_after)
                .with("at", now),
        );
    };
    if remaining < 0 {
        say(&EXPIRED, format!("it expired at {}, {} ago", certificate.not_after, span(-remaining)));
        return;
    }
    if now < certificate.not_before {
        let until = certificate.not_before.since(now);
        say(&NOT_YET_VALID, format!("it is not valid before {}, in {}", certificate.not_before, span(until)));
        return;
    }
    let lifetime = certificate.lifetime_seconds();
    let margin = match options.warn {
        Margin::Seconds(margin) => seconds(margin),
        Margin::Share(share) => seconds(lifetime) * share,
    };
    if seconds(remaining) < margin {
        say(&EXPIRES_SOON, format!("it expires at {}, in {}", certificate.not_after, span(remaining)));
    }
    let age = seconds(now.since(certificate.not_before));
    if !certificate.is_ca
        && lifetime <= SHORT_LIVED_SECONDS
        && age > seconds(lifetime) * ROTATED_BY
        && certificate.spiffe_id().is_some()
    {
        let due = certificate.not_before.plus(lifetime / 2);
        say(&ROTATION_OVERDUE, format!("it should have been renewed at half of its life, at about {due}"));
    }
}

/// Seconds as a number to take a share of. Lifetimes are far below the 2^53 that it holds exactly.
#[expect(clippy::cast_precision_loss, reason = "lives of certificates are exact in 53 bits")]
fn seconds(whole: i64) -> f64 {
    whole as f64
}

/// A span in its largest unit that is at least one.
fn span(seconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400, "days"), (3_600, "hours"), (60, "minutes")];
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| seconds >= 2 * unit).unwrap_or((1, "seconds"));
    format!("{} {name}", seconds / unit)
}
