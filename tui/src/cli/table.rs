//! Rows under a heading: aligned for a terminal, tab-separated for other programs.

use hello_model::text::{cut, marked, visible, width};

/// The maximum width of a cell on a terminal, in columns. A longer cell would pad every cell of its column.
const CELL_LIMIT: usize = 60;

/// The maximum width of a cell of a detail, in columns.
const DETAIL_LIMIT: usize = 2_000;

/// A table to be written.
#[derive(Debug)]
pub(super) struct Table {
    heading: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// Whether long cells are cut on a terminal.
    is_cut: bool,
}

impl Table {
    pub(super) fn new(heading: &[&'static str], rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        Self { heading: heading.to_vec(), rows: rows.into_iter().collect(), is_cut: true }
    }

    /// Shows whole cells on a terminal, too: for the details of one thing.
    pub(super) fn whole(self) -> Self {
        Self { is_cut: false, ..self }
    }

    /// Returns the lines for a terminal, heading first. Columns are aligned and long cells are cut.
    pub(super) fn aligned(&self) -> Vec<String> {
        let limit = if self.is_cut { CELL_LIMIT } else { DETAIL_LIMIT };
        let cell = |text: &String| cut(&visible(text), limit).into_owned();
        let heading = self.heading.iter().map(|title| (*title).to_owned()).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(cell).collect());
        let lines: Vec<Vec<String>> = std::iter::once(heading).chain(rows).collect();
        let widths: Vec<usize> = (0..self.heading.len()).map(|column| widest(&lines, column)).collect();
        lines.iter().map(|line| padded(line, &widths)).collect()
    }

    /// Returns the lines for a pipe or a file, heading first. Cells are complete and separated by tabs.
    ///
    /// Tabs and line breaks inside a cell are replaced, so that each row is one line. So are other characters that a
    /// terminal would interpret, because the output may end up in one.
    pub(super) fn separated(&self) -> impl Iterator<Item = String> {
        let row = |row: &Vec<String>| row.iter().map(|cell| marked(cell)).collect::<Vec<_>>().join("\t");
        std::iter::once(self.heading.join("\t")).chain(self.rows.iter().map(row))
    }
}

fn widest(lines: &[Vec<String>], column: usize) -> usize {
    lines.iter().filter_map(|line| line.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
}

fn padded(cells: &[String], widths: &[usize]) -> String {
    let padding = |cell: &str, width: &usize| " ".repeat(width.saturating_sub(self::width(cell)));
    let cells = cells.iter().zip(widths).map(|(cell, width)| format!("{cell}{}", padding(cell, width)));
    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[[&str; 2]]) -> Table {
        let row = |row: &[&str; 2]| row.iter().map(ToString::to_string).collect();
        Table::new(&["MAKE", "MODEL"], rows.iter().map(row))
    }

    #[test]
    fn columns_are_aligned_on_a_terminal() {
        let lines = table(&[["Scania", "V8"], ["ダフ", "XF"], ["👩\u{200d}🚀", "e\u{301}"]]).aligned();
        assert_eq!(lines, ["MAKE    MODEL", "Scania  V8", "ダフ    XF", "👩🚀    e\u{301}"]);
    }

    #[test]
    fn a_long_cell_is_cut_on_a_terminal_and_pads_no_other_row_endlessly() {
        let long = "x".repeat(100_000);
        let marks = "\u{301}".repeat(100_000);
        let lines = table(&[[&long, &marks], ["Scania", "V8"]]).aligned();
        assert!(lines.iter().all(|line| line.len() < 200), "{:?}", lines.iter().map(String::len).max());
        assert!(lines[1].starts_with(&format!("{}…", "x".repeat(CELL_LIMIT - 1))), "{}", lines[1]);
    }

    #[test]
    fn a_pipe_gets_whole_cells_without_padding() {
        let long = "x".repeat(500);
        let lines: Vec<_> = table(&[[&long, "V8"], ["a\tb\nc", "\u{1b}[31m"]]).separated().collect();
        assert_eq!(lines, ["MAKE\tMODEL".to_owned(), format!("{long}\tV8"), "a b␊c\t␛[31m".to_owned()]);
    }
}
