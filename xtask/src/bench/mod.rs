//! `cargo xtask bench`: the measurements that the documentation quotes, one file each.

mod baseline_image;
mod catalog;
mod console;
mod delivery;
mod first_frame;
mod load;
mod programs;
mod runs;
mod sandbox;
mod server;
mod starts;
mod trucks;

use std::process::ExitCode;

use clap::Subcommand;

use crate::failure::Failure;

/// Measures the product on this machine.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Builds the console in an empty target folder and opens the dashboard: the waiting time of a new user.
    FirstFrame,
    /// Reads a catalog of 10,000 entities from disk, and searches it: one table with medians and targets.
    Catalog,
    Console(console::Console),
    Server(server::Server),
    Delivery(delivery::Delivery),
    Runs(runs::Runs),
    /// Opens, scrolls and searches a fleet of a million trucks on the console's screen.
    Trucks,
}

impl Bench {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        match self {
            Self::FirstFrame => first_frame::run(),
            Self::Catalog => catalog::run(),
            Self::Console(console) => console.run(),
            Self::Server(server) => server.run(),
            Self::Delivery(delivery) => delivery.run(),
            Self::Runs(runs) => runs.run(),
            Self::Trucks => trucks::run(),
        }
    }
}
