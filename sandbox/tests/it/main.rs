//! Tests over a real socket: a client sends requests, and the clock is stepped between them.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue must fail")]

mod clock;
mod deployments;
mod faults;
mod github;
mod harness;
mod hostile;
mod logs;
mod release;
mod running;
mod shapes;
mod third_party;
