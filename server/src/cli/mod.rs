//! The command line: what was asked for, handed to the file of the command.

mod failure;
mod logging;
mod serve;
mod settings;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::{failure::Failure, settings::ServeArgs};

/// Keeps a fleet of trucks behind an HTTP API.
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
    /// Serve the API until told to stop; what happens without a command, too
    Serve(ServeArgs),
}

/// Does what the command line asks for, and returns how it ended.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(args) => serve::run(args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
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
