//! GitHub, AWS and the trucks API on loopback, over their real protocols.
//!
//! One listener speaks the services' own protocols, so that the console, its tests, `boto3`, the AWS CLI and `gh` run
//! unchanged, without an account. Releases run all the time: a push, its tests, a blue/green deployment, log lines.
//!
//! ```text
//!   seed, clock, commands ──▶ scenario ──▶ simulation ──▶ World   pure: the state is computed for `now`, never stored
//!                                            │  └──▶ log, repository (the files at a commit)
//!                 ┌──────────────────────────┤
//!              github                       aws (json: ECS, Logs · query: CloudFormation, STS, load balancing)
//!        │  storage (logs, artifacts)          │
//!        └──────────────────── running ───────┘   control (/_sandbox: clock, faults, health) · trucks
//! ```
//!
//! Nothing runs in the background: a response is computed for the moment of its request. A stepped clock therefore
//! makes every test exact, and a faster one makes an hour pass in minutes.

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
mod repository;
mod running;
mod scenario;
mod seeded_rng;
mod sign_in;
mod simulation;
mod state;
mod storage;
mod trucks;

pub use clock::{Clock, ClockHandle, ClockState};
pub use error::Error;
pub use faults::{Fault, Faults, Kind, Service};
pub use moment::Moment;
pub use names::Names;
pub use running::{Config, Running, Sandbox};
