//! Starts and stops the listener that serves every API, and that of the storage.

use std::convert::Infallible;
use std::future::IntoFuture as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Router, ServiceExt as _, middleware};
use futures::{FutureExt as _, TryFutureExt as _};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use crate::clock::{Clock, ClockHandle};
use crate::error::Error;
use crate::faults::Faults;
use crate::hosts::local_only;
use crate::inject::inject;
use crate::names::Names;
use crate::scenario::Scenario;
use crate::state::State;
use crate::trucks::Trucks;
use crate::{aws, control, environment, github, storage};

/// How long a stop waits for responses in progress.
const GRACE: Duration = Duration::from_secs(1);

/// The settings of a sandbox.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on: loopback, with port 0 for any free port.
    pub listen: SocketAddr,
    /// The seed of the simulation; the same seed and clock give the same events.
    pub seed: u64,
    /// How time passes.
    pub clock: Clock,
    /// The names of the resources.
    pub names: Names,
}

impl Default for Config {
    fn default() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self { listen, seed: 1, clock: Clock::Real, names: Names::default() }
    }
}

/// Starts sandboxes.
#[derive(Debug)]
pub struct Sandbox;

/// A sandbox that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox on the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// If the address is not loopback or cannot be listened on.
    pub async fn start(config: Config) -> Result<Running, Error> {
        if !config.listen.ip().is_loopback() {
            return Err(Error::NotLoopback(config.listen));
        }
        let listener = listen(config.listen).await?;
        let addr = address(&listener, config.listen)?;
        // The storage is another host for a client, so it has a port of its own.
        let storage_at = SocketAddr::new(config.listen.ip(), 0);
        let storage_listener = listen(storage_at).await?;
        let storage_addr = address(&storage_listener, storage_at)?;
        let clock = ClockHandle::start(config.clock);
        let start = clock.now();
        let scenario = Scenario::starting_at(start, config.seed, config.names);
        let trucks = Trucks::start(&scenario, start);
        let state = Arc::new(State::new(scenario, clock, Faults::default(), storage_addr));
        let service = router(&state, trucks).map_request(github::without_enterprise_prefix);

        let (stop, stopped) = oneshot::channel::<()>();
        // Dropping the sender is a stop signal too.
        let stopped = stopped.unwrap_or_else(|_| ()).shared();
        let storage = axum::serve(storage_listener, storage::router(&state));
        let storage = storage.with_graceful_shutdown(stopped.clone());
        let serving = axum::serve(listener, service.into_make_service()).with_graceful_shutdown(stopped);
        let server = tokio::spawn(async move {
            let (api, storage) = tokio::join!(serving.into_future(), storage.into_future());
            if let Err(why) = api.and(storage) {
                tracing::error!(%why, "the sandbox stopped serving");
            }
        });
        Ok(Running { addr, state, stop: Some(stop), server })
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|why| Error::Listen { address, why })
}

fn address(listener: &TcpListener, requested: SocketAddr) -> Result<SocketAddr, Error> {
    listener.local_addr().map_err(|why| Error::Listen { address: requested, why })
}

/// Builds the router: AWS at the root, GitHub, the sandbox's own paths, and the trucks API for all other paths.
fn router(state: &Arc<State>, trucks: Trucks) -> Router {
    Router::new()
        .route("/", post(aws::answer))
        .with_state(Arc::clone(state))
        .merge(control::router(state))
        .merge(github::router(state))
        .fallback_service(tower::service_fn(move |request: Request| fallback(trucks.clone(), request)))
        .layer(middleware::from_fn_with_state(Arc::clone(state), inject))
        .layer(middleware::from_fn(local_only))
}

async fn fallback(trucks: Trucks, request: Request) -> Result<Response, Infallible> {
    if github::is_github_path(request.uri().path()) {
        return Ok(github::unknown_path().into_response());
    }
    trucks.answer(request).await
}

impl Running {
    /// Returns the address that the sandbox listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Returns the URL of the sandbox, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Returns the environment that points any tool at this sandbox.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        environment::of(self.addr, self.state.names())
    }

    /// Returns the clock.
    pub fn clock(&self) -> &ClockHandle {
        &self.state.clock
    }

    /// Returns the faults.
    pub fn faults(&self) -> &Faults {
        &self.state.faults
    }

    /// Stops serving and waits up to a second for responses in progress.
    pub async fn stop(mut self) {
        self.stop.take();
        // A request that is still open then hangs because of a fault; it ends when its client disconnects.
        let _ = tokio::time::timeout(GRACE, &mut self.server).await;
    }

    /// Waits until the sandbox ends by itself, which happens only if its listener fails.
    pub async fn wait(mut self) {
        let _ = (&mut self.server).await;
    }
}
