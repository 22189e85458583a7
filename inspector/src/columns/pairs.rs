//! The columns of a pair of a client and a server.

use signet_mesh::report::Pair;

use super::{Cell, Column, SortKey};

/// What `signet trust FROM` and the Trust screen show.
pub static COLUMNS: &[Column<Pair>] = &[
    Column {
        name: "CLIENT",
        wide: false,
        cell: |pair, _| plain(place(pair.client_cluster.as_ref(), &pair.client)),
        sort: |pair| SortKey::Text(pair.client.clone()),
    },
    Column {
        name: "SERVER",
        wide: false,
        cell: |pair, _| plain(place(pair.server_cluster.as_ref(), &pair.server)),
        sort: |pair| SortKey::Text(pair.server.clone()),
    },
    Column {
        name: "VERDICT",
        wide: false,
        cell: |pair, _| {
            let now = pair.verdict.word();
            let text = match pair.before {
                Some(before) => format!("{} → {now}", before.word()),
                None => now.to_owned(),
            };
            Cell { text, severity: Some(pair.severity) }
        },
        sort: |pair| SortKey::Number(pair.verdict as i64),
    },
    Column {
        name: "MISSING AT CLIENT",
        wide: true,
        cell: |pair, _| plain(missing(pair, signet_certs::Refuser::Client)),
        sort: |pair| SortKey::Text(missing(pair, signet_certs::Refuser::Client)),
    },
    Column {
        name: "MISSING AT SERVER",
        wide: true,
        cell: |pair, _| plain(missing(pair, signet_certs::Refuser::Server)),
        sort: |pair| SortKey::Text(missing(pair, signet_certs::Refuser::Server)),
    },
    Column {
        name: "REASON",
        wide: false,
        cell: |pair, _| plain(reason(pair)),
        sort: |pair| SortKey::Text(reason(pair)),
    },
];

fn plain(text: String) -> Cell {
    Cell { text, severity: None }
}

/// A pod as `signet trust` takes it, with its cluster where there are several.
pub fn place(cluster: Option<&String>, pod: &str) -> String {
    cluster.map_or_else(|| pod.to_owned(), |cluster| format!("{cluster}:{pod}"))
}

fn missing(pair: &Pair, side: signet_certs::Refuser) -> String {
    let mut of_side = pair.reasons.iter().filter(|reason| reason.side == side);
    of_side.find_map(|reason| reason.missing_root.as_ref()).map(ToString::to_string).unwrap_or_default()
}

fn reason(pair: &Pair) -> String {
    let first = pair.reasons.iter().chain(&pair.other_reasons).next();
    first.map(|reason| reason.message.clone()).unwrap_or_default()
}
