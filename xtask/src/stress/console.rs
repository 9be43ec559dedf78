//! The console as a process in its own terminal.

use std::{env, fs, path::Path, time::Duration};

use portable_pty::CommandBuilder;
use rustix::process::Signal;
use tempfile::TempDir;

use super::{
    class::Round,
    judgement::Judgement,
    probe::Probed,
    process::{faults, signal_process},
    watch::Watch,
};
use crate::{
    failure::Failure,
    terminal::{Size, Terminal},
};

/// How long the first frame may take on a busy machine.
const FIRST_FRAME: Duration = Duration::from_secs(30);

/// The time after which a key without an effect counts as lost.
const KEY: Duration = Duration::from_secs(20);

/// The memory bound of a console, whatever the responses it gets, in MiB.
pub(super) const MEMORY: u64 = 250;

/// The time within which a key must have its effect.
pub(super) const ANSWERED: Duration = Duration::from_secs(1);

pub(super) const SIZE: Size = Size::new(120, 40);

/// The addresses of the console's services.
#[derive(Debug, Clone, Default)]
pub(super) struct ServiceUrls {
    pub(super) github: String,
    pub(super) aws: String,
    pub(super) trucks: String,
    pub(super) catalog: String,
}

impl ServiceUrls {
    /// Returns one address for all services.
    pub(super) fn at(url: &str, catalog: &str) -> Self {
        let url = url.to_owned();
        Self { github: url.clone(), aws: url.clone(), trucks: url, catalog: catalog.to_owned() }
    }
}

/// A dashboard that has drawn its first frame.
pub(super) struct Console {
    pub(super) terminal: Terminal,
    pub(super) watch: Watch,
    pub(super) home: TempDir,
    pub(super) process: u32,
}

impl Console {
    /// Starts a prepared console in its home directory, and waits for its first frame.
    pub(super) fn start(command: CommandBuilder, home: TempDir) -> Result<Self, Failure> {
        let terminal = Terminal::start(command, SIZE)?;
        let process = terminal.process_id().unwrap_or_default();
        let watch = Watch::start(process);
        terminal.wait_for(&["Home", "Trucks", "Logs"], FIRST_FRAME)?;
        Ok(Self { terminal, watch, home, process })
    }

    /// Opens the help and closes it again; records the longer of the two times.
    pub(super) fn asks_for_help(&self, probed: &mut Probed) {
        let shows = |wanted: bool| {
            let pressed = self.terminal.press("?").ok();
            pressed.and_then(|()| {
                self.terminal.wait_until(KEY, |screen| screen.contents().contains("Help:") == wanted)
            })
        };
        for wanted in [true, false] {
            let Some(took) = shows(wanted) else {
                probed.worst = KEY;
                probed.failures.push(format!("the key ? had no effect in {} s", KEY.as_secs()));
                return;
            };
            probed.worst = probed.worst.max(took);
            probed.answered += 1;
        }
    }

    /// Searches the screen and the files that the console has written for the credentials.
    pub(super) fn leaks(&self, round: &Round, judgement: &mut Judgement) {
        for secret in round.secrets.found_in(self.terminal.contents().as_bytes()) {
            judgement.broken.push(format!("the {secret} is on the screen"));
        }
        leaks_in(self.home.path(), round, judgement);
    }

    /// Quits the console, and checks its memory, its output and its end.
    pub(super) fn end(mut self, round: &Round, judgement: &mut Judgement) {
        self.leaks(round, judgement);
        judgement.memory(&self.watch.peaks(), MEMORY);
        if let Some(status) = self.terminal.ends(Duration::ZERO) {
            let screen = self.terminal.contents();
            judgement.broken.push(format!("the console ended by itself ({status:?}): {}", screen.trim()));
            return;
        }
        let _ = self.terminal.press("\x03");
        if self.terminal.ends(KEY).is_none() {
            judgement.broken.push(format!("ctrl-c did not end the console in {} s", KEY.as_secs()));
            signal_process(self.process, Signal::KILL);
        } else {
            let _ = self.terminal.wait_until_still(Duration::from_millis(50), KEY);
            judgement.expect(!self.terminal.is_full_screen(), || "the terminal was not restored".to_owned());
        }
        judgement.broken.extend(faults(self.terminal.contents().as_bytes(), None));
    }
}

/// Searches files beneath a folder for the credentials.
pub(super) fn leaks_in(folder: &Path, round: &Round, judgement: &mut Judgement) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            leaks_in(&path, round, judgement);
        } else if let Ok(bytes) = fs::read(&path) {
            for secret in round.secrets.found_in(&bytes) {
                judgement.broken.push(format!("the {secret} is in {}", entry.file_name().display()));
            }
        }
    }
}

/// Prepares the console with an environment of only these services and credentials.
pub(super) fn command(round: &Round, home: &Path, urls: &ServiceUrls) -> CommandBuilder {
    let mut command = CommandBuilder::new(round.programs.console());
    command.cwd(home);
    command.env_clear();
    for (name, value) in environment(round, home, urls) {
        command.env(name, value);
    }
    command
}

/// Returns the environment variables of a console, for the dashboard and for commands.
pub(super) fn environment(round: &Round, home: &Path, urls: &ServiceUrls) -> Vec<(&'static str, String)> {
    let home = home.display().to_string();
    let own = |name: &str| env::var(name).unwrap_or_default();
    let mut all = vec![
        ("PATH", own("PATH")),
        ("HOME", home.clone()),
        ("XDG_CONFIG_HOME", format!("{home}/config")),
        ("XDG_STATE_HOME", format!("{home}/state")),
        ("TERM", "xterm-256color".to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("TZ", "UTC".to_owned()),
        ("RUST_BACKTRACE", "0".to_owned()),
        // A key may open an editor, a pager or a browser, which would wait for keys of its own.
        ("VISUAL", "true".to_owned()),
        ("PAGER", "true".to_owned()),
        ("BROWSER", "true".to_owned()),
        ("GH_TOKEN", round.secrets.github.clone()),
        ("HELLO_TRUCKS_TOKEN", round.secrets.trucks.clone()),
        ("AWS_ACCESS_KEY_ID", "AKIASTRESS".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", round.secrets.aws.clone()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ];
    let given = [
        ("GITHUB_API_URL", &urls.github),
        ("AWS_ENDPOINT_URL", &urls.aws),
        ("HELLO_TRUCKS_URL", &urls.trucks),
        ("HELLO_CATALOG", &urls.catalog),
    ];
    all.extend(
        given.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.clone())),
    );
    all
}
