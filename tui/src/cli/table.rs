//! Rows under a heading: aligned for a terminal, tab-separated for other programs.
//!
//! Crates for tables shrink or wrap the columns of a table that is too wide; here, less important columns are left out.

mod fit;

use hello_model::text::{cut, marked, visible, width};
pub(super) use hello_state::present::TonedLine;
use hello_state::present::{Cell, Columns, Fact, Format, Section, Tone, Width};

use self::fit::FittedColumn;

/// The maximum width of a cell on a terminal, in columns. A longer cell would pad every cell of its column.
const CELL_LIMIT: usize = 60;

/// The maximum width of a cell of a detail, in columns.
const DETAIL_LIMIT: usize = 2_000;

/// A table to be written.
#[derive(Debug, Default)]
pub(super) struct Table {
    headings: Vec<Heading>,
    rows: Vec<Vec<Cell>>,
    /// Whether it is cut to the width of a terminal.
    is_cut: bool,
}

#[derive(Debug)]
struct Heading {
    title: &'static str,
    rank: u8,
    /// The width to which the column may be cut.
    least: usize,
}

impl Table {
    /// Makes the table of a noun, with the columns of the command line.
    pub(super) fn of<'a, T: 'a>(
        columns: &Columns<T>,
        items: impl IntoIterator<Item = &'a T>,
        format: &Format,
    ) -> Self {
        let shown = columns.of(columns.command);
        let headings = shown.iter().map(|(column, rank)| {
            let (Width::Fixed(least) | Width::Content(least, _) | Width::Rest(least)) = column.width;
            Heading { title: column.title, rank: *rank, least: usize::from(least) }
        });
        let row = |item: &'a T| shown.iter().map(|(column, _)| (column.cell)(item, format)).collect();
        Self { headings: headings.collect(), rows: items.into_iter().map(row).collect(), is_cut: true }
    }

    /// Makes the table of one thing: a row for each fact. Nothing of it is cut.
    pub(super) fn details(
        facts: impl IntoIterator<Item = Fact>,
        sections: impl IntoIterator<Item = Section>,
    ) -> Self {
        let heading = |title| Heading { title, rank: 0, least: 0 };
        let row = |fact: Fact| vec![Cell::faint(fact.label), fact.value];
        let of_section = |section: Section| {
            section.facts.into_iter().map(move |fact| {
                let text = format!("{}: {}", fact.label, fact.value.text);
                vec![Cell::faint(section.noun), Cell { text, ..fact.value }]
            })
        };
        let rows = facts.into_iter().map(row).chain(sections.into_iter().flat_map(of_section));
        Self { headings: vec![heading("FIELD"), heading("VALUE")], rows: rows.collect(), is_cut: false }
    }

    /// Returns the lines for a terminal of this width, heading first. Columns are aligned; long cells are cut, and
    /// columns left out, until the table fits.
    pub(super) fn aligned(&self, room: usize) -> Vec<TonedLine> {
        let limit = if self.is_cut { CELL_LIMIT } else { DETAIL_LIMIT };
        let cell = |cell: &Cell| (cut(&visible(&cell.text), limit).into_owned(), cell.tone);
        let heading = self.headings.iter().map(|heading| (heading.title.to_owned(), Tone::Plain)).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(cell).collect());
        let lines: Vec<TonedLine> = std::iter::once(heading).chain(rows).collect();
        let wanted: Vec<FittedColumn> = self
            .headings
            .iter()
            .enumerate()
            .map(|(place, heading)| FittedColumn {
                place,
                rank: heading.rank,
                least: heading.least,
                width: widest(&lines, place),
            })
            .collect();
        let room = if self.is_cut { room } else { usize::MAX };
        let fitted = fit::fit(wanted, room);
        lines.iter().map(|line| padded(line, &fitted)).collect()
    }

    /// Returns the lines for a pipe or a file, heading first. Cells are complete and separated by tabs.
    ///
    /// Tabs and line breaks inside a cell are replaced, so that each row is one line. So are other characters that a
    /// terminal would interpret, because the output may end up in one.
    pub(super) fn separated(&self) -> impl Iterator<Item = String> {
        let heading = self.headings.iter().map(|heading| heading.title).collect::<Vec<_>>().join("\t");
        let row = |row: &Vec<Cell>| row.iter().map(|cell| marked(&cell.text)).collect::<Vec<_>>().join("\t");
        std::iter::once(heading).chain(self.rows.iter().map(row))
    }
}

fn widest(lines: &[TonedLine], place: usize) -> usize {
    lines.iter().filter_map(|line| line.get(place)).map(|(text, _)| width(text)).max().unwrap_or(0)
}

/// Cuts and pads the cells of a line. The last one is not padded.
fn padded(line: &TonedLine, columns: &[FittedColumn]) -> TonedLine {
    let mut parts: TonedLine = Vec::with_capacity(2 * columns.len());
    for column in columns {
        let Some((text, tone)) = line.get(column.place) else { continue };
        let text = cut(text, column.width).into_owned();
        let padding = " ".repeat(column.width.saturating_sub(width(&text)) + fit::GAP);
        parts.push((text, *tone));
        parts.push((padding, Tone::Plain));
    }
    while parts.pop_if(|(text, _)| text.trim_end().is_empty()).is_some() {}
    parts
}

#[cfg(test)]
mod tests {
    use hello_model::filter::{Value, ValueKind};
    use hello_state::present::Column as Shown;

    use super::{super::format::format, *};

    type Truck = [String; 2];

    const COLUMNS: Columns<Truck> = Columns {
        all: &[
            Shown {
                id: "make",
                title: "MAKE",
                width: Width::Rest(6),
                kind: ValueKind::Name,
                cell: |truck, _| Cell::plain(truck[0].as_str()),
                value: |truck, _| Value::text(Some(&truck[0])),
            },
            Shown {
                id: "model",
                title: "MODEL",
                width: Width::Fixed(4),
                kind: ValueKind::Name,
                cell: |truck, _| Cell::toned(truck[1].as_str(), Tone::Good),
                value: |truck, _| Value::text(Some(&truck[1])),
            },
        ],
        screen: &[("make", 0)],
        command: &[("make", 0), ("model", 1)],
    };

    fn table(rows: &[[&str; 2]]) -> Table {
        let trucks: Vec<Truck> = rows.iter().map(|row| row.map(str::to_owned)).collect();
        Table::of(&COLUMNS, &trucks, &format())
    }

    fn lines(table: &Table, room: usize) -> Vec<String> {
        table.aligned(room).into_iter().map(|line| line.into_iter().map(|(text, _)| text).collect()).collect()
    }

    #[test]
    fn columns_are_aligned_on_a_terminal() {
        let table = table(&[["Scania", "V8"], ["ダフ", "XF"], ["👩\u{200d}🚀", "e\u{301}"]]);
        assert_eq!(lines(&table, 80), ["MAKE    MODEL", "Scania  V8", "ダフ    XF", "👩🚀    e\u{301}"]);
        assert_eq!(table.aligned(80)[1].last(), Some(&("V8".to_owned(), Tone::Good)));
    }

    #[test]
    fn a_narrow_terminal_cuts_cells_before_columns() {
        let table = table(&[["Mercedes-Benz", "Actros"]]);
        assert_eq!(lines(&table, 16), ["MAKE      MODEL", "Mercede…  Actros"]);
        assert_eq!(lines(&table, 11), ["MAKE", "Mercedes-B…"]);
        assert_eq!(lines(&table, 1), ["MAKE", "Merce…"]);
    }

    #[test]
    fn a_long_cell_is_cut_and_pads_no_other_row() {
        let long = "x".repeat(100_000);
        let marks = "\u{301}".repeat(100_000);
        let lines = lines(&table(&[[&long, &marks], ["Scania", "V8"]]), usize::MAX);
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
