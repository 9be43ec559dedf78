//! A service that says hello, and what the delivery path needs to know of it: that it lives, and that it ends when asked.

use std::{
    env,
    io::{self, Read, Write},
    net::TcpStream,
    process::ExitCode,
    time::Duration,
};

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(5000);
    if env::args().nth(1).as_deref() == Some("healthcheck") {
        let healthy = is_healthy(port).unwrap_or(false);
        return Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let host = env::var("HOST").unwrap_or_else(|_| "127.0.0.1".to_owned());
    let listener = TcpListener::bind((host.as_str(), port)).await?;
    let mut term = signal(SignalKind::terminate())?;
    let asked_to_end = async move {
        term.recv().await;
    };
    axum::serve(listener, app()).with_graceful_shutdown(asked_to_end).await?;
    Ok(ExitCode::SUCCESS)
}

fn app() -> Router {
    Router::new().route("/", get(hello)).route("/healthz", get(health))
}

async fn hello() -> Json<Value> {
    Json(json!({ "message": "Hello, truck!" }))
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Asks the service on this machine: the container has no shell, and no curl.
fn is_healthy(port: u16) -> io::Result<bool> {
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    connection.set_read_timeout(Some(Duration::from_secs(3)))?;
    connection.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200 "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_says_hello() {
        assert_eq!(hello().await.0["message"], "Hello, truck!");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_is_healthy_once_it_listens_and_not_before() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let port = listener.local_addr().expect("it is bound").port();
        tokio::spawn(async { axum::serve(listener, app()).await });
        let asked = tokio::task::spawn_blocking(move || is_healthy(port)).await;
        assert!(asked.expect("it does not panic").expect("it answers"));
        assert!(is_healthy(1).is_err());
    }
}
