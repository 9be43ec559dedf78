//! The picture of the catalog screen: the entities, and below them what is wrong.

use hello_catalog::{Problem, Severity, entity::Entity};
use hello_state::present;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::{Paragraph, Widget, Wrap},
};

use super::Catalog;
use crate::{
    cx::Cx,
    screens::list::{List, LoadedRows},
    theme::{Theme, Tone},
    widgets::{
        chrome,
        scroll::Scroll,
        text::{self, line, span, toned},
    },
};

/// Facts that the title and the first line of an open entity show.
const ABOVE: [&str; 2] = ["title", "description"];

pub(super) fn draw(screen: &Catalog, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    if let (Some(entity), Some((_, scroll))) = (screen.opened(cx), &screen.open) {
        detail(entity, scroll, area, buf, theme);
        return;
    }
    let problems = cx.cache.catalog().value().map(|catalog| catalog.problems.as_slice()).unwrap_or_default();
    let below = if problems.is_empty() { 0 } else { (area.height / 2).clamp(3, 12) };
    let [top, bottom] = Layout::vertical([Constraint::Min(0), Constraint::Length(below)]).areas(area);
    list(screen, cx, top, buf);
    if !problems.is_empty() {
        tell(problems, bottom, buf, theme);
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

fn tell(problems: &[Problem], area: Rect, buf: &mut Buffer, theme: &Theme) {
    let title = match problems.len() {
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    };
    let inner = chrome::pane(&title, Line::default(), false, area, buf, theme);
    // Each takes a row at least: no more are made than fit.
    let most = usize::from(inner.height);
    let lines: Vec<Line<'static>> =
        problems.iter().take(most).map(|problem| problem_line(problem, theme)).collect();
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(inner, buf);
}

fn problem_line(problem: &Problem, theme: &Theme) -> Line<'static> {
    let (glyph, tone) = match problem.severity {
        Severity::Error => ("✗", Tone::Bad),
        Severity::Warning => ("⚠", Tone::Warning),
    };
    let about = [problem.entity.as_deref(), problem.field.as_deref(), Some(problem.rule.as_str())];
    let text = about.into_iter().flatten().collect::<Vec<_>>().join(": ");
    Line::from(vec![
        toned(theme, &format!("{glyph} {}:{}:{} ", problem.source, problem.line, problem.column), tone),
        span(&text, ratatui::style::Style::new()),
    ])
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
