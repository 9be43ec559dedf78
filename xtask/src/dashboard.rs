//! The real dashboard on the sandbox, as a new user sees it: no settings, no credentials, a fixed locale.

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::{
    failure::Failure,
    terminal::{Size, Terminal},
    workspace,
};

/// The texts of the first frame, before any data has arrived.
const FIRST_FRAME: &[&str] = &["Home", "Catalog", "Trucks", "Runs", "Deployments", "Logs"];

/// How long the first frame may take on a busy machine.
const FIRST_FRAME_LIMIT: Duration = Duration::from_secs(30);

/// A dashboard that has drawn its first frame.
pub(crate) struct Dashboard {
    pub(crate) terminal: Terminal,
    // Dropped after the program that uses it.
    _home: TempDir,
}

impl Dashboard {
    /// Starts `binary` with an empty home directory on a screen of this size, and waits for its first frame.
    pub(crate) fn open(binary: &Path, size: Size) -> Result<Self, Failure> {
        let home = tempfile::tempdir().map_err(Failure::file("create a folder in", env::temp_dir()))?;
        let terminal = Terminal::start(command(binary, home.path()), size)?;
        terminal.wait_for(FIRST_FRAME, FIRST_FRAME_LIMIT)?;
        Ok(Self { terminal, _home: home })
    }
}

/// Returns the console's binary in a target folder.
pub(crate) fn binary(target: &Path, profile: &str) -> PathBuf {
    target.join(profile).join("hello-tui")
}

fn command(binary: &Path, home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(binary);
    command.args(["dashboard", "--sandbox"]);
    command.cwd(workspace::root());
    command.env_clear();
    command.env("PATH", env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home);
    for (name, value) in
        [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8"), ("TZ", "UTC")]
    {
        command.env(name, value);
    }
    command
}
