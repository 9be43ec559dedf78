//! The trucks API.
//!
//! | module     | what it holds |
//! |------------|---------------|
//! | [`App`]    | the front: lists that were prepared are handed out here, the router answers everything else |
//! | `app`      | the router: routes, layers, what is said where there is no route |
//! | [`AppState`] | what handlers share |
//! | `routes`   | one file per noun: handler, path and OpenAPI entry in one declaration |
//! | `characters` | what a text may not have, because it is not seen |
//! | `validation` | the rules of a truck, read out of JSON with every broken one named |
//! | `extract`  | what handlers take: bodies, keys and ids, refused as problems |
//! | `params`   | what a caller asks for behind the `?` |
//! | `etag`     | entity tags, and what is made depend on them |
//! | `accept`   | whether the caller can read what it would be answered |
//! | `response_cache` | answers about a fleet that has not changed, made once |
//! | `admission` | whether a request is let in, by its head, token and the limits |
//! | `limits`   | how much one client, and all together, may take |
//! | `hosts`, `tokens`, `client` | what admission compares: host names, tokens, addresses |
//! | `listing`  | lists as bytes that many requests share |
//! | `error`    | every refusal and failure as an HTTP verdict |
//! | `error_chain` | an error with its causes, in one line |
//! | `headers`  | the headers of every response |
//! | `requests` | the access log, and problems written out |
//! | `metrics`  | what is counted and timed |
//! | `otel`     | traces for a collector, with the feature of that name |
//! | `trace`    | the trace that a request belongs to |
//! | `time`     | the moment that is written down |
//! | `json`     | trucks as JSON, and how large that may be |
//! | `hex`      | bytes as hexadecimal digits, and back |
//! | [`Store`]  | where trucks are kept |
//! | [`serve()`] | a listener, and its graceful end |
//! | [`cli`]    | the command line, its settings and its logs |
//!
//! Another program may mount the service in itself:
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
mod characters;
pub mod cli;
mod client;
mod error;
mod error_chain;
mod etag;
mod extract;
mod front;
mod headers;
mod hex;
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

pub use app::{app, contract, openapi};
pub use client::ClientAddr;
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
