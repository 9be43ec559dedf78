//! A listener, its connections, and graceful shutdown.

mod activity;
mod body;
mod connections;
mod listen;
mod min_rate;
mod timeout_stream;

use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use axum::{extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    time,
};

pub(crate) use self::listen::BoundSocket;
use self::{
    activity::{Activity, Phase},
    body::MinRateBody,
    connections::{Admitted, ConnectionSlot, Connections},
    min_rate::MinRate,
    timeout_stream::{TimeoutStream, Timeouts},
};
use crate::{
    App, admission::BadHead, hosts::AllowedHosts, limits::Limits, requests, routes::events::Endless,
};

/// How long requests in progress may take after shutdown was requested. ECS kills the process after 30 seconds, some of
/// which pass before this, and some while the store is closed.
const DRAIN: Duration = Duration::from_secs(20);

/// The maximum size of a request head, in bytes. The limit of header lines is hyper's own, 100, because setting another
/// one costs time in each request.
const HEAD_LIMIT: usize = 32 * 1024;

/// The delay after a failed accept, for example when file descriptors are exhausted.
const RETRY_DELAY: Duration = Duration::from_millis(50);

/// The number of unsent bytes of a response that the kernel accepts.
#[cfg(any(target_os = "android", target_os = "linux"))]
const SEND_BUFFER: u32 = 128 * 1024;

/// How long a connection beyond the limit may take to send its request.
const RESERVED_TIMEOUT: Duration = Duration::from_secs(2);

/// Serves `app` on `listener` until `shutdown` completes, then finishes requests in progress, for at most 20 seconds.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_with(listener, app, &Limits::default(), shutdown).await
}

/// Serves like [`serve`], with other limits.
pub async fn serve_with(
    listener: TcpListener,
    app: App,
    limits: &Limits,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let connections = Connections::up_to(limits.connections, limits.trusted_proxies.clone());
    let hosts = app.hosts_on(listener.local_addr()?.ip());
    let server = Arc::new(Server { app, hosts, limits: limits.clone() });
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let (stream, peer) = listener.accept().await?;
            Ok::<_, io::Error>((stream, peer, connections.admit(peer.ip()).await))
        };
        tokio::select! {
            () = &mut shutdown => break,
            next = next => match next {
                Ok((stream, peer, admitted)) => {
                    tokio::spawn(server.clone().connect(stream, peer, admitted, graceful.watcher()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    time::sleep(RETRY_DELAY).await;
                }
            },
        }
    }
    tracing::info!("draining");
    // Closed now, so that no new connection waits for a listener that accepts no more.
    drop(listener);
    if time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!(after_s = DRAIN.as_secs(), "requests were still under way and are cut off");
    }
    Ok(())
}

/// Limits how many unsent bytes of a response the kernel accepts. Otherwise it would accept megabytes, and then nothing
/// for long, however steadily the client reads.
#[cfg(any(target_os = "android", target_os = "linux"))]
fn bound_send_buffer(stream: &TcpStream) {
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_notsent_lowat(SEND_BUFFER) {
        tracing::debug!(%error, "the send buffer of a connection cannot be bounded");
    }
}

#[cfg(not(any(target_os = "android", target_os = "linux")))]
fn bound_send_buffer(_: &TcpStream) {}

/// The state that the connections of a listener share.
struct Server {
    app: App,
    hosts: AllowedHosts,
    limits: Limits,
}

impl Server {
    /// Answers the requests on a connection until it ends.
    async fn connect(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        admitted: Admitted,
        watcher: Watcher,
    ) {
        // Responses are written whole, so waiting for more data would only delay them.
        let _ = stream.set_nodelay(true);
        bound_send_buffer(&stream);
        let Admitted { slot, activity, evicted, is_reserved } = admitted;
        let stream = TimeoutStream::new(stream, self.timeouts(is_reserved), activity.clone());
        let (server, slot) = (&self, &slot);
        let service = service_fn(|request: Request<Incoming>| {
            activity.enter(Phase::Work);
            let activity = activity.clone();
            async move {
                let response = server.answer(request, peer, is_reserved.then_some(slot)).await?;
                let is_endless = response.extensions().get::<Endless>().is_some();
                activity.enter(if is_endless { Phase::Events } else { Phase::Response });
                Ok::<_, Infallible>(response)
            }
        });
        let connection = http1::Builder::new()
            // `TimeoutStream` does this.
            .header_read_timeout(None)
            .half_close(true)
            .keep_alive(!is_reserved)
            .max_buf_size(HEAD_LIMIT)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(watcher.watch(connection));
        tokio::select! {
            biased;
            ended = &mut connection => if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended badly");
            },
            Ok(()) = evicted => close_when_evicted(connection, &activity).await,
        }
    }

    fn timeouts(&self, is_reserved: bool) -> Timeouts {
        let longest = if is_reserved { RESERVED_TIMEOUT } else { Duration::MAX };
        Timeouts {
            head: self.limits.head.min(longest),
            idle: self.limits.idle.min(longest),
            response: MinRate { grace: self.limits.response_grace, rate: self.limits.min_rate },
        }
    }

    /// Answers a request. On a reserved connection, any request but a probe first waits for a regular slot.
    async fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
        reserved: Option<&ConnectionSlot>,
    ) -> Result<Response, Infallible> {
        let min_rate = MinRate { grace: self.limits.body_grace, rate: self.limits.min_rate };
        let request = request.map(|body| MinRateBody::new(body, min_rate));
        if let Some(slot) = reserved
            && !requests::is_probe(request.uri().path())
            && !slot.becomes_regular().await
        {
            return self.app.refuse(request, peer, BadHead::NoSlot).await;
        }
        self.app.answer(request, peer, &self.hosts).await
    }
}

/// Ends an evicted connection as soon as no request or response is in progress on it.
async fn close_when_evicted<C: Future>(mut connection: Pin<&mut C>, activity: &Activity) {
    let has_no_request = || activity.is_blocked() || matches!(activity.phase(), Phase::Idle | Phase::Head);
    poll_fn(|context| {
        if has_no_request() || connection.as_mut().poll(context).is_ready() || has_no_request() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}
