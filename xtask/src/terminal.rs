//! A headless terminal: runs a program in a pseudo terminal, sends keys and reads the screen.
//!
//! Every wait is for a condition on the screen, with a time limit. Nothing here depends on a particular program.

mod replies;

use std::{
    fmt,
    io::{self, Read, Write},
    num::NonZeroU16,
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use vt100::{Parser, Screen};

use self::replies::Replies;
use crate::failure::Failure;

/// Columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) columns: NonZeroU16,
    pub(crate) rows: NonZeroU16,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.columns, self.rows)
    }
}

impl Size {
    pub(crate) const fn new(columns: u16, rows: u16) -> Self {
        match (NonZeroU16::new(columns), NonZeroU16::new(rows)) {
            (Some(columns), Some(rows)) => Self { columns, rows },
            _ => panic!("a terminal has at least one cell"),
        }
    }

    fn of_pty(self) -> PtySize {
        PtySize { rows: self.rows.get(), cols: self.columns.get(), ..PtySize::default() }
    }
}

/// The number of raw output bytes that are kept.
const WRITTEN: usize = 1024 * 1024;

/// The shortest pause between two frames of a program without synchronized updates.
const PAUSE: Duration = Duration::from_millis(4);

/// A running program and its screen. Dropping this kills the program.
pub(crate) struct Terminal {
    program: Box<dyn Child + Send + Sync>,
    keyboard: Keyboard,
    seen: Arc<Seen>,
    // Closing this would send the program a hangup.
    master: Box<dyn MasterPty + Send>,
}

type Keyboard = Arc<Mutex<Box<dyn Write + Send>>>;

/// The screen so far, and a signal for its changes.
struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: Parser<Replies>,
    /// The first bytes of the raw output, before the terminal interprets them.
    written: Vec<u8>,
    /// The number of reads so far, to tell a changing screen from a still one.
    pieces: u64,
    ended: bool,
    traffic: Traffic,
    last_read: Option<Instant>,
}

/// How much a program has written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    pub(crate) bytes: u64,
    /// The number of frames that began with a synchronized update (DEC mode 2026).
    synchronized: u64,
    /// The number of outputs with a pause before them.
    bursts: u64,
}

impl Traffic {
    /// Returns the number of frames: exact for a program with synchronized updates, else by the pauses.
    pub(crate) fn frames(self) -> u64 {
        if self.synchronized > 0 { self.synchronized } else { self.bursts }
    }

    /// Returns what was written since then.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            bytes: self.bytes - earlier.bytes,
            synchronized: self.synchronized - earlier.synchronized,
            bursts: self.bursts - earlier.bursts,
        }
    }
}

impl Terminal {
    /// Starts a program on a screen of this size.
    pub(crate) fn start(program: CommandBuilder, size: Size) -> Result<Self, Failure> {
        let name = program.get_argv().join(" ".as_ref()).to_string_lossy().into_owned();
        let failure = |error| Failure::Terminal { program: name.clone(), why: format!("{error:#}") };
        let pty = native_pty_system().openpty(size.of_pty()).map_err(failure)?;
        let program = pty.slave.spawn_command(program).map_err(failure)?;
        let keyboard = Arc::new(Mutex::new(pty.master.take_writer().map_err(failure)?));
        let output = pty.master.try_clone_reader().map_err(failure)?;
        let parser = Parser::new_with_callbacks(size.rows, size.columns, 0, Replies::default());
        let state = Mutex::new(State {
            parser,
            written: Vec::new(),
            pieces: 0,
            ended: false,
            traffic: Traffic::default(),
            last_read: None,
        });
        let seen = Arc::new(Seen { state, changed: Condvar::new() });
        thread::spawn({
            let (seen, keyboard) = (Arc::clone(&seen), Arc::clone(&keyboard));
            move || watch(output, &seen, &keyboard)
        });
        Ok(Self { program, keyboard, seen, master: pty.master })
    }

    /// Types these characters; `"\x1b"` is escape, `"\r"` is enter.
    pub(crate) fn press(&self, keys: &str) -> Result<(), Failure> {
        send(&self.keyboard, keys.as_bytes())
            .map_err(|error| Failure::Terminal { program: "the pressed keys".into(), why: error.to_string() })
    }

    /// Waits until the screen shows all of `texts`.
    pub(crate) fn wait_for(&self, texts: &[&str], limit: Duration) -> Result<(), Failure> {
        let missing = |screen: &Screen| -> Vec<String> {
            let contents = screen.contents();
            texts.iter().filter(|text| !contents.contains(**text)).map(ToString::to_string).collect()
        };
        let waiting = |state: &mut State| !state.ended && !missing(state.parser.screen()).is_empty();
        let state = self.seen.lock();
        let (state, _) = self
            .seen
            .changed
            .wait_timeout_while(state, limit, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        let missing = missing(state.parser.screen());
        if missing.is_empty() {
            return Ok(());
        }
        let why =
            if state.ended { "the program ended".into() } else { format!("{} s went by", limit.as_secs()) };
        Err(Failure::Unseen { missing, why, screen: state.parser.screen().contents() })
    }

    /// Waits until `is_wanted` accepts the screen. Returns how long that took, or `None` on timeout or if the
    /// program ended.
    pub(crate) fn wait_until(
        &self,
        limit: Duration,
        mut is_wanted: impl FnMut(&Screen) -> bool,
    ) -> Option<Duration> {
        let started = Instant::now();
        let waiting = |state: &mut State| !state.ended && !is_wanted(state.parser.screen());
        let (state, waited) = self
            .seen
            .changed
            .wait_timeout_while(self.seen.lock(), limit, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        (!waited.timed_out() && !state.ended).then(|| started.elapsed())
    }

    /// Returns the current text of the screen.
    pub(crate) fn contents(&self) -> String {
        self.seen.lock().parser.screen().contents()
    }

    /// Returns the first mebibyte of the program's raw output.
    pub(crate) fn written(&self) -> Vec<u8> {
        self.seen.lock().written.clone()
    }

    /// Returns how much the program has written so far.
    pub(crate) fn traffic(&self) -> Traffic {
        self.seen.lock().traffic
    }

    /// Resizes the screen, as resizing a terminal window does.
    pub(crate) fn resize(&self, size: Size) -> Result<(), Failure> {
        self.seen.lock().parser.screen_mut().set_size(size.rows, size.columns);
        self.master
            .resize(size.of_pty())
            .map_err(|error| Failure::Terminal { program: "another size".into(), why: format!("{error:#}") })
    }

    /// Returns the path of the program's terminal device.
    pub(crate) fn tty(&self) -> Option<PathBuf> {
        self.master.tty_name()
    }

    /// Reports whether the program is in full-screen mode: alternate screen, hidden cursor or bracketed paste.
    pub(crate) fn is_full_screen(&self) -> bool {
        let state = self.seen.lock();
        let screen = state.parser.screen();
        screen.alternate_screen() || screen.hide_cursor() || screen.bracketed_paste()
    }

    pub(crate) fn process_id(&self) -> Option<u32> {
        self.program.process_id()
    }

    /// Waits for the end of the program; returns `None` on timeout.
    pub(crate) fn ends(&mut self, limit: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        loop {
            match self.program.try_wait() {
                Ok(Some(status)) => return Some(status),
                _ if started.elapsed() >= limit => return None,
                _ => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Returns the screen after `pause` without output, so that no frame is half drawn. After `limit`, returns the
    /// current screen.
    pub(crate) fn wait_until_still(&self, pause: Duration, limit: Duration) -> Screen {
        let mut state = self.seen.lock();
        let mut left = limit;
        while !state.ended && left >= pause {
            let before = state.pieces;
            let moved = |state: &mut State| !state.ended && state.pieces == before;
            let (now, waited) = self
                .seen
                .changed
                .wait_timeout_while(state, pause, moved)
                .unwrap_or_else(PoisonError::into_inner);
            state = now;
            if waited.timed_out() {
                break;
            }
            left = left.saturating_sub(pause);
        }
        state.parser.screen().clone()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Errors do not matter: the program has either ended already or ends now.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl State {
    /// Counts a read of the program's output.
    fn count(&mut self, length: usize) {
        let now = Instant::now();
        let has_paused = self.last_read.is_none_or(|last| now.duration_since(last) > PAUSE);
        self.last_read = Some(now);
        self.traffic.bytes += u64::try_from(length).unwrap_or_default();
        self.traffic.bursts += u64::from(has_paused && length > 0);
        self.traffic.synchronized = self.parser.callbacks().synchronized;
    }
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the program's output to its end, and sends the replies that a real terminal would send.
fn watch(mut output: Box<dyn Read + Send>, seen: &Seen, keyboard: &Keyboard) {
    let mut buffer = [0; 16 * 1024];
    loop {
        // On Linux, a read fails with an input/output error once the last program in the pseudo terminal has ended.
        let length = output.read(&mut buffer).unwrap_or(0);
        let mut state = seen.lock();
        state.parser.process(&buffer[..length]);
        let room = WRITTEN.saturating_sub(state.written.len());
        state.written.extend_from_slice(&buffer[..length.min(room)]);
        state.count(length);
        state.pieces += 1;
        state.ended = length == 0;
        let replies = std::mem::take(&mut state.parser.callbacks_mut().sent);
        drop(state);
        seen.changed.notify_all();
        if length == 0 || send(keyboard, &replies).is_err() {
            break;
        }
    }
}

fn send(keyboard: &Keyboard, bytes: &[u8]) -> io::Result<()> {
    let mut keyboard = keyboard.lock().unwrap_or_else(PoisonError::into_inner);
    keyboard.write_all(bytes)?;
    keyboard.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> Terminal {
        let mut program = CommandBuilder::new("sh");
        program.args(["-c", script]);
        Terminal::start(program, Size::new(40, 5)).unwrap()
    }

    #[test]
    fn a_program_reads_keys_and_is_seen_to_draw() {
        let terminal =
            shell("printf 'name? '; read name; printf '\\033[2J\\033[3;5Hhello %s' $name; read end");
        terminal.wait_for(&["name?"], LIMIT).unwrap();
        terminal.press("Scania\r").unwrap();
        terminal.wait_for(&["hello Scania"], LIMIT).unwrap();
        let screen = terminal.wait_until_still(Duration::from_millis(20), LIMIT);
        assert_eq!(screen.cell(2, 4).unwrap().contents(), "h");
    }

    #[test]
    fn a_program_knows_the_size_of_its_screen() {
        shell("stty size; read end").wait_for(&["5 40"], LIMIT).unwrap();
    }

    #[test]
    fn synchronized_updates_are_counted_as_frames() {
        let frame = r"\033[?2026hx\033[?2026l";
        let terminal = shell(&format!("printf '{frame}{frame}'; read again; printf '{frame}end'; read end"));
        terminal.wait_for(&["xx"], LIMIT).unwrap();
        let before = terminal.traffic();
        assert_eq!(before.frames(), 2);
        terminal.press("\r").unwrap();
        terminal.wait_for(&["xend"], LIMIT).unwrap();
        assert_eq!(terminal.traffic().since(before).frames(), 1);
    }

    #[test]
    fn questions_about_the_terminal_are_answered() {
        let ask =
            r"stty raw -echo; printf '\033[?u\033[c\033[6n'; head -c 17 | tr '\033' '!'; stty sane; read end";
        shell(ask).wait_for(&["![?0u![?62c![1;1R"], LIMIT).unwrap();
    }

    #[test]
    fn a_failed_wait_reports_missing_text_and_screen() {
        let failure = shell("echo here").wait_for(&["here", "there"], LIMIT).unwrap_err().to_string();
        assert!(failure.contains(r#"never saw "there": the program ended"#), "{failure}");
        assert!(failure.contains("\nhere"), "{failure}");
    }

    #[test]
    fn a_wait_ends_when_its_time_is_over() {
        let failure = shell("read end").wait_for(&["x"], Duration::from_millis(20)).unwrap_err();
        assert!(failure.to_string().contains("0 s went by"), "{failure}");
    }
}
