//! The last runs, one line each.

use hello_model::run::Run;
use ratatui::{style::Style, text::Line};

use super::{Content, filled, opened, row};
use crate::{
    cx::Cx,
    screens::runs,
    theme::{Tone, run_badge},
    widgets::text::{row_span, span, toned},
};

pub(in crate::screens) fn content(cx: &Cx<'_>) -> Content {
    filled(cx.runs(), cx, |list| {
        let runs = &list.runs.items;
        let rows = runs.iter().map(|run| {
            row(run.id.to_string(), line(run, cx), Some(opened(runs::SPEC.id, run.id.to_string())))
        });
        let status = match runs.first() {
            Some(run) => line(run, cx).spans,
            None => vec![toned(cx.theme, "no run yet", Tone::Plain)],
        };
        Content { status, rows: rows.collect(), ..Content::default() }
    })
}

/// Writes the sign, the age, the workflow, the number, the branch and the title of a run.
fn line(run: &Run, cx: &Cx<'_>) -> Line<'static> {
    let (glyph, _, tone) = run_badge(&run.state);
    let age = run.created_at.map_or_else(|| "–".to_owned(), |at| super::age(at, cx));
    let workflow: String = run.workflow.chars().take(14).collect();
    let branch: String = run.branch.as_deref().unwrap_or("–").chars().take(14).collect();
    // A run that another one started is called like its workflow.
    let title = if run.title == run.workflow { &run.event } else { &run.title };
    Line::from(vec![
        toned(cx.theme, glyph, tone),
        span(&format!(" {age:>4} "), Style::new()),
        row_span(&workflow, cx.theme.title()),
        row_span(&format!(" {} {branch} {title}", run.label()), Style::new()),
    ])
}
