//! The real program in a real terminal: it is given back on every way out.

use std::{
    io::{Read, Write},
    net::TcpListener,
    num::NonZero,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::Signal;
use tempfile::TempDir;

/// How long a person waits on a busy machine before something counts as broken.
const LIMIT: Duration = Duration::from_mins(1);

/// A program in a terminal.
pub(crate) struct Screen {
    master: Box<dyn MasterPty>,
    keyboard: Box<dyn Write>,
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<(Mutex<Shown>, Condvar)>,
    _home: TempDir,
}

/// What the terminal shows, and whether the program may still change it.
struct Shown {
    parser: vt100::Parser,
    /// All that the program has written.
    bytes: Vec<u8>,
    is_closed: bool,
}

impl Screen {
    fn start(program: &Path, args: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), program, args, &[])
    }

    /// Starts a program in a folder, which is also its home.
    pub(crate) fn start_in(home: TempDir, program: &Path, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let pty = native_pty_system().openpty(size(24, 80)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.cwd(home.path());
        command.env("HOME", home.path());
        command.env("XDG_CONFIG_HOME", home.path());
        command.env("XDG_STATE_HOME", home.path());
        command.env("TERM", "xterm-256color");
        // A short report, whatever the developer has set: it must fit the screen.
        command.env("RUST_BACKTRACE", "0");
        command.env("PS1", "shell$ ");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let parser = vt100::Parser::new(some(24), some(80), 0);
        let shown =
            Arc::new((Mutex::new(Shown { parser, bytes: Vec::new(), is_closed: false }), Condvar::new()));
        let mut output = pty.master.try_clone_reader().unwrap();
        let watched = Arc::clone(&shown);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            loop {
                let count = output.read(&mut bytes).unwrap_or(0);
                let mut shown = watched.0.lock().unwrap();
                shown.parser.process(&bytes[..count]);
                shown.bytes.extend_from_slice(&bytes[..count]);
                shown.is_closed = count == 0;
                watched.1.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        let keyboard = pty.master.take_writer().unwrap();
        Self { master: pty.master, keyboard, child, shown, _home: home }
    }

    fn dashboard() -> Self {
        let mut screen = Self::start(Path::new(env!("CARGO_BIN_EXE_hello-tui")), &["dashboard", "--sandbox"]);
        screen.sees("tasks running");
        assert!(screen.is_taken(), "the dashboard is not on the alternate screen");
        screen
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits until the screen shows a text.
    pub(crate) fn sees(&mut self, text: &str) -> String {
        self.until(text, |shown| shown.parser.screen().contents().contains(text))
    }

    fn until(&self, what: &str, wanted: impl Fn(&Shown) -> bool) -> String {
        let shown = self.shown.0.lock().unwrap();
        let (shown, wait) = self.shown.1.wait_timeout_while(shown, LIMIT, |shown| !wanted(shown)).unwrap();
        let contents = shown.parser.screen().contents();
        assert!(!wait.timed_out(), "waited in vain for {what}:\n{contents}");
        contents
    }

    /// Waits until the program has closed the terminal.
    pub(crate) fn closes(&self) {
        self.until("the end", |shown| shown.is_closed);
    }

    pub(crate) fn resize(&mut self, rows: u16, columns: u16) {
        self.shown.0.lock().unwrap().parser.screen_mut().set_size(some(rows), some(columns));
        self.master.resize(size(rows, columns)).unwrap();
    }

    fn signal(&self, signal: i32) {
        let pid = self.child.process_id().unwrap();
        let sent = Command::new("kill").args([format!("-{signal}"), pid.to_string()]).status().unwrap();
        assert!(sent.success(), "signal {signal} cannot be sent");
    }

    /// Says whether the terminal echoes what is typed, and hands it on by lines.
    pub(crate) fn is_cooked(&self) -> bool {
        const LINES_AND_ECHO: u32 = 0o12;
        let modes = self.master.get_termios().unwrap().local_flags.bits();
        modes & LINES_AND_ECHO == LINES_AND_ECHO
    }

    pub(crate) fn is_taken(&self) -> bool {
        is_taken(&self.shown.0.lock().unwrap())
    }

    /// Reports whether the program has written these bytes.
    pub(crate) fn wrote(&self, bytes: &[u8]) -> bool {
        self.shown.0.lock().unwrap().bytes.windows(bytes.len()).any(|written| written == bytes)
    }

    /// Waits for the program's end and returns what is left on the screen.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        assert!(self.is_cooked(), "the terminal was left raw");
        let contents = self.until("the end", |shown| shown.is_closed);
        assert!(!self.is_taken(), "the terminal was not given back:\n{contents}");
        (status, contents)
    }
}

/// Says whether anything of the terminal is still as only a full-screen program wants it.
fn is_taken(shown: &Shown) -> bool {
    let screen = shown.parser.screen();
    let reports_mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
    screen.alternate_screen() || screen.hide_cursor() || screen.bracketed_paste() || reports_mouse
}

fn some(cells: u16) -> NonZero<u16> {
    NonZero::new(cells).unwrap()
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

#[test]
fn q_restores_the_terminal() {
    let mut screen = Screen::dashboard();
    screen.press("q");
    let (status, left) = screen.end();
    assert!(status.success(), "{status:?}");
    assert_eq!(left.trim(), "", "something was left behind");
}

#[test]
fn the_first_frame_does_not_wait_for_a_slow_catalog() {
    let host = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/catalog-info.yaml", host.local_addr().unwrap());
    let program = Path::new(env!("CARGO_BIN_EXE_hello-tui"));
    let mut screen = Screen::start(program, &["dashboard", "--sandbox", "--catalog", &url]);
    screen.sees("Reading the catalog, to start the sandbox");
    screen.press("3");
    screen.sees("Trucks");

    thread::spawn(move || {
        let descriptor = include_str!("../../../catalog-info.yaml");
        for mut connection in host.incoming().map_while(Result::ok) {
            let _ = connection.read(&mut [0; 4096]);
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close", descriptor.len());
            let _ = connection.write_all(format!("{head}\r\n\r\n{descriptor}").as_bytes());
        }
    });
    screen.sees("Everything is read from the sandbox");
    screen.press("1");
    screen.sees("tasks running");
    screen.press("q");
    assert!(screen.end().0.success());
}

#[test]
fn a_click_on_a_tab_opens_its_screen() {
    let mut screen = Screen::dashboard();
    let shown = screen.sees("Trucks");
    let header = shown.lines().next().unwrap();
    let column = header.find("Trucks").unwrap() + 1;
    screen.press(&format!("\x1b[<0;{column};1M\x1b[<0;{column};1m"));
    screen.sees("MAKE");
    screen.press("q");
    assert!(screen.end().0.success());
}

#[test]
fn a_signal_restores_the_terminal() {
    let mut signals = vec![
        Signal::HUP,
        Signal::INT,
        Signal::QUIT,
        Signal::TRAP,
        Signal::ABORT,
        Signal::USR1,
        Signal::USR2,
        Signal::ALARM,
        Signal::TERM,
        Signal::VTALARM,
        Signal::PROF,
        Signal::XCPU,
        Signal::XFSZ,
        Signal::SYS,
    ];
    #[cfg(target_os = "linux")]
    signals.extend([Signal::IO, Signal::POWER, Signal::STKFLT]);
    let real_time = cfg!(target_os = "linux").then_some(40);
    for signal in signals.into_iter().map(Signal::as_raw).chain(real_time) {
        let screen = Screen::dashboard();
        assert!(!screen.is_cooked());
        screen.signal(signal);
        let (status, _) = screen.end();
        assert_eq!(i32::try_from(status.exit_code()), Ok(128 + signal), "{status:?}");
    }
}

#[test]
fn shrinking_to_one_cell_and_back_works() {
    let mut screen = Screen::dashboard();
    screen.resize(1, 1);
    screen.press("23456?");
    screen.resize(40, 120);
    screen.press("\u{1b}");
    screen.sees("Logs of /ecs/");
    screen.press("1");
    screen.sees("Needs you");
    screen.press("q");
    assert!(screen.end().0.success());
}

#[test]
fn a_key_that_arrives_with_a_resize_is_handled() {
    let mut screen = Screen::dashboard();
    let places = [("2", "LIFECYCLE"), ("1", "Needs you")];
    for (round, (key, sight)) in (0..100).zip(places.into_iter().cycle()) {
        // The second size and the key come while the first is being drawn.
        screen.resize(30, 100);
        screen.resize(40, 120 - round % 2);
        screen.press(key);
        screen.sees(sight);
    }
}

#[test]
fn ctrl_z_and_fg_suspend_and_resume_the_dashboard() {
    let mut shell = Screen::start(Path::new("bash"), &["--norc", "--noprofile", "-i"]);
    shell.sees("shell$");
    shell.press(&format!("{} dashboard --sandbox\n", env!("CARGO_BIN_EXE_hello-tui")));
    shell.sees("tasks running");
    shell.press("\u{1a}");
    shell.until("the shell", |shown| !is_taken_by_console(shown) && contents(shown).contains("Stopped"));
    shell.press("fg\n");
    shell.sees("tasks running");
    shell.press("q");
    shell.until("the shell", |shown| !is_taken_by_console(shown));
    shell.press("exit\n");
    shell.child.wait().unwrap();
}

/// A shell turns bracketed paste on by itself; the other two are ours.
fn is_taken_by_console(shown: &Shown) -> bool {
    shown.parser.screen().alternate_screen() || shown.parser.screen().hide_cursor()
}

fn contents(shown: &Shown) -> String {
    shown.parser.screen().contents()
}

#[test]
fn a_panic_restores_the_terminal_and_prints_its_report() {
    let example: PathBuf = std::env::current_exe().unwrap().with_file_name("../examples/panicking");
    let mut screen = Screen::start(&example, &[]);
    screen.sees("Trucks");
    screen.press("r");
    let (status, left) = screen.end();
    assert!(!status.success());
    assert!(left.contains("a mistake of ours: ␛[2Jcleared"), "the report is missing, or was obeyed:\n{left}");
}
