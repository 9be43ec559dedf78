//! The measured programs, and how each is started.

use std::{
    env,
    path::{Path, PathBuf},
};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::{command, failure::Failure, third_party, workspace};

/// Our console, the sandbox, and the peers that could be installed.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) console: PathBuf,
    pub(super) sandbox: PathBuf,
    peers: [Option<PathBuf>; 2],
    /// An empty home directory.
    home: TempDir,
}

/// Texts of the first picture of bottom and of gitui.
pub(super) const PEER_PICTURES: [&[&str]; 2] = [&["CPU", "Memory"], &["Status", "Log"]];

impl Programs {
    /// Prepares ours, and installs the peers. A peer that cannot be installed is left out.
    pub(super) fn prepare(built: Option<&Path>) -> Result<Self, Failure> {
        let target = workspace::target();
        let ours = Self::ours(built)?;
        let peers = third_party::CONSOLE_PEERS.map(|(name, peer)| {
            let provided = peer.provide(&target);
            provided.inspect_err(|why| eprintln!("{name} is left out: {why}")).ok()
        });
        Ok(Self { peers, ..ours })
    }

    /// Takes ours from a folder or builds them in the release profile, without peers.
    pub(super) fn ours(built: Option<&Path>) -> Result<Self, Failure> {
        let folder = match built {
            Some(folder) => folder.to_owned(),
            None => build(&workspace::target())?,
        };
        let home = tempfile::tempdir().map_err(Failure::file("create a folder in", env::temp_dir()))?;
        let [console, sandbox] = ["hello-tui", "hello-sandbox"].map(|name| folder.join(name));
        Ok(Self { console, sandbox, peers: [None, None], home })
    }

    /// Prepares our console with these variables beside those of a terminal.
    pub(super) fn console(&self, arguments: &[&str], variables: &[(String, String)]) -> CommandBuilder {
        let mut command = self.command(&self.console, self.home.path());
        command.args(arguments);
        for (name, value) in variables {
            command.env(name, value);
        }
        command
    }

    /// Prepares a peer, if it is installed.
    pub(super) fn peer(&self, place: usize) -> Option<CommandBuilder> {
        // gitui shows the repository that it is started in.
        self.peers.get(place)?.as_ref().map(|peer| self.command(peer, workspace::root()))
    }

    /// The home directory, which is also the current folder of our console.
    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    fn command(&self, program: &Path, folder: &Path) -> CommandBuilder {
        let mut command = CommandBuilder::new(program);
        command.cwd(folder);
        command.env_clear();
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home.path());
        for (name, value) in
            [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8"), ("TZ", "UTC")]
        {
            command.env(name, value);
        }
        command
    }
}

/// Builds ours, and returns their folder.
fn build(target: &Path) -> Result<PathBuf, Failure> {
    let build = ["build", "--release", "--package", "hello-tui", "--package", "hello-sandbox", "--bins"];
    command::run(&mut command::cargo(&build))?;
    Ok(target.join("release"))
}
