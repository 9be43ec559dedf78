//! The picture of the overview.

use hello_catalog::entity::Entity;
use hello_model::text::width;
use hello_state::present::{
    entity_page::{EntityPage, PageRow},
    problem,
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Overview, health};
use crate::{
    cx::Cx,
    theme::{Theme, Tone},
    widgets::{
        chrome,
        details::{Details, Part},
        remote,
    },
};

/// The most columns of a label: values begin below each other.
const MAX_LABEL: usize = 18;

pub(super) fn draw(overview: &Overview, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let catalog = cx.cache.catalog();
    let entity = cx.entity(&overview.scope);
    let title = match (entity, cx.reference(&overview.scope)) {
        (Some(entity), _) => format!("{} {}", entity.kind, entity.label()),
        (None, Some(reference)) => reference.to_string(),
        (None, None) => "Entity".to_owned(),
    };
    let inner = chrome::pane(&title, remote::note(catalog, cx), true, area, buf, theme);
    if remote::placeholder(catalog, "the catalog", inner, buf, cx) {
        return;
    }
    let details = match entity.and_then(|entity| Some((entity, overview.page(entity, cx)?))) {
        Some((entity, page)) => of_entity(entity, &page, cx),
        None => missing(overview, cx),
    };
    details.draw(&overview.state, inner, area, buf, theme);
    overview.state.note_clicks(inner, &cx.zones);
}

/// Says that the entity is gone, and where to look.
fn missing(overview: &Overview, cx: &Cx<'_>) -> Details<'static> {
    let theme = cx.theme;
    let mut details = Details::default();
    let name = cx.reference(&overview.scope).map_or_else(|| "This entity".to_owned(), ToString::to_string);
    details.toned(theme, format!("✗ {name} is not in the catalog."), Tone::Bad);
    let problems = cx.cache.catalog().value().map(|catalog| catalog.problems.as_slice()).unwrap_or_default();
    if problems.is_empty() {
        details.toned(theme, "→ describe it, or add its descriptor with --catalog", Tone::Accent);
    } else {
        let count = problem::count(problems);
        details.text(format!("The descriptors have problems: {count}"));
        details.toned(
            theme,
            "→ the Source tab shows those of its file; p in the Catalog shows all",
            Tone::Accent,
        );
    }
    details
}

fn of_entity(entity: &Entity, page: &EntityPage, cx: &Cx<'_>) -> Details<'static> {
    let theme = cx.theme;
    let mut details = Details::default();
    let lines = health::lines(entity, cx);
    let column = lines.iter().map(|line| width(line.label)).max().unwrap_or(0);
    for line in lines {
        let label = Part::toned(theme, format!("{:<column$}  ", line.label), Tone::Faint);
        let status = line.status.into_iter().map(|span| Part::new(span.content, span.style));
        details.parts([label].into_iter().chain(status), column + 2);
        details.stop();
    }
    if let Some(description) = &page.description {
        details.gap();
        details.text(description.clone());
    }
    for section in &page.sections {
        details.heading(theme, section.title);
        let column = section.rows.iter().map(|row| width(&row.label)).max().unwrap_or(0).min(MAX_LABEL);
        for row in &section.rows {
            details.parts(parts(row, column, theme), column + 2);
            if row.leads_to.is_some() {
                details.stop();
            }
        }
    }
    details
}

fn parts(row: &PageRow, column: usize, theme: &Theme) -> Vec<Part<'static>> {
    let padding = " ".repeat(column.saturating_sub(width(&row.label)) + 2);
    let mut parts = vec![
        Part::toned(theme, format!("{}{padding}", row.label), Tone::Faint),
        Part::toned(theme, row.value.with_glyph(), row.value.tone),
    ];
    if let Some(note) = &row.note {
        parts.push(Part::toned(theme, format!("  {}", note.with_glyph()), note.tone));
    }
    parts
}
