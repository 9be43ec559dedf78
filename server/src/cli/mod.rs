//! The command line. Each command has its own module.

mod args;
mod bad_settings;
mod failure;
mod healthcheck;
mod logging;
mod openapi;
mod serve;
mod settings;
mod tokens_file;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::{
    args::{ServeArgs, StoreArgs},
    failure::Failure,
    healthcheck::HealthcheckArgs,
};
use crate::Store;

/// Serves a fleet of trucks over an HTTP API.
#[derive(Debug, Parser)]
#[command(name = "hello-server", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API until SIGTERM or Ctrl-C; the default command
    Serve(Box<ServeArgs>),
    /// Migrate the tables of the store, and exit; `serve` does that, too
    Migrate(StoreArgs),
    /// Write the contract (`OpenAPI`, as YAML) to stdout
    Openapi,
    /// Check whether the service on this machine is ready; for containers without curl
    Healthcheck(HealthcheckArgs),
}

/// Runs the command that the command line names, and returns its exit code.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command.unwrap_or(Command::Serve(Box::new(cli.serve))) {
        Command::Serve(args) => serve::run(*args).await,
        Command::Migrate(args) => migrate(args).await,
        Command::Openapi => openapi::run(),
        Command::Healthcheck(args) => healthcheck::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn migrate(args: StoreArgs) -> Result<(), Failure> {
    let store = Store::open(&args.read()?).await?;
    store.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
