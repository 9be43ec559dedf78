//! Limits per client and in total: requests, connections, memory and time.

mod rate;
mod shares;
mod unsent;

use std::{num::NonZeroU32, time::Duration};

use ipnet::IpNet;

pub(crate) use self::{
    rate::{Rate, rate_limit_key},
    shares::{Permit, Shares},
    unsent::{Room, Unsent},
};

/// The maximum number of large bodies in memory at the same time. A parsed list of trucks takes ten times its size.
pub(crate) const LARGE_BODIES: usize = 8;

/// The limits per client and in total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The maximum size of a body, in bytes.
    pub body: usize,
    /// How long the head of a request may take. A client that sends it byte by byte is disconnected.
    pub head: Duration,
    /// How long a connection may stay without a byte in either direction.
    pub idle: Duration,
    /// How long a request may take, from its head to the head of its response.
    pub time: Duration,
    /// The maximum number of concurrent requests.
    pub requests: usize,
    /// The maximum number of open connections.
    pub connections: usize,
    /// The maximum number of concurrent event streams.
    pub event_streams: usize,
    /// The maximum number of requests per client and second; `None` for no limit.
    pub rate: Option<NonZeroU32>,
    /// Proxies whose `X-Forwarded-For` header is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The maximum number of response bytes in memory that are not written yet. Small responses are not counted.
    pub unsent: usize,
    /// The minimum rate at which an awaited body must arrive and a response must be read, in bytes per second.
    pub min_rate: u32,
    /// How far behind [`Limits::min_rate`] a body may be.
    pub body_grace: Duration,
    /// How far behind [`Limits::min_rate`] a response may be.
    pub response_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            head: Duration::from_secs(10),
            // Longer than the default of load balancers, one minute.
            idle: Duration::from_secs(75),
            time: Duration::from_secs(15),
            requests: 512,
            connections: 1024,
            event_streams: 256,
            rate: None,
            trusted_proxies: Vec::new(),
            unsent: 64 * 1024 * 1024,
            min_rate: 1024,
            body_grace: Duration::from_secs(5),
            response_grace: Duration::from_secs(10),
        }
    }
}
