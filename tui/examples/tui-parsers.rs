//! Drives the console's parsers with seeded cases: `tui-parsers SEED CASES`. `cargo xtask stress` starts it.

#[path = "../../fuzz/harness.rs"]
mod harness;

use std::process::ExitCode;

fn main() -> Result<ExitCode, String> {
    harness::run(hello_tui::parsers::ALL)
}
