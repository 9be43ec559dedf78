//! Consistency of the caches of replicas that share one database.
//!
//! Each replica holds a lease. Until the lease ends, the replica may serve cached responses, because it learns of every
//! write before that write is acknowledged. A writer announces its write by `NOTIFY`, and completes its callers once
//! every replica with a lease has acknowledged it or can no longer have a lease. So a client sees an acknowledged write
//! on every replica, and a cached read costs the database nothing.
//!
//! Why this holds:
//!
//! * Taking a lease blocks writers, so each write either waits for this replica or is already visible to it.
//! * A lease is renewed on the connection that receives notifications, and only before it ends, so a renewed replica
//!   knows all earlier writes. A lease that a writer must wait for therefore ends at most [`LEASE`] after its commit.
//! * A replica measures its lease on its own clock, from before it sent the request, and stops using it early.
//!
//! This assumes that clocks run steadily. It does not hold while the database's clock is set forward by seconds, or at
//! the moment when a suspended machine resumes.
//!
//! A database may come back in an older state, for example from a backup. The first writer or lease request that
//! detects this starts a new epoch of the fleet. A replica that finds a new epoch discards its caches.
//!
//! A replica that cannot receive notifications asks the database for everything. This module knows no trucks.

mod ack_tracker;
#[cfg(feature = "postgres")]
mod lease;
#[cfg(feature = "postgres")]
mod listener;

use std::time::Duration;

pub(super) use self::ack_tracker::AckTracker;
#[cfg(feature = "postgres")]
pub(super) use self::listener::ReplicaListener;

/// The duration of a lease, and so the time for which writers wait for a replica that ended without releasing it.
const LEASE: Duration = Duration::from_secs(2);
