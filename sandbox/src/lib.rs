//! GitHub, AWS and the trucks API on loopback, over the real wire.
//!
//! One listener speaks the services' own protocols, so that the console, its tests, `boto3`, the AWS CLI and `gh` run
//! for real without an account. A release goes on all the time: a push, its tests, a blue/green deployment, log lines.
//!
//! ```text
//!   seed, clock, commands ──▶ scenario ──▶ story ──▶ World        pure: the state is computed for `now`, never kept
//!                                            │  └──▶ log
//!                 ┌──────────────────────────┤
//!              github                       aws (json: ECS, Logs · query: CloudFormation, STS, load balancing)
//!                 └─────────── running ──────┘   control (/_sandbox: clock, faults, health) · trucks
//! ```
//!
//! Nothing moves by itself: an answer is computed for the moment at which it is asked for, so a stepped clock makes
//! every test exact, and a faster one makes an hour pass in minutes.

mod aws;
mod clock;
mod control;
pub mod environment;
mod error;
pub mod faults;
mod github;
mod hosts;
mod inject;
mod log;
mod moment;
mod names;
#[doc(hidden)]
pub mod parsers;
mod quota;
mod running;
mod scenario;
mod seeded_rng;
mod simulation;
mod state;
mod trucks;

pub use clock::{Clock, ClockHandle, ClockState};
pub use error::Error;
pub use faults::{Fault, Faults, Kind, Service};
pub use moment::Moment;
pub use names::Names;
pub use running::{Config, Running, Sandbox};
