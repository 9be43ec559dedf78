//! The errors that prevent a sandbox from starting.

use std::io;
use std::net::SocketAddr;

/// The cause, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The sandbox has no authentication, so other machines must not reach it.
    #[error("the sandbox listens on loopback only, not on {0}; use 127.0.0.1:{port} instead", port = .0.port())]
    NotLoopback(SocketAddr),
    /// The sandbox cannot listen on the address.
    #[error("cannot listen on {address}: {why}; choose another port with --listen, or port 0 for any")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        why: io::Error,
    },
    /// The trucks API cannot start.
    #[error("cannot start the trucks API: {0}")]
    Trucks(String),
}
