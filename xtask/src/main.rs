//! The project's development commands: `cargo xtask test`, `stress`, `docs`, `image` and `bench`.
//!
//! One file per command; each command's doc comment is its help. CI runs the same commands as a developer, so nothing
//! here is for CI alone except the location of compiled artifacts. No product code belongs here, and no product crate
//! is a dependency: xtask uses the product from outside, as a user does.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program prints for its user")]

mod apt;
mod bench;
mod command;
mod container_tests;
mod containers;
mod dashboard;
mod docs;
mod failure;
mod picture;
mod ports;
mod stress;
mod terminal;
mod test;
mod third_party;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

/// Development commands of the Hello Truck workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", subcommand_required = true)]
enum Xtask {
    Test(test::Test),
    Stress(stress::Stress),
    Docs(docs::Docs),
    Image(containers::Image),
    #[command(subcommand)]
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    let done = match Xtask::parse() {
        Xtask::Test(test) => test.run(),
        Xtask::Stress(stress) => stress.run(),
        Xtask::Docs(docs) => docs.run(),
        Xtask::Image(image) => image.run(),
        Xtask::Bench(bench) => bench.run(),
    };
    done.unwrap_or_else(|failure| {
        eprintln!("\nxtask: {failure}");
        ExitCode::FAILURE
    })
}
