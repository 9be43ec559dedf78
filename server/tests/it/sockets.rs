//! A service on its own port, and requests written byte by byte.

use std::time::Duration;

use hello_server::{AppState, Limits, Options, Store, app, serve_with};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
};

/// Starts a service with these limits and an empty fleet in memory. Returns its address. It ends with the test.
pub(crate) async fn serving(limits: Limits) -> String {
    serving_with(Options { limits, ..Options::default() }, "127.0.0.1").await
}

/// Starts a service with these options on a free port of `host`. Returns its loopback address.
pub(crate) async fn serving_with(options: Options, host: &str) -> String {
    let listener = TcpListener::bind((host, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let store = Store::open(Store::IN_MEMORY).await.unwrap();
    let limits = options.limits.clone();
    let service = app(AppState::with(store, options));
    tokio::spawn(async move { serve_with(listener, service, &limits, std::future::pending()).await });
    format!("127.0.0.1:{port}")
}

/// The timeout of a response: far longer than one takes, even on a busy machine.
const RESPONSE_TIMEOUT: Duration = Duration::from_mins(2);

/// Sends bytes, and reads until the service closes the connection.
pub(crate) async fn answer(address: &str, sent: &[u8]) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    // The service may close the connection before everything is sent.
    let _ = connection.write_all(sent).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(RESPONSE_TIMEOUT, connection.read_to_end(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Connects from this local address, with small buffers for unread data.
pub(crate) async fn connect_from(host: &str, address: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((host.parse::<std::net::Ipv4Addr>().unwrap(), 0).into()).unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    socket.connect(address.parse().unwrap()).await.unwrap()
}
