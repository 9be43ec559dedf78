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
    postgres::{CHANGES, PATIENCE, options},
};

/// The channel on which replicas send acknowledgements.
const HEARD: &str = "hello_trucks_heard";

/// The application name of the connection, as the database lists it.
const NAME: &str = "hello-server, listening";

/// How much earlier a replica stops using its lease than others treat it as expired, because clocks differ in speed.
const MARGIN: Duration = Duration::from_millis(200);

/// The connection on which a replica receives notifications and renews its lease.
pub(super) struct Lease {
    listener: PgListener,
    acks: AckTracker,
    until: Instant,
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
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
        let mut listener =
            PgListener::connect_with(&pool.connect_lazy_with(options.application_name(NAME))).await?;
        listener.ignore_pool_close_event(true);
        listener.eager_reconnect(false);
        listener.listen_all([CHANGES, HEARD]).await?;

        let mut tx = listener.begin().await?;
        // Blocks writers until this transaction ends. After that, they see the lease.
        let mut found = fleet(&mut tx, "SELECT epoch, revision FROM fleet FOR UPDATE").await?;
        if known.is_some_and(|known| known.epoch == found.epoch && known.last > found.last) {
            query(Postgres::NEW_EPOCH).execute(&mut *tx).await?;
            found = fleet(&mut tx, "SELECT epoch, revision FROM fleet").await?;
        }
        let asked = Instant::now();
        query(
            "INSERT INTO replicas (name, until) VALUES ($1, clock_timestamp() + $2 * interval '1 ms') \
             ON CONFLICT (name) DO UPDATE SET until = excluded.until",
        )
        .bind(acks.own())
        .bind(milliseconds())
        .execute(&mut *tx)
        .await?;
        query("DELETE FROM replicas WHERE until < clock_timestamp() - interval '1 hour'")
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok((Self { listener, acks, until: end(asked) }, found))
    }

    /// Returns when the lease ends.
    pub(super) fn until(&self) -> Instant {
        self.until
    }

    /// Extends the lease, and acknowledges all events up to `revision`.
    ///
    /// # Errors
    ///
    /// When the renewal was too late and the lease is lost.
    pub(super) async fn renew(&mut self, revision: u64) -> Result<(), sqlx::Error> {
        let asked = Instant::now();
        // `execute` reads all messages of the server, so earlier notifications are buffered now.
        let renewed = query(
            "UPDATE replicas SET until = clock_timestamp() + $2 * interval '1 ms' \
             WHERE name = $1 AND until > clock_timestamp() RETURNING pg_notify($3, $4)",
        )
        .bind(self.acks.own().to_owned())
        .bind(milliseconds())
        .bind(HEARD)
        .bind(format!("{} {revision}", self.acks.own()))
        .execute(&mut self.listener);
        let renewed =
            timeout_at(self.until.into(), renewed).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
        if renewed.rows_affected() == 0 || Instant::now() >= self.until {
            return Err(sqlx::Error::PoolTimedOut);
        }
        self.until = end(asked);
        Ok(())
    }

    /// Acknowledges all events up to `revision`.
    pub(super) async fn acknowledge(&mut self, revision: u64) -> Result<(), sqlx::Error> {
        let said = query("SELECT pg_notify($1, $2)")
            .bind(HEARD)
            .bind(format!("{} {revision}", self.acks.own()))
            .execute(&mut self.listener);
        timeout_at(self.until.into(), said).await.map_err(|_| sqlx::Error::PoolTimedOut)?.map(drop)
    }

    /// Releases the lease, so that writers no longer wait for this replica.
    pub(super) async fn give_back(mut self) -> Result<(), sqlx::Error> {
        let given = query("DELETE FROM replicas WHERE name = $1")
            .bind(self.acks.own().to_owned())
            .execute(&mut self.listener);
        timeout_at(self.until.into(), given).await.map_err(|_| sqlx::Error::PoolTimedOut)?.map(drop)
    }

    /// Waits for the next notification.
    pub(super) async fn told(&mut self) -> Result<Notification, sqlx::Error> {
        loop {
            // `None` means that the connection was lost.
            let said = self.listener.try_recv().await?.ok_or(sqlx::Error::WorkerCrashed)?;
            if let Some(told) = self.understood(&said) {
                return Ok(told);
            }
        }
    }

    /// Returns the next notification that is already buffered.
    pub(super) fn pending(&mut self) -> Option<Notification> {
        while let Some(said) = self.listener.next_buffered() {
            if let Some(told) = self.understood(&said) {
                return Some(told);
            }
        }
        None
    }

    /// Parses a notification. Anything else on these channels is ignored.
    fn understood(&self, said: &PgNotification) -> Option<Notification> {
        match said.channel() {
            CHANGES => {
                let (revision, author) = said.payload().split_once(' ')?;
                Some(Notification::Written {
                    last: revision.parse().ok()?,
                    by_other: author != self.acks.own(),
                })
            }
            HEARD => {
                let (replica, revision) = said.payload().split_once(' ')?;
                Some(Notification::Acknowledged(replica.to_owned(), revision.parse().ok()?))
            }
            _ => None,
        }
    }
}

async fn fleet(connection: &mut PgConnection, question: &'static str) -> Result<Found, sqlx::Error> {
    let (epoch, last): (String, i64) = query_as(question).fetch_one(connection).await?;
    Ok(Found { epoch, last: u64::try_from(last).unwrap_or_default() })
}

fn end(asked: Instant) -> Instant {
    asked + LEASE.saturating_sub(MARGIN)
}

fn milliseconds() -> i64 {
    i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}
