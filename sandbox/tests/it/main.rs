//! Stories over the real socket: a client asks, the clock is stepped, a client asks again.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails where it stands")]

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
