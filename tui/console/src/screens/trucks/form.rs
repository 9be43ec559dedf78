//! The form of a new truck. What was typed is kept until it has been saved.

use crossterm::event;
use hello_model::{
    failure::{Failure, FieldFault, Kind},
    truck::{NewTruck, TruckStatus},
};
use tui_input::{Input, backend::crossterm::EventHandler};

use crate::{
    command::CommandId,
    commands::{NEXT_FIELD, PREVIOUS_FIELD},
    screen::Event,
    screens::filter,
};

/// The fields: what they are on the wire, to a person, and what belongs there.
pub(super) const FIELDS: [(&str, &str, &str); 4] = [
    ("make", "Make", "1 to 50 characters"),
    ("model", "Model", "1 to 50 characters"),
    ("licensePlate", "License plate", "optional, unique in the fleet"),
    ("status", "Status", "active, maintenance or retired"),
];

const STATUS: usize = 3;

/// What was typed, and what the service said of it.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) inputs: [Input; 4],
    pub(super) focus: usize,
    pub(super) faults: Vec<FieldFault>,
    /// What went wrong beyond single fields.
    pub(super) failure: Option<Failure>,
    key_prefix: String,
    /// Numbers the trucks made with this form. It moves on only when the last one is known to be saved or refused.
    attempt: u64,
}

impl Form {
    pub(super) fn new(key_prefix: &str) -> Self {
        let mut form = Self {
            inputs: Default::default(),
            focus: 0,
            faults: Vec::new(),
            failure: None,
            key_prefix: key_prefix.to_owned(),
            attempt: 0,
        };
        form.clear();
        form
    }

    /// Empties the form for the next truck.
    pub(super) fn clear(&mut self) {
        self.inputs = Default::default();
        self.inputs[STATUS] = Input::new(TruckStatus::Active.as_str().to_owned());
        self.focus = 0;
        self.faults.clear();
        self.failure = None;
        self.attempt += 1;
    }

    pub(super) fn act(&mut self, command: CommandId) {
        let count = FIELDS.len();
        match command {
            NEXT_FIELD => self.focus = (self.focus + 1) % count,
            PREVIOUS_FIELD => self.focus = (self.focus + count - 1) % count,
            _ => {}
        }
    }

    /// Takes text that is typed or pasted.
    pub(super) fn on(&mut self, event: &Event<'_>) {
        match event {
            Event::Typed(key) => {
                let changed = self.inputs[self.focus].handle_event(&event::Event::Key(*key));
                if changed.is_some_and(|changed| changed.value) {
                    self.edited();
                }
            }
            Event::Pasted(text) => {
                filter::insert(&mut self.inputs[self.focus], text);
                self.edited();
            }
            _ => {}
        }
    }

    /// Reads the truck and its idempotency key, or notes what stands in the way.
    pub(super) fn read(&mut self) -> Option<(NewTruck, String)> {
        let text = |index: usize| self.inputs[index].value().trim().to_owned();
        let status = text(STATUS).parse::<TruckStatus>();
        self.faults.clear();
        self.failure = None;
        match status {
            Ok(status) => {
                let plate = text(2);
                let truck = NewTruck {
                    make: text(0),
                    model: text(1),
                    license_plate: (!plate.is_empty()).then_some(plate),
                    status,
                };
                Some((truck, format!("{}-{}", self.key_prefix, self.attempt)))
            }
            Err(unknown) => {
                self.faults
                    .push(FieldFault { field: FIELDS[STATUS].0.to_owned(), rule: unknown.to_string() });
                self.focus = STATUS;
                None
            }
        }
    }

    /// Shows why the service refused, at the fields where it said so, and goes to the first of them.
    pub(super) fn refuse(&mut self, failure: Failure) {
        self.attempt += 1;
        match &failure.kind {
            Kind::Invalid(faults) if !faults.is_empty() => {
                self.faults.clone_from(faults);
                if let Some(first) = FIELDS.iter().position(|(name, ..)| *name == faults[0].field) {
                    self.focus = first;
                }
                let elsewhere = |fault: &FieldFault| !FIELDS.iter().any(|(name, ..)| *name == fault.field);
                self.failure = faults.iter().any(elsewhere).then_some(failure);
            }
            _ => self.failure = Some(failure),
        }
    }

    /// Shows why the result of the save is unknown. The next try has the same key, so it adds no second truck.
    pub(super) fn keep(&mut self, failure: Failure) {
        self.failure = Some(failure);
    }

    /// Returns what was said of a field.
    pub(super) fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.rule.as_str())
    }

    /// An edited draft is another truck than the one that may have been sent.
    fn edited(&mut self) {
        self.attempt += u64::from(self.failure.is_some());
        let field = FIELDS[self.focus].0;
        self.faults.retain(|fault| fault.field != field);
        self.failure = None;
    }
}
