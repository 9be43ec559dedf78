//! How much one client, and all together, may take: requests, connections, memory and time.

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

/// How many larger bodies are in memory at the same time; read, a list of trucks takes ten times its size.
pub(crate) const LARGE_BODIES: usize = 8;

/// Says how much one client, and all together, may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest body that is read, in bytes.
    pub body: usize,
    /// How long the head of a request may take: whoever sends it letter by letter is let go.
    pub head: Duration,
    /// How long a connection may stay without a byte in either direction.
    pub idle: Duration,
    /// How long a request may take, from its head to the head of its answer.
    pub time: Duration,
    /// How many requests are worked on at the same time.
    pub requests: usize,
    /// How many connections are open at the same time.
    pub connections: usize,
    /// How many callers follow the events at the same time.
    pub listeners: usize,
    /// How many requests a client may send in a second; `None` when any number.
    pub rate: Option<NonZeroU32>,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
    /// How many bytes of responses may be in memory because they are not written yet. Small responses are not counted.
    pub unsent: usize,
    /// How fast a body must come, and a response be taken, while it is waited for: in bytes a second.
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
            // Longer than the minute that load balancers keep theirs, unless told otherwise.
            idle: Duration::from_secs(75),
            time: Duration::from_secs(15),
            requests: 512,
            connections: 1024,
            listeners: 256,
            rate: None,
            trusted_proxies: Vec::new(),
            unsent: 64 * 1024 * 1024,
            min_rate: 1024,
            body_grace: Duration::from_secs(5),
            response_grace: Duration::from_secs(10),
        }
    }
}
