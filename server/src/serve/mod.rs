//! A listener, its connections, and their graceful end.

mod patient;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::extract::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time,
};

use self::patient::{Patience, Patient, Phase};
use crate::{
    App,
    guard::{AllowedHosts, Limits},
};

/// How long requests that are under way may take after the end was asked for. ECS kills after 30 seconds, of which some
/// pass before, and some while the store is closed.
const DRAIN: Duration = Duration::from_secs(20);

/// The largest head of a request, in bytes. In lines it is hyper's own limit, 100: to name one costs each request.
const HEAD_LIMIT: usize = 32 * 1024;

/// How long to wait when no connection can be taken, as when there are no more files to be opened.
const BREATH: Duration = Duration::from_millis(50);

/// Serves `app` on `listener` until `shutdown` comes, then finishes what was begun, for at most 20 seconds.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_with(listener, app, &Limits::default(), shutdown).await
}

/// Serves as [`serve`] does, within other limits. Connections beyond them wait until one is free.
pub async fn serve_with(
    listener: TcpListener,
    app: App,
    limits: &Limits,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let hosts = Arc::new(app.hosts_on(listener.local_addr()?.ip()));
    let patience = Patience { head: limits.head, idle: limits.idle };
    tokio::pin!(shutdown);
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            () = &mut shutdown => break,
            (place, accepted) = next => match (place, accepted) {
                (Ok(place), Ok((stream, peer))) => connect(stream, peer, app.clone(), hosts.clone(), patience, place, &graceful),
                (_, Err(error)) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    time::sleep(BREATH).await;
                }
                (Err(closed), Ok(_)) => return Err(io::Error::other(closed)),
            },
        }
    }
    tracing::info!("draining");
    // Nobody shall wait in line at a door that does not open any more.
    drop(listener);
    if time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!(after_s = DRAIN.as_secs(), "requests were still under way and are cut off");
    }
    Ok(())
}

/// Answers what comes over a connection, in a task of its own.
fn connect(
    stream: TcpStream,
    peer: SocketAddr,
    app: App,
    hosts: Arc<AllowedHosts>,
    patience: Patience,
    place: OwnedSemaphorePermit,
    graceful: &GracefulShutdown,
) {
    // Answers are written whole; to wait for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let phase = Phase::default();
    let stream = Patient::new(stream, patience, phase.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        phase.begin();
        let (answer, phase) = (app.answer(request, peer, &hosts), phase.clone());
        async move {
            let answer = answer.await;
            phase.end();
            answer
        }
    });
    let connection = http1::Builder::new()
        // The stream sees to that.
        .header_read_timeout(None)
        .max_buf_size(HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended badly");
        }
        drop(place);
    });
}
