//! The trucks API as a process.

use std::{process::ExitCode, time::Duration};

use tokio::runtime::Runtime;

/// The system's has threads wait for each other, and here one thread often frees what another has made.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long the end waits for a file that is being read: it may be on a network that is gone.
const READING_TIMEOUT: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let runtime = Runtime::new().expect("the operating system gives threads and a way to wait for sockets");
    let code = runtime.block_on(hello_server::cli::run());
    runtime.shutdown_timeout(READING_TIMEOUT);
    code
}
