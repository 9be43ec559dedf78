//! The world: concrete clients that translate what others answer into our nouns.
//!
//! Nothing here knows a screen. There is no trait and no fake: a client takes an endpoint, and the sandbox, moto or the
//! real service stands behind it.

mod aws;
pub mod catalog;
mod connections;
mod credentials;
mod ecs;
mod github;
mod http;
mod logs;
pub(crate) mod parsers;
pub mod sandbox;
mod stacks;
mod trucks;

pub use connections::{AwsAccess, Connections, GitHubAccess, Patience, Services, StaticKeys};
pub use ecs::Ecs;
pub use github::GitHub;
pub use logs::Logs;
pub use stacks::Stacks;
pub use trucks::Trucks;
