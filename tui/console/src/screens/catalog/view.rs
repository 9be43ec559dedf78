//! The picture of the catalog screen: the entities, and below them what is wrong.

use hello_catalog::{Problem, Severity, entity::Entity};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
    widgets::{Paragraph, Widget, Wrap},
};

use super::Catalog;
use crate::{
    cx::Cx,
    screens::filter_bar,
    theme::{Theme, Tone},
    widgets::{
        chrome, remote,
        scroll::Scroll,
        table::{Column, Table, Width, cell},
        text::{fact, line, span, toned},
    },
};

const COLUMNS: [Column; 7] = [
    Column { title: " ", width: Width::Fixed(1), rank: 0 },
    Column { title: "KIND", width: Width::Fixed(10), rank: 0 },
    Column { title: "NAME", width: Width::Rest(18), rank: 0 },
    Column { title: "TYPE", width: Width::Fixed(12), rank: 1 },
    Column { title: "LIFECYCLE", width: Width::Fixed(13), rank: 2 },
    Column { title: "OWNER", width: Width::Fixed(16), rank: 2 },
    Column { title: "DESCRIPTION", width: Width::Rest(24), rank: 3 },
];

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
    let (theme, remote) = (cx.theme, cx.cache.catalog());
    let shown = screen.shown(cx);
    let title = format!("Catalog {}", shown.len());
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, theme);
    let body = filter_bar::draw(&screen.rows.filter, remote, inner, buf, theme);
    if remote::placeholder(remote, body, buf, cx) {
        return;
    }
    if shown.is_empty() {
        toned(theme, "No entity to show.", Tone::Faint).render(body, buf);
        return;
    }
    let selected = screen.rows.position(&screen.keys(cx));
    Table { columns: &COLUMNS, rows: shown.len(), selected, offset: &screen.rows.offset }.draw(
        body,
        buf,
        theme,
        |row| cells(shown[row], cx),
    );
}

fn cells(entity: &Entity, cx: &Cx<'_>) -> Vec<Span<'static>> {
    let theme = cx.theme;
    let chosen = cx.target.and_then(|target| target.component.as_ref()) == Some(&entity.reference);
    let owner = entity.owner.as_ref().map(|owner| owner.name.clone());
    vec![
        toned(theme, if chosen { "▸" } else { " " }, Tone::Accent),
        toned(theme, &entity.kind, Tone::Faint),
        cell(entity.reference.name.as_str()),
        cell(entity.type_.as_deref().unwrap_or("–")),
        cell(entity.lifecycle.as_deref().unwrap_or("–")),
        cell(owner.as_deref().unwrap_or("–")),
        toned(theme, entity.description.as_deref().unwrap_or(""), Tone::Faint),
    ]
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
    let facts = [
        ("ref", Some(entity.reference.to_string())),
        ("type", entity.type_.clone()),
        ("lifecycle", entity.lifecycle.clone()),
        ("owner", entity.owner.as_ref().map(ToString::to_string)),
        ("system", entity.system.as_ref().map(ToString::to_string)),
        ("tags", (!entity.tags.is_empty()).then(|| entity.tags.join(", "))),
        ("read from", Some(format!("{}:{}", entity.origin.source, entity.origin.line))),
    ];
    lines.extend(facts.iter().filter_map(|(label, value)| Some(fact(theme, label, 9, value.as_deref()?))));
    let mut section = |title: &str, rows: Vec<Line<'static>>| {
        if !rows.is_empty() {
            lines.extend([Line::default(), Line::from(span(title, theme.title()))]);
            lines.extend(rows);
        }
    };
    let relation = |relation: &hello_catalog::entity::Relation| {
        fact(theme, relation.kind.words(), 14, &relation.target.to_string())
    };
    section("Relations", entity.relations.iter().map(relation).collect());
    let link = |link: &hello_catalog::entity::Link| {
        fact(theme, link.title.as_deref().unwrap_or("link"), 14, &link.url)
    };
    section("Links", entity.links.iter().map(link).collect());
    let annotations = entity.annotations.iter().map(|(key, value)| fact(theme, key, 14, value));
    section("Annotations", annotations.collect());
    lines
}
