//! The picture of the runs screen.

use hello_model::{
    run::{Job, Run, RunDetail, State, Step},
    time::{self, Timestamp},
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Line, widgets::Widget};

use super::{Opened, Runs};
use crate::{
    cx::Cx,
    screens::filter_bar,
    theme::{Theme, Tone, run_badge},
    widgets::{
        chrome, remote,
        table::{Column, Table, Width, cell},
        text::{fact, span, status_badge, toned},
    },
};

const COLUMNS: [Column; 7] = [
    Column { title: "STATE", width: Width::Fixed(13), rank: 0 },
    Column { title: "WORKFLOW", width: Width::Rest(18), rank: 0 },
    Column { title: "RUN", width: Width::Fixed(6), rank: 1 },
    Column { title: "TITLE", width: Width::Rest(16), rank: 2 },
    Column { title: "BRANCH", width: Width::Fixed(14), rank: 3 },
    Column { title: "COMMIT", width: Width::Fixed(7), rank: 1 },
    Column { title: "STARTED", width: Width::Fixed(14), rank: 1 },
];

pub(super) fn draw(runs: &Runs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    match &runs.open {
        Some(open) => detail(open, cx, area, buf),
        None => list(runs, cx, area, buf),
    }
}

fn list(runs: &Runs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, remote) = (cx.theme, cx.runs());
    let title = match cx.repo() {
        Some(repo) => match remote.value().filter(|list| list.runs.next.is_some()) {
            Some(list) => format!("Runs of {repo}, {}", list.runs.count_label()),
            None => format!("Runs of {repo}"),
        },
        None => "Runs".to_owned(),
    };
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, theme);
    let body = filter_bar::draw(&runs.rows.filter, remote, inner, buf, theme);
    if remote::placeholder(remote, body, buf, cx) {
        return;
    }
    let unreadable = remote.value().map_or(0, |list| list.unreadable);
    let body = filter_bar::unreadable(unreadable, "run", body, buf, theme);
    let shown = runs.shown(cx);
    if shown.is_empty() {
        toned(theme, "No run to show.", Tone::Faint).render(body, buf);
        return;
    }
    let selected = runs.rows.position(&runs.keys(cx));
    Table { columns: &COLUMNS, rows: shown.len(), selected, offset: &runs.rows.offset }.draw(
        body,
        buf,
        theme,
        |row| cells(shown[row], theme),
    );
}

fn cells(run: &Run, theme: &Theme) -> Vec<ratatui::text::Span<'static>> {
    vec![
        status_badge(theme, &run_badge(&run.state)),
        cell(or_dash(&run.workflow)),
        cell(run.label()),
        cell(or_dash(&run.title)),
        cell(or_dash(run.branch.as_deref().unwrap_or_default())),
        span(or_dash(run.short_commit()), theme.tone(Tone::Faint)),
        cell(run.began_at().map_or_else(|| "–".to_owned(), |at| theme.moment(at))),
    ]
}

fn detail(open: &Opened, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, remote) = (cx.theme, cx.run(open.id));
    let title = match remote.value() {
        Some(detail) => format!("{} {}", or_dash(&detail.run.workflow), detail.run.label()),
        None => format!("Run {}", open.id),
    };
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, theme);
    let body = filter_bar::failure(remote, inner, buf, theme);
    if remote::placeholder(remote, body, buf, cx) {
        return;
    }
    if let Some(detail) = remote.value() {
        let body = filter_bar::unreadable(detail.unreadable_jobs, "job", body, buf, theme);
        open.scroll.draw(&detail_lines(detail, cx), body, buf);
    }
}

fn detail_lines(detail: &RunDetail, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let (run, theme) = (&detail.run, cx.theme);
    let ended = (!run.state.is_active()).then_some(run.updated_at).flatten();
    let lasted = lasted(run.began_at(), ended, &run.state, cx);
    let lasted = or_dash(&lasted);
    let by = run.actor.as_deref().map(|actor| format!(" by {actor}")).unwrap_or_default();
    let branch = run.branch.as_deref().unwrap_or("–");
    let mut lines = vec![
        Line::from(vec![
            status_badge(theme, &run_badge(&run.state)),
            span(&format!("  {lasted}  attempt {}", run.attempt), theme.tone(Tone::Faint)),
        ]),
        fact(theme, "title", 7, or_dash(&run.title)),
        fact(theme, "commit", 7, &format!("{} on {branch}", or_dash(run.short_commit()))),
        fact(theme, "event", 7, &format!("{}{by}", or_dash(&run.event))),
        fact(theme, "url", 7, or_dash(&run.url)),
    ];
    for job in &detail.jobs {
        lines.push(Line::default());
        lines.push(job_line(job, cx));
        lines.extend(job.steps.iter().map(|step| step_line(step, cx)));
    }
    if detail.jobs.is_empty() {
        lines.push(Line::from(toned(theme, "No job yet.", Tone::Faint)));
    }
    lines
}

fn job_line(job: &Job, cx: &Cx<'_>) -> Line<'static> {
    let theme = cx.theme;
    let (glyph, word, tone) = run_badge(&job.state);
    let lasted = lasted(job.started_at, job.completed_at, &job.state, cx);
    Line::from(vec![
        span(&format!("{glyph} "), theme.tone(tone)),
        span(or_dash(&job.name), theme.title()),
        span(&format!("  {word} {lasted}"), theme.tone(tone)),
    ])
}

/// Writes how long a job or step took, or takes; nothing where that is not known.
fn lasted(began: Option<Timestamp>, ended: Option<Timestamp>, state: &State, cx: &Cx<'_>) -> String {
    match (began, ended) {
        (None, _) => String::new(),
        // It has ended, and when is not known: the time up to now would be wrong.
        (Some(_), None) if !state.is_active() => String::new(),
        (Some(began), ended) => time::short(cx.elapsed(began, ended)),
    }
}

/// Returns a text, or a dash where nothing came.
fn or_dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

fn step_line(step: &Step, cx: &Cx<'_>) -> Line<'static> {
    let theme = cx.theme;
    let (glyph, _, tone) = run_badge(&step.state);
    let lasted = lasted(step.started_at, step.completed_at, &step.state, cx);
    Line::from(vec![
        span(&format!("    {glyph} "), theme.tone(tone)),
        span(or_dash(&step.name), if step.state.is_failure() { theme.tone(Tone::Bad) } else { Style::new() }),
        span(&format!("  {lasted}"), theme.tone(Tone::Faint)),
    ])
}
