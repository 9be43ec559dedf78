//! Lines that are drawn in place at the end of a terminal's output, below lines that stay.
//!
//! Between two frames the cursor rests, hidden, on the first of them. A terminal that changes its size moves its lines
//! and the cursor together, so the next frame begins at the right place whatever the size was.

use std::{io, time::Duration};

use crossterm::{
    cursor::{Hide, MoveToColumn, MoveUp, Show},
    terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate},
};
use hello_model::text::{cut, visible, width};
use rustix::process::{Signal as Known, getpid, kill_process};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{Instant, sleep_until},
};

use crate::{
    cli::{
        options::When,
        table::TonedLine,
        writer::{self, Writer},
    },
    runtime::echo::{self, EchoOff},
};

/// How often the elapsed times are drawn anew.
const FRAME: Duration = Duration::from_secs(1);

/// The size of a terminal that does not tell its own, in columns and rows.
const USUAL_SIZE: (usize, usize) = (80, 24);

/// Lines that are drawn in place until dropped; then the last ones stay.
#[derive(Debug)]
pub(super) struct LiveTree {
    color: When,
    echo: Option<EchoOff>,
    resized: Signal,
    suspended: Signal,
    next: Instant,
    /// What was drawn last, and for which size.
    drawn: Vec<TonedLine>,
    size: (usize, usize),
    is_hidden: bool,
}

impl LiveTree {
    /// Makes one if standard output is a terminal that can move its cursor, and is this process's own.
    pub(super) fn open(color: When) -> io::Result<Option<Self>> {
        let (is_terminal, _) = writer::are_terminals();
        if !is_terminal || is_dumb(std::env::var("TERM").ok().as_deref()) || !echo::is_foreground() {
            return Ok(None);
        }
        Ok(Some(Self {
            color,
            echo: None,
            resized: signal(SignalKind::window_change())?,
            suspended: signal(SignalKind::from_raw(Known::TSTP.as_raw()))?,
            next: Instant::now() + FRAME,
            drawn: Vec::new(),
            size: size(),
            is_hidden: false,
        }))
    }

    /// Returns how many lines there is room for.
    pub(super) fn rows() -> usize {
        size().1.saturating_sub(1).max(1)
    }

    /// Reports whether it may be drawn: not while the process is in the background.
    pub(super) fn is_shown() -> bool {
        echo::is_foreground()
    }

    /// Writes lines that stay, and the others below them in place of those that were drawn last.
    pub(super) fn draw(&mut self, above: &[String], lines: &[TonedLine]) -> io::Result<()> {
        let size = size();
        let lines: Vec<TonedLine> = lines.iter().map(|line| shortened(line, size.0)).collect();
        if above.is_empty() && lines == self.drawn && size == self.size {
            return Ok(());
        }
        self.echo = self.echo.take().or_else(EchoOff::start);
        let mut out = Writer::output(self.color);
        out.control(BeginSynchronizedUpdate)?;
        out.control(Hide)?;
        self.is_hidden = true;
        out.control(MoveToColumn(0))?;
        // A line that stays may be longer than the screen is wide; what was there must not show behind its end.
        if !above.is_empty() || size != self.size {
            out.control(Clear(ClearType::FromCursorDown))?;
        }
        above.iter().try_for_each(|line| out.line(line))?;
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                out.line("")?;
            }
            out.toned(line)?;
            out.control(Clear(ClearType::UntilNewLine))?;
        }
        out.control(Clear(ClearType::FromCursorDown))?;
        out.control(MoveToColumn(0))?;
        // Zero would move by one.
        if let Some(up) = u16::try_from(lines.len().saturating_sub(1)).ok().filter(|up| *up > 0) {
            out.control(MoveUp(up))?;
        }
        out.control(EndSynchronizedUpdate)?;
        (self.drawn, self.size) = (lines, size);
        out.finish()
    }

    /// Waits until a second has passed, or the size has changed. If the process is suspended, the terminal is usable
    /// meanwhile.
    pub(super) async fn next_frame(&mut self) {
        tokio::select! {
            _ = self.resized.recv() => {}
            _ = self.suspended.recv() => {
                let _ = self.release();
                let _ = kill_process(getpid(), Known::STOP);
            }
            () = sleep_until(self.next) => self.next = Instant::now() + FRAME,
        }
    }

    /// Leaves the last lines as they are, below which the next output begins.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.release()
    }

    fn release(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.is_hidden) {
            return Ok(());
        }
        let mut out = Writer::output(self.color);
        out.control(MoveToColumn(0))?;
        out.control(Clear(ClearType::FromCursorDown))?;
        for line in std::mem::take(&mut self.drawn) {
            out.toned(&line)?;
            out.line("")?;
        }
        out.control(Show)?;
        self.echo = None;
        out.finish()
    }
}

impl Drop for LiveTree {
    fn drop(&mut self) {
        // The terminal may be closed.
        let _ = self.release();
    }
}

/// Reports whether a terminal cannot move its cursor, or does not say what it can.
fn is_dumb(term: Option<&str>) -> bool {
    matches!(term, None | Some("" | "dumb"))
}

fn size() -> (usize, usize) {
    writer::terminal_size().unwrap_or(USUAL_SIZE)
}

/// Cuts a line so that it stays on its row. The last column stays free: some terminals would wrap there.
fn shortened(line: &TonedLine, columns: usize) -> TonedLine {
    let mut room = columns.saturating_sub(1);
    let mut parts = TonedLine::new();
    for (text, tone) in line {
        if room == 0 {
            break;
        }
        let text = visible(text);
        let part = cut(&text, room).into_owned();
        room -= width(&part).min(room);
        parts.push((part, *tone));
    }
    parts
}

#[cfg(test)]
mod tests {
    use hello_state::present::Tone;

    use super::*;

    #[test]
    fn a_line_stays_on_its_row() {
        let line = vec![("◐ ".to_owned(), Tone::Busy), ("日本\u{1b}語".to_owned(), Tone::Plain)];
        for columns in 0..20 {
            let total: usize = shortened(&line, columns).iter().map(|(text, _)| width(text)).sum();
            assert!(total < columns.max(1), "{columns}");
        }
        assert_eq!(shortened(&line, 80)[1].0, "日本␛語");
    }

    #[test]
    fn a_terminal_that_says_nothing_is_dumb() {
        assert!(is_dumb(None) && is_dumb(Some("")) && is_dumb(Some("dumb")));
        assert!(!is_dumb(Some("xterm-256color")));
    }
}
