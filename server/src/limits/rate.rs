//! The rate limit per client: a generic cell rate algorithm, with one timestamp per client.
//!
//! The crate `governor` implements the same algorithm, but does not limit the number of clients in memory.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The maximum number of tracked clients.
const CLIENTS: usize = 10_000;

/// Counts requests per client. A client may send one second's worth of requests at once.
#[derive(Debug)]
pub(crate) struct Rate {
    /// The part of a second that one request costs.
    cost: Duration,
    clients: Mutex<Clients>,
}

#[derive(Debug, Default)]
struct Clients {
    /// When the cost of each client's requests will be paid off.
    paid: HashMap<IpAddr, Instant>,
    /// When clients without debt are next removed.
    sweep: Option<Instant>,
}

impl Clients {
    /// Makes room for one more client. A flood of clients does not lock out others: one entry is removed, most likely
    /// one of the flood.
    fn make_room(&mut self, now: Instant) {
        if self.sweep.is_none_or(|sweep| sweep <= now) {
            self.paid.retain(|_, paid| *paid > now);
            self.sweep = Some(now + Duration::from_millis(100));
        }
        if self.paid.len() >= CLIENTS
            && let Some(any) = self.paid.keys().next().copied()
        {
            self.paid.remove(&any);
        }
    }
}

impl Rate {
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        Self { cost: Duration::from_secs(1) / per_second.get(), clients: Mutex::default() }
    }

    /// Counts a request, or returns how long the client must wait.
    pub(crate) fn take(&self, client: IpAddr) -> Result<(), Duration> {
        let now = Instant::now();
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let client = rate_limit_key(client);
        if clients.paid.len() >= CLIENTS && !clients.paid.contains_key(&client) {
            clients.make_room(now);
        }
        let paid = clients.paid.entry(client).or_insert(now);
        let after = (*paid).max(now) + self.cost;
        match after.checked_duration_since(now + Duration::from_secs(1)) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                *paid = after;
                Ok(())
            }
        }
    }
}

/// Returns the address to count a client under. An IPv6 client has a whole /64 network, 2⁶⁴ addresses.
pub(crate) fn rate_limit_key(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_over_its_rate_does_not_slow_others() {
        let rate = Rate::new(NonZeroU32::new(10).unwrap());
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!((0..10).all(|_| rate.take(one).is_ok()));
        assert_eq!(rate.take(one), Err(Duration::from_millis(100)));
        assert!(rate.take(other).is_ok());

        tokio::time::advance(Duration::from_millis(100)).await;
        assert!(rate.take(one).is_ok());
        assert!(rate.take(one).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn the_addresses_of_one_network_are_one_client() {
        let rate = Rate::new(NonZeroU32::MIN);
        assert!(rate.take("2001:db8::1".parse().unwrap()).is_ok());
        assert!(rate.take("2001:db8::2".parse().unwrap()).is_err());
        assert!(rate.take("2001:db8:0:1::1".parse().unwrap()).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_clients_takes_bounded_memory() {
        let rate = Rate::new(NonZeroU32::MIN);
        for client in 0..20_000u32 {
            let _ = rate.take(IpAddr::from(client.to_be_bytes()));
        }
        assert!(rate.clients.lock().unwrap().paid.len() <= CLIENTS);
        assert!(rate.take("192.0.2.1".parse().unwrap()).is_ok());
    }
}
