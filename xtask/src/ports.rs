//! Free ports for programs that take their port as a setting.

use std::{
    io::{Error, ErrorKind, Result},
    net::TcpListener,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// Below the ephemeral ports of the system. A client that retries an ephemeral port until a listener appears could get
/// that port as its own source port, connect to itself, and block the listener.
const FIRST: u32 = 20_000;
const COUNT: u32 = 10_000;

/// Returns a port without a listener. Consecutive calls in a process return different ports.
pub(crate) fn free() -> Result<u16> {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    // Processes with consecutive ids start far apart.
    let begin = process::id().wrapping_mul(97);
    (0..COUNT)
        .filter_map(|_| {
            let place = begin.wrapping_add(CALLS.fetch_add(1, Ordering::Relaxed)) % COUNT;
            u16::try_from(FIRST + place).ok()
        })
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .ok_or_else(|| Error::new(ErrorKind::AddrInUse, "no port is free"))
}
