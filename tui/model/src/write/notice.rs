//! What a write has done, in a sentence.

use super::{Outcome, Write, batch};
use crate::truck;

/// A sentence about a write that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    /// Whether all of it was done.
    pub is_complete: bool,
}

impl Write {
    /// Returns what was done: `Added the truck Scania V8.`
    pub fn notice(&self, outcome: &Outcome) -> Notice {
        let done = |text| Notice { text, is_complete: true };
        match (self, outcome) {
            (Self::CreateTruck { .. }, Outcome::Truck(truck)) => {
                done(format!("Added the truck {}.", truck::name(truck)))
            }
            (Self::CreateTrucks { .. }, Outcome::Trucks(trucks)) => {
                done(format!("Added {}.", batch::count(trucks.len())))
            }
            (Self::UpdateTruck { truck: before, .. }, Outcome::Truck(after)) => {
                let changes = batch::changed(before, after);
                done(format!("Changed the truck {}: {changes}.", truck::name(after)))
            }
            (Self::RemoveTruck { .. }, Outcome::Removed(truck)) => {
                done(format!("Removed the truck {}.", truck::name(truck)))
            }
            (Self::EditTrucks { .. } | Self::RemoveTrucks { .. }, Outcome::Batch(ended)) => {
                self.notice_of_batch(ended)
            }
            (Self::Run(write), Outcome::Run(outcome)) => write.notice(outcome),
            (write, _) => done(format!("{} {}: done.", write.label(), write.target())),
        }
    }

    fn notice_of_batch(&self, ended: &super::Batch) -> Notice {
        let verb = if matches!(self, Self::RemoveTrucks { .. }) { "Removed" } else { "Changed" };
        let all = ended.done.len() + ended.failed.len();
        let text = match (self, &ended.done[..], all) {
            (Self::EditTrucks { edits, .. }, [after], 1) => {
                let changes = edits.first().map(|edit| batch::changed(&edit.truck, after));
                format!("Changed the truck {}: {}.", truck::name(after), changes.unwrap_or_default())
            }
            (_, [only], 1) => format!("{verb} the truck {}.", truck::name(only)),
            (_, done, _) if ended.failed.is_empty() => format!("{verb} {}.", batch::count(done.len())),
            (_, done, _) => {
                let failures = ended.failures();
                format!("{verb} {} of {}. Not done: {failures}.", done.len(), batch::count(all))
            }
        };
        Notice { text, is_complete: ended.failed.is_empty() }
    }
}
