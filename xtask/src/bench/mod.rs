//! `cargo xtask bench`: measurements that the documentation quotes, one file each.

mod first_frame;
mod server;

use std::process::ExitCode;

use clap::Subcommand;

use crate::failure::Failure;

/// Measures the product on this machine.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Builds the console in an empty target folder and opens the dashboard: what a newcomer waits for.
    FirstFrame,
    Server(server::Server),
}

impl Bench {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        match self {
            Self::FirstFrame => first_frame::run(),
            Self::Server(server) => server.run(),
        }
    }
}
