//! The program's entry point and its error reports; everything else is in the library.

mod panics;

use std::process::ExitCode;

fn main() -> color_eyre::Result<ExitCode> {
    panics::report()?;
    hello_tui::cli::main()
}
