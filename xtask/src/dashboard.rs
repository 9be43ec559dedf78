//! The real dashboard, as a new user sees it: no settings, no credentials, a fixed locale.

use std::{
    env, fs,
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
    /// Starts `binary` on a sandbox with an empty home directory on a screen of this size, and waits for its first
    /// frame.
    pub(crate) fn open(binary: &Path, size: Size) -> Result<Self, Failure> {
        Start::new(binary)?.with(&["--sandbox"]).open(size, FIRST_FRAME)
    }
}

/// A dashboard that is about to start in the workspace, with an empty home directory.
pub(crate) struct Start {
    command: CommandBuilder,
    home: TempDir,
}

impl Start {
    pub(crate) fn new(binary: &Path) -> Result<Self, Failure> {
        let home = tempfile::tempdir().map_err(Failure::file("create a folder in", env::temp_dir()))?;
        let mut command = CommandBuilder::new(binary);
        command.arg("dashboard");
        command.cwd(workspace::root());
        command.env_clear();
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        command.env("HOME", home.path());
        let variables =
            &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8"), ("TZ", "UTC")];
        Ok(Self { command, home }.variables(variables))
    }

    /// Adds flags.
    pub(crate) fn with(mut self, flags: &[&str]) -> Self {
        self.command.args(flags);
        self
    }

    /// Sets variables, in place of those of the same names.
    pub(crate) fn variables(mut self, variables: &[(&str, &str)]) -> Self {
        for (name, value) in variables {
            self.command.env(name, value);
        }
        self
    }

    /// Writes a file into the home directory.
    pub(crate) fn file(self, name: &str, text: &str) -> Result<Self, Failure> {
        let path = self.home.path().join(name);
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder).map_err(Failure::file("create", folder))?;
        fs::write(&path, text).map_err(Failure::file("write", &path))?;
        Ok(self)
    }

    /// Starts it in its home directory instead.
    pub(crate) fn at_home(mut self) -> Self {
        self.command.cwd(self.home.path());
        self
    }

    /// Starts it on a screen of this size, and waits until its first frame shows these texts.
    pub(crate) fn open(self, size: Size, first_frame: &[&str]) -> Result<Dashboard, Failure> {
        let terminal = Terminal::start(self.command, size)?;
        terminal.wait_for(first_frame, FIRST_FRAME_LIMIT)?;
        Ok(Dashboard { terminal, _home: self.home })
    }
}

/// Returns the console's binary in a target folder.
pub(crate) fn binary(target: &Path, profile: &str) -> PathBuf {
    target.join(profile).join("hello-tui")
}
