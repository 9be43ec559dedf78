//! `hello-server serve`.

use std::{
    path::PathBuf,
    time::{Duration, SystemTime},
};

use tokio::{net::TcpListener, signal, time};

use super::{
    Failure, logging,
    settings::{ServeArgs, Settings},
};
use crate::{AppState, Store, Tokens, VERSION, app, error::in_full};

/// How often the file of tokens is looked at.
const GLANCE: Duration = Duration::from_secs(1);

pub(super) async fn run(args: ServeArgs) -> Result<(), Failure> {
    let Settings { host, port, database_url, options, tokens_file, drain_delay, log } = Settings::read(args)?;
    // Before anything takes long: who asks for the end during the start shall get it.
    let mut end = Box::pin(asked_to_end().map_err(Failure::Serve)?);
    let log = logging::start(&log)?;

    let listener = match TcpListener::bind((host.as_str(), port)).await {
        Ok(listener) => listener,
        Err(source) => return Err(Failure::Listen { host, port, source }),
    };
    let address = listener.local_addr().map_err(Failure::Serve)?;
    let store = tokio::select! {
        opened = Store::open(&database_url) => opened?,
        () = &mut end => return Ok(()),
    };
    let limits = options.limits.clone();
    let state = AppState::with(store.clone(), options);
    if let Some(file) = tokens_file {
        tokio::spawn(watch_tokens(file, state.clone()));
    }

    tracing::info!(%address, version = VERSION, "listening");
    let leave = leave(end, state.clone(), drain_delay);
    let served = crate::serve_with(listener, app(state), &limits, leave).await;
    store.close().await;
    tracing::info!("stopped");
    log.end().await;
    served.map_err(Failure::Serve)
}

/// Returns when no more connections shall be taken: some time after it was asked for, so that whoever distributes the
/// requests can notice that this service is not ready any more.
async fn leave(end: impl Future<Output = ()>, state: AppState, delay: Duration) {
    end.await;
    state.drain();
    if !delay.is_zero() {
        tracing::info!(delay_s = delay.as_secs(), "not ready any more");
        time::sleep(delay).await;
    }
}

/// Reads the tokens again whenever their file changes. While it is not there, or holds what is no token, those that were
/// read last go on.
async fn watch_tokens(file: PathBuf, state: AppState) {
    // Not what it is now: it may have changed since it was read at the start.
    let mut seen = None;
    let mut glances = time::interval(GLANCE);
    loop {
        glances.tick().await;
        let now = stamp(&file).await;
        if now == seen {
            continue;
        }
        let read = tokio::fs::read_to_string(&file).await.map_err(|error| error.to_string());
        // What could not be read is tried again.
        seen = now.filter(|_| read.is_ok());
        match read.and_then(|text| Tokens::read(&text).map_err(|error| in_full(&error))) {
            Ok(tokens) if tokens == **state.tokens() => {}
            Ok(tokens) => {
                state.replace_tokens(tokens);
                tracing::info!("the tokens were read again");
            }
            Err(error) => tracing::error!(error, "the tokens cannot be read again; those of before stay"),
        }
    }
}

async fn stamp(file: &PathBuf) -> Option<(SystemTime, u64)> {
    let found = tokio::fs::metadata(file).await.ok()?;
    Some((found.modified().ok()?, found.len()))
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
