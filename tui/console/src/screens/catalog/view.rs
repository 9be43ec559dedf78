//! The picture of the catalog screen: the entities, and below them what is wrong.

use hello_catalog::entity::Entity;
use hello_state::present;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
};

use super::{Catalog, Opened, problems};
use crate::{
    cx::Cx,
    screens::list::{List, LoadedRows},
    theme::Theme,
    widgets::{
        chrome,
        scroll::Scroll,
        text::{self, line, span},
    },
};

/// Facts that the title and the first line of an open entity show.
const ABOVE: [&str; 2] = ["title", "description"];

pub(super) fn draw(screen: &Catalog, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let problems = cx.cache.catalog().value().map(|catalog| catalog.problems.as_slice()).unwrap_or_default();
    match (&screen.open, screen.opened(cx)) {
        (Some(Opened::Entity(_, scroll)), Some(entity)) => return detail(entity, scroll, area, buf, theme),
        (Some(Opened::Problems(scroll)), _) => {
            return problems::draw_all(problems, scroll, area, buf, theme);
        }
        _ => {}
    }
    let below = if problems.is_empty() { 0 } else { (area.height / 2).clamp(3, 12) };
    let [top, bottom] = Layout::vertical([Constraint::Min(0), Constraint::Length(below)]).areas(area);
    list(screen, cx, top, buf);
    if !problems.is_empty() {
        problems::draw_first(problems, bottom, buf, theme);
    }
}

fn list(screen: &Catalog, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let remote = cx.cache.catalog();
    let used = cx.target.and_then(|target| target.component.as_ref());
    List {
        title: "Catalog",
        subject: None,
        remote,
        state: &screen.rows,
        shown: &screen.shown(cx),
        extent: remote.value().map(|catalog| LoadedRows::whole(catalog.entities.len())),
        unreadable: 0,
        is_marked: Some(&|entity: &Entity| used == Some(&entity.reference)),
        empty: "No entity to show.",
    }
    .draw(cx, area, buf);
}

fn detail(entity: &Entity, scroll: &Scroll, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let title = format!("{} {}", entity.kind, entity.label());
    let inner = chrome::pane(&title, Line::default(), true, area, buf, theme);
    scroll.draw(&detail_lines(entity, theme), inner, buf);
}

fn detail_lines(entity: &Entity, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(description) = &entity.description {
        lines.extend([line(description), Line::default()]);
    }
    let mut facts = present::entity::facts(entity);
    facts.retain(|fact| !ABOVE.contains(&fact.label.as_str()));
    lines.extend(text::facts(theme, &facts, 9));
    for section in present::entity::sections(entity) {
        lines.extend([Line::default(), Line::from(span(&section.title, theme.title()))]);
        lines.extend(text::facts(theme, &section.facts, 14));
    }
    lines
}
