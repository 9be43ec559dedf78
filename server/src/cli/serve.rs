//! `hello-server serve`.

use std::time::Duration;

use tokio::{signal, time};

use super::{Failure, args::ServeArgs, logging, settings::Settings, tokens_file};
use crate::{AppState, Store, VERSION, app, serve::BoundSocket};

pub(super) async fn run(args: ServeArgs) -> Result<(), Failure> {
    let Settings { host, port, database_url, options, tokens_file, drain_delay, log } = Settings::read(args)?;
    // Registered before anything slow, so that a signal during the start is handled.
    let mut end = Box::pin(shutdown_signal().map_err(Failure::Serve)?);
    let log = logging::start(&log)?;

    let cannot_listen = |source| Failure::Listen { host: host.clone(), port, source };
    // Bound before the store is opened, so that a port in use is an error at once.
    let socket = BoundSocket::bind(&host, port).await.map_err(cannot_listen)?;
    let store = tokio::select! {
        opened = Store::open(&database_url) => opened?,
        () = &mut end => return Ok(()),
    };
    let limits = options.limits.clone();
    let state = AppState::with(store.clone(), options);
    if let Some(file) = tokens_file {
        tokio::spawn(tokens_file::watch(file, state.clone()));
    }

    let listener = socket.listen().map_err(cannot_listen)?;
    let address = listener.local_addr().map_err(Failure::Serve)?;
    tracing::info!(%address, version = VERSION, "listening");
    let drained = drained(end, state.clone(), drain_delay);
    let served = crate::serve_with(listener, app(state), &limits, drained).await;
    store.close().await;
    tracing::info!("stopped");
    log.end().await;
    served.map_err(Failure::Serve)
}

/// Returns when no more connections are to be accepted: some time after the signal, so that a load balancer can notice
/// that this service is no longer ready.
async fn drained(end: impl Future<Output = ()>, state: AppState, delay: Duration) {
    end.await;
    state.drain();
    if !delay.is_zero() {
        tracing::info!(delay_s = delay.as_secs(), "not ready any more");
        time::sleep(delay).await;
    }
}

/// Returns a future that completes on a shutdown signal: Ctrl-C, or SIGTERM from the process manager.
#[cfg(unix)]
fn shutdown_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal::unix::signal(signal::unix::SignalKind::interrupt())?;
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns a future that completes on a shutdown signal: Ctrl-C.
#[cfg(not(unix))]
fn shutdown_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        // Without a handler, Ctrl-C ends the process by itself.
        if signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}
