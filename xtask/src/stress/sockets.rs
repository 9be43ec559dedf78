//! Many simultaneous sockets.

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    thread,
    time::Duration,
};

use rustix::net::{AddressFamily, SocketType, bind, connect, socket, sockopt::set_socket_recv_buffer_size};

/// The number of threads that open sockets.
const OPENERS: usize = 24;

/// The read and write timeout of a socket: a service under attack may accept no data.
const LIMIT: Duration = Duration::from_secs(3);

/// Opens `count` sockets, sends the bytes of `request` for its number over each, and leaves them open.
///
/// Sockets that fail to connect are left out.
pub(super) fn opened(
    to: SocketAddr,
    count: usize,
    from: impl Fn(usize) -> Ipv4Addr + Sync,
    request: impl Fn(usize) -> Vec<u8> + Sync,
) -> Vec<TcpStream> {
    let open = |number: usize| -> io::Result<TcpStream> {
        let mut stream = unread(to, from(number))?;
        // The service may accept only a part of it.
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

/// Connects with a small receive buffer, so that unread data stays at the server.
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

/// Returns one of sixteen client addresses.
pub(super) fn one_of_many(number: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 1, u8::try_from(number % 16 + 1).unwrap_or(1))
}
