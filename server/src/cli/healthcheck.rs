//! `hello-server healthcheck`: for a container, which has neither a shell nor curl.

use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use clap::Args;

use super::Failure;

/// The timeout of the health check.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The port and path of the health check.
#[derive(Debug, Clone, Args)]
pub(super) struct HealthcheckArgs {
    /// The port on which the service listens
    #[arg(long, env = "PORT", default_value_t = 5000)]
    port: u16,
    /// The path to request
    #[arg(long, default_value = "/readyz")]
    path: String,
}

/// Sends a request to the service on this machine, and succeeds when it is ready.
pub(super) fn run(args: &HealthcheckArgs) -> Result<(), Failure> {
    let answer = check(args).map_err(|source| Failure::Unanswered { port: args.port, source })?;
    let status = answer.split_ascii_whitespace().nth(1).unwrap_or_default();
    if status == "200" { Ok(()) } else { Err(Failure::Unready { status: status.to_owned() }) }
}

fn check(args: &HealthcheckArgs) -> io::Result<String> {
    let address =
        ("127.0.0.1", args.port).to_socket_addrs()?.next().ok_or(io::ErrorKind::AddrNotAvailable)?;
    let mut connection = TcpStream::connect_timeout(&address, TIMEOUT)?;
    connection.set_read_timeout(Some(TIMEOUT))?;
    connection.set_write_timeout(Some(TIMEOUT))?;
    write!(connection, "GET {} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", args.path)?;
    let mut answer = String::new();
    connection.take(64 * 1024).read_to_string(&mut answer)?;
    Ok(answer)
}
