//! The list of open connections, and the choice of the one that a new connection evicts.

use std::{cmp::Reverse, collections::HashMap, net::IpAddr, time::Duration};

use tokio::{sync::oneshot, time::Instant};

use crate::serve::activity::{Activity, Phase};

/// The number of connections beyond the limit, for probes.
const RESERVE: usize = 32;

/// How long a connection must be idle before it can be evicted: its first request may still be arriving.
const IDLE: Duration = Duration::from_millis(250);

/// How long a reserved connection without a request stays when its slot is needed: a probe sends its request at once.
const RESERVED_IDLE: Duration = Duration::from_millis(100);

/// How long a request may be incomplete, or a response unread, before its connection can be evicted.
const SLOW: Duration = Duration::from_secs(1);

/// The open connections of a listener.
#[derive(Debug, Default)]
pub(super) struct Open {
    next: u64,
    pub(super) reserved: usize,
    pub(super) connections: HashMap<u64, Entry>,
    /// How many connections each client has; proxies, which stand for many clients, are not counted.
    by_client: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) client: Option<IpAddr>,
    pub(super) activity: Activity,
    pub(super) is_reserved: bool,
    /// Tells the connection that it is evicted.
    pub(super) evict: oneshot::Sender<()>,
}

impl Open {
    pub(super) fn add(&mut self, entry: Entry) -> u64 {
        let id = self.next;
        self.next += 1;
        self.reserved += usize::from(entry.is_reserved);
        if let Some(client) = entry.client {
            *self.by_client.entry(client).or_default() += 1;
        }
        self.connections.insert(id, entry);
        id
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<Entry> {
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
    pub(super) fn make_room(&mut self, limit: usize, now: Instant) -> bool {
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

    /// Makes room for a reserved connection, if necessary by evicting one without a request. Reports whether there is
    /// room.
    pub(super) fn make_reserved_room(&mut self, now: Instant) -> bool {
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
