//! The open connections, and eviction when there are too many.
//!
//! A new connection evicts an idle one: of the client with the most connections, the one that has been idle longest. A
//! client with more than half of all connections also loses those with an incomplete request or an unread response. If
//! none can be evicted, a few reserved connections are open beyond the limit, so that probes are answered. Any other
//! request on them waits for a regular place.

use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ipnet::IpNet;
use tokio::{
    sync::oneshot,
    time::{Instant, sleep, timeout},
};

use super::activity::{Activity, Phase};
use crate::limits::rate_limit_key;

/// The number of connections beyond the limit, for probes.
const RESERVE: usize = 32;

/// How long a connection must be idle before it can be evicted: its first request may still be arriving.
const IDLE: Duration = Duration::from_millis(250);

/// How long a reserved connection without a request stays when its place is needed: a probe sends its request at once.
const RESERVED_IDLE: Duration = Duration::from_millis(100);

/// How long a request may be incomplete, or a response unread, before its connection can be evicted.
const SLOW: Duration = Duration::from_secs(1);

/// The interval between checks for a free place.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// How long a request on a reserved connection waits for a regular place.
const PLACE_TIMEOUT: Duration = Duration::from_secs(5);

/// The list of open connections. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limit: usize,
    trusted_proxies: Vec<IpNet>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    reserved: usize,
    connections: HashMap<u64, Entry>,
    /// How many connections each client has; proxies, which stand for many clients, are not counted.
    by_client: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Entry {
    client: Option<IpAddr>,
    activity: Activity,
    is_reserved: bool,
    /// Tells the connection that it is evicted.
    evict: oneshot::Sender<()>,
}

/// The place of an open connection, which is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    connections: Connections,
}

/// A place, and what its connection needs to know.
pub(super) struct Admitted {
    pub(super) place: Place,
    pub(super) activity: Activity,
    /// Completes when the connection is evicted.
    pub(super) evicted: oneshot::Receiver<()>,
    /// Whether the connection is beyond the limit.
    pub(super) is_reserved: bool,
}

impl Connections {
    /// Returns an empty list with this limit.
    pub(super) fn up_to(limit: usize, trusted_proxies: Vec<IpNet>) -> Self {
        Self(Arc::new(Shared { limit, trusted_proxies, open: Mutex::default() }))
    }

    /// Waits for a place for a connection from this address.
    pub(super) async fn admit(&self, peer: IpAddr) -> Admitted {
        let client = self.client(peer);
        loop {
            if let Some(admitted) = self.try_admit(client) {
                return admitted;
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    fn try_admit(&self, client: Option<IpAddr>) -> Option<Admitted> {
        let now = Instant::now();
        let mut open = self.open();
        let is_reserved = !open.make_room(self.0.limit, now);
        if is_reserved && !open.make_reserved_room(now) {
            return None;
        }
        let (activity, (evict, evicted)) = (Activity::begin(now), oneshot::channel());
        let entry = Entry { client, activity: activity.clone(), is_reserved, evict };
        let id = open.add(entry);
        let place = Place { id, connections: self.clone() };
        Some(Admitted { place, activity, evicted, is_reserved })
    }

    /// Returns the client that a connection counts for; `None` for a trusted proxy, which stands for many clients.
    fn client(&self, peer: IpAddr) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        let is_proxy = self.0.trusted_proxies.iter().any(|net| net.contains(&peer));
        (!is_proxy).then(|| rate_limit_key(peer))
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn add(&mut self, entry: Entry) -> u64 {
        let id = self.next;
        self.next += 1;
        self.reserved += usize::from(entry.is_reserved);
        if let Some(client) = entry.client {
            *self.by_client.entry(client).or_default() += 1;
        }
        self.connections.insert(id, entry);
        id
    }

    fn remove(&mut self, id: u64) -> Option<Entry> {
        let entry = self.connections.remove(&id)?;
        self.reserved -= usize::from(entry.is_reserved);
        if let Some(client) = entry.client
            && let Some(count) = self.by_client.get_mut(&client)
        {
            *count -= 1;
            if *count == 0 {
                self.by_client.remove(&client);
            }
        }
        Some(entry)
    }

    /// Makes room for a regular connection, by eviction if necessary. Reports whether there is room.
    fn make_room(&mut self, limit: usize, now: Instant) -> bool {
        if self.connections.len() - self.reserved < limit {
            return true;
        }
        let regular = self.connections.iter().filter(|(_, entry)| !entry.is_reserved);
        let least_active = regular
            .filter_map(|(id, entry)| {
                let held = entry.client.and_then(|client| self.by_client.get(&client)).copied().unwrap_or(0);
                let rank = rank(entry, held > limit / 2, now)?;
                Some((held, Reverse(rank), entry.activity.age(now), Reverse(*id)))
            })
            .max();
        match least_active {
            Some((.., Reverse(id))) => {
                self.evict(id);
                true
            }
            None => false,
        }
    }
}

impl Open {
    /// Makes room for a reserved connection, if necessary by evicting one without a request. Reports whether there is
    /// room.
    fn make_reserved_room(&mut self, now: Instant) -> bool {
        if self.reserved < RESERVE {
            return true;
        }
        let without_request = self.connections.iter().filter(|(_, entry)| {
            entry.is_reserved && matches!(entry.activity.phase(), Phase::Idle | Phase::Head)
        });
        let ages = without_request.map(|(id, entry)| (entry.activity.age(now), Reverse(*id)));
        match ages.filter(|(age, _)| *age >= RESERVED_IDLE).max() {
            Some((_, Reverse(id))) => {
                self.evict(id);
                true
            }
            None => false,
        }
    }

    fn evict(&mut self, id: u64) {
        if let Some(entry) = self.remove(id) {
            tracing::debug!(client = ?entry.client, "a connection gives way to a new one");
            // The connection may have ended meanwhile.
            let _ = entry.evict.send(());
        }
    }
}

/// Returns the rank of a connection for eviction, lowest first; `None` if it must not be evicted.
fn rank(entry: &Entry, is_greedy: bool, now: Instant) -> Option<u8> {
    let age = entry.activity.age(now);
    if entry.activity.is_blocked() {
        return (is_greedy && age >= SLOW).then_some(2);
    }
    match entry.activity.phase() {
        Phase::Idle => (age >= IDLE).then_some(0),
        Phase::Head => (is_greedy && age >= SLOW).then_some(1),
        Phase::Work | Phase::Response | Phase::Events => None,
    }
}

impl Place {
    /// Waits until a reserved connection has a regular place, and reports whether it got one in time.
    pub(super) async fn becomes_regular(&self) -> bool {
        let regular = async {
            while !self.try_become_regular() {
                sleep(POLL_INTERVAL).await;
            }
        };
        timeout(PLACE_TIMEOUT, regular).await.is_ok()
    }

    fn try_become_regular(&self) -> bool {
        let mut open = self.connections.open();
        if !open.make_room(self.connections.0.limit, Instant::now()) {
            return false;
        }
        let was_reserved =
            open.connections.get_mut(&self.id).map(|entry| std::mem::take(&mut entry.is_reserved));
        open.reserved -= usize::from(was_reserved == Some(true));
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().remove(self.id);
    }
}
