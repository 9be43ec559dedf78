//! The picture of the trucks screen.

use hello_model::truck::{Fleet, Truck, TruckId};
use hello_state::present;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    widgets::{Paragraph, Widget, Wrap},
};

use super::{Trucks, form::FIELDS};
use crate::{
    cx::Cx,
    screens::{
        filter_bar,
        list::{List, LoadedRows, Rest},
        split::split,
    },
    theme::{Theme, Tone},
    widgets::{
        chrome,
        details::{Details, DetailsState},
        form, overlay, remote,
    },
};

pub(super) fn draw(trucks: &Trucks, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let room = split(area, trucks.open.is_some());
    if let Some(area) = room.list {
        list(trucks, cx, area, buf);
    }
    if let (Some((id, state)), Some(area)) = (&trucks.open, room.opened) {
        opened(trucks.opened(cx), id, state, cx, area, buf);
    }
    if trucks.is_form_open {
        draw_form(trucks, area, buf, cx.theme);
    }
}

fn list(trucks: &Trucks, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let remote = trucks.remote(cx);
    List {
        title: "Trucks",
        subject: None,
        remote,
        state: &trucks.rows,
        shown: &trucks.shown(cx),
        extent: remote.value().map(extent),
        unreadable: 0,
        signs: None,
        is_focused: trucks.open.is_none(),
        empty: ["There is no truck yet.", "n adds one"],
    }
    .draw(cx, area, buf);
}

fn opened(
    truck: Option<&Truck>,
    id: &TruckId,
    state: &DetailsState,
    cx: &Cx<'_>,
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = cx.theme;
    let title =
        truck.map_or_else(|| format!("Truck {id}"), |truck| format!("{} {}", truck.make, truck.model));
    let remote = cx.cache.trucks();
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, theme);
    let body = filter_bar::failure(remote, inner, buf, theme);
    if remote::placeholder(remote, "the truck", body, buf, cx) {
        return;
    }
    let mut gone = Details::default();
    gone.toned(
        theme,
        "This truck is not among those that are loaded; it may have been removed.",
        Tone::Faint,
    );
    let details = truck.map_or(gone, |truck| details(truck, cx));
    details.draw(state, body, area, buf, theme);
}

/// Returns the text of a truck.
pub(super) fn details(truck: &Truck, cx: &Cx<'_>) -> Details<'static> {
    let mut details = Details::default();
    details.facts(cx.theme, &present::truck::facts(truck, &cx.format()));
    details
}

/// Returns how much of the fleet is loaded. The command line tells why the rest could not be read.
fn extent(fleet: &Fleet) -> LoadedRows {
    let extent = LoadedRows::of(&fleet.trucks);
    if fleet.unread.is_some() { LoadedRows { rest: Rest::Unread, ..extent } } else { extent }
}

fn draw_form(trucks: &Trucks, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let form = &trucks.form;
    let rows = u16::try_from(FIELDS.len()).unwrap_or(0) * form::FIELD_HEIGHT;
    let title = if trucks.is_saving { "New truck: saving…" } else { "New truck" };
    let inner = overlay::dialog(title, 72, rows + 6, area, buf, theme);
    let [fields, said] = Layout::vertical([Constraint::Length(rows), Constraint::Min(0)]).areas(inner);
    let drawn: Vec<form::FormField<'_>> = FIELDS
        .iter()
        .enumerate()
        .map(|(index, (name, label, hint))| form::FormField {
            label,
            input: &form.inputs[index],
            hint,
            fault: form.fault(name),
            focused: form.focus == index,
        })
        .collect();
    form::fields(&drawn, fields, buf, theme);
    if let Some(failure) = &form.failure {
        Paragraph::new(remote::failure_text(failure, theme)).wrap(Wrap { trim: false }).render(said, buf);
    }
}
