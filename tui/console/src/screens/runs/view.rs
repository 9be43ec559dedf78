//! The picture of the runs screen.

use hello_model::{
    run::{Job, RunDetail, State},
    time,
};
use hello_state::present::{self, Cell, Fact};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{Opened, Runs, happened};
use crate::{
    cx::Cx,
    screens::{
        filter_bar,
        list::{List, LoadedRows},
        list_state::Listed,
        split::split,
    },
    theme::{Theme, Tone, run_badge},
    widgets::{
        chrome,
        details::{Details, Part},
        remote,
    },
};

/// Facts that are left out of the list, because the title and the first line of an open run show them.
const FACTS_IN_HEADER: [&str; 5] = ["run", "workflow", "status", "attempt", "took"];

pub(super) fn draw(runs: &Runs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let room = split(area, runs.open.is_some());
    if let Some(area) = room.list {
        list(runs, cx, area, buf);
    }
    if let (Some(open), Some(area)) = (&runs.open, room.opened) {
        opened(open, cx, area, buf);
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
        is_focused: runs.open.is_none(),
        empty: ["No workflow has run in this repository yet.", "push a commit, or r looks again"],
    }
    .draw(cx, area, buf);
}

fn opened(open: &Opened, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, remote) = (cx.theme, cx.run(open.id));
    let title = match remote.value() {
        Some(detail) => {
            let workflow = Cell::or_dash(Some(&detail.run.workflow)).text;
            format!("{workflow} {}", detail.run.label())
        }
        None => format!("Run {}", open.id),
    };
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, theme);
    let body = filter_bar::failure(remote, inner, buf, theme);
    if remote::placeholder(remote, "the run", body, buf, cx) {
        return;
    }
    let unreadable = remote.value().map_or(0, |detail| detail.unreadable_jobs);
    let body = filter_bar::unreadable(unreadable, "job", body, buf, theme);
    details(open, cx).draw(&open.state, body, area, buf, theme);
}

/// Returns the text of an open run: its jobs, the failed ones first, what happened, and its facts.
pub(super) fn details(open: &Opened, cx: &Cx<'_>) -> Details<'static> {
    let mut details = Details::default();
    let Some(detail) = cx.run(open.id).value() else { return details };
    let (run, theme, format) = (&detail.run, cx.theme, cx.format());
    keep_counting(detail, cx);
    let took = present::run::took(run, &format).map_or_else(|| "–".to_owned(), time::short);
    let attempt = Part::toned(theme, format!("  {took}  attempt {}", run.attempt), Tone::Faint);
    details.parts([Part::badge(theme, &run_badge(&run.state)), attempt], 2);
    details.facts(theme, &present::run::pending(detail));
    add_jobs(&mut details, detail, cx);
    happened::add(&mut details, open, cx);
    let mut facts = present::run::facts(run, &format);
    facts.retain(|fact| !FACTS_IN_HEADER.contains(&fact.label.as_str()));
    details.gap();
    details.facts(theme, &facts);
    details
}

/// Adds the jobs with their steps. Once one has failed, the steps of those that succeeded are left out.
fn add_jobs(details: &mut Details<'_>, detail: &RunDetail, cx: &Cx<'_>) {
    let theme = cx.theme;
    let mut jobs: Vec<_> = detail.jobs.iter().zip(present::run::jobs(&detail.jobs, &cx.format())).collect();
    jobs.sort_by_key(|(job, _)| urgency(job));
    let has_failed = jobs.iter().any(|(job, _)| job.state.is_failure());
    for (job, (head, steps)) in jobs {
        details.gap();
        add_progress(details, &head, "", theme.title(), theme);
        if has_failed && urgency(job) > 1 {
            continue;
        }
        for step in &steps.facts {
            add_progress(details, step, "    ", Style::new(), theme);
        }
    }
    if detail.jobs.is_empty() {
        details.gap();
        details.toned(theme, "No job yet.", Tone::Faint);
    }
}

/// Orders jobs: failed ones first, then those that go on.
fn urgency(job: &Job) -> u8 {
    match &job.state {
        state if state.is_failure() => 0,
        state if state.is_active() => 1,
        _ => 2,
    }
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

/// Adds a job or a step: its sign, its name, and in words how it stands.
fn add_progress(details: &mut Details<'_>, fact: &Fact, indent: &str, name: Style, theme: &Theme) {
    let tone = theme.tone(fact.value.tone);
    let glyph = fact.value.glyph.unwrap_or_default();
    let parts = [
        Part::new(format!("{indent}{glyph} "), tone),
        Part::new(fact.label.clone(), if fact.value.tone == Tone::Bad { tone.patch(name) } else { name }),
        Part::new(format!("  {}", fact.value.text), tone),
    ];
    details.parts(parts, indent.len() + 2);
}
