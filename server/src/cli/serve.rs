//! `hello-server serve`.

use tokio::{net::TcpListener, signal};

use super::{
    Failure, logging,
    settings::{ServeArgs, Settings},
};
use crate::{AppState, Store, VERSION, app};

pub(super) async fn run(args: ServeArgs) -> Result<(), Failure> {
    let Settings { host, port, database_url } = Settings::read(args)?;
    // Before anything takes long: who asks for the end during the start shall get it.
    let end = asked_to_end().map_err(Failure::Serve)?;
    logging::start();

    let listener = match TcpListener::bind((host.as_str(), port)).await {
        Ok(listener) => listener,
        Err(source) => return Err(Failure::Listen { host, port, source }),
    };
    let address = listener.local_addr().map_err(Failure::Serve)?;
    let store = Store::open(&database_url).await?;

    tracing::info!(%address, version = VERSION, "listening");
    let served = crate::serve(listener, app(AppState::new(store.clone())), end).await;
    store.close().await;
    tracing::info!("stopped");
    served.map_err(Failure::Serve)
}

/// Returns what comes when the process is asked to end: ctrl-c, or SIGTERM from whoever runs it.
#[cfg(unix)]
fn asked_to_end() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal::unix::signal(signal::unix::SignalKind::interrupt())?;
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns what comes when the process is asked to end: ctrl-c.
#[cfg(not(unix))]
fn asked_to_end() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        // Without a handler the process ends by itself on ctrl-c.
        if signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}
