//! A server on loopback that returns the responses a test needs, including invalid ones.

use std::{sync::Arc, time::Duration};

use axum::Router;
use hello_services::{AwsAccess, Connections, GitHubAccess, Keyring, Services, StaticKeys, Timeouts};
use keyring_core::{CredentialStore, Entry, mock};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use url::Url;

/// Long enough for a busy machine, short enough to wait for.
pub(crate) const TIMEOUTS: Timeouts = Timeouts { http: Duration::from_secs(5), aws: Duration::from_secs(15) };

/// Serves `routes` until the test ends, and returns the URL.
pub(crate) async fn serve(routes: Router) -> Url {
    let (listener, url) = listen().await;
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

/// Responds to every connection with these bytes and closes it, whatever the request.
pub(crate) async fn say_and_hang_up(bytes: &'static [u8]) -> Url {
    let (listener, url) = listen().await;
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            // The client may have disconnected already.
            let _ = connection.write_all(bytes).await;
            let _ = connection.shutdown().await;
        }
    });
    url
}

/// Accepts every connection and never responds.
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

/// Returns an address on which no server listens.
pub(crate) async fn closed_port() -> Url {
    listen().await.1
}

/// Uses one address for all services, with a token and keys that the server does not check.
pub(crate) fn connections(everywhere: &Url) -> Connections {
    Connections {
        trucks: everywhere.clone().into(),
        github: GitHubAccess::new(everywhere.clone(), "github.com")
            .with_token("GH_TOKEN", "sandbox-token".into()),
        aws: AwsAccess {
            profile: None,
            region: Some("eu-north-1".to_owned()),
            endpoint: Some(everywhere.clone()),
            keys: Some(StaticKeys { id: "AKIDEXAMPLE".to_owned(), secret: "not-a-secret".into() }),
        },
    }
}

/// A keyring in memory, with these entries of the program.
pub(crate) fn keyring(entries: &[(&str, &str)]) -> Keyring {
    let store: Arc<CredentialStore> = mock::Store::new().expect("memory is there");
    for (account, token) in entries {
        let entry = Entry::new_in_store(&store, "hello-tui", account).expect("every name is accepted");
        entry.set_password(token).expect("a new entry takes a token");
    }
    Keyring::Store(store)
}

/// Makes the next look-up of an account fail as a locked keyring does.
pub(crate) fn lock(keyring: &Keyring, account: &str) {
    let Keyring::Store(store) = keyring else { panic!("{keyring:?}") };
    let entry = Entry::new_in_store(store, "hello-tui", account).expect("every name is accepted");
    let entry: &mock::Cred = entry.as_any().downcast_ref().expect("a store in memory");
    entry.set_error(keyring_core::Error::NoStorageAccess("object is locked".into()));
}

/// Creates the clients for one address.
pub(crate) fn services(everywhere: &Url) -> Services {
    Services::with_timeouts(&connections(everywhere), TIMEOUTS)
}

async fn listen() -> (TcpListener, Url) {
    listen_at("127.0.0.1").await
}

/// Listens on a free port of a loopback host, and returns a URL with this host name.
pub(crate) async fn listen_at(host: &str) -> (TcpListener, Url) {
    let listener = TcpListener::bind((host, 0)).await.expect("loopback has a free port");
    let port = listener.local_addr().expect("a bound socket has an address").port();
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    (listener, format!("http://{host}:{port}/").parse().expect("an address makes a URL"))
}
