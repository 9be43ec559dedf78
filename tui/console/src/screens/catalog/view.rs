//! The picture of the catalog screen: the entities, and below them what is wrong.

use hello_catalog::{Problem, entity::Entity};
use hello_state::present;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
};

use super::{Catalog, Opened, problems};
use crate::{
    cx::Cx,
    screens::{
        list::{List, LoadedRows},
        split::split,
    },
    theme::Theme,
    widgets::{chrome, details::Details},
};

/// Facts that the title and the first line of an open entity show.
const ABOVE: [&str; 2] = ["title", "description"];

pub(super) fn draw(screen: &Catalog, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let problems = cx.cache.catalog().value().map(|catalog| catalog.problems.as_slice()).unwrap_or_default();
    let is_entity_known = screen.opened(cx).is_some();
    let is_open = matches!(screen.open, Some(Opened::Problems(_))) || is_entity_known;
    let room = split(area, is_open);
    if let Some(area) = room.opened {
        opened(screen, problems, cx, area, buf);
    }
    let Some(area) = room.list else { return };
    if is_open {
        return list(screen, cx, area, buf);
    }
    let below = if problems.is_empty() { 0 } else { (area.height / 2).clamp(3, 12) };
    let [top, bottom] = Layout::vertical([Constraint::Min(0), Constraint::Length(below)]).areas(area);
    list(screen, cx, top, buf);
    if !problems.is_empty() {
        problems::draw_first(problems, bottom, buf, theme);
    }
}

fn opened(screen: &Catalog, problems: &[Problem], cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    match (&screen.open, screen.opened(cx)) {
        (Some(Opened::Entity(_, state)), Some(entity)) => {
            let title = format!("{} {}", entity.kind, entity.label());
            let inner = chrome::pane(&title, Line::default(), true, area, buf, theme);
            details(entity, theme).draw(state, inner, area, buf, theme);
        }
        (Some(Opened::Problems(state)), _) => problems::draw_all(problems, state, area, buf, theme),
        _ => {}
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
        is_focused: screen.open.is_none(),
        empty: "No entity to show.",
    }
    .draw(cx, area, buf);
}

/// Returns the text of an entity.
pub(super) fn details(entity: &Entity, theme: &Theme) -> Details<'static> {
    let mut details = Details::default();
    if let Some(description) = &entity.description {
        details.text(description.clone());
        details.gap();
    }
    let mut facts = present::entity::facts(entity);
    facts.retain(|fact| !ABOVE.contains(&fact.label.as_str()));
    details.facts(theme, &facts);
    for section in present::entity::sections(entity) {
        details.heading(theme, section.title);
        details.facts(theme, &section.facts);
    }
    details
}
