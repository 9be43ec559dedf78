//! Ports for programs that must be told theirs.

use std::{
    io::{Error, ErrorKind, Result},
    net::TcpListener,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// Below those that systems take for callers: whoever knocks at one of these until somebody opens would in the end,
/// by chance, call from that very port, be connected with himself, and keep it from the program that it is for.
const FIRST: u32 = 20_000;
const COUNT: u32 = 10_000;

/// Returns a port on which nobody listens. No two calls of a process return the same soon after one another.
pub(crate) fn free() -> Result<u16> {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    // Processes that start one after the other begin far apart.
    let begin = process::id().wrapping_mul(97);
    (0..COUNT)
        .filter_map(|_| {
            let place = begin.wrapping_add(CALLS.fetch_add(1, Ordering::Relaxed)) % COUNT;
            u16::try_from(FIRST + place).ok()
        })
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .ok_or_else(|| Error::new(ErrorKind::AddrInUse, "no port is free"))
}
