//! The picture of the catalog screen: the entities, and below them what is wrong.

use std::collections::HashMap;

use hello_catalog::{
    Catalog as Entities, Severity,
    entity::{Entity, EntityRef},
};
use hello_state::present::{Cell, problem};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
};

use super::{Catalog, problems};
use crate::{
    cx::Cx,
    screens::{
        list::{List, LoadedRows, Signs},
        split::split,
    },
    theme::Tone,
};

/// What the signs before entities mean.
const SIGNS: &str = "▸ in use  ✗ error  ⚠ warning";

pub(super) fn draw(screen: &Catalog, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let problems = cx.cache.catalog().value().map(|catalog| catalog.problems.as_slice()).unwrap_or_default();
    if let Some(state) = &screen.problems {
        let room = split(area, true);
        if let Some(area) = room.opened {
            problems::draw_all(problems, state, area, buf, theme);
        }
        if let Some(area) = room.list {
            list(screen, cx, area, buf);
        }
        return;
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
        is_focused: screen.problems.is_none(),
        empty: [
            "No entity to show.",
            if has_problems { "p shows all problems" } else { "name a catalog with --catalog" },
        ],
    }
    .draw(cx, area, buf);
}
