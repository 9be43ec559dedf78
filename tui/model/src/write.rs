//! All operations that change external state, as data.

mod batch;
mod notice;
mod result;
mod run;
#[cfg(test)]
mod tests;

pub use self::{
    batch::{Batch, TruckEdit, UnchangedTruck},
    notice::Notice,
    result::{WriteFailure, WriteResult},
    run::{Decision, RerunJobs, Reviewed, RunAction, RunOutcome, RunWrite, Trigger},
};
use crate::{
    query::Query,
    truck::{self, ChangeKind, EntityTag, NewTruck, Truck, TruckChange, TruckPatch, changes},
};

/// A change. The services check and record every change before it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// `key` is an idempotency key: the service creates one truck for it, however often the request is sent.
    CreateTruck { truck: NewTruck, key: String },
    /// Adds all trucks or none, with one request.
    CreateTrucks { trucks: Vec<NewTruck>, key: String },
    /// Changes the fields of `patch`, if the truck is still of the version `if_match`.
    ///
    /// `truck` is the truck that the change was decided on. `audit_id` names the write in the audit trail only: the tag
    /// makes it safe to repeat.
    UpdateTruck { truck: Box<Truck>, patch: TruckPatch, if_match: EntityTag, audit_id: String },
    /// Removes a truck, if it is still of the version `if_match`. `truck` and `audit_id` as for an update.
    RemoveTruck { truck: Box<Truck>, if_match: EntityTag, audit_id: String },
    /// Changes trucks one after another, each only if it is still of the version in its edit.
    EditTrucks { edits: Vec<TruckEdit>, audit_id: String },
    /// Removes trucks one after another, each only if it is still of this version.
    RemoveTrucks { trucks: Vec<Truck>, audit_id: String },
    /// Changes a run or a workflow on GitHub.
    Run(RunWrite),
}

/// How the user confirms a write before it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Risk {
    /// Executed at once.
    Safe,
    /// The user says yes.
    Confirm,
    /// The user types [`Write::target`].
    TypeName,
}

/// What a successful write returns.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The truck that was added or changed.
    Truck(Truck),
    Trucks(Vec<Truck>),
    /// The truck that was removed, as it last was.
    Removed(Truck),
    /// What became of each of several trucks.
    Batch(Batch),
    Run(RunOutcome),
}

impl Outcome {
    /// Returns what the screen of the write opens, as the subject of a route: a run that was started.
    pub fn subject(&self) -> Option<String> {
        match self {
            Self::Run(RunOutcome::Started { run, .. }) => Some(run.to_string()),
            _ => None,
        }
    }

    /// Returns the truck, if it is about one.
    pub fn truck(&self) -> Option<&Truck> {
        match self {
            Self::Truck(truck) | Self::Removed(truck) => Some(truck),
            Self::Trucks(_) | Self::Batch(_) | Self::Run(_) => None,
        }
    }
}

impl Write {
    /// Returns a description of the operation: `adding a truck`.
    pub fn label(&self) -> &'static str {
        match self {
            Self::CreateTruck { .. } => "adding a truck",
            Self::CreateTrucks { .. } => "adding trucks",
            Self::UpdateTruck { .. } => "changing a truck",
            Self::RemoveTruck { .. } => "removing a truck",
            Self::EditTrucks { edits, .. } if edits.len() == 1 => "changing a truck",
            Self::EditTrucks { .. } => "changing trucks",
            Self::RemoveTrucks { trucks, .. } if trucks.len() == 1 => "removing a truck",
            Self::RemoveTrucks { .. } => "removing trucks",
            Self::Run(write) => write.label(),
        }
    }

    /// Returns the object of the operation.
    pub fn target(&self) -> String {
        match self {
            Self::CreateTruck { truck, .. } => format!("{} {}", truck.make, truck.model),
            Self::CreateTrucks { trucks, .. } => batch::count(trucks.len()),
            Self::EditTrucks { edits, .. } => batch::name_or_count(edits.iter().map(|edit| &edit.truck)),
            Self::RemoveTrucks { trucks, .. } => batch::name_or_count(trucks.iter()),
            Self::UpdateTruck { truck, .. } | Self::RemoveTruck { truck, .. } => truck::name(truck),
            Self::Run(write) => write.target(),
        }
    }

    /// Returns what the target alone does not tell, for the audit trail: the id of a truck, and the changed fields.
    pub fn details(&self) -> Option<String> {
        match self {
            Self::CreateTruck { .. } | Self::CreateTrucks { .. } => None,
            Self::UpdateTruck { truck, patch, .. } => {
                let changes = changes(truck, &patch.apply_to(truck));
                let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
                Some(format!("truck {}: {}", truck.id, changes.join(", ")))
            }
            Self::RemoveTruck { truck, .. } => Some(format!("truck {}", truck.id)),
            Self::EditTrucks { edits, .. } => {
                let edits: Vec<_> = edits.iter().map(TruckEdit::to_string).collect();
                Some(edits.join("; "))
            }
            Self::RemoveTrucks { trucks, .. } => {
                let ids: Vec<_> = trucks.iter().map(|truck| format!("truck {}", truck.id)).collect();
                Some(ids.join(", "))
            }
            Self::Run(write) => Some(write.details()),
        }
    }

    /// Returns a line for each object of the operation, for the question before it. Empty where the question tells all.
    pub fn targets(&self) -> Vec<String> {
        match self {
            Self::CreateTruck { .. } => Vec::new(),
            Self::CreateTrucks { trucks, .. } => trucks.iter().map(batch::new_line).collect(),
            Self::UpdateTruck { truck, patch, .. } => vec![batch::edit_line(truck, patch)],
            Self::EditTrucks { edits, .. } => {
                edits.iter().map(|edit| batch::edit_line(&edit.truck, &edit.patch)).collect()
            }
            Self::RemoveTruck { truck, .. } => vec![batch::line(truck)],
            Self::RemoveTrucks { trucks, .. } => trucks.iter().map(batch::line).collect(),
            Self::Run(write) => write.targets(),
        }
    }

    /// Returns the question that the user answers before a risky write: `Remove the truck Scania V8?`
    pub fn question(&self) -> String {
        match self {
            Self::CreateTruck { .. } => format!("Add the truck {}?", self.target()),
            Self::CreateTrucks { trucks, .. } => format!("Add {}?", batch::count(trucks.len())),
            Self::EditTrucks { edits, .. } if edits.len() > 1 => format!("Change {}?", self.target()),
            Self::RemoveTrucks { trucks, .. } if trucks.len() > 1 => format!("Remove {}?", self.target()),
            Self::UpdateTruck { .. } | Self::EditTrucks { .. } => {
                format!("Change the truck {}?", self.target())
            }
            Self::RemoveTruck { .. } | Self::RemoveTrucks { .. } => {
                format!("Remove the truck {}?", self.target())
            }
            Self::Run(write) => write.question(),
        }
    }

    /// Returns how the user confirms the write on a screen. In production, nothing is executed without a question.
    pub fn risk(&self, is_production: bool) -> Risk {
        match self {
            Self::RemoveTruck { .. } | Self::RemoveTrucks { .. } => Risk::TypeName,
            Self::EditTrucks { edits, .. } if edits.len() > 1 => Risk::Confirm,
            Self::Run(write) => write.risk(is_production),
            Self::CreateTruck { .. }
            | Self::CreateTrucks { .. }
            | Self::UpdateTruck { .. }
            | Self::EditTrucks { .. } => {
                if is_production {
                    Risk::Confirm
                } else {
                    Risk::Safe
                }
            }
        }
    }

    /// Reports whether the answer to a query may be another one after this write.
    pub fn affects(&self, query: &Query) -> bool {
        match self {
            Self::CreateTruck { .. }
            | Self::CreateTrucks { .. }
            | Self::UpdateTruck { .. }
            | Self::RemoveTruck { .. }
            | Self::EditTrucks { .. }
            | Self::RemoveTrucks { .. } => query.follows_trucks(),
            Self::Run(write) => write.affects(query),
        }
    }

    /// Returns the trucks that the write has added or changed, as the stream of events tells them later. A removal is
    /// left to the stream, so that the total counts it once.
    pub fn changes(&self, outcome: &Outcome) -> Vec<TruckChange> {
        let kind = match self {
            Self::CreateTruck { .. } | Self::CreateTrucks { .. } => ChangeKind::Created,
            Self::UpdateTruck { .. } | Self::EditTrucks { .. } => ChangeKind::Changed,
            Self::RemoveTruck { .. } | Self::RemoveTrucks { .. } | Self::Run(_) => return Vec::new(),
        };
        let trucks = match outcome {
            Outcome::Truck(truck) => std::slice::from_ref(truck),
            Outcome::Trucks(trucks) => trucks,
            Outcome::Batch(batch) => &batch.done,
            Outcome::Removed(_) | Outcome::Run(_) => &[],
        };
        trucks.iter().map(|truck| TruckChange { kind, truck: truck.clone() }).collect()
    }

    /// Reports whether executing the write a second time has no further effect, so that it may be repeated after
    /// [`WriteResult::Unknown`]. The second answer may be a failure: the version of a changed truck is another one, and
    /// a removed truck is not found.
    pub fn is_repeatable(&self) -> bool {
        match self {
            // An idempotency key, or the version that the write depends on.
            Self::CreateTruck { .. }
            | Self::CreateTrucks { .. }
            | Self::UpdateTruck { .. }
            | Self::RemoveTruck { .. }
            | Self::EditTrucks { .. }
            | Self::RemoveTrucks { .. } => true,
            Self::Run(write) => write.is_repeatable(),
        }
    }

    /// Returns the id of the write in the audit trail; for an addition it is the idempotency key.
    pub fn audit_id(&self) -> &str {
        match self {
            Self::CreateTruck { key, .. } | Self::CreateTrucks { key, .. } => key,
            Self::UpdateTruck { audit_id, .. }
            | Self::RemoveTruck { audit_id, .. }
            | Self::EditTrucks { audit_id, .. }
            | Self::RemoveTrucks { audit_id, .. }
            | Self::Run(RunWrite { audit_id, .. }) => audit_id,
        }
    }
}
