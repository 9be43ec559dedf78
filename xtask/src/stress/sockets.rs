//! Many sockets at once.

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    thread,
    time::Duration,
};

use rustix::net::{AddressFamily, SocketType, bind, connect, socket, sockopt::set_socket_recv_buffer_size};

/// How many threads open sockets.
const OPENERS: usize = 24;

/// How long one socket may take to be opened and written to: a service under attack may take none.
const LIMIT: Duration = Duration::from_secs(3);

/// Opens so many sockets, sends each of them what `request` says for its number, and leaves them as they are.
///
/// A socket that is refused or not taken is left out.
pub(super) fn opened(
    to: SocketAddr,
    count: usize,
    from: impl Fn(usize) -> Ipv4Addr + Sync,
    request: impl Fn(usize) -> Vec<u8> + Sync,
) -> Vec<TcpStream> {
    let open = |number: usize| -> io::Result<TcpStream> {
        let mut stream = unread(to, from(number))?;
        // Whatever is taken of it: a service may refuse the rest.
        let _ = stream.write_all(&request(number));
        Ok(stream)
    };
    thread::scope(|scope| {
        let openers: Vec<_> = (0..OPENERS.min(count))
            .map(|opener| {
                let numbers = (opener..count).step_by(OPENERS);
                let open = &open;
                scope.spawn(move || numbers.filter_map(|number| open(number).ok()).collect::<Vec<_>>())
            })
            .collect();
        openers.into_iter().flat_map(|opener| opener.join().unwrap_or_default()).collect()
    })
}

/// Connects with a small buffer, so that what is not read stays with the other side.
fn unread(to: SocketAddr, from: Ipv4Addr) -> io::Result<TcpStream> {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    set_socket_recv_buffer_size(&socket, 4096)?;
    bind(&socket, &SocketAddr::from((from, 0)))?;
    connect(&socket, &to)?;
    let stream = TcpStream::from(socket);
    stream.set_write_timeout(Some(LIMIT))?;
    stream.set_read_timeout(Some(LIMIT))?;
    Ok(stream)
}

/// An address of a crowd of clients.
pub(super) fn one_of_many(number: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 1, u8::try_from(number % 16 + 1).unwrap_or(1))
}
