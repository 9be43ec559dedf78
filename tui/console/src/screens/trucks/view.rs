//! The picture of the trucks screen.

use hello_model::truck::Fleet;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    widgets::{Paragraph, Widget, Wrap},
};

use super::{Trucks, form::FIELDS};
use crate::{
    cx::Cx,
    screens::list::{List, LoadedRows, Rest},
    theme::Theme,
    widgets::{form, overlay, remote},
};

pub(super) fn draw(trucks: &Trucks, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let remote = cx.cache.trucks();
    List {
        title: "Trucks",
        subject: None,
        remote,
        state: &trucks.rows,
        shown: &trucks.shown(cx),
        extent: remote.value().map(extent),
        unreadable: 0,
        signs: None,
        empty: ["There is no truck yet.", "n adds one"],
    }
    .draw(cx, area, buf);
    if trucks.is_form_open {
        draw_form(trucks, area, buf, cx.theme);
    }
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
