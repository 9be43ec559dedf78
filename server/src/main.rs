//! The trucks API as a process.

use std::process::ExitCode;

/// The system's has threads wait for each other, and here one thread often frees what another has made.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    hello_server::cli::run().await
}
