//! A server on loopback that answers as a story wants it to, also wrongly.

use std::time::Duration;

use axum::Router;
use hello_services::{AwsAccess, Connections, GitHubAccess, Patience, Services, StaticKeys};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use url::Url;

/// Enough for a loaded machine, little enough to wait for.
pub(crate) const PATIENCE: Patience = Patience { http: Duration::from_secs(5), aws: Duration::from_secs(15) };

/// Serves `routes` until the test ends, and returns where.
pub(crate) async fn serve(routes: Router) -> Url {
    let (listener, url) = listen().await;
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

/// Answers every connection with these bytes and hangs up, whatever was asked.
pub(crate) async fn say_and_hang_up(bytes: &'static [u8]) -> Url {
    let (listener, url) = listen().await;
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            // Whoever asked may be gone already.
            let _ = connection.write_all(bytes).await;
            let _ = connection.shutdown().await;
        }
    });
    url
}

/// Takes every connection and says nothing.
pub(crate) async fn say_nothing() -> Url {
    let (listener, url) = listen().await;
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok(connection) = listener.accept().await {
            held.push(connection);
        }
    });
    url
}

/// Returns an address where nobody listens.
pub(crate) async fn nobody() -> Url {
    listen().await.1
}

/// Connects to one address for everything, with a token and keys that nobody checks.
pub(crate) fn connections(everywhere: &Url) -> Connections {
    Connections {
        trucks: everywhere.clone().into(),
        github: GitHubAccess {
            api: everywhere.clone(),
            host: "github.com".to_owned(),
            token: Some("sandbox-token".into()),
        },
        aws: AwsAccess {
            profile: None,
            region: Some("eu-north-1".to_owned()),
            endpoint: Some(everywhere.clone()),
            keys: Some(StaticKeys { id: "AKIDEXAMPLE".to_owned(), secret: "not-a-secret".into() }),
        },
    }
}

/// Makes the clients for one address.
pub(crate) fn services(everywhere: &Url) -> Services {
    Services::with_patience(&connections(everywhere), PATIENCE)
}

async fn listen() -> (TcpListener, Url) {
    listen_at("127.0.0.1").await
}

/// Listens on a free port of a loopback host, and returns the URL with the host as it is named.
pub(crate) async fn listen_at(host: &str) -> (TcpListener, Url) {
    let listener = TcpListener::bind((host, 0)).await.expect("loopback has a free port");
    let port = listener.local_addr().expect("a bound socket has an address").port();
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    (listener, format!("http://{host}:{port}/").parse().expect("an address makes a URL"))
}
