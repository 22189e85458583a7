//! The columns of a signer.

use signet_certs::Severity;
use signet_mesh::Verdict;
use signet_mesh::report::SignerItem;

use super::{Cell, Column, SortKey};

/// What `signet signers` and the Signers screen show.
pub static COLUMNS: &[Column<SignerItem>] = &[
    Column {
        name: "SIGNER",
        wide: false,
        cell: |signer, _| plain(signer.name.clone()),
        sort: |signer| SortKey::Text(signer.name.clone()),
    },
    Column {
        name: "FULL NAME",
        wide: true,
        cell: |signer, _| plain(signer.signer_name.clone()),
        sort: |signer| SortKey::Text(signer.signer_name.clone()),
    },
    Column {
        name: "READY",
        wide: false,
        cell: |signer, _| Cell {
            text: ready(signer.ready).to_owned(),
            severity: match signer.ready {
                Some(true) => Some(Severity::Info),
                Some(false) => Some(Severity::Error),
                None => None,
            },
        },
        sort: |signer| SortKey::Text(ready(signer.ready).to_owned()),
    },
    Column {
        name: "ROOTS",
        wide: false,
        cell: |signer, _| plain(roots(signer)),
        sort: |signer| SortKey::Text(roots(signer)),
    },
    Column {
        name: "PODS",
        wide: false,
        cell: |signer, _| plain(signer.pods.values().sum::<usize>().to_string()),
        sort: |signer| SortKey::Number(signer.pods.values().sum::<usize>().try_into().unwrap_or(i64::MAX)),
    },
    Column {
        name: "VERDICTS",
        wide: false,
        cell: |signer, _| Cell {
            text: verdicts(signer),
            severity: signer.pods.keys().max().map(|verdict| verdict.severity()),
        },
        sort: |signer| SortKey::Number(signer.pods.keys().max().map_or(0, |verdict| *verdict as i64)),
    },
    Column {
        name: "REASON",
        wide: false,
        cell: |signer, _| Cell {
            text: reason(signer).to_owned(),
            severity: signer.findings.first().map(|finding| finding.severity),
        },
        sort: |signer| SortKey::Text(reason(signer).to_owned()),
    },
];

/// Whether a signer can issue, in a word.
pub const fn ready(ready: Option<bool>) -> &'static str {
    match ready {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

/// How many pods have which verdict, gravest first.
fn verdicts(signer: &SignerItem) -> String {
    let word = |(verdict, count): (&Verdict, &usize)| format!("{count} {}", verdict.word());
    signer.pods.iter().rev().map(word).collect::<Vec<_>>().join(", ")
}

/// What is wrong with it, else why it can issue or cannot.
fn reason(signer: &SignerItem) -> &str {
    let finding = signer.findings.first().map(|finding| finding.message.as_str());
    finding.or(signer.reason.as_deref()).unwrap_or_default()
}

fn roots(signer: &SignerItem) -> String {
    let name = |root: &signet_certs::report::Certificate| {
        format!("{} {}", root.fingerprint_sha256.short(), root.subject)
    };
    signer.roots.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn plain(text: String) -> Cell {
    Cell { text, severity: None }
}
