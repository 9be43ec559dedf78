//! The listening socket.

use std::{io, net::SocketAddr};

use tokio::net::{TcpListener, TcpSocket, lookup_host};

/// The number of connections that the system accepts before the service does. Once the backlog is full, a client waits a
/// second until its next try, also a probe. The system may lower the number (`net.core.somaxconn`).
const BACKLOG: u32 = 4096;

/// A socket that has its port, but refuses connections until [`Self::listen`].
///
/// A service that is starting must not accept connections: if it ends before it serves, requests on them are lost, and
/// a proxy cannot send a write again. A refused connection goes to another replica at once.
#[derive(Debug)]
pub(crate) struct BoundSocket(TcpSocket);

impl BoundSocket {
    /// Takes a port on the first address of a host that can be used.
    ///
    /// # Errors
    ///
    /// When the host has no address, or none that can be used.
    pub(crate) async fn bind(host: &str, port: u16) -> io::Result<Self> {
        let mut failure = io::Error::new(io::ErrorKind::InvalidInput, "the host has no address");
        for address in lookup_host((host, port)).await? {
            match bind(address) {
                Ok(socket) => return Ok(Self(socket)),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Starts to accept connections.
    ///
    /// # Errors
    ///
    /// When another process has begun to listen on the port since it was bound.
    pub(crate) fn listen(self) -> io::Result<TcpListener> {
        self.0.listen(BACKLOG)
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Lets a service that was restarted listen although connections of the last one are still closing. Elsewhere than on
    // Unix it would let two services listen on one port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
