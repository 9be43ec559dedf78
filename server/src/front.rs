//! The entry point of the service: serves cached lists itself, and passes every other request to the router.
//!
//! Almost every request is for a cached list. Serving it here costs less than the router's layers or a log line. It is
//! counted like any other request, and logged at `debug`.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::{IpAddr, SocketAddr},
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    BoxError, Router,
    body::{Bytes, HttpBody},
    http::Request,
    response::Response,
    routing::future::RouteFuture,
};
use futures::future::Either;
use tower::Service;

use crate::{
    AppState,
    admission::{self, BadHead},
    client::ClientAddr,
    headers,
    hosts::AllowedHosts,
    routes::listing,
};

/// The whole service. Clones share its state.
#[derive(Debug, Clone)]
pub struct App {
    state: AppState,
    router: Router,
}

impl App {
    pub(crate) fn new(state: AppState, router: Router) -> Self {
        Self { state, router }
    }

    /// Returns the allowed hosts of a listener at this address.
    pub(crate) fn hosts_on(&self, address: IpAddr) -> AllowedHosts {
        self.state.options().allowed_hosts.clone().on(address)
    }

    /// Answers a request from `peer`, which came to a listener that answers for `hosts`.
    pub(crate) fn answer<B>(&self, mut request: Request<B>, peer: SocketAddr, hosts: &AllowedHosts) -> Answer
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        if let Err(bad) = admission::check_head(&request, hosts, &self.state.options().cors_origins) {
            return self.refuse(request, peer, bad);
        }
        // Recording the client costs half as much as the rest, and a cached list is the same for every client.
        if self.state.rate().is_none()
            && let Some(response) = self.cached_response(&request)
        {
            return Either::Left(ready(Ok(response)));
        }
        request.extensions_mut().insert(ClientAddr(peer));
        self.clone().call(request)
    }

    /// Refuses a request from `peer`. It is logged and counted like any other.
    pub(crate) fn refuse<B>(&self, mut request: Request<B>, peer: SocketAddr, why: BadHead) -> Answer
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        request.extensions_mut().insert(why);
        request.extensions_mut().insert(ClientAddr(peer));
        Either::Right(self.router.clone().call(request))
    }

    /// Returns the cached response, if there is one and the client may have it.
    fn cached_response<B>(&self, request: &Request<B>) -> Option<Response> {
        let started = Instant::now();
        let mut response = listing::cached_response(&self.state, request, started)?;
        let id = headers::id(request.headers());
        tracing::debug!(request.id = headers::request_id_text(&id), "served from the response cache");
        headers::set_request_id(&mut response, id);
        self.state.metrics().count_cached_list(response.status(), started.elapsed());
        Some(response)
    }
}

/// A cached response, or one that the router works on.
pub(crate) type Answer = Either<Ready<Result<Response, Infallible>>, RouteFuture<Infallible>>;

impl<B> Service<Request<B>> for App
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answer {
        match self.cached_response(&request) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(self.router.call(request)),
        }
    }
}
