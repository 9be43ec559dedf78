//! All operations that change external state, as data.

mod result;

pub use self::result::{WriteFailure, WriteResult};
use crate::{
    query::Query,
    truck::{self, EntityTag, NewTruck, Truck, TruckPatch, changes},
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
}

impl Outcome {
    /// Returns the truck, if it is about one.
    pub fn truck(&self) -> Option<&Truck> {
        match self {
            Self::Truck(truck) | Self::Removed(truck) => Some(truck),
            Self::Trucks(_) => None,
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
        }
    }

    /// Returns the object of the operation.
    pub fn target(&self) -> String {
        match self {
            Self::CreateTruck { truck, .. } => format!("{} {}", truck.make, truck.model),
            Self::CreateTrucks { trucks, .. } => format!("{} trucks", trucks.len()),
            Self::UpdateTruck { truck, .. } | Self::RemoveTruck { truck, .. } => truck::name(truck),
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
        }
    }

    /// Returns the question that the user answers before a risky write: `Remove the truck Scania V8?`
    pub fn question(&self) -> String {
        match self {
            Self::CreateTruck { .. } => format!("Add the truck {}?", self.target()),
            Self::CreateTrucks { trucks, .. } => {
                let noun = if trucks.len() == 1 { "truck" } else { "trucks" };
                format!("Add {} {noun}?", trucks.len())
            }
            Self::UpdateTruck { .. } => format!("Change the truck {}?", self.target()),
            Self::RemoveTruck { .. } => format!("Remove the truck {}?", self.target()),
        }
    }

    /// Returns what has happened once the write is done, without a full stop: `Added the truck Scania V8`.
    pub fn done(&self) -> String {
        match self {
            Self::CreateTruck { .. } => format!("Added the truck {}", self.target()),
            Self::CreateTrucks { trucks, .. } => {
                let noun = if trucks.len() == 1 { "truck" } else { "trucks" };
                format!("Added {} {noun}", trucks.len())
            }
            Self::UpdateTruck { .. } => format!("Changed the truck {}", self.target()),
            Self::RemoveTruck { .. } => format!("Removed the truck {}", self.target()),
        }
    }

    /// Returns how the user confirms the write on a screen. In production, nothing is executed without a question.
    pub fn risk(&self, is_production: bool) -> Risk {
        match self {
            Self::RemoveTruck { .. } => Risk::TypeName,
            Self::CreateTruck { .. } | Self::CreateTrucks { .. } | Self::UpdateTruck { .. } => {
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
            | Self::RemoveTruck { .. } => query.follows_trucks(),
        }
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
            | Self::RemoveTruck { .. } => true,
        }
    }

    /// Returns the id of the write in the audit trail; for an addition it is the idempotency key.
    pub fn audit_id(&self) -> &str {
        match self {
            Self::CreateTruck { key, .. } | Self::CreateTrucks { key, .. } => key,
            Self::UpdateTruck { audit_id, .. } | Self::RemoveTruck { audit_id, .. } => audit_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use hello_shared::TruckStatus;

    use super::*;

    fn truck() -> Box<Truck> {
        let at = "2026-11-23T10:00:00Z".parse().unwrap();
        Box::new(NewTruck::new("Scania", "V8").into_truck("0190".into(), at))
    }

    fn tag() -> EntityTag {
        EntityTag::strong("\"1\"").unwrap()
    }

    fn update() -> Write {
        let patch = TruckPatch { status: Some(TruckStatus::Retired), ..TruckPatch::default() };
        Write::UpdateTruck { truck: truck(), patch, if_match: tag(), audit_id: "a".to_owned() }
    }

    fn removal() -> Write {
        Write::RemoveTruck { truck: truck(), if_match: tag(), audit_id: "a".to_owned() }
    }

    #[test]
    fn a_removal_always_asks_for_the_name() {
        assert_eq!([removal().risk(false), removal().risk(true)], [Risk::TypeName, Risk::TypeName]);
        assert_eq!([update().risk(false), update().risk(true)], [Risk::Safe, Risk::Confirm]);
        assert_eq!(
            (removal().target(), removal().question()),
            ("Scania V8".into(), "Remove the truck Scania V8?".into())
        );
    }

    #[test]
    fn a_write_that_is_done_is_told_in_the_past() {
        let add = |count: usize| Write::CreateTrucks {
            trucks: vec![NewTruck::new("Scania", "V8"); count],
            key: "a".to_owned(),
        };
        let one = Write::CreateTruck { truck: NewTruck::new("Scania", "V8"), key: "a".to_owned() };
        let told = [one, add(1), add(2), update(), removal()].map(|write| write.done());
        let expected = [
            "Added the truck Scania V8",
            "Added 1 truck",
            "Added 2 trucks",
            "Changed the truck Scania V8",
            "Removed the truck Scania V8",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn the_trail_names_the_id_and_the_changed_fields() {
        assert_eq!(update().details().unwrap(), "truck 0190: status: active → retired");
        assert_eq!(removal().details().unwrap(), "truck 0190");
    }

    #[test]
    fn changed_and_removed_trucks_are_listed_again() {
        let one = Query::Truck("0190".into());
        assert!(update().affects(&one) && removal().affects(&Query::trucks()));
        assert!(!removal().affects(&Query::Catalog));
    }
}
