//! Executes writes as the console does: through the gate.

use hello_model::{
    failure::Failure,
    write::{Outcome, Write, WriteResult},
};
use hello_services::{Services, gate::Gate};
use hello_shared::{NewTruck, Truck};

/// Executes a write, with an audit trail of its own.
pub(crate) async fn execute(services: &Services, write: Write) -> WriteResult {
    let home = tempfile::tempdir().unwrap();
    Gate::new(false, Some(home.path().join("audit.jsonl"))).execute(write, services).await
}

/// Adds a truck under the key `key-1`.
pub(crate) async fn add_a_truck(services: &Services) -> Result<Truck, Failure> {
    let write = Write::CreateTruck { truck: NewTruck::new("Scania", "V8"), key: "key-1".to_owned() };
    match execute(services, write).await.outcome()? {
        Outcome::Truck(truck) => Ok(truck),
        other => panic!("an addition returned {other:?}"),
    }
}
