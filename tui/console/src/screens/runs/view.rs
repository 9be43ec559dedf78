//! The picture of the runs screen.

use hello_model::{
    run::{Job, Run, RunDetail, State, Step},
    time::{self, Timestamp},
};
use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Line, widgets::Widget};

use super::{Opened, Runs};
use crate::{
    screens::{strip, ticker::Ticker},
    widgets::{
        chrome,
        look::{Look, Tone, run_sign},
        remote,
        table::{Column, Table, Width, cell},
        text::{fact, sign, span, toned},
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

pub(super) fn draw(runs: &Runs, area: Rect, buf: &mut Buffer, look: &Look) {
    match &runs.open {
        Some(open) => detail(open, &runs.ticker, area, buf, look),
        None => list(runs, area, buf, look),
    }
}

fn list(runs: &Runs, area: Rect, buf: &mut Buffer, look: &Look) {
    let title = match &runs.repo {
        Some(repo) => format!("Runs of {repo}"),
        None => "Runs".to_owned(),
    };
    let inner = chrome::pane(&title, remote::note(&runs.list, look), true, area, buf, look);
    let body = strip::draw(&runs.rows.filter, &runs.list, inner, buf, look);
    if remote::placeholder(&runs.list, body, buf, look) {
        return;
    }
    let unreadable = runs.list.value().map_or(0, |list| list.unreadable);
    let body = strip::unreadable(unreadable, "run", body, buf, look);
    let shown = runs.shown();
    if shown.is_empty() {
        toned(look, "No run to show.", Tone::Faint).render(body, buf);
        return;
    }
    let selected = runs.rows.position(&runs.keys());
    Table { columns: &COLUMNS, rows: shown.len(), selected, offset: &runs.rows.offset }.draw(
        body,
        buf,
        look,
        |row| cells(shown[row], look),
    );
}

fn cells(run: &Run, look: &Look) -> Vec<ratatui::text::Span<'static>> {
    vec![
        sign(look, &run_sign(&run.state)),
        cell(or_dash(&run.workflow)),
        cell(run.label()),
        cell(or_dash(&run.title)),
        cell(or_dash(run.branch.as_deref().unwrap_or_default())),
        span(or_dash(run.short_commit()), look.tone(Tone::Faint)),
        cell(run.began_at().map_or_else(|| "–".to_owned(), |at| look.moment(at))),
    ]
}

fn detail(open: &Opened, ticker: &Ticker, area: Rect, buf: &mut Buffer, look: &Look) {
    let title = match open.detail.value() {
        Some(detail) => format!("{} {}", or_dash(&detail.run.workflow), detail.run.label()),
        None => format!("Run {}", open.id),
    };
    let inner = chrome::pane(&title, remote::note(&open.detail, look), true, area, buf, look);
    let body = strip::failure(&open.detail, inner, buf, look);
    if remote::placeholder(&open.detail, body, buf, look) {
        return;
    }
    if let Some(detail) = open.detail.value() {
        let body = strip::unreadable(detail.unreadable_jobs, "job", body, buf, look);
        open.scroll.draw(&detail_lines(detail, ticker, look), body, buf);
    }
}

fn detail_lines(detail: &RunDetail, ticker: &Ticker, look: &Look) -> Vec<Line<'static>> {
    let run = &detail.run;
    let ended = (!run.state.is_active()).then_some(run.updated_at).flatten();
    let lasted = run.began_at().map_or_else(|| "–".to_owned(), |at| time::short(ticker.elapsed(at, ended)));
    let by = run.actor.as_deref().map(|actor| format!(" by {actor}")).unwrap_or_default();
    let branch = run.branch.as_deref().unwrap_or("–");
    let mut lines = vec![
        Line::from(vec![
            sign(look, &run_sign(&run.state)),
            span(&format!("  {lasted}  attempt {}", run.attempt), look.tone(Tone::Faint)),
        ]),
        fact(look, "title", 7, or_dash(&run.title)),
        fact(look, "commit", 7, &format!("{} on {branch}", or_dash(run.short_commit()))),
        fact(look, "event", 7, &format!("{}{by}", or_dash(&run.event))),
        fact(look, "url", 7, or_dash(&run.url)),
    ];
    for job in &detail.jobs {
        lines.push(Line::default());
        lines.push(job_line(job, ticker, look));
        lines.extend(job.steps.iter().map(|step| step_line(step, ticker, look)));
    }
    if detail.jobs.is_empty() {
        lines.push(Line::from(toned(look, "No job yet.", Tone::Faint)));
    }
    lines
}

fn job_line(job: &Job, ticker: &Ticker, look: &Look) -> Line<'static> {
    let (glyph, word, tone) = run_sign(&job.state);
    let lasted = lasted(job.started_at, job.completed_at, &job.state, ticker);
    Line::from(vec![
        span(&format!("{glyph} "), look.tone(tone)),
        span(or_dash(&job.name), look.title()),
        span(&format!("  {word} {lasted}"), look.tone(tone)),
    ])
}

/// Writes how long a job or step took, or takes; nothing where that is not known.
fn lasted(began: Option<Timestamp>, ended: Option<Timestamp>, state: &State, ticker: &Ticker) -> String {
    match (began, ended) {
        (None, _) => String::new(),
        // It has ended, and when is not known: the time up to now would be wrong.
        (Some(_), None) if !state.is_active() => String::new(),
        (Some(began), ended) => time::short(ticker.elapsed(began, ended)),
    }
}

/// Returns a text, or a dash where nothing came.
fn or_dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

fn step_line(step: &Step, ticker: &Ticker, look: &Look) -> Line<'static> {
    let (glyph, _, tone) = run_sign(&step.state);
    let lasted = lasted(step.started_at, step.completed_at, &step.state, ticker);
    Line::from(vec![
        span(&format!("    {glyph} "), look.tone(tone)),
        span(or_dash(&step.name), if step.state.is_failure() { look.tone(Tone::Bad) } else { Style::new() }),
        span(&format!("  {lasted}"), look.tone(Tone::Faint)),
    ])
}
