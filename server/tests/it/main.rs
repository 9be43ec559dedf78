//! The trucks service from the outside: as its clients and its operator use it.
#![expect(
    clippy::unwrap_used,
    reason = "functions that take a store are tests, but the store_tests! macro adds their test attribute"
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
mod proxy;
mod refusals;
mod replicas;
mod running;
mod seed;
#[cfg(target_os = "linux")]
mod shares;
mod smuggling;
mod sockets;
mod store;
mod store_tests;
mod survival;
mod third_party;
#[cfg(target_os = "linux")]
mod unread;
