//! Runs with their jobs and current steps as a tree, and how far they have come.

use hello_model::{
    run::{Job, Run, RunDetail, State, Step},
    text::{cut, visible, width},
    time::short,
};

use super::{
    Format, Tone, TonedLine,
    badge::run_badge,
    run::{pending, span, took},
};

/// The longest name of a job or step that is written in full, in columns.
const NAME_LIMIT: usize = 40;

/// A line of the tree with its rank. Where there is no room for all, lines of a high rank are left out.
struct Entry {
    rank: u8,
    line: TonedLine,
}

/// The ranks, most important first.
mod rank {
    pub(super) const RUN: u8 = 0;
    pub(super) const FAILED: u8 = 1;
    pub(super) const ACTIVE: u8 = 2;
    pub(super) const STEP: u8 = 3;
    pub(super) const QUEUED: u8 = 4;
    pub(super) const ENDED: u8 = 5;
}

/// Returns at most `rows` lines: each run, under it its jobs, and under these the steps that run or have failed.
///
/// Where there is no room for all, the last line says how many are left out.
pub fn lines(runs: &[&RunDetail], rows: usize, format: &Format) -> Vec<TonedLine> {
    fit(runs.iter().flat_map(|detail| of_run(detail, format)).collect(), rows)
}

/// Returns how much of the runs is done, from 0 to 100; 100 only if all have ended. Each job counts alike.
pub fn percent(runs: &[&RunDetail]) -> Option<u8> {
    // In parts of a thousand, so that a step of a long job counts, too.
    let shares: Vec<usize> = runs.iter().flat_map(|detail| shares_done(detail)).collect();
    let done = shares.iter().sum::<usize>().checked_div(shares.len())? / 10;
    let is_active = runs.iter().any(|detail| detail.run.state.is_active());
    u8::try_from(if is_active { done.min(99) } else { 100 }).ok()
}

/// Returns for each job of a run how many thousandths of it are done.
fn shares_done(detail: &RunDetail) -> Vec<usize> {
    if !detail.run.state.is_active() {
        return vec![1_000; detail.jobs.len().max(1)];
    }
    let share = |job: &Job| match &job.state {
        State::Done(_) => 1_000,
        _ => (ended_steps(job) * 1_000).checked_div(job.steps.len()).unwrap_or(0),
    };
    if detail.jobs.is_empty() { vec![0] } else { detail.jobs.iter().map(share).collect() }
}

fn ended_steps(job: &Job) -> usize {
    job.steps.iter().filter(|step| !step.state.is_active()).count()
}

fn of_run(detail: &RunDetail, format: &Format) -> Vec<Entry> {
    let mut entries = vec![Entry { rank: rank::RUN, line: run_line(&detail.run, format) }];
    for fact in pending(detail) {
        let text = format!("  {} {}", fact.label, visible(&fact.value.text));
        entries.push(Entry { rank: rank::ACTIVE, line: vec![(text, fact.value.tone)] });
    }
    if detail.jobs.is_empty() {
        let text = if detail.run.state.is_active() { "  no jobs yet" } else { "  no jobs" };
        entries.push(Entry { rank: rank::QUEUED, line: vec![(text.to_owned(), Tone::Faint)] });
    }
    let names = detail.jobs.iter().map(|job| width(&name(&job.name))).max().unwrap_or(0);
    entries.extend(detail.jobs.iter().flat_map(|job| of_job(job, names, format)));
    entries
}

fn run_line(run: &Run, format: &Format) -> TonedLine {
    let (glyph, _, tone) = run_badge(&run.state);
    let title = format!("{} {}", run.label(), name(&run.workflow));
    let mut line = vec![(format!("{glyph} "), tone), (title, Tone::Plain)];
    let branch = run.branch.as_ref().map(|branch| format!(" on {}", name(branch))).unwrap_or_default();
    line.push((format!("  {}{branch} {}  ", name(&run.event), name(run.short_commit())), Tone::Faint));
    line.push((status(&run.state, took(run, format)), tone));
    line
}

fn of_job(job: &Job, names: usize, format: &Format) -> Vec<Entry> {
    let (glyph, _, tone) = run_badge(&job.state);
    let written = name(&job.name);
    let gap = " ".repeat(names.saturating_sub(width(&written)) + 2);
    let took = span(job.started_at, job.completed_at, &job.state, format);
    let line = vec![
        (format!("  {glyph} "), tone),
        (format!("{written}{gap}"), Tone::Plain),
        (status(&job.state, took), tone),
    ];
    let rank = match &job.state {
        state if state.is_failure() => rank::FAILED,
        State::Done(_) => rank::ENDED,
        State::Queued => rank::QUEUED,
        _ => rank::ACTIVE,
    };
    let shown = |step: &&Step| step.state.is_failure() || step.state == State::InProgress;
    let steps = job.steps.iter().filter(shown).map(|step| of_step(job, step, format));
    std::iter::once(Entry { rank, line }).chain(steps).collect()
}

fn of_step(job: &Job, step: &Step, format: &Format) -> Entry {
    let (glyph, _, tone) = run_badge(&step.state);
    let took = span(step.started_at, step.completed_at, &step.state, format);
    let took = took.map(|took| format!("  {}", short(took))).unwrap_or_default();
    let place = job.steps.iter().position(|other| other.number == step.number).unwrap_or(0) + 1;
    let line = vec![
        (format!("      {glyph} "), tone),
        (name(&step.name), Tone::Plain),
        (format!("  step {place} of {}{took}", job.steps.len()), Tone::Faint),
    ];
    Entry { rank: if step.state.is_failure() { rank::FAILED } else { rank::STEP }, line }
}

fn status(state: &State, took: Option<std::time::Duration>) -> String {
    let word = name(&run_badge(state).1);
    took.map_or_else(|| word.clone(), |took| format!("{word} {}", short(took)))
}

/// Makes a name safe for a terminal, whose columns it must not exceed, and shortens it.
fn name(text: &str) -> String {
    cut(&visible(text), NAME_LIMIT).into_owned()
}

/// Leaves out the least important lines, later ones first, until the others have room.
fn fit(entries: Vec<Entry>, rows: usize) -> Vec<TonedLine> {
    if entries.len() <= rows {
        return entries.into_iter().map(|entry| entry.line).collect();
    }
    let room = rows.saturating_sub(1);
    let left_out = entries.len() - room;
    let mut places: Vec<usize> = (0..entries.len()).collect();
    places.sort_by_key(|place| (entries[*place].rank, *place));
    places.truncate(room);
    places.sort_unstable();
    let mut lines: Vec<TonedLine> = places.into_iter().map(|place| entries[place].line.clone()).collect();
    if rows > 0 {
        lines.push(vec![(format!("… and {left_out} more lines"), Tone::Faint)]);
    }
    lines
}

#[cfg(test)]
mod tests;
