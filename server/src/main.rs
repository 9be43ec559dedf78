//! The trucks API as a process.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    hello_server::cli::run().await
}
