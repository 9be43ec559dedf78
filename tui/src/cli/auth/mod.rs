//! `hello-tui auth`: signs in to GitHub and to the trucks service, and out.

mod login;
mod logout;
mod secret;
mod status;

use hello_model::failure::{Failure, Kind};
use hello_services::{Connections, GitHubAccess, Keyring, sign_in::SignIn};

use super::{Connected, Error, connect, output::Out};
use crate::config::Settings;

/// Sign in to GitHub and the trucks service, and out
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Login(login::Login),
    /// Show the tokens in use: where each is from, whose it is, what it allows; exits with 3 if one is missing or refused
    Status(Host),
    Logout(logout::Logout),
}

/// The host that a command is about.
#[derive(Debug, clap::Args)]
pub(super) struct Host {
    /// The host of GitHub [default: the one of the settings]
    #[arg(long, value_name = "HOST")]
    hostname: Option<String>,
}

/// What the commands work with.
struct Session<'s> {
    settings: &'s Settings,
    connections: Connections,
    /// Runs as long as this lives.
    connected: Connected,
}

/// Runs one of the commands.
pub(super) async fn run(command: Command, settings: &Settings, out: &Out) -> Result<(), Error> {
    let host = match &command {
        Command::Login(login) => &login.host,
        Command::Status(host) => host,
        Command::Logout(logout) => &logout.host,
    };
    let connected = connect(settings).await?;
    let sandbox = connected.sandbox.as_ref();
    let mut connections =
        sandbox.map_or_else(|| settings.connections.clone(), |sandbox| sandbox.connections());
    host.choose(&mut connections)?;
    let session = Session { settings, connections, connected };
    match command {
        Command::Login(login) => login::run(login, &session, out).await,
        Command::Status(_) => status::run(&session, out).await,
        Command::Logout(logout) => logout::run(logout, &session, out).await,
    }
}

impl Session<'_> {
    fn sign_in(&self) -> SignIn {
        SignIn::new(&self.connections, self.settings.read_only)
    }

    fn is_sandbox(&self) -> bool {
        self.connected.sandbox.is_some()
    }
}

impl Host {
    /// Changes the connections to another host. The token of a variable belongs to the host of the settings, so it is not
    /// sent there.
    fn choose(&self, connections: &mut Connections) -> Result<(), Failure> {
        let Some(host) = self.hostname.as_deref().filter(|host| *host != connections.github.host) else {
            return Ok(());
        };
        let access = GitHubAccess::at_host(host).ok_or_else(|| {
            Failure::new(Kind::NotConfigured, "choosing the host", "--hostname is no host")
                .hint("write it like ghe.example.com, without https:// and without a path")
        })?;
        connections.github = GitHubAccess { keyring: Keyring::System, ..access };
        Ok(())
    }
}
