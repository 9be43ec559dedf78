//! The record of a request: its log line and its metrics, however it ends.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method},
};

use crate::{
    AppState,
    headers::{id, request_id_text},
    trace,
};

/// The status that is counted when the client has disconnected. HTTP has none for it; proxies use this number.
const CLIENT_CLOSED: u16 = 499;

/// The data that is logged about a request, however it ends.
pub(super) struct RequestRecord {
    state: AppState,
    started: Instant,
    pub(super) id: HeaderValue,
    pub(super) trace: Option<String>,
    parent: Option<String>,
    pub(super) method: Method,
    pub(super) path: String,
    route: Option<MatchedPath>,
    has_ended: bool,
}

impl RequestRecord {
    pub(super) fn of(state: &AppState, request: &Request) -> Self {
        let parent = trace::parent(request.headers()).map(|(t, p)| (t.to_owned(), p.to_owned()));
        let (trace, parent) = parent.unzip();
        Self {
            state: state.clone(),
            started: Instant::now(),
            id: id(request.headers()),
            trace,
            parent,
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            has_ended: false,
        }
    }

    pub(super) fn route(&self) -> Option<&str> {
        self.route.as_ref().map(MatchedPath::as_str)
    }

    pub(super) fn fail(&self, cause: &str) {
        tracing::error!(
            request.id = request_id_text(&self.id),
            trace.id = self.trace,
            error = cause,
            "the service failed"
        );
    }

    pub(super) fn end(&mut self, status: u16, how: &'static str) {
        self.has_ended = true;
        let took = self.started.elapsed();
        self.state.metrics().count_response(name(&self.method), self.route(), status, took);
        macro_rules! log {
            ($level:ident) => {
                tracing::$level!(
                    request.id = request_id_text(&self.id),
                    trace.id = self.trace,
                    trace.parent = self.parent,
                    http.method = self.method.as_str(),
                    http.path = self.path,
                    http.route = self.route(),
                    http.status = status,
                    duration_ms = took.as_secs_f64() * 1000.0,
                    "{how}",
                )
            };
        }
        // Successful probes are frequent and carry no information.
        if super::is_probe(&self.path) && status == 200 {
            log!(debug);
        } else {
            log!(info);
        }
    }
}

impl Drop for RequestRecord {
    fn drop(&mut self) {
        if !self.has_ended {
            self.end(CLIENT_CLOSED, "the caller has left");
        }
    }
}

/// Returns the name of a method. Rare methods share one name, so that clients cannot make the metrics grow.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
