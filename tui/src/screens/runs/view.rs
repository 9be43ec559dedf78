//! The picture of the runs screen.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Line, widgets::Widget};

use super::{Opened, Runs};
use crate::{
    domain::{
        run::{Job, Run, RunDetail, Step},
        time,
    },
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
        cell(run.workflow.as_str()),
        cell(format!("#{}", run.number)),
        cell(run.title.as_str()),
        cell(run.branch.as_deref().unwrap_or("–")),
        span(run.short_commit(), look.tone(Tone::Faint)),
        cell(look.moment(run.started_at.unwrap_or(run.created_at))),
    ]
}

fn detail(open: &Opened, ticker: &Ticker, area: Rect, buf: &mut Buffer, look: &Look) {
    let title = match open.detail.value() {
        Some(detail) => format!("{} #{}", detail.run.workflow, detail.run.number),
        None => format!("Run {}", open.id),
    };
    let inner = chrome::pane(&title, remote::note(&open.detail, look), true, area, buf, look);
    let body = strip::failure(&open.detail, inner, buf, look);
    if remote::placeholder(&open.detail, body, buf, look) {
        return;
    }
    if let Some(detail) = open.detail.value() {
        open.scroll.draw(&detail_lines(detail, ticker, look), body, buf);
    }
}

fn detail_lines(detail: &RunDetail, ticker: &Ticker, look: &Look) -> Vec<Line<'static>> {
    let run = &detail.run;
    let ended = (!run.state.is_active()).then_some(run.updated_at).flatten();
    let lasted = ticker.elapsed(run.started_at.unwrap_or(run.created_at), ended);
    let by = run.actor.as_deref().map(|actor| format!(" by {actor}")).unwrap_or_default();
    let branch = run.branch.as_deref().unwrap_or("–");
    let mut lines = vec![
        Line::from(vec![
            sign(look, &run_sign(&run.state)),
            span(&format!("  {}  attempt {}", time::short(lasted), run.attempt), look.tone(Tone::Faint)),
        ]),
        fact(look, "title", 7, &run.title),
        fact(look, "commit", 7, &format!("{} on {branch}", run.short_commit())),
        fact(look, "event", 7, &format!("{}{by}", run.event)),
        fact(look, "url", 7, &run.url),
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
    let lasted = job.started_at.map(|at| time::short(ticker.elapsed(at, job.completed_at)));
    Line::from(vec![
        span(&format!("{glyph} "), look.tone(tone)),
        span(&job.name, look.title()),
        span(&format!("  {word} {}", lasted.unwrap_or_default()), look.tone(tone)),
    ])
}

fn step_line(step: &Step, ticker: &Ticker, look: &Look) -> Line<'static> {
    let (glyph, _, tone) = run_sign(&step.state);
    let lasted = step.started_at.map(|at| time::short(ticker.elapsed(at, step.completed_at)));
    Line::from(vec![
        span(&format!("    {glyph} "), look.tone(tone)),
        span(&step.name, if step.state.is_failure() { look.tone(Tone::Bad) } else { Style::new() }),
        span(&format!("  {}", lasted.unwrap_or_default()), look.tone(Tone::Faint)),
    ])
}
