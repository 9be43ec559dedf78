//! The picture of the catalog screen: the entities, and below them what is wrong.

use std::{collections::HashMap, sync::Arc};

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

/// The entities that have problems, with the worst severity of each. There may be thousands: they are collected once for
/// each catalog.
#[derive(Debug, Default)]
pub(super) struct Worst {
    catalog: Option<Arc<Entities>>,
    severities: HashMap<String, Severity>,
}

impl Worst {
    /// Collects the problems of a catalog, unless they are those that are known.
    fn update(&mut self, catalog: Option<&Arc<Entities>>) {
        let is_same = match (&self.catalog, catalog) {
            (Some(known), Some(catalog)) => Arc::ptr_eq(known, catalog),
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            *self = Self { catalog: catalog.cloned(), severities: Self::severities(catalog) };
        }
    }

    fn severities(catalog: Option<&Arc<Entities>>) -> HashMap<String, Severity> {
        let mut worst = HashMap::new();
        for problem in catalog.into_iter().flat_map(|catalog| &catalog.problems) {
            let Some(entity) = &problem.entity else { continue };
            let severity = worst.entry(entity.to_lowercase()).or_insert(problem.severity);
            if problem.severity == Severity::Error {
                *severity = Severity::Error;
            }
        }
        worst
    }

    /// Returns the signs of an entity: whether it is in use, and whether something is wrong with it.
    fn sign(&self, entity: &Entity, used: Option<&EntityRef>) -> Cell {
        let is_used = if used == Some(&entity.reference) { "▸" } else { "" };
        let severity = self.severities.get(&entity.reference.to_string().to_lowercase());
        match severity.map(|severity| problem::badge(*severity)) {
            Some((glyph, tone)) => Cell::toned(format!("{is_used}{glyph}"), tone),
            None => Cell::toned(is_used, Tone::Accent),
        }
    }
}

fn list(screen: &Catalog, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let remote = cx.cache.catalog();
    let has_problems = remote.value().is_some_and(|catalog| !catalog.problems.is_empty());
    let mut problems = screen.worst.borrow_mut();
    problems.update(cx.cache.shared_catalog());
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
