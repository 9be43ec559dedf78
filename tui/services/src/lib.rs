//! The service clients of Hello Truck's console, which convert responses to the domain model, and the write gate.
//!
//! Nothing here depends on a screen. There are no traits and no fakes: a client takes an endpoint, which is the
//! sandbox, moto or the real service.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod aws;
pub mod catalog;
pub mod checks;
mod clients;
mod connections;
mod credentials;
mod ecs;
mod execute;
pub mod gate;
mod github;
mod hosts;
mod http;
mod logs;
mod open;
#[doc(hidden)]
pub mod parsers;
pub mod sign_in;
mod stacks;
mod trucks;
mod user;

pub use clients::Services;
pub use connections::{
    AwsAccess, Connections, GitHubAccess, StaticKeys, Timeouts, TrucksAccess, TrucksToken,
};
pub use credentials::{GivenToken, Keyring, TokenCommand};
pub use ecs::Ecs;
pub use github::GitHub;
pub use logs::Logs;
pub use stacks::Stacks;
pub use trucks::Trucks;

/// Returns the HTTP client of the console's AWS clients, for other users of the AWS SDK. The SDK is built without an
/// HTTP client, so they must pass one in.
pub fn aws_http_client(timeouts: Timeouts) -> aws_smithy_runtime_api::client::http::SharedHttpClient {
    http::aws::http_client(&http::Transport::default(), timeouts.aws)
}
