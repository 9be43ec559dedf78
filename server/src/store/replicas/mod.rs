//! How replicas on one database keep what each of them has prepared true.
//!
//! Each replica holds a lease: until it ends, it may hand out what it prepared, for it will have heard of every write
//! before that write is acknowledged. Whoever writes says so by `NOTIFY`, and answers its callers once every replica with
//! a lease has said that it heard, or cannot have a lease any more. So a caller never misses what it was promised,
//! whichever replica it asks next, and a read costs the database nothing.
//!
//! What makes this hold:
//!
//! * Whoever takes a lease keeps writers out meanwhile: they have it in their list, or it has read what they wrote.
//! * A lease is renewed over the connection that hears, and only in time: a renewed replica has heard all that was
//!   written before. So a lease that a writer must wait for ends at most [`LEASE`] after its commit.
//! * A replica counts its lease from before it asked, on its own clock, and gives it up somewhat early.
//!
//! * The clocks run: it does not hold while the database's is set forward by seconds, or in the moment in which a machine
//!   that was suspended as a whole goes on.
//!
//! A database may come back older than it was, as from a backup. Whoever notices first, a writer or who takes a lease,
//! begins a new epoch of the fleet, and whoever finds another epoch than before believes nothing that it has kept.
//!
//! A replica that cannot hear the others asks the database for everything. What trucks are never belongs here.

mod ack_tracker;
#[cfg(feature = "postgres")]
mod lease;
#[cfg(feature = "postgres")]
mod listener;

use std::time::Duration;

pub(super) use self::ack_tracker::AckTracker;
#[cfg(feature = "postgres")]
pub(super) use self::listener::Listener;

/// How long a lease lasts: that long writers wait for a replica that ended without a word.
const LEASE: Duration = Duration::from_secs(2);
