//! The open connections, and eviction when there are too many.
//!
//! A new connection evicts an idle one: of the client with the most connections, the one that has been idle longest. A
//! client with more than half of all connections also loses those with an incomplete request or an unread response. If
//! none can be evicted, a few reserved connections are open beyond the limit, so that probes are answered. Any other
//! request on them waits for a regular slot.

mod open;

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ipnet::IpNet;
use tokio::{
    sync::oneshot,
    time::{Instant, sleep, timeout},
};

use self::open::{Entry, Open};
use super::activity::Activity;
use crate::limits::rate_limit_key;

/// The interval between checks for a free slot.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// How long a request on a reserved connection waits for a regular slot.
const SLOT_TIMEOUT: Duration = Duration::from_secs(5);

/// The list of open connections. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limit: usize,
    trusted_proxies: Vec<IpNet>,
    open: Mutex<Open>,
}

/// The slot of an open connection, which is free again when this is dropped.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    id: u64,
    connections: Connections,
}

/// A slot, and what its connection needs to know.
pub(super) struct Admitted {
    pub(super) slot: ConnectionSlot,
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

    /// Waits for a slot for a connection from this address.
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
        let slot = ConnectionSlot { id, connections: self.clone() };
        Some(Admitted { slot, activity, evicted, is_reserved })
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

impl ConnectionSlot {
    /// Waits until a reserved connection has a regular slot, and reports whether it got one in time.
    pub(super) async fn becomes_regular(&self) -> bool {
        let regular = async {
            while !self.try_become_regular() {
                sleep(POLL_INTERVAL).await;
            }
        };
        timeout(SLOT_TIMEOUT, regular).await.is_ok()
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

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.connections.open().remove(self.id);
    }
}
