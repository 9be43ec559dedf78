//! Why a sandbox does not start.

use std::io;
use std::net::SocketAddr;

/// What went wrong, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The sandbox has no locks on its doors, so nobody else may reach it.
    #[error("the sandbox listens on loopback only, not on {0}; use 127.0.0.1:{port} instead", port = .0.port())]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {why}; choose another port with --listen, or port 0 for any")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        why: io::Error,
    },
    /// The trucks API does not start.
    #[error("cannot start the trucks API: {0}")]
    Trucks(String),
}
