//! The clients of Hello Truck's console, which translate what others answer into our nouns; and the gate before a change.
//!
//! Nothing here knows a screen. There is no trait and no fake: a client takes an endpoint, and the sandbox, moto or the
//! real service answers there.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod aws;
pub mod catalog;
mod clients;
mod connections;
mod credentials;
mod ecs;
mod github;
pub mod guard;
mod http;
mod logs;
#[doc(hidden)]
pub mod parsers;
mod stacks;
mod trucks;

pub use clients::Services;
pub use connections::{
    AwsAccess, Connections, GitHubAccess, Patience, StaticKeys, TrucksAccess, TrucksToken,
};
pub use credentials::TokenCommand;
pub use ecs::Ecs;
pub use github::GitHub;
pub use logs::Logs;
pub use stacks::Stacks;
pub use trucks::Trucks;

/// Returns an HTTP client for the AWS SDK as the console's own AWS clients have it. The SDK is built without one, so
/// whatever uses it beside the console hands it over.
pub fn aws_http_client(patience: Patience) -> aws_smithy_runtime_api::client::http::SharedHttpClient {
    http::aws::http_client(&http::Transport::default(), patience.aws)
}
