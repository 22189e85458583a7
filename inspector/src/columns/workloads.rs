//! The columns of a workload.

use signet_certs::{Severity, UnixTime};
use signet_mesh::Workload;

use super::{Cell, Column, SortKey};

/// What `signet pods` and the Pods screen show.
pub static COLUMNS: &[Column<Workload>] = &[
    Column {
        name: "NAMESPACE",
        wide: false,
        cell: |w, _| plain(&w.name.namespace),
        sort: |w| text(&w.name.namespace),
    },
    Column { name: "POD", wide: false, cell: |w, _| plain(&w.name.name), sort: |w| text(&w.name.name) },
    Column { name: "PROXY", wide: false, cell: |w, _| plain(w.proxy.word()), sort: |w| text(w.proxy.word()) },
    Column {
        name: "CONFIGURED",
        wide: false,
        cell: |w, _| signer(w.signer.configured.as_ref()),
        sort: |w| optional(w.signer.configured.as_ref()),
    },
    Column {
        name: "INJECTED",
        wide: true,
        cell: |w, _| signer(w.signer.injected.as_ref()),
        sort: |w| optional(w.signer.injected.as_ref()),
    },
    Column {
        name: "REQUESTED",
        wide: false,
        cell: |w, _| signer(w.signer.requested.as_ref()),
        sort: |w| optional(w.signer.requested.as_ref()),
    },
    Column {
        name: "ACTUAL",
        wide: false,
        cell: |w, _| signer(w.signer.actual.as_ref()),
        sort: |w| optional(w.signer.actual.as_ref()),
    },
    Column {
        name: "VERDICT",
        wide: false,
        cell: |w, _| Cell { text: w.verdict.word().to_owned(), severity: Some(w.verdict.severity()) },
        sort: |w| SortKey::Number(w.verdict as i64),
    },
    Column {
        name: "CHAIN",
        wide: true,
        cell: |w, _| plain(&w.chain.len().to_string()),
        sort: |w| SortKey::Number(i64::try_from(w.chain.len()).unwrap_or(i64::MAX)),
    },
    Column { name: "LEFT", wide: false, cell: remaining, sort: |w| time(w.not_after()) },
    Column {
        name: "NOT AFTER",
        wide: true,
        cell: |w, _| plain_time(w.not_after()),
        sort: |w| time(w.not_after()),
    },
    Column {
        name: "ROTATION DUE",
        wide: true,
        cell: |w, _| plain_time(w.rotation_due),
        sort: |w| time(w.rotation_due),
    },
    Column {
        name: "OWNER",
        wide: true,
        cell: |w, _| plain(w.owner.as_deref().unwrap_or_default()),
        sort: |w| optional(w.owner.as_ref()),
    },
    Column {
        name: "NODE",
        wide: true,
        cell: |w, _| plain(w.node.as_deref().unwrap_or_default()),
        sort: |w| optional(w.node.as_ref()),
    },
];

fn plain(text: &str) -> Cell {
    Cell { text: text.to_owned(), severity: None }
}

fn signer(name: Option<&String>) -> Cell {
    plain(crate::output::signer(name.map(String::as_str)))
}

fn plain_time(time: Option<UnixTime>) -> Cell {
    plain(&time.map(|time| time.to_string()).unwrap_or_default())
}

fn remaining(workload: &Workload, now: UnixTime) -> Cell {
    let Some(not_after) = workload.not_after() else { return Cell::default() };
    let seconds = not_after.since(now);
    Cell { text: crate::columns::duration(seconds), severity: (seconds < 0).then_some(Severity::Error) }
}

fn text(value: &str) -> SortKey {
    SortKey::Text(value.to_owned())
}

fn optional(value: Option<&String>) -> SortKey {
    value.map_or(SortKey::Absent, |value| SortKey::Text(value.clone()))
}

fn time(value: Option<UnixTime>) -> SortKey {
    value.map_or(SortKey::Absent, |time| SortKey::Number(time.seconds()))
}
