//! The only access to standard output and standard error.
//!
//! Untrusted text reaches a terminal only through the methods of [`Writer`], so that the terminal neither interprets
//! nor hides any of it. No other file of the command line opens these streams; an architecture test checks this.
#![expect(clippy::disallowed_methods, reason = "the only access to these streams; text is made safe")]

use std::{
    io::{self, BufWriter, IsTerminal, StderrLock, StdoutLock, Write, stderr, stdout},
    process::Stdio,
};

use clap::builder::StyledStr;
use hello_model::{document, text::visible};
use hello_state::present::Tone;
use serde::Serialize;

use super::{
    options::When,
    table::{Table, TonedLine},
};

/// The emphasis of a text, shown if colours are enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Emphasis {
    Bold,
    Tone(Tone),
}

impl Emphasis {
    /// Returns the escape sequence, or nothing for plain text.
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Bold => Some("\u{1b}[1m"),
            Self::Tone(Tone::Plain | Tone::Faint) => None,
            Self::Tone(Tone::Bad) => Some("\u{1b}[31m"),
            Self::Tone(Tone::Good) => Some("\u{1b}[32m"),
            Self::Tone(Tone::Warning) => Some("\u{1b}[33m"),
            Self::Tone(Tone::Busy | Tone::Accent) => Some("\u{1b}[36m"),
        }
    }
}

/// Writes to a stream and knows whether it is a terminal.
#[derive(Debug)]
pub(super) struct Writer<W> {
    to: W,
    is_terminal: bool,
    is_coloured: bool,
}

/// Returns the width of the terminal in columns; no limit where it does not tell.
fn terminal_width() -> usize {
    terminal_size().map_or(usize::MAX, |(columns, _)| columns)
}

/// Returns the columns and rows of the terminal, if it tells.
pub(super) fn terminal_size() -> Option<(usize, usize)> {
    let (columns, rows) = crossterm::terminal::size().ok()?;
    (columns > 0 && rows > 0).then(|| (columns.into(), rows.into()))
}

/// Reports whether to colour standard output.
pub(super) fn colours_stdout(color: When) -> bool {
    color.applies(&stdout())
}

/// Reports whether standard output and standard error are terminals.
pub(super) fn are_terminals() -> (bool, bool) {
    (stdout().is_terminal(), stderr().is_terminal())
}

/// Returns the output of a program that needs a terminal: standard error if standard output is none.
pub(super) fn editor_output() -> Stdio {
    if stdout().is_terminal() { Stdio::inherit() } else { stderr().into() }
}

impl Writer<BufWriter<StdoutLock<'static>>> {
    /// Opens standard output. Call [`Writer::finish`] to flush it.
    pub(super) fn output(color: When) -> Self {
        let to = stdout().lock();
        Self { is_terminal: to.is_terminal(), is_coloured: color.applies(&to), to: BufWriter::new(to) }
    }
}

impl Writer<BufWriter<StderrLock<'static>>> {
    /// Opens standard error. Call [`Writer::finish`] to flush it.
    pub(super) fn errors(color: When) -> Self {
        let to = stderr().lock();
        Self { is_terminal: to.is_terminal(), is_coloured: color.applies(&to), to: BufWriter::new(to) }
    }
}

impl<W: Write> Writer<W> {
    /// Returns the width of the terminal in columns. There is no limit elsewhere.
    pub(super) fn room(&self) -> usize {
        if self.is_terminal { terminal_width() } else { usize::MAX }
    }

    /// Writes text as a single line, without a line break.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.raw(&visible(text))
    }

    /// Writes emphasised text.
    pub(super) fn emphasised(&mut self, emphasis: Emphasis, text: &str) -> io::Result<()> {
        let Some(code) = emphasis.code().filter(|_| self.is_coloured && !text.is_empty()) else {
            return self.text(text);
        };
        self.raw(code)?;
        self.text(text)?;
        self.raw("\u{1b}[0m")
    }

    /// Writes text as a single line, with a line break.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.text(text)?;
        self.raw("\n")
    }

    /// Writes each line of a multi-line text.
    pub(super) fn lines(&mut self, text: &str) -> io::Result<()> {
        text.lines().try_for_each(|line| self.line(line))
    }

    /// Writes a value as JSON. On a terminal, escapes characters that it would interpret or hide.
    pub(super) fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> io::Result<()> {
        if self.is_terminal {
            let text = document::json(value).map_err(io::Error::other)?;
            self.raw(&text)?;
        } else {
            serde_json::to_writer_pretty(&mut self.to, value)?;
        }
        self.raw("\n")
    }

    /// Writes a value as JSON on one line. On a terminal, escapes characters that it would interpret or hide.
    pub(super) fn json_line<T: Serialize + ?Sized>(&mut self, value: &T) -> io::Result<()> {
        if self.is_terminal {
            let text = document::json_line(value).map_err(io::Error::other)?;
            self.raw(&text)?;
        } else {
            serde_json::to_writer(&mut self.to, value)?;
        }
        self.raw("\n")
    }

    /// Writes a value as YAML. On a terminal, escapes characters that it would interpret or hide.
    pub(super) fn yaml<T: Serialize + ?Sized>(&mut self, value: &T) -> io::Result<()> {
        let text = if self.is_terminal {
            document::yaml(value)
        } else {
            serde_yaml::to_string(&value).map_err(Into::into)
        };
        self.raw(&text.map_err(io::Error::other)?)
    }

    /// Writes a table: aligned and cut to its width on a terminal, whole and tab-separated elsewhere.
    pub(super) fn table(&mut self, table: &Table) -> io::Result<()> {
        if !self.is_terminal {
            return table.separated().try_for_each(|line| self.raw(&line).and_then(|()| self.raw("\n")));
        }
        for (index, line) in table.aligned(terminal_width()).iter().enumerate() {
            for (text, tone) in line {
                let emphasis = if index == 0 { Emphasis::Bold } else { Emphasis::Tone(*tone) };
                self.emphasised(emphasis, text)?;
            }
            self.raw("\n")?;
        }
        Ok(())
    }

    /// Sends a command to the terminal. Nothing is sent elsewhere. Text of a command is made safe by the command.
    pub(super) fn control(&mut self, command: impl crossterm::Command) -> io::Result<()> {
        let mut sequence = String::new();
        if self.is_terminal {
            command.write_ansi(&mut sequence).map_err(io::Error::other)?;
        }
        self.raw(&sequence)
    }

    /// Writes the parts of a line, without a line break.
    pub(super) fn toned(&mut self, line: &TonedLine) -> io::Result<()> {
        line.iter().try_for_each(|(text, tone)| self.emphasised(Emphasis::Tone(*tone), text))
    }

    /// Writes clap's help with its styles. The text is our own, so it needs no escaping.
    pub(super) fn help(&mut self, help: &StyledStr) -> io::Result<()> {
        let text = if self.is_coloured { help.ansi().to_string() } else { help.to_string() };
        self.raw(&text)
    }

    /// Flushes the stream and reports write errors.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// Writes text that is our own or already made safe.
    fn raw(&mut self, text: &str) -> io::Result<()> {
        self.to.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use hello_model::text::needs_escape;

    use super::*;

    /// Returns what a terminal gets.
    fn shown(write: impl Fn(&mut Writer<Vec<u8>>) -> io::Result<()>) -> String {
        let mut writer = Writer { to: Vec::new(), is_terminal: true, is_coloured: false };
        write(&mut writer).unwrap();
        String::from_utf8(writer.to).unwrap()
    }

    #[test]
    fn no_way_to_write_passes_a_character_on_that_a_terminal_obeys() {
        let hostile: String = ('\u{0}'..=char::MAX).filter(|c| needs_escape(*c)).collect();
        let bold = Emphasis::Bold;
        for (way, shown) in [
            ("text", shown(|writer| writer.text(&hostile))),
            ("emphasised", shown(|writer| writer.emphasised(bold, &hostile))),
            ("line", shown(|writer| writer.line(&hostile))),
            ("lines", shown(|writer| writer.lines(&hostile))),
            ("json", shown(|writer| writer.json(&hostile))),
            ("json_line", shown(|writer| writer.json_line(&hostile))),
            ("yaml", shown(|writer| writer.yaml(&hostile))),
        ] {
            let raw: Vec<_> = shown.chars().filter(|c| *c != '\n' && needs_escape(*c)).collect();
            assert!(!shown.is_empty() && raw.is_empty(), "{way}: {raw:?}");
        }
    }
}
