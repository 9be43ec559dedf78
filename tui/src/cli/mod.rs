//! The command line: the same services without a screen. One file per command; doc comments become help texts.

mod args;
mod auth;
mod candidates;
mod catalog;
mod complete;
mod config;
mod confirm;
mod dashboard;
mod deployments;
mod diagnostic;
mod doctor;
mod duration;
mod filter;
mod follow;
mod format;
mod graph;
mod log_file;
mod logs;
mod man;
mod new_trucks;
mod options;
mod output;
mod page;
mod runs;
mod source_lines;
mod table;
mod trucks;
mod usage;
mod writer;

use std::{io, process::ExitCode};

use clap::{Parser, Subcommand};
use hello_model::{
    failure::{Failure, Kind},
    target::Target,
};
use hello_services::{Services, catalog::Sources, gate::Gate};
use tokio::signal::unix::SignalKind;

pub use self::page::document;
use self::{args::Cli, output::Out};
use crate::{config::Settings, runtime::worlds::Connected, sandbox::Sandbox};

/// The reason why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Failed(#[from] Failure),
    #[error("writing the output: {0}")]
    Output(#[from] io::Error),
    #[error(transparent)]
    Console(#[from] crate::runtime::Error),
    #[error("a question was answered with no")]
    Declined,
    #[error("the checked descriptors have errors")]
    Invalid,
    #[error("checks failed")]
    ChecksFailed(u8),
    #[error("the followed run ended without success")]
    Unsuccessful,
    #[error(transparent)]
    TimedOut(Failure),
    #[error("ended by signal {}", .0.as_raw_value())]
    Signal(SignalKind),
}

/// The commands, one file for each.
#[derive(Debug, Subcommand)]
enum Command {
    Dashboard(dashboard::Args),
    #[command(subcommand)]
    Catalog(catalog::Command),
    #[command(subcommand)]
    Trucks(trucks::Command),
    #[command(subcommand)]
    Runs(runs::Command),
    #[command(subcommand)]
    Deployments(deployments::Command),
    Logs(logs::Args),
    #[command(subcommand)]
    Auth(auth::Command),
    #[command(subcommand)]
    Config(config::Command),
    /// Check settings, terminal, catalog, services and credentials, and say what to do about each problem
    Doctor,
    Completions(complete::Args),
    Man(man::Args),
}

impl Default for Command {
    fn default() -> Self {
        Self::Dashboard(dashboard::Args::default())
    }
}

/// Runs the program with the process's own arguments and returns its exit code.
///
/// Returns `Err` with a report only for internal errors. An error that the user can fix is printed as three lines on
/// standard error.
pub fn main() -> color_eyre::Result<ExitCode> {
    if complete::answer() {
        return Ok(ExitCode::SUCCESS);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => return Ok(explain(&usage)),
    };
    let out = Out::new(&cli.global);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(run(cli, &out));
    // A DNS lookup or a file read that hangs must not keep the process alive.
    runtime.shutdown_background();
    Ok(conclude(ended, &out))
}

/// Prints the help or version that clap made of the arguments, or the usage error, and returns the exit code.
fn explain(usage: &clap::Error) -> ExitCode {
    let out = Out::default();
    // A command without its subcommand gets its help as an answer, though that is misuse.
    let is_help = usage.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if usage.use_stderr() && !is_help {
        return conclude(Err(usage::failure(usage, std::env::args_os()).into()), &out);
    }
    let printed = output::print_usage(usage);
    if usage.use_stderr() {
        // A usage error keeps its exit code even if it cannot be printed.
        return ExitCode::from(2);
    }
    conclude(printed.map_err(Error::Output), &out)
}

/// Prints the reason why a command did not succeed, and returns its exit code.
fn conclude(ended: Result<(), Error>, out: &Out) -> ExitCode {
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Error::Output(error)) => {
            let failure = Failure::new(Kind::Unexpected, "writing the output", error.to_string());
            out.failure(&failure.hint("check the file or pipe of standard output"));
            ExitCode::FAILURE
        }
        Err(Error::Failed(failure)) => {
            out.failure(&failure);
            ExitCode::from(failure.exit_code())
        }
        Err(Error::Declined) => ExitCode::from(INTERRUPTED),
        Err(Error::TimedOut(failure)) => {
            out.failure(&failure);
            ExitCode::from(TIMED_OUT)
        }
        // The errors were printed as the result.
        Err(Error::Invalid | Error::Unsuccessful) => ExitCode::FAILURE,
        Err(Error::ChecksFailed(code)) => ExitCode::from(code),
        // As a shell reports a process that was ended by a signal.
        Err(Error::Signal(kind)) => ExitCode::from(128 + u8::try_from(kind.as_raw_value()).unwrap_or(0)),
        Err(error @ Error::Console(_)) => {
            out.report(&format!("{:?}", color_eyre::Report::from(error)));
            ExitCode::FAILURE
        }
    }
}

/// The exit code of a declined command, the same as after ctrl-c.
const INTERRUPTED: u8 = 130;

/// The exit code of a command that gave up waiting.
const TIMED_OUT: u8 = 5;

async fn run(cli: Cli, out: &Out) -> Result<(), Error> {
    let given = cli.global.given();
    let file = given.config.clone();
    let command = cli.command.unwrap_or_default();
    let settings = || Settings::decide(given.clone());
    let connected = async || connect(&settings()?).await;
    match command {
        // These work also when the settings file holds a mistake.
        Command::Config(config::Command::Path) => config::path(file.as_deref(), out),
        Command::Doctor => doctor::run(given, out).await,
        Command::Completions(args) => complete::run(&args, out),
        Command::Man(args) => man::run(&args, out),
        Command::Config(config::Command::Show) => config::show(&settings()?, file.as_deref(), out),
        Command::Auth(command) => auth::run(command, &settings()?, out).await,
        Command::Dashboard(args) => {
            let settings = settings()?;
            dashboard::run(args, given, settings, writer::colours_stdout(cli.global.color)).await
        }
        Command::Catalog(command) => catalog::run(command, connected().await?.sources, out).await,
        Command::Trucks(command) => trucks::run(command, &connected().await?, out).await,
        Command::Runs(command) => runs::run(command, &connected().await?, out).await,
        Command::Deployments(command) => deployments::run(command, &connected().await?, out).await,
        Command::Logs(args) => logs::run(args, &connected().await?, out).await,
    }
}

/// Connects to the services in the settings, or to a sandbox that matches the catalog's component.
async fn connect(settings: &Settings) -> Result<Connected, Failure> {
    let sources = Sources {
        named: settings.catalog.clone(),
        folder: std::env::current_dir().unwrap_or_default(),
        fallback: None,
    };
    let services = Services::connect(&settings.connections);
    let connected = Connected {
        services,
        sources,
        sandbox: None,
        gate: Gate::new(settings.read_only, settings.audit_trail.clone())
            .in_context(settings.context.clone()),
        context: settings.context.clone(),
        is_production: settings.is_production,
        read_only: settings.read_only,
        overrides: settings.overrides.clone(),
    };
    if !settings.sandbox {
        return Ok(connected);
    }
    let catalog = connected.sources.load().await.unwrap_or_default();
    let target = Target::in_catalog(&catalog, None, &settings.overrides);
    Ok(connected.to_sandbox(Sandbox::start(&target, settings.sandbox_at).await?))
}
