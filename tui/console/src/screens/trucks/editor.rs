//! The forms of the trucks screen: a new truck, a change of one, and the status of one or several.

use std::borrow::Cow;

use hello_model::{
    failure::Failure,
    truck::{
        self, NewTruck, Truck, TruckId, TruckPatch, TruckStatus,
        rules::{BrokenRule, NAME_LIMIT, PLATE_LIMIT, checked_text},
    },
    world::{World, WorldId},
};

use super::targets::Targets;
use crate::{
    command::CommandId,
    commands::RESET_FORM,
    screen::Event,
    widgets::form::{FieldKind, FieldSpec, FormState},
};

/// What a form is for.
#[derive(Debug)]
pub(super) enum Purpose {
    New,
    /// To change this truck, as it was when the form was opened.
    Edit(Box<Truck>),
    /// To give these trucks another status.
    Status(Targets),
}

/// The connection over which a form was opened.
#[derive(Debug, Clone)]
struct Origin {
    world: WorldId,
    /// What was connected, in words.
    name: String,
}

/// A form with its draft.
#[derive(Debug)]
pub(super) struct Editor {
    pub(super) purpose: Purpose,
    origin: Origin,
    pub(super) fields: FormState,
    /// The idempotency key of the draft. A draft that may have been saved keeps its key.
    pub(super) key: Option<String>,
    /// The truck was changed by others, which is shown in place of the fields.
    pub(super) has_conflict: bool,
}

impl Editor {
    /// Opens a form for the services that are connected.
    pub(super) fn new(purpose: Purpose, world: &World) -> Self {
        Self::of(purpose, Origin { world: world.id, name: world.name() })
    }

    fn of(purpose: Purpose, origin: Origin) -> Self {
        let fields = FormState::new(match &purpose {
            Purpose::New => fields_of(None),
            Purpose::Edit(truck) => fields_of(Some(truck)),
            Purpose::Status(targets) => {
                let first = targets.trucks.first().map(|truck| truck.status);
                vec![(status_field(), first.unwrap_or_default().to_string())]
            }
        });
        Self { purpose, origin, fields, key: None, has_conflict: false }
    }

    /// Reports whether this is the draft for a purpose. A change of a truck belongs to the services that have the truck;
    /// what was typed of a new one does not.
    pub(super) fn is_for(&self, purpose: &Purpose, world: &World) -> bool {
        match (&self.purpose, purpose) {
            (Purpose::New, Purpose::New) => true,
            (Purpose::Edit(one), Purpose::Edit(other)) => {
                one.id == other.id && self.origin.name == world.name()
            }
            _ => false,
        }
    }

    /// Reports whether the form was opened over this connection.
    pub(super) fn is_of(&self, world: &World) -> bool {
        self.origin.world == world.id
    }

    /// Returns what the question before a save must say, if the draft is from another connection.
    pub(super) fn notes(&self, world: &World) -> Option<Vec<String>> {
        (!self.is_of(world))
            .then(|| vec![format!("The draft is from an earlier connection, to {}.", self.origin.name)])
    }

    /// Returns the truck that is changed.
    pub(super) fn base(&self) -> Option<&Truck> {
        match &self.purpose {
            Purpose::Edit(truck) => Some(truck),
            Purpose::New | Purpose::Status(_) => None,
        }
    }

    pub(super) fn edits(&self, id: &TruckId) -> bool {
        self.base().is_some_and(|truck| truck.id == *id)
    }

    pub(super) fn title(&self) -> String {
        match &self.purpose {
            Purpose::New => "New truck".to_owned(),
            Purpose::Edit(truck) => format!("Edit {}", truck::name(truck)),
            Purpose::Status(targets) => format!("Status of {}", targets.label()),
        }
    }

    pub(super) fn act(&mut self, command: CommandId) {
        self.fields.act(command);
        if command == RESET_FORM {
            self.key = None;
        }
    }

    /// Takes what is typed, pasted or clicked. An edited draft is another truck than the one that may have been saved.
    pub(super) fn on(&mut self, event: &Event<'_>) {
        let was_sent = self.fields.failure().is_some();
        if self.fields.on(event) && was_sent {
            self.key = None;
        }
    }

    /// Begins again with a newer version of the truck, unless something was typed.
    pub(super) fn follow(&mut self, now: &Truck) {
        let is_newer = self.base().is_some_and(|base| base.id == now.id && base.version < now.version);
        if is_newer && !self.fields.is_changed() {
            *self = Self::of(Purpose::Edit(Box::new(now.clone())), self.origin.clone());
        }
    }

    /// Shows why the service refused. The next try is another one.
    pub(super) fn refuse(&mut self, failure: Failure) {
        self.key = None;
        self.fields.refuse(failure);
    }

    pub(super) fn new_truck(&self) -> NewTruck {
        let plate = self.fields.value("licensePlate");
        NewTruck {
            make: self.fields.value("make"),
            model: self.fields.value("model"),
            license_plate: (!plate.is_empty()).then_some(plate),
            status: self.status(),
        }
    }

    /// Returns the fields that differ from the truck as it was when the form was opened.
    pub(super) fn patch(&self, base: &Truck) -> TruckPatch {
        let NewTruck { make, model, license_plate, status } = self.new_truck();
        let patch = TruckPatch {
            make: Some(make),
            model: Some(model),
            license_plate: Some(license_plate),
            status: Some(status),
        };
        patch.without_same(base)
    }

    pub(super) fn status(&self) -> TruckStatus {
        self.fields.value("status").parse().unwrap_or_default()
    }
}

fn fields_of(truck: Option<&Truck>) -> Vec<(FieldSpec, String)> {
    let text = |of: fn(&Truck) -> String| truck.map(of).unwrap_or_default();
    vec![
        (name_field("make", "Make"), text(|truck| truck.make.clone())),
        (name_field("model", "Model"), text(|truck| truck.model.clone())),
        (
            FieldSpec::new("licensePlate", "License plate")
                .hint("optional, unique in the fleet")
                .check(|plate| if plate.is_empty() { None } else { broken(plate, PLATE_LIMIT) }),
            text(|truck| truck.license_plate.clone().unwrap_or_default()),
        ),
        (status_field(), truck.map(|truck| truck.status).unwrap_or_default().to_string()),
    ]
}

fn name_field(name: &'static str, label: &'static str) -> FieldSpec {
    FieldSpec::new(name, label).hint("1 to 50 characters").check(|text| broken(text, NAME_LIMIT))
}

fn status_field() -> FieldSpec {
    let options = TruckStatus::ALL.iter().map(|status| Cow::Borrowed(status.as_str())).collect();
    FieldSpec::new("status", "Status").kind(FieldKind::Choice(options)).hint("← → or space chooses")
}

fn broken(text: &str, limit: usize) -> Option<String> {
    let BrokenRule { rule, found } = checked_text(text, limit).err()?;
    Some(if text.is_empty() { rule } else { format!("{rule}; found {found}") })
}
