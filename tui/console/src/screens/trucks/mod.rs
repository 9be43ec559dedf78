//! The trucks of the trucks service, and the form that adds one.

mod form;
mod view;

use hello_model::{
    query::Query,
    truck::{Truck, TruckId},
    write::{Outcome, Write, WriteResult},
};
use ratatui::{buffer::Buffer, layout::Rect};

use self::form::Form;
use super::{Event, Request, Screen, list_state::ListState};
use crate::{action::Action, cx::Cx, keys::Context};

/// The trucks screen.
#[derive(Debug)]
pub struct Trucks {
    rows: ListState<TruckId>,
    form: Form,
    is_form_open: bool,
    /// A save is on its way; a second one is not started.
    is_saving: bool,
}

impl Trucks {
    /// Makes the screen; `session` is unlike that of any other console, so that its idempotency keys are, too.
    pub fn new(session: &str) -> Self {
        Self { rows: ListState::default(), form: Form::new(session), is_form_open: false, is_saving: false }
    }

    /// Returns the trucks that pass the filter.
    fn shown<'a>(&self, cx: &Cx<'a>) -> Vec<&'a Truck> {
        let all = cx.cache.trucks().value().map(|fleet| fleet.trucks.as_slice()).unwrap_or_default();
        let passes = |truck: &&Truck| {
            let plate = truck.license_plate.as_deref().unwrap_or_default();
            self.rows.filter.matches(&[&truck.make, &truck.model, plate, truck.status.as_str()])
        };
        all.iter().filter(passes).collect()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<TruckId> {
        self.shown(cx).into_iter().map(|truck| truck.id.clone()).collect()
    }

    fn act_in_form(&mut self, action: &Action) -> Vec<Request> {
        match action {
            Action::Back => self.is_form_open = false,
            // What is being sent must stay what is shown.
            _ if self.is_saving => {}
            Action::Submit => return self.save(),
            _ => self.form.act(action),
        }
        Vec::new()
    }

    fn save(&mut self) -> Vec<Request> {
        let Some((truck, key)) = self.form.read() else { return Vec::new() };
        self.is_saving = true;
        vec![Request::Write(Write::CreateTruck { truck, key })]
    }

    fn saved(&mut self, result: &WriteResult) {
        self.is_saving = false;
        match result {
            WriteResult::Done(outcome) => {
                self.is_form_open = false;
                self.form.clear();
                if let Outcome::Truck(truck) = outcome {
                    self.rows.select(truck.id.clone());
                }
            }
            // The form opens again if it was closed meanwhile: a failed save must not go unseen.
            WriteResult::Refused(failure) => {
                self.is_form_open = true;
                self.form.refuse(failure.clone());
            }
            WriteResult::Unknown(failure) => {
                self.is_form_open = true;
                self.form.keep(failure.clone());
            }
        }
    }
}

impl Screen for Trucks {
    fn wants(&self, _: &Cx<'_>) -> Vec<Query> {
        vec![Query::Trucks]
    }

    fn context(&self, _: &Cx<'_>) -> Context {
        match () {
            () if self.is_form_open => Context::Form,
            () if self.rows.filter.is_typing() => Context::Typing,
            () => Context::Fleet,
        }
    }

    fn act(&mut self, action: &Action, cx: &Cx<'_>) -> Vec<Request> {
        match action {
            action if self.is_form_open => return self.act_in_form(action),
            Action::New => self.is_form_open = true,
            action => {
                let keys = self.keys(cx);
                self.rows.act(action, &keys);
            }
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, _: &Cx<'_>) {
        if let Event::Executed(result) = event {
            self.saved(result);
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
