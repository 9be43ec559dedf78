//! The trucks API as a process.

use std::{process::ExitCode, time::Duration};

use tokio::runtime::Runtime;

/// With the system allocator, threads wait for each other when one frees what another allocated, which is common here.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long shutdown waits for a file that is being read, which may be on an unreachable network.
const READING_TIMEOUT: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let runtime = Runtime::new().expect("the operating system gives threads and a way to wait for sockets");
    let code = runtime.block_on(hello_server::cli::run());
    runtime.shutdown_timeout(READING_TIMEOUT);
    code
}
