//! The program: reports of our own faults, and everything else in the library.

mod panics;

use std::process::ExitCode;

fn main() -> color_eyre::Result<ExitCode> {
    panics::report()?;
    hello_tui::cli::main()
}
