//! The trucks service, as its callers and its operator see it.
#![expect(
    clippy::unwrap_used,
    reason = "stories are tests, though their attribute stands where they are told"
)]

mod api;
mod bulk;
mod contract;
mod database_file;
mod disk;
mod edits;
mod events;
mod fleet;
mod half_closed;
mod hostile;
mod hosts;
mod keys;
mod load;
mod operations;
#[cfg(feature = "otel")]
mod otel;
mod pages;
mod plates;
mod postgres;
mod process;
mod refusals;
mod replicas;
mod running;
mod seed;
#[cfg(target_os = "linux")]
mod shares;
mod sockets;
mod store;
mod stories;
mod strangers;
mod survival;
#[cfg(target_os = "linux")]
mod unread;
mod wire;
