//! The columns of each kind: one list for tables, the dashboard, sorting and export.

pub mod certificates;
pub mod pairs;
pub mod roots;
pub mod signers;
pub mod workloads;

use signet_certs::{Severity, UnixTime};

/// One column of a kind `T`.
pub struct Column<T> {
    /// The heading, in capitals as kubectl prints it.
    pub name: &'static str,
    /// Shown only with `-o wide`, or where a screen is wide enough.
    pub wide: bool,
    /// The cell of one row.
    pub cell: fn(&T, UnixTime) -> Cell,
    /// What rows are sorted by, where the text does not sort as people expect.
    pub sort: fn(&T) -> SortKey,
}

/// One cell: what it says, and how grave that is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The text; empty prints as `-`.
    pub text: String,
    /// Nothing for a plain fact; colour and glyph follow from it.
    pub severity: Option<Severity>,
}

/// What a row is sorted by in one column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// Rows without a value come first.
    Absent,
    /// By number.
    Number(i64),
    /// By text.
    Text(String),
}

/// A duration as kubectl shows ages: its two largest units; a minus for the past.
pub fn duration(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let s = seconds.unsigned_abs();
    let (large, large_unit, small, small_unit) = match s {
        0..60 => return format!("{sign}{s}s"),
        60..3_600 => (s / 60, 'm', s % 60, 's'),
        3_600..86_400 => (s / 3_600, 'h', s % 3_600 / 60, 'm'),
        86_400..31_536_000 => (s / 86_400, 'd', s % 86_400 / 3_600, 'h'),
        _ => (s / 31_536_000, 'y', s % 31_536_000 / 86_400, 'd'),
    };
    match small {
        0 => format!("{sign}{large}{large_unit}"),
        _ => format!("{sign}{large}{large_unit}{small}{small_unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_show_their_two_largest_units() {
        let shown: Vec<_> = [0, 59, 60, 61, 3_600, 5_400, 86_400, 90_000, 31_536_000, -90]
            .map(duration)
            .into_iter()
            .collect();
        assert_eq!(shown, ["0s", "59s", "1m", "1m1s", "1h", "1h30m", "1d", "1d1h", "1y", "-1m30s"]);
    }
}
