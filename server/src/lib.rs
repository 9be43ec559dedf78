//! The trucks API.
//!
//! | module     | what it holds |
//! |------------|---------------|
//! | `app`      | the whole service as one router: routes, layers, what is said where there is no route |
//! | `routes`   | one file per noun: handler, path and OpenAPI entry in one declaration |
//! | `draft`    | the rules of a truck, read out of JSON with every broken one named |
//! | `extract`  | what handlers take: bodies and ids, refused as problems |
//! | `accept`   | whether the caller can read JSON |
//! | `error`    | every refusal and failure as an HTTP verdict |
//! | `requests` | the request id, the access log, and problems written out |
//! | [`Store`]  | where trucks are kept |
//! | [`serve`]  | a listener, and its graceful end |
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
//! let router = app(AppState::new(store));
//! # drop(router);
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]

mod accept;
mod app;
pub mod cli;
mod draft;
mod error;
mod extract;
mod requests;
mod routes;
mod serve;
mod store;

pub use app::{AppState, app, openapi};
pub use serve::serve;
pub use store::{Store, StoreError};

/// The version of the service.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
