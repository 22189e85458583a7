//! The columns of a root.

use signet_certs::Severity;
use signet_mesh::report::RootItem;

use super::{Cell, Column, SortKey, duration};

/// What `signet roots` and the Roots screen show.
pub static COLUMNS: &[Column<RootItem>] = &[
    Column {
        name: "FINGERPRINT",
        wide: false,
        cell: |root, _| plain(root.certificate.fingerprint_sha256.short()),
        sort: |root| SortKey::Text(root.certificate.fingerprint_sha256.to_string()),
    },
    Column {
        name: "SUBJECT",
        wide: false,
        cell: |root, _| plain(root.certificate.subject.clone()),
        sort: |root| SortKey::Text(root.certificate.subject.clone()),
    },
    Column {
        name: "SIGNER",
        wide: true,
        cell: |root, _| plain(root.signers.join(", ")),
        sort: |root| SortKey::Text(root.signers.join(", ")),
    },
    Column {
        name: "USERS",
        wide: false,
        cell: |root, _| plain(root.users.len().to_string()),
        sort: |root| number(root.users.len()),
    },
    Column {
        name: "TRUSTED BY",
        wide: false,
        cell: |root, _| plain(root.trusted_by.len().to_string()),
        sort: |root| number(root.trusted_by.len()),
    },
    Column {
        name: "LEFT",
        wide: false,
        cell: |root, now| {
            let left = root.certificate.not_after.since(now);
            Cell { text: duration(left), severity: (left < 0).then_some(Severity::Error) }
        },
        sort: |root| SortKey::Number(root.certificate.not_after.seconds()),
    },
    Column {
        name: "SAFE TO REMOVE",
        wide: false,
        cell: |root, _| plain(root.removal.word().to_owned()),
        sort: |root| SortKey::Number(root.removal as i64),
    },
    Column {
        name: "REASON",
        wide: false,
        cell: |root, _| plain(root.reason.clone()),
        sort: |root| SortKey::Text(root.reason.clone()),
    },
    Column {
        name: "SOURCES",
        wide: true,
        cell: |root, _| plain(sources(root)),
        sort: |root| SortKey::Text(sources(root)),
    },
];

/// The objects that hold a root, in words.
pub fn sources(root: &RootItem) -> String {
    if root.sources.is_empty() {
        return "proxies only".to_owned();
    }
    root.sources.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn plain(text: String) -> Cell {
    Cell { text, severity: None }
}

fn number(count: usize) -> SortKey {
    SortKey::Number(i64::try_from(count).unwrap_or(i64::MAX))
}
