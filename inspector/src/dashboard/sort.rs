//! The order of the rows.

use std::sync::Arc;

use signet_mesh::Workload;

use crate::columns::SortKey;
use crate::columns::workloads::COLUMNS;

/// By which column, and which way round. Without one, rows are in order of namespace and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    /// The index of the column.
    pub(crate) column: usize,
    /// The largest first.
    pub(crate) descending: bool,
}

impl Sort {
    /// The order after the key of the column `name` was pressed: that column, or the other way round
    /// if it was that one already. Nothing for a column that is not there.
    pub(crate) fn pressed(current: Option<Self>, name: &str) -> Option<Self> {
        let column = COLUMNS.iter().position(|column| column.name == name)?;
        let descending = match current {
            Some(sort) if sort.column == column => !sort.descending,
            // What is gravest is what one looks for.
            _ => name == "VERDICT",
        };
        Some(Self { column, descending })
    }

    /// Sorts rows; those that are equal keep their order.
    pub(crate) fn apply(self, rows: &mut Vec<Arc<Workload>>) {
        let Some(column) = COLUMNS.get(self.column) else { return };
        let mut keyed: Vec<(SortKey, Arc<Workload>)> =
            rows.drain(..).map(|workload| ((column.sort)(&workload), workload)).collect();
        keyed.sort_by(|(a, _), (b, _)| if self.descending { b.cmp(a) } else { a.cmp(b) });
        rows.extend(keyed.into_iter().map(|(_, workload)| workload));
    }

    /// The sign beside the column's heading.
    pub(crate) const fn sign(self) -> &'static str {
        if self.descending { "↓" } else { "↑" }
    }
}
