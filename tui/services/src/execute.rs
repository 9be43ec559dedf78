//! From a write to its result.

use hello_model::write::{Outcome, Write, WriteResult};

use crate::{Services, gate::Ticket};

impl Services {
    /// Executes a write that the gate has let through. Dropping the future may leave the write done or not.
    pub async fn execute(&self, ticket: Ticket, write: Write) -> WriteResult {
        // A ticket is for one write.
        let Ticket { .. } = ticket;
        match write {
            Write::CreateTruck { truck, key } => self.trucks.create(&truck, &key).await.map(Outcome::Truck),
            Write::CreateTrucks { trucks, key } => {
                self.trucks.create_all(&trucks, &key).await.map(Outcome::Trucks)
            }
            Write::UpdateTruck { truck, patch, if_match, .. } => {
                self.trucks.update(&truck, &patch, &if_match).await.map(Outcome::Truck)
            }
            Write::RemoveTruck { truck, if_match, .. } => {
                self.trucks.remove(&truck, &if_match).await.map(Outcome::Removed)
            }
            Write::EditTrucks { edits, .. } => self.trucks.edit_each(edits).await.map(Outcome::Batch),
            Write::RemoveTrucks { trucks, .. } => self.trucks.remove_each(trucks).await.map(Outcome::Batch),
            Write::Run(write) => self.github.execute(&write).await.map(Outcome::Run),
        }
        .into()
    }

    /// Returns the address of the service that a write is for, without secrets.
    pub(crate) fn address_of(&self, write: &Write) -> String {
        match write {
            Write::CreateTruck { .. }
            | Write::CreateTrucks { .. }
            | Write::UpdateTruck { .. }
            | Write::RemoveTruck { .. }
            | Write::EditTrucks { .. }
            | Write::RemoveTrucks { .. } => self.trucks.shown_address(),
            Write::Run(_) => self.github.shown_address(),
        }
    }
}
