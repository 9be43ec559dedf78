//! Fits the columns of a table into the width of a terminal.

/// The blanks between two columns.
pub(super) const GAP: usize = 2;

/// A column with the width that it has or gets.
#[derive(Debug)]
pub(super) struct FittedColumn {
    pub(super) place: usize,
    pub(super) rank: u8,
    /// The width to which it may be cut.
    pub(super) least: usize,
    pub(super) width: usize,
}

/// Cuts columns down to their least width, and where that is not enough leaves out those with the highest rank. Columns
/// of rank 0 stay: on a very narrow terminal their lines are wrapped.
pub(super) fn fit(mut columns: Vec<FittedColumn>, room: usize) -> Vec<FittedColumn> {
    loop {
        let total = columns.iter().map(|column| column.width + GAP).sum::<usize>().saturating_sub(GAP);
        let excess = total.saturating_sub(room);
        let slack: usize = columns.iter().map(slack).sum();
        let highest = columns.iter().map(|column| column.rank).max().unwrap_or(0);
        if excess <= slack || highest == 0 {
            shrink(&mut columns, excess);
            return columns;
        }
        columns.retain(|column| column.rank < highest);
    }
}

fn slack(column: &FittedColumn) -> usize {
    column.width.saturating_sub(column.least)
}

/// Takes `excess` from the columns, always from the one with the most to give.
fn shrink(columns: &mut [FittedColumn], excess: usize) {
    for _ in 0..excess {
        let widest = columns.iter_mut().max_by_key(|column| slack(column)).filter(|column| slack(column) > 0);
        let Some(widest) = widest else { return };
        widest.width -= 1;
    }
}
