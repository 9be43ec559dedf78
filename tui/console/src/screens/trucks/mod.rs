//! The trucks of the trucks service, and the form that adds one.

mod form;
#[cfg(test)]
mod tests;
mod view;

use hello_model::{
    fetch::Want,
    query::Query,
    time::Timestamp,
    truck::{Fleet, Truck, TruckFilter, TruckId},
    write::{Outcome, Write, WriteResult},
};
use hello_state::{
    present::{self, Columns},
    remote::Remote,
};
use ratatui::{buffer::Buffer, layout::Rect};

use self::form::Form;
use super::list_state::{ListState, Listed};
use crate::{
    command::{CommandId, CommandSpec, Group, Mode},
    commands::{
        CLOSE, CLOSE_FORM, FILTERING, FORMS, LISTS, MOVES, OPEN, OPENING, SAVE, SELECTED, movement,
        unless_writable,
    },
    cx::Cx,
    keymap::ch,
    local::{CopyText, Selection},
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
    widgets::details::DetailsState,
};

/// Open the form of a new truck.
pub const NEW: CommandId = CommandId("trucks.new");

static TRUCKS: Group = Group {
    title: "Trucks",
    commands: &[CommandSpec::new(NEW, "new truck", &[ch('n')], &[Mode::Browse])
        .in_footer()
        .everywhere()
        .unless(unless_writable)],
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("trucks"),
    title: "Trucks",
    commands: &[&TRUCKS, &OPENING, &SELECTED, &FILTERING, &LISTS, &MOVES, &FORMS],
    legend: present::legend::trucks,
    open: |opening| Box::new(Trucks::new(&opening.key_prefix)),
};

/// The trucks screen.
#[derive(Debug)]
pub struct Trucks {
    rows: ListState<Truck>,
    open: Option<(TruckId, DetailsState)>,
    form: Form,
    is_form_open: bool,
    /// A save is on its way; a second one is not started.
    is_saving: bool,
}

impl Trucks {
    /// Makes the screen. Its idempotency keys begin with `key_prefix`.
    pub fn new(key_prefix: &str) -> Self {
        Self {
            rows: ListState::default(),
            open: None,
            form: Form::new(key_prefix),
            is_form_open: false,
            is_saving: false,
        }
    }

    /// Returns the part of the filter that the service applies; none while the whole fleet is loaded.
    fn selected_by_service(&self, cx: &Cx<'_>) -> TruckFilter {
        let is_whole = |fleet: &Fleet| fleet.trucks.next.is_none() && fleet.unread.is_none();
        if cx.cache.trucks().value().is_some_and(is_whole) {
            return TruckFilter::default();
        }
        TruckFilter::covering(self.rows.filter.filter())
    }

    /// Returns the trucks that the service selects. Until it has, those that were loaded before are shown.
    fn remote<'a>(&self, cx: &Cx<'a>) -> Remote<'a, Fleet> {
        cx.cache.selected_trucks(&self.selected_by_service(cx)).or_value_of(cx.cache.trucks())
    }

    /// Returns the trucks that pass the filter.
    fn shown<'a>(&self, cx: &Cx<'a>) -> Vec<&'a Truck> {
        let all = self.remote(cx).value().map(|fleet| fleet.trucks.items.as_slice()).unwrap_or_default();
        self.rows.passing(all, cx)
    }

    /// Opens the truck of a route, or closes what is open.
    fn show(&mut self, subject: Option<&str>) {
        self.open = subject.map(|id| (TruckId::from(id), DetailsState::default()));
        if let Some((id, _)) = &self.open {
            self.rows.select(id.clone());
        }
    }

    /// Returns the opened truck, if it is among those that are loaded.
    fn opened<'a>(&self, cx: &Cx<'a>) -> Option<&'a Truck> {
        let (id, _) = self.open.as_ref()?;
        self.remote(cx).value()?.trucks.items.iter().find(|truck| truck.id == *id)
    }

    fn act_in_form(&mut self, command: CommandId) -> Vec<Request> {
        match command {
            CLOSE_FORM => self.is_form_open = false,
            // What is being sent must stay what is shown.
            _ if self.is_saving => {}
            SAVE => return self.save(),
            _ => self.form.act(command),
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

impl Listed for Truck {
    type Key = TruckId;
    const NOUN: &'static str = "truck";
    const PLURAL: &'static str = "trucks";
    const COLUMNS: &'static Columns<Self> = &present::truck::COLUMNS;

    fn key(&self) -> &TruckId {
        &self.id
    }

    fn began_at(&self) -> Option<Timestamp> {
        Some(self.created_at)
    }
}

impl Screen for Trucks {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        let trucks = Query::Trucks(self.selected_by_service(cx));
        vec![Want::from(trucks).rows(self.rows.rows_needed()), Query::TruckEvents.into()]
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        match () {
            () if self.is_form_open => Mode::Form,
            () if self.open.is_some() => Mode::Detail,
            () => self.rows.mode(),
        }
    }

    fn offers(&self, cx: &Cx<'_>) -> Vec<(String, Request)> {
        self.rows.offers(cx)
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        if self.open.is_some() {
            return match self.opened(cx) {
                Some(truck) => Selection::of(CopyText::new(view::details(truck, cx).to_text(), "the truck")),
                None => Selection::nothing("the truck is not loaded"),
            };
        }
        match self.rows.selected(&self.shown(cx)) {
            Some(truck) => Selection::of(CopyText::new(truck.id.to_string(), "the id of the truck")),
            None => Selection::nothing("no truck is selected"),
        }
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        match command {
            command if self.is_form_open => return self.act_in_form(command),
            NEW => self.is_form_open = true,
            CLOSE => return vec![Request::Close],
            OPEN => {
                let selected = self.rows.selected(&self.shown(cx));
                return selected.map(|truck| Request::Open(truck.id.to_string())).into_iter().collect();
            }
            command if self.open.is_some() => {
                if let (Some((_, state)), Some(way)) = (&self.open, movement(command)) {
                    state.go(way);
                }
            }
            command => {
                let shown = self.shown(cx);
                return self.rows.act(command, &shown, cx).unwrap_or_default();
            }
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        match event {
            Event::Executed(result) => self.saved(result),
            Event::Declined => self.is_saving = false,
            Event::Opened(subject) => self.show(*subject),
            Event::Retargeted => {
                self.open = None;
                self.rows.forget_rows();
            }
            event if self.is_form_open => {
                if !self.is_saving {
                    self.form.on(event);
                }
            }
            Event::Clicked(row) => {
                let shown = self.shown(cx);
                self.rows.select_place(*row, &shown);
            }
            event => drop(self.rows.on(event)),
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
