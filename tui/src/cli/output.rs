//! How results and failures are printed.

use std::io::{self, Write, stderr, stdout};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::args::{Format, Global};
use crate::{
    domain::text::visible,
    failure::{Failure, Kind},
};

/// Where output goes, and in which form.
#[derive(Debug)]
pub(super) struct Out {
    format: Format,
    coloured: bool,
    coloured_errors: bool,
}

impl Out {
    pub(super) fn new(global: &Global) -> Self {
        Self {
            format: global.output,
            coloured: global.coloured(&stdout()),
            coloured_errors: global.coloured(&stderr()),
        }
    }

    /// Prints a value as JSON or YAML, or as the table that `table` makes of it.
    pub(super) fn print<T: Serialize>(&self, value: &T, table: impl FnOnce() -> Table) -> io::Result<()> {
        let mut out = stdout().lock();
        match self.format {
            Format::Table => self.table(&mut out, &table()),
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, value)?;
                writeln!(out)
            }
            Format::Yaml => {
                let text = serde_yaml::to_string(value).map_err(io::Error::other)?;
                out.write_all(text.as_bytes())
            }
        }
    }

    /// Prints a failure: what failed, why, and what to type next.
    ///
    /// Lines about fields that were refused stand between the two.
    #[expect(clippy::print_stderr, reason = "this is where the command line reports")]
    pub(super) fn failure(&self, failure: &Failure) {
        let (red, plain) = if self.coloured_errors { ("\u{1b}[31m", "\u{1b}[0m") } else { ("", "") };
        eprintln!("{red}error:{plain} {}", visible(&failure.what));
        eprintln!("  why:  {}", failure.why.lines().map(visible).collect::<Vec<_>>().join("\n        "));
        if let Kind::Invalid(faults) = &failure.kind {
            for fault in faults {
                eprintln!("        {}: {}", visible(&fault.field), visible(&fault.rule));
            }
        }
        if let Some(hint) = &failure.hint {
            eprintln!("  next: {}", visible(hint));
        }
    }

    fn table(&self, out: &mut impl Write, table: &Table) -> io::Result<()> {
        let widths = table.widths();
        let (bold, plain) = if self.coloured { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        let heading: Vec<String> = table.heading.iter().map(ToString::to_string).collect();
        writeln!(out, "{bold}{}{plain}", line(&heading, &widths))?;
        table.rows.iter().try_for_each(|row| writeln!(out, "{}", line(row, &widths)))
    }
}

/// Rows under a heading. Cells are made safe for a terminal here.
#[derive(Debug)]
pub(super) struct Table {
    heading: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(heading: &[&'static str], rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let clean = |row: Vec<String>| row.iter().map(|cell| visible(cell).into_owned()).collect();
        Self { heading: heading.to_vec(), rows: rows.into_iter().map(clean).collect() }
    }

    fn widths(&self) -> Vec<usize> {
        let widest = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
            cells.chain([self.heading[column].width()]).max().unwrap_or(0)
        };
        (0..self.heading.len()).map(widest).collect()
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}
