//! The lease of a replica, stored in the database.

use std::time::{Duration, Instant};

use sqlx::{
    Acquire, PgConnection, Postgres,
    postgres::{PgListener, PgNotification, PgPoolOptions},
    query, query_as,
};
use tokio::time::timeout_at;

use super::{LEASE, ack_tracker::AckTracker};
use crate::store::sql::{
    Dialect,
    postgres::{ACQUIRE_TIMEOUT, CHANGES, options},
};

/// The channel on which replicas send acknowledgements.
const ACKNOWLEDGEMENTS: &str = "hello_trucks_heard";

/// The application name of the connection, as the database lists it.
const APPLICATION_NAME: &str = "hello-server, listening";

/// How much earlier a replica stops using its lease than others treat it as expired, because clocks differ in speed.
const MARGIN: Duration = Duration::from_millis(200);

/// The connection on which a replica receives notifications and renews its lease.
pub(super) struct Lease {
    listener: PgListener,
    acks: AckTracker,
    ends_at: Instant,
}

/// A message from a replica.
pub(super) enum Notification {
    /// All events up to this one were written, by another replica or by this one, after a commit of unknown result.
    Written { last: u64, by_other: bool },
    /// A replica has acknowledged this event.
    Acknowledged(String, u64),
}

/// The state of the fleet when a lease is taken.
pub(super) struct Found {
    /// Identifies the history of the fleet. Differs between fleets, and changes after the restore of an older backup.
    pub(super) epoch: String,
    /// The number of the last event.
    pub(super) last: u64,
}

impl Lease {
    /// Starts to listen and takes a lease. Returns the lease and the state of the fleet.
    ///
    /// If `known` is ahead in the same epoch, the database was restored, or a standby that lacked some events took
    /// over. Then the fleet gets a new epoch, because event numbers are reused.
    pub(super) async fn take(
        url: &str,
        acks: AckTracker,
        known: Option<&Found>,
    ) -> Result<(Self, Found), sqlx::Error> {
        let options = options(url)?;
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT);
        let mut listener =
            PgListener::connect_with(&pool.connect_lazy_with(options.application_name(APPLICATION_NAME)))
                .await?;
        listener.ignore_pool_close_event(true);
        listener.eager_reconnect(false);
        listener.listen_all([CHANGES, ACKNOWLEDGEMENTS]).await?;

        let mut tx = listener.begin().await?;
        // Blocks writers until this transaction ends. After that, they see the lease.
        let mut found = fleet(&mut tx, "SELECT epoch, revision FROM fleet FOR UPDATE").await?;
        if known.is_some_and(|known| known.epoch == found.epoch && known.last > found.last) {
            query(Postgres::NEW_EPOCH).execute(&mut *tx).await?;
            found = fleet(&mut tx, "SELECT epoch, revision FROM fleet").await?;
        }
        let sent_at = Instant::now();
        query(
            "INSERT INTO replicas (name, until) VALUES ($1, clock_timestamp() + $2 * interval '1 ms') \
             ON CONFLICT (name) DO UPDATE SET until = excluded.until",
        )
        .bind(acks.own_name())
        .bind(milliseconds())
        .execute(&mut *tx)
        .await?;
        query("DELETE FROM replicas WHERE until < clock_timestamp() - interval '1 hour'")
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok((Self { listener, acks, ends_at: end_of_lease(sent_at) }, found))
    }

    /// Returns when the lease ends.
    pub(super) fn ends_at(&self) -> Instant {
        self.ends_at
    }

    /// Extends the lease, and acknowledges all events up to `revision`.
    ///
    /// # Errors
    ///
    /// When the renewal was too late and the lease is lost.
    pub(super) async fn renew(&mut self, revision: u64) -> Result<(), sqlx::Error> {
        let sent_at = Instant::now();
        // `execute` reads all messages of the server, so earlier notifications are buffered now.
        let renewed = query(
            "UPDATE replicas SET until = clock_timestamp() + $2 * interval '1 ms' \
             WHERE name = $1 AND until > clock_timestamp() RETURNING pg_notify($3, $4)",
        )
        .bind(self.acks.own_name().to_owned())
        .bind(milliseconds())
        .bind(ACKNOWLEDGEMENTS)
        .bind(format!("{} {revision}", self.acks.own_name()))
        .execute(&mut self.listener);
        let renewed =
            timeout_at(self.ends_at.into(), renewed).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
        if renewed.rows_affected() == 0 || Instant::now() >= self.ends_at {
            return Err(sqlx::Error::PoolTimedOut);
        }
        self.ends_at = end_of_lease(sent_at);
        Ok(())
    }

    /// Acknowledges all events up to `revision`.
    pub(super) async fn acknowledge(&mut self, revision: u64) -> Result<(), sqlx::Error> {
        let sent = query("SELECT pg_notify($1, $2)")
            .bind(ACKNOWLEDGEMENTS)
            .bind(format!("{} {revision}", self.acks.own_name()))
            .execute(&mut self.listener);
        timeout_at(self.ends_at.into(), sent).await.map_err(|_| sqlx::Error::PoolTimedOut)?.map(drop)
    }

    /// Releases the lease, so that writers no longer wait for this replica.
    pub(super) async fn release(mut self) -> Result<(), sqlx::Error> {
        let released = query("DELETE FROM replicas WHERE name = $1")
            .bind(self.acks.own_name().to_owned())
            .execute(&mut self.listener);
        timeout_at(self.ends_at.into(), released).await.map_err(|_| sqlx::Error::PoolTimedOut)?.map(drop)
    }

    /// Waits for the next notification.
    pub(super) async fn receive(&mut self) -> Result<Notification, sqlx::Error> {
        loop {
            // `None` means that the connection was lost.
            let notification = self.listener.try_recv().await?.ok_or(sqlx::Error::WorkerCrashed)?;
            if let Some(parsed) = self.parse(&notification) {
                return Ok(parsed);
            }
        }
    }

    /// Returns the next notification that is already buffered.
    pub(super) fn pending(&mut self) -> Option<Notification> {
        while let Some(notification) = self.listener.next_buffered() {
            if let Some(parsed) = self.parse(&notification) {
                return Some(parsed);
            }
        }
        None
    }

    /// Parses a notification. Anything else on these channels is ignored.
    fn parse(&self, notification: &PgNotification) -> Option<Notification> {
        match notification.channel() {
            CHANGES => {
                let (revision, author) = notification.payload().split_once(' ')?;
                Some(Notification::Written {
                    last: revision.parse().ok()?,
                    by_other: author != self.acks.own_name(),
                })
            }
            ACKNOWLEDGEMENTS => {
                let (replica, revision) = notification.payload().split_once(' ')?;
                Some(Notification::Acknowledged(replica.to_owned(), revision.parse().ok()?))
            }
            _ => None,
        }
    }
}

async fn fleet(connection: &mut PgConnection, sql: &'static str) -> Result<Found, sqlx::Error> {
    let (epoch, last): (String, i64) = query_as(sql).fetch_one(connection).await?;
    Ok(Found { epoch, last: u64::try_from(last).unwrap_or_default() })
}

fn end_of_lease(sent_at: Instant) -> Instant {
    sent_at + LEASE.saturating_sub(MARGIN)
}

fn milliseconds() -> i64 {
    i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}
