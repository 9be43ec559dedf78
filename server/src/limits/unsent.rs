//! The limit on response bytes that are not written yet, for the whole process.
//!
//! A slow client keeps its response in memory for long. So each larger response reserves room for its maximum size
//! before it is created. The room belongs to the bytes themselves: it is released when the last response that holds
//! them is written, or its connection is gone. A response that shares the bytes of another one needs no room.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::body::Bytes;
use tokio::time;

use super::{Permit, Shares};

/// The maximum size of a response that is not counted, in bytes. One such response per connection takes little memory.
pub(crate) const SMALL: usize = 16 * 1024;

/// The number of bytes per permit.
const UNIT: usize = 1024;

/// Limits the bytes that wait to be written.
#[derive(Debug)]
pub(crate) struct Unsent(Arc<Shares>);

/// Reserved room for a response that is about to be created.
#[derive(Debug)]
pub(crate) struct Room(Option<Permit>);

impl Unsent {
    /// Returns a limit of this many bytes, half of them for one client.
    pub(crate) fn of(bytes: usize) -> Self {
        Self(Shares::of(bytes / UNIT))
    }

    /// Waits until there is room for a response of at most this many bytes, and reserves it; `None` on a timeout.
    pub(crate) async fn reserve(&self, client: Option<IpAddr>, bytes: usize, wait: Duration) -> Option<Room> {
        if bytes <= SMALL {
            return Some(Room(None));
        }
        let permit = time::timeout(wait, self.0.acquire(client, units(bytes))).await.ok()??;
        Some(Room(Some(permit)))
    }
}

impl Room {
    /// Returns the response as bytes, which release their room when they are dropped.
    pub(crate) fn hold(self, mut response: Vec<u8>) -> Bytes {
        let Some(mut permit) = self.0 else { return response.into() };
        response.shrink_to_fit();
        if response.len() <= SMALL {
            return response.into();
        }
        permit.keep(units(response.len()));
        Bytes::from_owner(Held { response, _permit: permit })
    }
}

struct Held {
    response: Vec<u8>,
    _permit: Permit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.response
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const MIB: usize = 1024 * 1024;

    #[tokio::test(start_paused = true)]
    async fn room_is_free_once_the_last_holder_is_dropped() {
        let unsent = Unsent::of(MIB);
        let room = unsent.reserve(None, MIB / 2, SECOND).await.unwrap();
        let bytes = room.hold(vec![0; MIB / 4]);
        let again = unsent.reserve(None, MIB / 2, SECOND).await.expect("what was not needed is free");
        drop(again);

        let others = [bytes.clone(), bytes.slice(5..)];
        drop(bytes);
        let whole = async || unsent.0.acquire(None, 512).await.map(|permit| (permit, ()));
        let held = [whole().await.unwrap()];
        assert!(time::timeout(SECOND, whole()).await.is_err(), "a part of it is still to be written");
        drop(others);
        assert!(time::timeout(SECOND, whole()).await.is_ok());
        drop(held);
    }

    #[tokio::test(start_paused = true)]
    async fn small_responses_need_no_room() {
        let unsent = Unsent::of(MIB);
        let _all = [unsent.reserve(None, MIB, SECOND).await, unsent.reserve(None, MIB, SECOND).await];
        assert!(unsent.reserve(None, SMALL + 1, SECOND).await.is_none());
        let room = unsent.reserve(None, SMALL, SECOND).await.unwrap();
        assert_eq!(room.hold(vec![1; 5]).len(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn one_client_leaves_room_for_others() {
        let unsent = Unsent::of(MIB);
        let one = Some(IpAddr::from([192, 0, 2, 1]));
        let _held = unsent.reserve(one, MIB, SECOND).await.unwrap();
        assert!(unsent.reserve(one, MIB / 4, SECOND).await.is_none());
        // Clients are spread over the shares at random, so the next one may have the same.
        let mut others = (2..=255).map(|last| Some(IpAddr::from([192, 0, 2, last])));
        let other =
            others.find(|other| unsent.0.try_acquire(*other).is_some()).expect("a client has another share");
        assert!(unsent.reserve(other, MIB / 4, SECOND).await.is_some());
    }
}
