//! The picture of the catalog screen: the entities, and below them what is wrong.

use std::collections::HashMap;

use hello_catalog::{
    Catalog as Entities, Problem, Severity,
    entity::{Entity, EntityRef},
};
use hello_state::present::{self, Cell, problem};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
};

use super::{Catalog, Opened, problems};
use crate::{
    cx::Cx,
    screens::{
        list::{List, LoadedRows, Signs},
        split::split,
    },
    theme::{Theme, Tone},
    widgets::{chrome, details::Details},
};

/// What the signs before entities mean.
const SIGNS: &str = "▸ in use  ✗ error  ⚠ warning";

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

/// The entities that have problems, with the badge of the worst one.
struct Worst(HashMap<String, Severity>);

impl Worst {
    fn of(catalog: Option<&Entities>) -> Self {
        let mut worst = HashMap::new();
        for problem in catalog.into_iter().flat_map(|catalog| &catalog.problems) {
            let Some(entity) = &problem.entity else { continue };
            let severity = worst.entry(entity.to_lowercase()).or_insert(problem.severity);
            if problem.severity == Severity::Error {
                *severity = Severity::Error;
            }
        }
        Self(worst)
    }

    /// Returns the signs of an entity: whether it is in use, and whether something is wrong with it.
    fn sign(&self, entity: &Entity, used: Option<&EntityRef>) -> Cell {
        let is_used = if used == Some(&entity.reference) { "▸" } else { "" };
        let severity = self.0.get(&entity.reference.to_string().to_lowercase());
        match severity.map(|severity| problem::badge(*severity)) {
            Some((glyph, tone)) => Cell::toned(format!("{is_used}{glyph}"), tone),
            None => Cell::toned(is_used, Tone::Accent),
        }
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
    let has_problems = remote.value().is_some_and(|catalog| !catalog.problems.is_empty());
    let problems = Worst::of(remote.value());
    let used = cx.target.and_then(|target| target.component.as_ref());
    List {
        title: "Catalog",
        subject: None,
        remote,
        state: &screen.rows,
        shown: &screen.shown(cx),
        extent: remote.value().map(|catalog| LoadedRows::whole(catalog.entities.len())),
        unreadable: 0,
        signs: Some(Signs { legend: SIGNS, of: &|entity: &Entity| problems.sign(entity, used) }),
        is_focused: screen.open.is_none(),
        empty: [
            "No entity to show.",
            if has_problems { "p shows all problems" } else { "name a catalog with --catalog" },
        ],
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
