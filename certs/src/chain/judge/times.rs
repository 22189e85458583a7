//! Whether a certificate is valid at a time, and how long it will be.

use super::{JudgeOptions, Margin, Place};
use crate::finding::{Code, EXPIRED, EXPIRES_SOON, NOT_YET_VALID, ROTATION_OVERDUE};
use crate::{Certificate, Finding, Summary, UnixTime};

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
    let Certificate { not_before, not_after, .. } = *certificate;
    let found = of_life((not_before, not_after), at, options);
    let is_overdue = found.as_ref().is_none_or(|finding| finding.code == EXPIRES_SOON.name)
        && is_overdue(certificate, options.now);
    let overdue = is_overdue.then(|| {
        let due = not_before.plus(certificate.lifetime_seconds() / 2);
        let message = format!("it should have been renewed at half of its life, at about {due}");
        say(&ROTATION_OVERDUE, (not_before, not_after), at, options, message)
    });
    findings.extend(found.into_iter().chain(overdue).map(|finding| finding.of(certificate.fingerprint)));
}

/// What the times say that a proxy gives of a certificate.
pub(super) fn of_summary(summary: &Summary, at: Place<'_>, options: &JudgeOptions<'_>) -> Option<Finding> {
    of_life((summary.not_before?, summary.not_after?), at, options)
}

type Life = (UnixTime, UnixTime);

fn of_life(life: Life, at: Place<'_>, options: &JudgeOptions<'_>) -> Option<Finding> {
    let ((not_before, not_after), now) = (life, options.now);
    let remaining = not_after.since(now);
    let (code, message) = if remaining < 0 {
        (&EXPIRED, format!("it expired at {not_after}, {} ago", span(-remaining)))
    } else if now < not_before {
        let until = span(not_before.since(now));
        (&NOT_YET_VALID, format!("it is not valid before {not_before}, in {until}"))
    } else {
        let margin = match options.warn {
            Margin::Seconds(margin) => seconds(margin),
            Margin::Share(share) => seconds(not_after.since(not_before)) * share,
        };
        if seconds(remaining) >= margin {
            return None;
        }
        (&EXPIRES_SOON, format!("it expires at {not_after}, in {}", span(remaining)))
    };
    Some(say(code, life, at, options, message))
}

fn say(code: &Code, life: Life, at: Place<'_>, options: &JudgeOptions<'_>, message: String) -> Finding {
    let (not_before, not_after) = life;
    Finding::new(code, at.to_string(), message)
        .with("notBefore", not_before)
        .with("notAfter", not_after)
        .with("at", options.now)
}

/// Whether the agent of a workload should have renewed it.
fn is_overdue(certificate: &Certificate, now: UnixTime) -> bool {
    let lifetime = certificate.lifetime_seconds();
    !certificate.is_ca
        && lifetime <= SHORT_LIVED_SECONDS
        && seconds(now.since(certificate.not_before)) > seconds(lifetime) * ROTATED_BY
        && certificate.spiffe_id().is_some()
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
