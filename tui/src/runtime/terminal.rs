//! The real terminal: taken over when the console starts, restored however it ends.
#![expect(clippy::disallowed_methods, reason = "frames are drawn here, from safe spans")]

use std::{
    fmt,
    io::{self, IsTerminal, Stdout, Write, stdout},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    Command,
    clipboard::CopyToClipboard,
    cursor::{Hide, Show},
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute,
    terminal::{
        BeginSynchronizedUpdate, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate,
        EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
    },
};
use hello_console::app::App;
use ratatui::backend::CrosstermBackend;
use rustix::process::{Signal, kill_current_process_group};
use tokio::sync::Notify;

use super::{frame_writer::FrameWriter, surface::Surface};

/// Whether the terminal is taken over. Global because a panic in any thread must be able to restore it.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Notified when a panic has restored the terminal while the loop is still running.
static ABANDONED: Notify = Notify::const_new();

/// The terminal, taken over until dropped.
#[derive(Debug)]
pub struct Terminal {
    terminal: ratatui::Terminal<CrosstermBackend<FrameWriter<WhileTaken>>>,
    mouse: bool,
}

/// Standard output while the terminal is taken over. After that, writes are dropped.
///
/// ratatui writes when dropped, and prints an error if that fails. By then the terminal may be closed, or may show the
/// report of a panic.
#[derive(Debug)]
struct WhileTaken(Stdout);

impl Write for WhileTaken {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if TAKEN.load(Ordering::SeqCst) { self.0.write(bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if TAKEN.load(Ordering::SeqCst) { self.0.flush() } else { Ok(()) }
    }
}

impl Terminal {
    /// Reports whether standard output is a terminal.
    pub fn is_there() -> bool {
        stdout().is_terminal()
    }

    /// Takes the terminal over.
    ///
    /// With `mouse`, clicks and the wheel are reported; with shift, they stay the terminal's own.
    pub fn take(mouse: bool) -> io::Result<Self> {
        // Created first, so that dropping it restores the terminal even if `take` fails half-way.
        let backend = CrosstermBackend::new(FrameWriter::new(WhileTaken(stdout())));
        let terminal = Self { terminal: ratatui::Terminal::new(backend)?, mouse };
        take(mouse)?;
        Ok(terminal)
    }

    /// Takes the terminal over and redraws it completely. `clear` would query the cursor position, and the reply would
    /// arrive among the keys.
    fn take_again(&mut self) -> io::Result<()> {
        take(self.mouse)?;
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

impl Surface for Terminal {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        // After a panic in another thread, the screen already shows its report.
        if !TAKEN.load(Ordering::SeqCst) {
            return Err(io::Error::other("it was given back after a panic"));
        }
        execute!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| app.view(frame.area(), frame.buffer_mut()))?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // Stops the whole process group, like the terminal itself: a shell waits until every process of a job has
        // stopped.
        kill_current_process_group(Signal::TSTP)?;
        self.take_again()
    }

    fn release(&mut self) -> io::Result<()> {
        give_back();
        Ok(())
    }

    /// The text is sent in base64, so nothing in it can end the sequence.
    fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    fn resume(&mut self) -> io::Result<()> {
        give_back();
        self.take_again()
    }
}

fn take(mouse: bool) -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    // Some terminals draw a character wider than we count. At the right edge, it must not scroll the screen.
    execute!(stdout(), EnterAlternateScreen, DisableLineWrap, EnableBracketedPaste, Hide)?;
    if mouse { execute!(stdout(), EnableButtons) } else { Ok(()) }
}

/// Restores the terminal after a panic in any thread, and notifies the loop, which would not notice otherwise.
pub fn abandon() {
    give_back();
    ABANDONED.notify_one();
}

/// Waits until `abandon` is called.
pub(super) async fn abandoned() {
    ABANDONED.notified().await;
}

/// Restores the terminal if it is taken over. Never fails, because it also runs during a panic.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(
            stdout(),
            EndSynchronizedUpdate,
            DisableButtons,
            DisableBracketedPaste,
            EnableLineWrap,
            LeaveAlternateScreen,
            Show
        );
        let _ = disable_raw_mode();
    }
}

/// Asks the terminal to report presses of buttons and the wheel, but no movements, with positions of any size.
struct EnableButtons;

/// Ends the reports of [`EnableButtons`].
struct DisableButtons;

impl Command for EnableButtons {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str("\x1b[?1000h\x1b[?1006h")
    }
}

impl Command for DisableButtons {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str("\x1b[?1006l\x1b[?1000l")
    }
}
