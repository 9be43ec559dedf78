//! Permits that all clients share, of which one client may hold half.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::Arc,
};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::rate::rate_limit_key;

/// The number of shares. Clients are spread over them at random, so that counting needs neither a lock nor memory that
/// grows with the clients. Two clients with the same hash have one share together.
const SHARES: usize = 1024;

/// A number of permits, and how many of them each client may hold.
#[derive(Debug)]
pub(crate) struct Shares {
    all: Semaphore,
    by_client: Box<[Semaphore]>,
    share: u32,
    hasher: RandomState,
}

/// Permits in use, which are released when this is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    shares: Arc<Shares>,
    place: Option<usize>,
    count: u32,
}

impl Shares {
    /// Returns this many permits. One client may hold half of them, but at least one.
    pub(crate) fn of(count: usize) -> Arc<Self> {
        let count = count.clamp(1, u32::MAX as usize).min(Semaphore::MAX_PERMITS);
        let share = count.div_ceil(2);
        Arc::new(Self {
            all: Semaphore::new(count),
            by_client: (0..SHARES).map(|_| Semaphore::new(share)).collect(),
            share: u32::try_from(share).unwrap_or(u32::MAX),
            hasher: RandomState::new(),
        })
    }

    /// Takes a permit for a client, if neither its share nor the total is used up.
    ///
    /// Without a client, as behind a trusted proxy that reports none, only the total counts.
    pub(crate) fn try_acquire(self: &Arc<Self>, client: Option<IpAddr>) -> Option<Permit> {
        let place = client.map(|client| self.place(client));
        let own = match place {
            Some(place) => Some(self.by_client[place].try_acquire().ok()?),
            None => None,
        };
        let all = self.all.try_acquire().ok()?;
        Some(self.taken(place, own, all, 1))
    }

    /// Takes permits for a client, and waits until there are enough. A count above the client's share is reduced to the
    /// share.
    pub(crate) async fn acquire(self: &Arc<Self>, client: Option<IpAddr>, count: u32) -> Option<Permit> {
        let count = count.min(self.share);
        let place = client.map(|client| self.place(client));
        // The client's own share comes first, because waiting for it does not block other clients.
        let own = match place {
            Some(place) => Some(self.by_client[place].acquire_many(count).await.ok()?),
            None => None,
        };
        let all = self.all.acquire_many(count).await.ok()?;
        Some(self.taken(place, own, all, count))
    }

    fn place(&self, client: IpAddr) -> usize {
        let hash = self.hasher.hash_one(rate_limit_key(client));
        usize::try_from(hash % SHARES as u64).unwrap_or_default()
    }

    fn taken(
        self: &Arc<Self>,
        place: Option<usize>,
        own: Option<SemaphorePermit<'_>>,
        all: SemaphorePermit<'_>,
        count: u32,
    ) -> Permit {
        if let Some(own) = own {
            own.forget();
        }
        all.forget();
        Permit { shares: Arc::clone(self), place, count }
    }
}

impl Permit {
    /// Releases all but `count` permits.
    pub(crate) fn keep(&mut self, count: u32) {
        let freed = self.count.saturating_sub(count);
        self.release(freed);
    }

    fn release(&mut self, count: u32) {
        self.count -= count;
        let count = count as usize;
        self.shares.all.add_permits(count);
        if let Some(place) = self.place {
            self.shares.by_client[place].add_permits(count);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.release(self.count);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    /// Two clients with different shares.
    fn clients(shares: &Shares) -> [Option<IpAddr>; 2] {
        let one = IpAddr::from([192, 0, 2, 1]);
        let mut others = (2..=255).map(|n| IpAddr::from([192, 0, 2, n]));
        let other = others.find(|other| shares.place(*other) != shares.place(one));
        [Some(one), other]
    }

    #[test]
    fn one_client_takes_half_and_leaves_the_rest_to_others() {
        let shares = Shares::of(8);
        let [one, other] = clients(&shares);
        let mut held: Vec<_> = (0..4).map(|_| shares.try_acquire(one).unwrap()).collect();
        assert!(shares.try_acquire(one).is_none());
        held.extend((0..4).map(|_| shares.try_acquire(other).unwrap()));
        assert!(shares.try_acquire(None).is_none(), "all are taken");
        drop(held);
        assert!(
            (0..4).map(|_| shares.try_acquire(one)).all(|permit| permit.is_some()),
            "each permit is released at once"
        );
        assert_eq!(shares.all.available_permits(), 8);
    }

    #[test]
    fn a_client_without_a_name_may_take_all() {
        let shares = Shares::of(3);
        let held: Vec<_> = (0..3).map(|_| shares.try_acquire(None).unwrap()).collect();
        assert!(shares.try_acquire(None).is_none());
        drop(held);
        assert_eq!(shares.all.available_permits(), 3);
    }

    #[test]
    fn the_addresses_of_one_network_have_one_share() {
        let shares = Shares::of(2);
        let _held = shares.try_acquire(Some("2001:db8::1".parse().unwrap())).unwrap();
        assert!(shares.try_acquire(Some("2001:db8::2".parse().unwrap())).is_none());
    }

    #[tokio::test]
    async fn a_client_waiting_for_its_share_blocks_no_other() {
        let shares = Shares::of(8);
        let [one, other] = clients(&shares);
        let mut held = shares.acquire(one, 100).await.unwrap();
        assert_eq!(held.count, 4, "the count is reduced to the share");
        let mut waiting = Box::pin(shares.acquire(one, 2));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert!(shares.acquire(other, 4).now_or_never().flatten().is_some());

        held.keep(2);
        assert!(waiting.await.is_some());
        drop(held);
        assert_eq!(shares.all.available_permits(), 8);
        assert!(shares.by_client.iter().all(|own| own.available_permits() == 4));
    }

    #[tokio::test]
    async fn a_wait_that_is_given_up_takes_nothing() {
        let shares = Shares::of(2);
        let [one, other] = clients(&shares);
        let held = [shares.try_acquire(one).unwrap(), shares.try_acquire(None).unwrap()];
        assert!(shares.acquire(other, 1).now_or_never().is_none());
        drop(held);
        assert_eq!(shares.all.available_permits(), 2);
        assert!(shares.by_client.iter().all(|own| own.available_permits() == 1));
    }
}
