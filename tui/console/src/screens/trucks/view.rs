//! The picture of the trucks screen.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    widgets::{Paragraph, Widget, Wrap},
};

use super::{Trucks, form::FIELDS};
use crate::{
    cx::Cx,
    screens::filter_bar,
    theme::{self, Theme, Tone},
    widgets::{
        chrome, form, overlay, remote,
        table::{Column, Table, Width, cell},
        text::{span, status_badge, toned},
    },
};

const COLUMNS: [Column; 6] = [
    Column { title: "MAKE", width: Width::Rest(12), rank: 0 },
    Column { title: "MODEL", width: Width::Rest(12), rank: 0 },
    Column { title: "PLATE", width: Width::Fixed(12), rank: 1 },
    Column { title: "STATUS", width: Width::Fixed(13), rank: 0 },
    Column { title: "ADDED", width: Width::Fixed(14), rank: 2 },
    Column { title: "ID", width: Width::Fixed(36), rank: 3 },
];

pub(super) fn draw(trucks: &Trucks, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, remote) = (cx.theme, cx.cache.trucks());
    let shown = trucks.shown(cx);
    let title = match remote.value() {
        Some(fleet) if shown.len() != fleet.trucks.items.len() => {
            format!("Trucks {}/{}", shown.len(), fleet.trucks.count_label())
        }
        // Why is told by the command line; here it counts that these are not all.
        Some(fleet) if fleet.unread.is_some() => {
            format!("Trucks {}, the rest is not read", fleet.trucks.items.len())
        }
        Some(fleet) => format!("Trucks {}", fleet.trucks.count_label()),
        None => "Trucks".to_owned(),
    };
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, theme);
    let body = filter_bar::draw(&trucks.rows.filter, remote, inner, buf, theme);
    if !remote::placeholder(remote, body, buf, cx) {
        table(trucks, cx, body, buf);
    }
    if trucks.is_form_open {
        draw_form(trucks, area, buf, theme);
    }
}

fn table(trucks: &Trucks, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, shown) = (cx.theme, trucks.shown(cx));
    if shown.is_empty() {
        let empty = if trucks.rows.filter.is_shown() {
            "No truck passes the filter; esc drops it."
        } else {
            "No trucks yet; n adds one."
        };
        toned(theme, empty, Tone::Faint).render(area, buf);
        return;
    }
    let selected = trucks.rows.position(&trucks.keys(cx));
    Table { columns: &COLUMNS, rows: shown.len(), selected, offset: &trucks.rows.offset }.draw(
        area,
        buf,
        theme,
        |row| {
            let truck = shown[row];
            let badge = theme::truck_badge(truck.status);
            vec![
                cell(truck.make.as_str()),
                cell(truck.model.as_str()),
                cell(truck.license_plate.as_deref().unwrap_or("–")),
                status_badge(theme, &badge),
                cell(theme.moment(truck.created_at)),
                span(truck.id.as_str(), theme.tone(Tone::Faint)),
            ]
        },
    );
}

fn draw_form(trucks: &Trucks, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let form = &trucks.form;
    let rows = u16::try_from(FIELDS.len()).unwrap_or(0) * form::FIELD_HEIGHT;
    let title = if trucks.is_saving { "New truck: saving…" } else { "New truck" };
    let inner = overlay::dialog(title, 72, rows + 6, area, buf, theme);
    let [fields, said] = Layout::vertical([Constraint::Length(rows), Constraint::Min(0)]).areas(inner);
    let drawn: Vec<form::Field<'_>> = FIELDS
        .iter()
        .enumerate()
        .map(|(index, (name, label, hint))| form::Field {
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
