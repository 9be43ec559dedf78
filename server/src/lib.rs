//! The trucks API.
//!
//! | module     | what it holds |
//! |------------|---------------|
//! | [`App`]    | the entry point: serves cached lists itself, passes every other request to the router |
//! | `app`      | the router: routes, layers and fallbacks |
//! | [`AppState`] | the state that handlers share |
//! | `routes`   | one file per noun: handler, path and OpenAPI entry in one declaration |
//! | `validation` | the rules of a truck, checked on JSON with every broken one reported |
//! | `extract`  | extractors for bodies, keys and ids, which refuse as problems |
//! | `params`   | the query parameters of a list |
//! | `etag`     | entity tags and conditional requests |
//! | `accept`   | content negotiation by the `Accept` header |
//! | `response_cache` | cached responses about an unchanged fleet |
//! | `admission` | admission control: head, token and limits of a request |
//! | `limits`   | limits per client and in total |
//! | `hosts`, `tokens`, `client` | what admission compares: host names, tokens, addresses |
//! | `listing`  | lists as bytes that many requests share |
//! | `error`    | errors and their HTTP responses |
//! | `error_chain` | an error with its causes, in one line |
//! | `headers`  | the headers of every response |
//! | `requests` | the access log, and the bodies of problem responses |
//! | `metrics`  | counters and durations for Prometheus |
//! | `otel`     | traces for a collector, with the feature `otel` |
//! | `trace`    | the trace that a request belongs to |
//! | `time`     | the current time, as it is stored |
//! | `json`     | trucks as JSON, and its maximum size |
//! | `hex`      | bytes as hexadecimal digits, and back |
//! | [`Store`]  | the storage of trucks |
//! | [`serve()`] | a listener with graceful shutdown |
//! | [`cli`]    | the command line, its settings and its logs |
//!
//! Another program can embed the service:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), hello_server::StoreError> {
//! use hello_server::{AppState, Store, app};
//!
//! let store = Store::open(Store::IN_MEMORY).await?;
//! let service = app(AppState::new(store));
//! # drop(service);
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]

mod accept;
mod admission;
mod app;
pub mod cli;
mod client;
mod contract;
mod error;
mod error_chain;
mod etag;
mod extract;
mod front;
mod headers;
mod hosts;
mod json;
mod limits;
mod listing;
mod metrics;
#[cfg(feature = "otel")]
mod otel;
mod params;
#[doc(hidden)]
pub mod parsers;
mod requests;
mod response_cache;
mod routes;
mod serve;
mod state;
mod store;
mod time;
mod tokens;
mod trace;
mod validation;

pub use app::app;
pub use client::ClientAddr;
pub use contract::{contract, openapi};
pub use front::App;
pub use hosts::{AllowedHosts, BadHostName, ForeignRequest, HostName};
pub use limits::Limits;
pub use serve::{serve, serve_with};
pub use state::{AppState, Options};
pub use store::{
    Change, Condition, Cursor, Done, Edit, Event, EventKind, IdempotencyKey, Order, OrderBy, Page, Query,
    Store, StoreError,
};
pub use tokens::{BadTokens, Tokens};

/// The version of the service.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
