//! Tests over a real socket: a client sends requests, and the clock is stepped between them.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue must fail")]

mod clock;
mod contents;
mod deployments;
mod dispatch;
mod environments;
mod episodes;
mod faults;
mod github;
mod harness;
mod hostile;
mod job_logs;
mod limits;
mod lists;
mod logs;
mod release;
mod rerun;
mod running;
mod shapes;
mod sign_in;
mod third_party;
