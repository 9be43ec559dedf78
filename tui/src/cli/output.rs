//! Prints results and failures.

use std::io::{self, Write};

use hello_model::{
    failure::{Failure, Kind},
    text::{cut, visible},
};
use hello_state::present::Tone;
use serde::Serialize;

use super::{
    options::{Global, OutputFormat, When},
    table::{Table, TonedLine},
    writer::{Emphasis, Writer},
};

/// The maximum number of lines of a reason, and of fields listed.
const LINE_LIMIT: usize = 20;
/// The maximum length of a line of a failure, in columns. It may quote a response of any length.
const WIDTH_LIMIT: usize = 1_000;

/// The output settings.
#[derive(Debug, Default)]
pub(super) struct Out {
    format: OutputFormat,
    color: When,
}

impl Out {
    pub(super) fn new(global: &Global) -> Self {
        Self { format: global.output, color: global.color }
    }

    /// Prints a value as JSON or YAML, or as the table that `table` creates from it.
    pub(super) fn print<T: Serialize + ?Sized>(
        &self,
        value: &T,
        table: impl FnOnce() -> Table,
    ) -> io::Result<()> {
        let mut out = Writer::output(self.color);
        match self.format {
            OutputFormat::Table => out.table(&table())?,
            OutputFormat::Json => out.json(value)?,
            OutputFormat::Yaml => out.yaml(value)?,
        }
        out.finish()
    }

    /// Reports whether results are printed for people.
    pub(super) fn is_table(&self) -> bool {
        self.format == OutputFormat::Table
    }

    /// Returns when to colour.
    pub(super) fn color(&self) -> When {
        self.color
    }

    /// Prints text of several lines.
    pub(super) fn text(&self, text: &str) -> io::Result<()> {
        let mut out = Writer::output(self.color);
        out.lines(text.trim_end_matches('\n'))?;
        out.finish()
    }

    /// Prints lines under a title, and an empty line after them. `lines` is given the width of the terminal.
    pub(super) fn paragraph(
        &self,
        title: &str,
        lines: impl FnOnce(usize) -> Vec<TonedLine>,
    ) -> io::Result<()> {
        let mut out = Writer::output(self.color);
        out.emphasised(Emphasis::Bold, title)?;
        out.line("")?;
        for line in lines(out.room()) {
            for (text, tone) in &line {
                out.emphasised(Emphasis::Tone(*tone), text)?;
            }
            out.line("")?;
        }
        out.line("")?;
        out.finish()
    }

    /// Prints one line for each value: as `line` writes it, or as JSON.
    pub(super) fn stream<T: Serialize>(&self, values: &[T], line: impl Fn(&T) -> String) -> io::Result<()> {
        let mut out = Writer::output(self.color);
        for value in values {
            match self.format {
                OutputFormat::Table => out.line(&line(value))?,
                OutputFormat::Json => out.json_line(value)?,
                OutputFormat::Yaml => {
                    out.line("---")?;
                    out.yaml(value)?;
                }
            }
        }
        out.finish()
    }

    /// Prints a remark on standard error.
    pub(super) fn note(&self, text: &str) -> io::Result<()> {
        let mut out = Writer::errors(self.color);
        out.line(text)?;
        out.finish()
    }

    /// Prints a failure: operation, reason and hint. Write errors are ignored; the exit code still reports the failure.
    pub(super) fn failure(&self, failure: &Failure) {
        let _ = write_failure(&mut Writer::errors(self.color), failure);
    }

    /// Prints the report of an internal error. Write errors are ignored.
    pub(super) fn report(&self, report: &str) {
        let mut out = Writer::errors(self.color);
        let _ = out.lines(report).and_then(|()| out.finish());
    }
}

/// Prints clap's message: help to standard output, a usage error to standard error.
pub(super) fn print_usage(error: &clap::Error) -> io::Result<()> {
    if error.use_stderr() {
        let mut out = Writer::errors(When::Auto);
        // The message quotes the arguments, which a script may have taken from untrusted input.
        return out.lines(&error.render().to_string()).and_then(|()| out.finish());
    }
    let mut out = Writer::output(When::Auto);
    out.help(&error.render())?;
    out.finish()
}

/// Writes a failure. Lines about invalid fields come between the reason and the hint.
fn write_failure<W: Write>(out: &mut Writer<W>, failure: &Failure) -> io::Result<()> {
    out.emphasised(Emphasis::Tone(Tone::Bad), "error:")?;
    out.line(&format!(" {}", short(&failure.what)))?;
    let more = |count: usize| format!("        … and {count} more");
    for (index, line) in failure.why.lines().take(LINE_LIMIT).enumerate() {
        let label = if index == 0 { "  why:  " } else { "        " };
        out.line(&format!("{label}{}", short(line)))?;
    }
    match failure.why.lines().count() {
        0 => out.line("  why:  unknown")?,
        count if count > LINE_LIMIT => out.line(&more(count - LINE_LIMIT))?,
        _ => {}
    }
    if let Kind::Invalid(faults) = &failure.kind {
        for fault in faults.iter().take(LINE_LIMIT) {
            out.line(&format!("        {}: {}", short(&fault.field), short(&fault.rule)))?;
        }
        if faults.len() > LINE_LIMIT {
            out.line(&more(faults.len() - LINE_LIMIT))?;
        }
    }
    if let Some(hint) = &failure.hint {
        out.line(&format!("  next: {}", short(hint)))?;
    }
    out.finish()
}

fn short(text: &str) -> String {
    cut(&visible(text), WIDTH_LIMIT).into_owned()
}
