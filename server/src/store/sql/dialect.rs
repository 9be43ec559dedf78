//! The parts that differ between databases.

use std::time::Duration;

use sqlx::{Database, pool::PoolConnection};

/// The parts that differ between databases. Rows are passed as JSON, so that any number of them is one parameter.
pub(in crate::store) trait Dialect: Database {
    /// The timeout after which the database counts as unavailable; `None` for a database that is always available.
    const RESPONSE_TIMEOUT: Option<Duration>;
    /// Begins a read-only transaction with one consistent snapshot.
    const BEGIN_READ: &str;
    /// Begins a write transaction, which blocks other writers until its end, and reads the fleet.
    const BEGIN_WRITE: &str;
    /// The name of the SQL function that finds a substring.
    const POSITION: &str;
    /// Reads the trucks with these ids.
    const TRUCKS: &str;
    /// Reads the trucks whose number plates have these keys, and those whose plate has no key. A server of an earlier
    /// version, which may run at the same time, writes plates without keys.
    const PLATES: &str;
    /// Reads some trucks that have a plate without a key.
    const UNKEYED_PLATES: &str;
    /// Writes the keys of number plates.
    const KEY_PLATES: &str;
    /// Reads these idempotency keys. Reads responses, which may be large, only for equal fingerprints.
    const KEYS: &str;
    /// Adds trucks.
    const ADD_TRUCKS: &str;
    /// Removes the number plates of these trucks.
    const CLEAR_PLATES: &str;
    /// Updates existing trucks.
    const UPDATE_TRUCKS: &str;
    /// Removes the trucks with these ids.
    const REMOVE_TRUCKS: &str;
    /// Adds events.
    const ADD_EVENTS: &str;
    /// Adds idempotency keys.
    const ADD_KEYS: &str;
    /// Updates the fleet.
    const UPDATE_FLEET: &str;
    /// Gives the fleet a new epoch, in which event numbers are reused.
    const NEW_EPOCH: &str;
    /// Notifies other replicas of the new revision and its author.
    const NOTIFY: Option<&str>;

    /// Executes the statements and commits the transaction, which is then on disk. Returns the replicas that have a
    /// lease, if the database can have several.
    fn finish(
        connection: &mut Self::Connection,
        statements: Vec<Statement>,
    ) -> impl Future<Output = Result<Vec<String>, sqlx::Error>> + Send;

    /// Handles a connection that was dropped during an operation, because its task was cancelled or panicked.
    fn abandon(connection: PoolConnection<Self>);
}

/// A statement with its only parameter.
#[derive(Debug)]
pub(in crate::store) struct Statement {
    pub(super) sql: &'static str,
    pub(super) json_param: String,
}
