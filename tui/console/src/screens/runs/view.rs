//! The picture of the runs screen.

use hello_model::{
    run::{RunDetail, State},
    time,
};
use hello_state::present::{self, Cell, Fact};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::Line,
};

use super::{Opened, Runs, happened};
use crate::{
    cx::Cx,
    screens::{
        filter_bar,
        list::{List, LoadedRows},
        list_state::Listed,
    },
    theme::{Theme, Tone, run_badge},
    widgets::{
        chrome, remote,
        text::{self, span, status_badge, toned},
    },
};

/// Facts that are left out of the list, because the title and the first line of an open run show them.
const FACTS_IN_HEADER: [&str; 5] = ["run", "workflow", "status", "attempt", "took"];

/// Below this height, the details and what happened share a pane.
const MIN_HEIGHT_OF_TWO_PANES: u16 = 18;

/// The rows of a pane's borders.
const BORDERS: u16 = 2;

/// The minimum height of the pane of what happened, with its borders.
const MIN_LOWER_HEIGHT: u16 = 6;

pub(super) fn draw(runs: &Runs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    match &runs.open {
        Some(open) => detail(open, cx, area, buf),
        None => list(runs, cx, area, buf),
    }
}

fn list(runs: &Runs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let remote = cx.runs();
    let list = remote.value();
    List {
        title: "Runs",
        subject: cx.repo().map(ToString::to_string),
        remote,
        state: &runs.rows,
        shown: &runs.shown(cx),
        extent: list.map(|list| LoadedRows::of(&list.runs)),
        unreadable: list.map_or(0, |list| list.unreadable),
        signs: None,
        empty: ["No workflow has run in this repository yet.", "push a commit, or r looks again"],
    }
    .draw(cx, area, buf);
}

fn detail(open: &Opened, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, remote) = (cx.theme, cx.run(open.id));
    let title = match remote.value() {
        Some(detail) => {
            let workflow = Cell::or_dash(Some(&detail.run.workflow)).text;
            format!("{workflow} {}", detail.run.label())
        }
        None => format!("Run {}", open.id),
    };
    let mut lines = remote.value().map(|detail| detail_lines(detail, cx)).unwrap_or_default();
    let (area, below) = split(area, lines.len(), open.lines().len());
    match below {
        Some(below) => happened::draw(open, below, buf, cx),
        None => lines.extend(happened::lines_under_title(open, cx)),
    }
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, theme);
    let body = filter_bar::failure(remote, inner, buf, theme);
    if remote::placeholder(remote, "the run", body, buf, cx) {
        return;
    }
    let unreadable = remote.value().map_or(0, |detail| detail.unreadable_jobs);
    let body = filter_bar::unreadable(unreadable, "job", body, buf, theme);
    open.scroll.draw(&lines, body, buf);
}

/// Divides the area: what happened gets the room that the details leave, or on a low screen, no pane of its own.
fn split(area: Rect, details: usize, happened: usize) -> (Rect, Option<Rect>) {
    if happened == 0 || area.height < MIN_HEIGHT_OF_TWO_PANES {
        return (area, None);
    }
    let rows = |lines: usize| u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(BORDERS);
    let free = area.height.saturating_sub(rows(details));
    let below = rows(happened).min(free.max(MIN_LOWER_HEIGHT));
    let [above, below] = Layout::vertical([Constraint::Fill(1), Constraint::Length(below)]).areas(area);
    (above, Some(below))
}

fn detail_lines(detail: &RunDetail, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let (run, theme, format) = (&detail.run, cx.theme, cx.format());
    keep_counting(detail, cx);
    let took = present::run::took(run, &format).map_or_else(|| "–".to_owned(), time::short);
    let mut lines = vec![Line::from(vec![
        status_badge(theme, &run_badge(&run.state)),
        span(&format!("  {took}  attempt {}", run.attempt), theme.tone(Tone::Faint)),
    ])];
    let mut facts = present::run::facts(run, &format);
    facts.retain(|fact| !FACTS_IN_HEADER.contains(&fact.label.as_str()));
    lines.extend(text::facts(theme, &facts, 7));
    for (job, steps) in present::run::jobs(&detail.jobs, &format) {
        lines.extend([Line::default(), progress(&job, "", theme.title(), theme)]);
        lines.extend(steps.facts.iter().map(|step| progress(step, "    ", Style::new(), theme)));
    }
    if detail.jobs.is_empty() {
        lines.push(Line::from(toned(theme, "No job yet.", Tone::Faint)));
    }
    lines
}

/// Draws again with each second while something of a run counts up.
fn keep_counting(detail: &RunDetail, cx: &Cx<'_>) {
    let run = detail.run.running_since();
    let is_active = |state: &State| state.is_active();
    let jobs = detail.jobs.iter().filter(|job| is_active(&job.state)).filter_map(|job| job.started_at);
    let steps = detail.jobs.iter().flat_map(|job| &job.steps);
    let steps = steps.filter(|step| is_active(&step.state)).filter_map(|step| step.started_at);
    for since in run.into_iter().chain(jobs).chain(steps) {
        cx.elapsed(since, None);
    }
}

/// Draws a job or a step: its sign, its name, and in words how it stands.
fn progress(fact: &Fact, indent: &str, name: Style, theme: &Theme) -> Line<'static> {
    let tone = theme.tone(fact.value.tone);
    let glyph = fact.value.glyph.unwrap_or_default();
    Line::from(vec![
        span(&format!("{indent}{glyph} "), tone),
        span(&fact.label, if fact.value.tone == Tone::Bad { tone.patch(name) } else { name }),
        span(&format!("  {}", fact.value.text), tone),
    ])
}
