//! The trucks of the trucks service: the list, one of them opened, and the forms that change them.

mod conflict;
mod editor;
mod last_change;
mod targets;
#[cfg(test)]
mod tests;
mod view;
mod writes;

use hello_model::{
    fetch::Want,
    query::Query,
    time::Timestamp,
    truck::{Fleet, Truck, TruckFilter, TruckId},
};
use hello_state::{
    present::{self, Columns},
    remote::Remote,
};
use ratatui::{buffer::Buffer, layout::Rect};

use self::{
    editor::{Editor, Purpose},
    last_change::LastChange,
    targets::is_gone,
    writes::Sent,
};
use super::{
    filter::FilterInput,
    list_state::{ListState, Listed},
    write_ids::WriteIds,
};
use crate::{
    command::{CommandId, CommandSpec, Group, Mode},
    commands::{
        CLOSE, CONFLICTS, COPYING, FILTERING, FORMS, LISTS, MOVES, OPEN, OPENING, movement, unless_writable,
    },
    cx::Cx,
    keymap::ch,
    local::{CopyText, Selection},
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
    theme::Tone,
    widgets::{details::DetailsState, scroll::Scroll},
};

/// Open the form of a new truck.
pub const NEW: CommandId = CommandId("trucks.new");

/// Open the form of the selected or opened truck.
pub const EDIT_TRUCK: CommandId = CommandId("trucks.edit");
/// Choose another status for the selected, marked or opened trucks.
pub const STATUS: CommandId = CommandId("trucks.status");
/// Remove the selected, marked or opened trucks.
pub const REMOVE: CommandId = CommandId("trucks.remove");
/// Take the last change of this screen back.
pub const UNDO: CommandId = CommandId("trucks.undo");

const BOTH: &[Mode] = &[Mode::Browse, Mode::Detail];

static TRUCKS: Group = Group {
    title: "Trucks",
    commands: &[
        CommandSpec::new(NEW, "new truck", &[ch('n')], &[Mode::Browse])
            .in_footer()
            .everywhere()
            .unless(unless_writable),
        CommandSpec::new(EDIT_TRUCK, "edit", &[ch('e')], BOTH).in_footer().unless(unless_writable),
        CommandSpec::new(STATUS, "status", &[ch('c')], BOTH).in_footer().unless(unless_writable),
        CommandSpec::new(REMOVE, "remove", &[ch('D')], BOTH).in_footer().unless(unless_writable),
        CommandSpec::new(UNDO, "undo the last change", &[ch('U')], BOTH).in_footer().unless(unless_writable),
        COPYING,
    ],
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("trucks"),
    title: "Trucks",
    commands: &[&TRUCKS, &OPENING, &FILTERING, &LISTS, &MOVES, &FORMS, &CONFLICTS],
    legend: present::legend::trucks,
    open: |opening| Box::new(Trucks::new(&opening.key_prefix)),
};

/// The trucks screen.
#[derive(Debug)]
pub struct Trucks {
    rows: ListState<Truck>,
    open: Option<(TruckId, DetailsState)>,
    /// The form that is open.
    form: Option<Editor>,
    /// The forms that were closed before they were saved, the latest at the end.
    drafts: Vec<Editor>,
    /// The write that has not ended; a second one is not started.
    sent: Option<Sent>,
    last_change: Option<LastChange>,
    conflict_scroll: Scroll,
    ids: WriteIds,
}

impl Trucks {
    /// Makes the screen. Its idempotency keys begin with `key_prefix`.
    pub fn new(key_prefix: &str) -> Self {
        Self {
            rows: ListState::default(),
            open: None,
            form: None,
            drafts: Vec::new(),
            sent: None,
            last_change: None,
            conflict_scroll: Scroll::default(),
            ids: WriteIds::new(key_prefix),
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
        self.rows.passing(all, &[Query::Trucks(self.selected_by_service(cx)), Query::trucks()], cx)
    }

    /// Opens the truck of a route, or closes what is open.
    fn show(&mut self, subject: Option<&str>) {
        self.open = subject.map(|id| (TruckId::from(id), DetailsState::default()));
        if let Some((id, _)) = &self.open {
            self.rows.select(id.clone());
        }
    }

    /// Returns the opened truck: as it was read by its id, or as a list has it; nothing of a truck that is gone.
    fn opened<'a>(&self, cx: &Cx<'a>) -> Option<&'a Truck> {
        let (id, _) = self.open.as_ref()?;
        self.known(id, cx).filter(|_| !is_gone(cx.cache.truck(id)))
    }

    /// Says why nothing can be done with the opened truck, or that none is selected.
    fn lacks_target(&self, cx: &Cx<'_>) -> &'static str {
        match &self.open {
            Some((id, _)) if is_gone(cx.cache.truck(id)) => "the truck is not in the fleet any more",
            Some(_) => "the truck is not loaded",
            None => "no truck is selected",
        }
    }

    /// Returns the form whose conflict is shown in place of its fields.
    fn conflict(&self) -> Option<&Editor> {
        self.form.as_ref().filter(|form| form.has_conflict && self.sent.is_none())
    }

    /// Opens the form of the one truck that a command is about.
    fn edit(&mut self, cx: &Cx<'_>) -> Vec<Request> {
        let targets = self.targets(cx);
        match &targets.trucks[..] {
            [only] => self.open_form(Purpose::Edit(Box::new(only.clone())), cx),
            [] => return vec![Request::Notify("No truck is selected.".to_owned(), Tone::Warning)],
            _ => {
                let text = "One truck is edited at a time; take the marks away with esc.";
                return vec![Request::Notify(text.to_owned(), Tone::Warning)];
            }
        }
        Vec::new()
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
        let edited = self.form.as_ref().and_then(Editor::base).map(|truck| &truck.id);
        let opened = self.open.as_ref().map(|(id, _)| id).filter(|id| edited != Some(id));
        let by_id = edited.into_iter().chain(opened).map(|id| Query::Truck(id.clone()).into());
        [Want::from(trucks).rows(self.rows.rows_needed()), Query::TruckEvents.into()]
            .into_iter()
            .chain(by_id)
            .collect()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        match () {
            () if self.conflict().is_some() => Mode::Conflict,
            () if self.form.is_some() => Mode::Form,
            () if self.open.is_some() => Mode::Detail,
            () => self.rows.mode(),
        }
    }

    fn unavailable(&self, command: CommandId, cx: &Cx<'_>) -> Option<String> {
        let is_write = [NEW, EDIT_TRUCK, STATUS, REMOVE, UNDO].contains(&command);
        match command {
            _ if is_write && self.sent.is_some() => Some("a change is under way".to_owned()),
            EDIT_TRUCK | STATUS | REMOVE if self.targets(cx).trucks.is_empty() => {
                Some(self.lacks_target(cx).to_owned())
            }
            UNDO => self.undo_unavailable(cx),
            _ => self.rows.unavailable(command, || self.shown(cx)),
        }
    }

    fn offers(&self, cx: &Cx<'_>) -> Vec<(String, Request)> {
        self.rows.offers(cx)
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        if self.open.is_some() {
            return match self.opened(cx) {
                Some(truck) => Selection::of(CopyText::new(view::details(truck, cx).to_text(), "the truck")),
                None => Selection::nothing(self.lacks_target(cx)),
            };
        }
        match self.rows.selected(&self.shown(cx)) {
            Some(truck) => Selection::of(CopyText::new(truck.id.to_string(), "the id of the truck")),
            None => Selection::nothing("no truck is selected"),
        }
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        match command {
            command if self.form.is_some() => return self.act_in_form(command, cx),
            NEW => self.open_form(Purpose::New, cx),
            EDIT_TRUCK => return self.edit(cx),
            STATUS => self.open_form(Purpose::Status(self.targets(cx)), cx),
            REMOVE => return self.remove(cx),
            UNDO => return self.undo(),
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
            Event::Executing => {
                if let Some(sent) = &mut self.sent {
                    sent.is_executing = true;
                }
            }
            Event::Executed(result) => self.ended(result, cx),
            Event::Declined => self.sent = None,
            Event::Opened(subject) => self.show(*subject),
            Event::Retargeted => {
                self.open = None;
                self.rows.forget_rows();
                self.close_foreign_form(cx);
            }
            Event::Updated(Query::Truck(id)) => {
                let now = cx.cache.truck(id).value();
                let form = self.form.as_mut().filter(|form| form.edits(id) && self.sent.is_none());
                if let (Some(form), Some(now)) = (form, now) {
                    form.follow(&now.truck);
                }
            }
            Event::Typed(_) | Event::Pasted(_) | Event::Clicked(_) if self.form.is_some() => {
                let form = self.form.as_mut().filter(|form| self.sent.is_none() && !form.has_conflict);
                if let Some(form) = form {
                    form.on(event);
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
