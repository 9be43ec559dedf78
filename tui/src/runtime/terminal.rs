//! The real terminal: taken when the console starts, given back on every way out.
#![expect(clippy::disallowed_methods, reason = "frames are drawn here, made of safe spans")]

use std::{
    io::{self, IsTerminal, Stdout, Write, stdout},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
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

use super::surface::Surface;

/// Whether the terminal is ours at the moment. Global because a panic in any thread must be able to give it back.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Told when a panic took the terminal away from a loop that goes on.
static ABANDONED: Notify = Notify::const_new();

/// The terminal, ours until dropped.
#[derive(Debug)]
pub struct Terminal {
    terminal: ratatui::Terminal<CrosstermBackend<WhileTaken>>,
}

/// Standard output while the terminal is ours; afterwards writes are dropped.
///
/// What draws has something to write when it is dropped itself, and prints an error if that fails. The terminal may be
/// gone then, or hold the report of a panic.
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
    /// Says whether standard output is a terminal.
    pub fn is_there() -> bool {
        stdout().is_terminal()
    }

    /// Takes the terminal.
    pub fn take() -> io::Result<Self> {
        // Made first, so that it is given back also when taking it fails half-way.
        let terminal =
            Self { terminal: ratatui::Terminal::new(CrosstermBackend::new(WhileTaken(stdout())))? };
        take()?;
        Ok(terminal)
    }

    /// Takes a terminal whose content is lost. `clear` would ask for the cursor's position, and the answer would arrive
    /// among the keys.
    fn take_again(&mut self) -> io::Result<()> {
        take()?;
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
        // After a panic elsewhere its report stands on the screen already.
        if !TAKEN.load(Ordering::SeqCst) {
            return Err(io::Error::other("it was given back after a panic"));
        }
        execute!(stdout(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| app.view(frame.area(), frame.buffer_mut()))?;
        execute!(stdout(), EndSynchronizedUpdate)
    }

    fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // The whole process group, as the terminal itself would: a shell waits for all of a job to stop.
        kill_current_process_group(Signal::TSTP)?;
        self.take_again()
    }

    fn resume(&mut self) -> io::Result<()> {
        give_back();
        self.take_again()
    }
}

fn take() -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    // Some terminals draw a character wider than we count. At the right edge it must not scroll the screen.
    execute!(stdout(), EnterAlternateScreen, DisableLineWrap, EnableBracketedPaste, Hide)
}

/// Gives the terminal back because some thread panicked, and lets the loop know: nothing else would tell it.
pub fn abandon() {
    give_back();
    ABANDONED.notify_one();
}

/// Waits until the terminal has been abandoned.
pub(super) async fn abandoned() {
    ABANDONED.notified().await;
}

/// Gives the terminal back as it was; does nothing when it is not ours. Never fails: it runs while panicking, too.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(
            stdout(),
            EndSynchronizedUpdate,
            DisableBracketedPaste,
            EnableLineWrap,
            LeaveAlternateScreen,
            Show
        );
        let _ = disable_raw_mode();
    }
}
