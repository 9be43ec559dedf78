//! The picture of the runs screen.

use hello_model::{
    budget::Budget,
    text::{cut, width},
};
use hello_state::present::Cell;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::Widget,
};

use super::{Opened, Runs, tree};
use crate::{
    cx::Cx,
    screens::{
        filter_bar,
        list::{List, LoadedRows},
        split::split,
    },
    theme::Tone,
    widgets::{chrome, remote, text::toned},
};

pub(super) fn draw(runs: &Runs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let room = split(area, runs.open.is_some());
    if let Some(area) = room.list {
        list(runs, cx, area, buf);
        budget(cx, area, buf);
    }
    if let (Some(open), Some(area)) = (&runs.open, room.opened) {
        opened(open, cx, area, buf);
    }
    if let Some(form) = &runs.form {
        let sending = if runs.is_executing { ": sending…" } else { "" };
        form.fields.draw(&format!("{}{sending}", form.title()), area, buf, cx);
    }
}

fn list(runs: &Runs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let remote = cx.runs();
    let list = remote.value();
    List {
        title: "Runs",
        subject: cx.repo().map(ToString::to_string),
        remote,
        state: &runs.rows,
        shown: &runs.shown(cx),
        extent: list.map(|list| LoadedRows::of(&list.runs)),
        unreadable: list.map_or(0, |list| list.unreadable),
        signs: None,
        is_focused: runs.open.is_none(),
        empty: ["No workflow has run in this repository yet.", "push a commit, or r looks again"],
    }
    .draw(cx, area, buf);
}

fn opened(open: &Opened, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, remote) = (cx.theme, cx.run(open.id));
    let title = match remote.value() {
        Some(detail) => {
            let workflow = Cell::or_dash(Some(&detail.run.workflow)).text;
            format!("{workflow} {}", detail.run.label())
        }
        None => format!("Run {}", open.id),
    };
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, theme);
    let body = filter_bar::failure(remote, inner, buf, theme);
    if remote::placeholder(remote, "the run", body, buf, cx) {
        return;
    }
    let unreadable = remote.value().map_or(0, |detail| detail.unreadable_jobs);
    let body = filter_bar::unreadable(unreadable, "job", body, buf, theme);
    let (details, _) = tree::of(open, cx);
    let (text, url) = with_url(body);
    details.draw(&open.state, text, area, buf, theme);
    open.state.note_clicks(text, &cx.zones);
    if let Some(detail) = remote.value() {
        Line::from(toned(theme, &cut(&detail.run.url, usize::from(url.width)), Tone::Faint)).render(url, buf);
    }
}

/// Says on the lower border how many requests GitHub allows until when.
fn budget(cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let Some(Budget { limit, remaining, resets_at }) = cx.cache.budget() else { return };
    let is_low = cx.cache.budget().is_some_and(|budget| budget.is_low());
    let until =
        if is_low { format!(", polled rarely until {}", cx.theme.clock(resets_at)) } else { String::new() };
    let text = format!(" {remaining} of {limit} requests left{until} ");
    let columns = u16::try_from(width(&text)).unwrap_or(u16::MAX);
    if area.height < 4 || columns + 4 > area.width {
        return;
    }
    let place = Rect { x: area.x + 2, y: area.bottom() - 1, width: columns, height: 1 };
    let tone = if is_low { Tone::Warning } else { Tone::Faint };
    Line::from(toned(cx.theme, &text, tone)).render(place, buf);
}

/// Splits the body into the text and a row for the address of the run, where there is room for it.
fn with_url(body: Rect) -> (Rect, Rect) {
    if body.height < 8 {
        return (body, Rect { height: 0, ..body });
    }
    let [text, _, url] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(1), Constraint::Length(1)]).areas(body);
    (text, url)
}
