//! Drives the sandbox's parsers with seeded cases: `sandbox-parsers SEED CASES`. `cargo xtask stress` starts it.

#[path = "../../fuzz/harness.rs"]
mod harness;

use std::process::ExitCode;

fn main() -> Result<ExitCode, String> {
    harness::run(hello_sandbox::parsers::ALL)
}
