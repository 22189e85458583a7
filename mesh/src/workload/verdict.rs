//! The verdict on a workload: the gravest of what was found.

use serde::{Deserialize, Serialize};
use signet_certs::finding::{EXPIRED, EXPIRES_SOON, ROTATION_OVERDUE};
use signet_certs::{Finding, Severity};

use crate::codes;

/// The verdict on a workload: the word of its gravest finding, or `ok`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is wrong.
    #[default]
    Ok,
    /// Injected before the signer was changed.
    Drift,
    /// Its certificate ends soon.
    Expiring,
    /// Its agent should have renewed the certificate already.
    RotationOverdue,
    /// Its proxy could not be read.
    Unreachable,
    /// Its proxy has no certificate yet.
    NoCertificate,
    /// Another signer signed than the one that was asked.
    WrongSigner,
    /// No known signer's root verifies its chain.
    Untrusted,
    /// Its certificate has expired.
    Expired,
}

impl Verdict {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Drift => "drift",
            Self::Expiring => "expiring",
            Self::RotationOverdue => "rotation-overdue",
            Self::Unreachable => "unreachable",
            Self::NoCertificate => "no-certificate",
            Self::WrongSigner => "wrong-signer",
            Self::Untrusted => "untrusted",
            Self::Expired => "expired",
        }
    }

    /// How grave it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Ok => Severity::Info,
            Self::Drift | Self::Expiring | Self::RotationOverdue | Self::Unreachable => Severity::Warning,
            Self::NoCertificate | Self::WrongSigner | Self::Untrusted | Self::Expired => Severity::Error,
        }
    }

    /// What it means, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "Nothing is wrong.",
            Self::Drift => codes::DRIFT.meaning,
            Self::Expiring => EXPIRES_SOON.meaning,
            Self::RotationOverdue => ROTATION_OVERDUE.meaning,
            Self::Unreachable => codes::UNREACHABLE.meaning,
            Self::NoCertificate => codes::NO_CERTIFICATE.meaning,
            Self::WrongSigner => codes::WRONG_SIGNER.meaning,
            Self::Untrusted => codes::UNTRUSTED.meaning,
            Self::Expired => EXPIRED.meaning,
        }
    }

    /// The verdict that a finding alone gives. Where no verdict is named after its code: what peers
    /// refuse is `untrusted`, and anything milder (`signer-claim-differs`) leaves a workload `ok`.
    pub fn of(finding: &Finding) -> Self {
        let refused = if finding.severity == Severity::Error { Self::Untrusted } else { Self::Ok };
        Self::of_code(&finding.code).unwrap_or(refused)
    }

    fn of_code(code: &str) -> Option<Self> {
        const CODES: [(&str, Verdict); 8] = [
            (codes::DRIFT.name, Verdict::Drift),
            (EXPIRES_SOON.name, Verdict::Expiring),
            (ROTATION_OVERDUE.name, Verdict::RotationOverdue),
            (codes::UNREACHABLE.name, Verdict::Unreachable),
            (codes::NO_CERTIFICATE.name, Verdict::NoCertificate),
            (codes::WRONG_SIGNER.name, Verdict::WrongSigner),
            (codes::UNTRUSTED.name, Verdict::Untrusted),
            (EXPIRED.name, Verdict::Expired),
        ];
        CODES.iter().find(|(name, _)| *name == code).map(|(_, verdict)| *verdict)
    }

    /// Every verdict, from the mildest to the gravest.
    pub const ALL: [Self; 9] = [
        Self::Ok,
        Self::Drift,
        Self::Expiring,
        Self::RotationOverdue,
        Self::Unreachable,
        Self::NoCertificate,
        Self::WrongSigner,
        Self::Untrusted,
        Self::Expired,
    ];
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    #[test]
    fn verdicts_grow_graver_and_so_do_their_severities() {
        assert!(Verdict::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(Verdict::ALL.windows(2).all(|pair| pair[0].severity() <= pair[1].severity()));
    }

    #[test]
    fn every_verdict_but_ok_has_a_code_that_gives_it() {
        let codes = || signet_certs::finding::CODES.iter().chain(crate::codes::CODES);
        for verdict in Verdict::ALL.into_iter().skip(1) {
            let found = codes().any(|code| Verdict::of_code(code.name) == Some(verdict));
            assert!(found, "no code gives {}", verdict.word());
        }
    }

    #[test]
    fn the_word_of_a_grave_verdict_is_its_code() {
        for verdict in Verdict::ALL.into_iter().filter(|v| v.severity() == signet_certs::Severity::Error) {
            assert_eq!(Verdict::of_code(verdict.word()), Some(verdict), "{}", verdict.word());
        }
    }
}
