//! The picture of the trucks screen.

use hello_model::truck::{self, Fleet, Truck, TruckId};
use hello_state::present;
use ratatui::{buffer::Buffer, layout::Rect, text::Line};

use super::{Trucks, conflict, targets::is_gone};
use crate::{
    cx::Cx,
    screens::{
        filter_bar,
        list::{List, LoadedRows, Rest},
        split::split,
    },
    theme::Tone,
    widgets::{
        chrome,
        details::{Details, DetailsState},
        remote,
        text::toned,
    },
};

pub(super) fn draw(trucks: &Trucks, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let room = split(area, trucks.open.is_some());
    if let Some(area) = room.list {
        list(trucks, cx, area, buf);
    }
    if let (Some((id, state)), Some(area)) = (&trucks.open, room.opened) {
        opened(trucks, id, state, cx, area, buf);
    }
    match (trucks.conflict(), &trucks.form) {
        (Some(form), _) => {
            if let Some(base) = form.base() {
                let now = cx.cache.truck(&base.id).value().map(|tagged| &tagged.truck);
                conflict::draw(form, base, now, &trucks.conflict_scroll, area, buf, cx);
            }
        }
        (None, Some(form)) => {
            let is_saving = trucks.sent.as_ref().is_some_and(|sent| sent.is_executing);
            let saving = if is_saving { ": saving…" } else { "" };
            form.fields.draw(&format!("{}{saving}", form.title()), area, buf, cx);
        }
        (None, None) => {}
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

fn opened(trucks: &Trucks, id: &TruckId, state: &DetailsState, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let remote = cx.cache.truck(id);
    let (truck, last) = (trucks.opened(cx), remote.value().map(|tagged| &tagged.truck));
    let known = truck.or(last).or_else(|| trucks.known(id, cx));
    let title = known.map_or_else(|| format!("Truck {id}"), truck::name);
    // What was read before does not count any more, so its age says nothing.
    let note = match remote.failure().filter(|_| is_gone(remote)) {
        Some(failure) => Line::from(toned(theme, &format!("⚠ {} ", remote::word(failure)), Tone::Warning)),
        None => remote::note(remote, cx),
    };
    let inner = chrome::pane(&title, note, true, area, buf, theme);
    let Some(truck) = truck else {
        if is_gone(remote) {
            gone(cx).draw(state, inner, area, buf, theme);
        } else {
            remote::placeholder(remote, "the truck", inner, buf, cx);
        }
        return;
    };
    let body = match remote.failure() {
        Some(failure) => filter_bar::told(failure, inner, buf, theme),
        None => inner,
    };
    details(truck, cx).draw(state, body, area, buf, theme);
}

/// Says that the service has no such truck.
fn gone(cx: &Cx<'_>) -> Details<'static> {
    let mut details = Details::default();
    details.toned(cx.theme, "✗ not found: the service has no truck with this id.", Tone::Bad);
    details.text("It was removed, or it never existed.");
    details.toned(cx.theme, "→ esc leads back to the list", Tone::Accent);
    details
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
