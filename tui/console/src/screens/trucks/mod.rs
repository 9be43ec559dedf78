//! The fleet: the trucks service's own data, and the form that adds to it.

mod form;
mod view;

use std::time::{Duration, Instant};

use hello_model::{
    failure::{Failure, Kind},
    time::Now,
    truck::{Fleet, Truck, TruckId},
    write::Write,
};
use ratatui::{buffer::Buffer, layout::Rect};

use self::form::Form;
use super::{Screen, rows::Rows};
use crate::{action::Action, effect::Effect, keys::Context, remote::Remote, widgets::look::Look};

/// How often the fleet is looked at while it is in view.
const EVERY: Duration = Duration::from_secs(10);

/// What the trucks service answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Listed(Result<Fleet, Failure>),
    Saved(Result<Truck, Failure>),
}

/// The trucks screen.
#[derive(Debug)]
pub struct Trucks {
    pub(super) fleet: Remote<Fleet>,
    rows: Rows<TruckId>,
    form: Form,
    is_form_open: bool,
    /// A save is on its way; a second one is not started.
    is_saving: bool,
    revision: u64,
}

impl Trucks {
    /// Makes the screen; `session` is unlike that of any other console, so that its idempotency keys are, too.
    pub fn new(session: &str) -> Self {
        Self {
            fleet: Remote::default(),
            rows: Rows::default(),
            form: Form::new(session),
            is_form_open: false,
            is_saving: false,
            revision: 0,
        }
    }

    /// Returns what is known of the fleet.
    pub fn fleet(&self) -> &Remote<Fleet> {
        &self.fleet
    }

    /// Forgets the fleet: another service is behind the screen from now on.
    pub fn reset(&mut self) {
        self.fleet.reset();
    }

    fn ask(&mut self, now: Now) -> Vec<Effect> {
        self.fleet.start(now);
        vec![Effect::ListTrucks]
    }

    /// Returns the trucks that pass the filter.
    fn shown(&self) -> Vec<&Truck> {
        let all = self.fleet.value().map(|fleet| fleet.trucks.as_slice()).unwrap_or_default();
        all.iter()
            .filter(|truck| {
                let plate = truck.license_plate.as_deref().unwrap_or_default();
                self.rows.filter.lets_through(&[&truck.make, &truck.model, plate, truck.status.as_str()])
            })
            .collect()
    }

    fn keys(&self) -> Vec<TruckId> {
        self.shown().into_iter().map(|truck| truck.id.clone()).collect()
    }

    fn act_in_form(&mut self, action: &Action) -> Vec<Effect> {
        match action {
            Action::Back => self.is_form_open = false,
            // What is on its way must stay what is shown.
            _ if self.is_saving => {}
            Action::Submit => return self.save(),
            _ => self.form.act(action),
        }
        Vec::new()
    }

    fn save(&mut self) -> Vec<Effect> {
        match self.form.read() {
            Some((truck, key)) => {
                self.is_saving = true;
                vec![Effect::Write(Write::CreateTruck { truck, key })]
            }
            None => Vec::new(),
        }
    }

    fn saved(&mut self, answer: Result<Truck, Failure>, now: Now) -> Vec<Effect> {
        self.is_saving = false;
        match answer {
            Ok(truck) => {
                self.is_form_open = false;
                self.form.clear();
                self.rows.select(truck.id.clone());
                self.fleet.amend(|fleet| {
                    if !fleet.trucks.iter().any(|known| known.id == truck.id) {
                        fleet.trucks.push(truck);
                    }
                });
                self.ask(now)
            }
            Err(failure) => {
                // Also when it was closed meanwhile: a failed save must not go unseen.
                self.is_form_open = true;
                self.form.refuse(failure);
                Vec::new()
            }
        }
    }
}

impl Screen for Trucks {
    type Msg = Msg;

    fn context(&self) -> Context {
        match () {
            () if self.is_form_open => Context::Form,
            () if self.rows.filter.is_typing() => Context::Typing,
            () => Context::Fleet,
        }
    }

    fn enter(&mut self, now: Now) -> Vec<Effect> {
        if self.fleet.is_untouched() || self.fleet.is_due(now) { self.ask(now) } else { Vec::new() }
    }

    fn act(&mut self, action: Action, now: Now) -> Vec<Effect> {
        self.revision += 1;
        if self.is_form_open {
            return self.act_in_form(&action);
        }
        let keys = self.keys();
        match action {
            Action::Refresh => return self.ask(now),
            Action::New => self.is_form_open = true,
            other => {
                self.rows.act(&other, &keys);
            }
        }
        Vec::new()
    }

    fn update(&mut self, msg: Msg, now: Now) -> Vec<Effect> {
        match msg {
            Msg::Listed(answer) => {
                self.fleet.settle(answer, now, EVERY);
                Vec::new()
            }
            Msg::Saved(answer) => {
                self.revision += 1;
                self.saved(answer, now)
            }
        }
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.fleet.next_deadline()
    }

    fn wake(&mut self, now: Now) -> Vec<Effect> {
        self.fleet.look(now);
        if self.fleet.is_due(now) { self.ask(now) } else { Vec::new() }
    }

    fn revision(&self) -> u64 {
        self.revision + self.fleet.revision()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, look: &Look) {
        view::draw(self, area, buf, look);
    }
}

/// Says whether a failed save may have reached the service after all, so that trying again must be safe.
fn is_uncertain(failure: &Failure) -> bool {
    matches!(failure.kind, Kind::Offline | Kind::Unexpected)
}
