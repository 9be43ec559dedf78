//! Drives the service's parsers with seeded cases: `server-parsers SEED CASES`. `cargo xtask stress` starts it.

#[path = "../../fuzz/harness.rs"]
mod harness;

use std::process::ExitCode;

fn main() -> Result<ExitCode, String> {
    harness::run(hello_server::parsers::ALL)
}
