//! An open run as a text with a cursor: jobs and steps, annotations, what happened, artifacts and facts.

use hello_model::{
    run::{Job, Run, RunDetail, State},
    time,
};
use hello_state::present::{self, Fact};
use ratatui::style::Style;

use super::{
    happened,
    opened::{Opened, Part},
    reason,
};
use crate::{
    cx::Cx,
    screens::list_state::Listed,
    theme::{Theme, Tone, run_badge},
    widgets::details::{Details, Part as Text},
};

/// How many annotations of a job are shown.
const MAX_ANNOTATIONS: usize = 10;

/// Facts that are left out of the list, because the title, the first line and the last line of an open run show them.
const FACTS_ELSEWHERE: [&str; 6] = ["run", "workflow", "status", "attempt", "took", "url"];

/// A text with the parts at which the cursor stops, in its order.
type Tree = (Details<'static>, Vec<Part>);

/// Returns the text of an open run: its jobs, the failed ones first, what happened, its artifacts and its facts.
pub(super) fn of(open: &Opened, cx: &Cx<'_>) -> Tree {
    let mut tree = Tree::default();
    let Some(detail) = cx.run(open.id).value() else { return tree };
    let (run, theme, format) = (&detail.run, cx.theme, cx.format());
    let details = &mut tree.0;
    keep_counting(detail, cx);
    let took = present::run::took(run, &format).map_or_else(|| "–".to_owned(), time::short);
    let attempt = Text::toned(theme, format!("  {took}  attempt {}", run.attempt), Tone::Faint);
    details.parts([Text::badge(theme, &run_badge(&run.state)), attempt], 2);
    details.facts(theme, &present::run::pending(detail));
    reason::add(details, detail, open.error.as_ref(), cx);
    add_fork(details, &detail.run, cx);
    add_jobs(&mut tree, detail, cx);
    happened::add(&mut tree.0, open, cx);
    add_artifacts(&mut tree, open, cx);
    let details = &mut tree.0;
    let mut facts = present::run::facts(run, &format);
    facts.retain(|fact| !FACTS_ELSEWHERE.contains(&fact.label.as_str()));
    details.gap();
    details.facts(theme, &facts);
    tree
}

/// Adds the jobs with their steps. Once one has failed, the steps of those that succeeded are left out.
fn add_jobs((details, parts): &mut Tree, detail: &RunDetail, cx: &Cx<'_>) {
    let theme = cx.theme;
    let mut jobs: Vec<_> = detail.jobs.iter().zip(present::run::jobs(&detail.jobs, &cx.format())).collect();
    jobs.sort_by_key(|(job, _)| urgency(job));
    let has_failed = jobs.iter().any(|(job, _)| job.state.is_failure());
    for (job, (head, steps)) in jobs {
        details.gap();
        add_progress(details, &head, "", theme.title(), theme);
        stop(details, parts, Part::Job(job.id));
        add_annotations(details, job, cx);
        if has_failed && urgency(job) > 1 {
            continue;
        }
        for (step, fact) in job.steps.iter().zip(&steps.facts) {
            add_progress(details, fact, "    ", Style::new(), theme);
            stop(details, parts, Part::Step { job: job.id, number: step.number });
        }
    }
    if detail.jobs.is_empty() {
        details.gap();
        let text = if detail.run.state.is_active() { "No job yet." } else { "It has no jobs." };
        details.toned(theme, text, Tone::Faint);
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
        Text::new(format!("{indent}{glyph} "), tone),
        Text::new(fact.label.clone(), if fact.value.tone == Tone::Bad { tone.patch(name) } else { name }),
        Text::new(format!("  {}", fact.value.text), tone),
    ];
    details.parts(parts, indent.len() + 2);
}

/// Lets the cursor stop at what was added last.
fn stop(details: &mut Details<'_>, parts: &mut Vec<Part>, part: Part) {
    details.stop();
    parts.push(part);
}

/// Adds what a failed job has to say about lines of files.
fn add_annotations(details: &mut Details<'_>, job: &Job, cx: &Cx<'_>) {
    let Some(repo) = cx.repo().filter(|_| job.state.is_failure()) else { return };
    let remote = cx.cache.annotations(repo, job.id);
    for annotation in remote.value().into_iter().flatten().take(MAX_ANNOTATIONS) {
        let tone = if annotation.level == "failure" { Tone::Bad } else { Tone::Warning };
        let place = annotation.place().map(|place| format!("{place}  ")).unwrap_or_default();
        let message = annotation.message.lines().next().unwrap_or_default().to_owned();
        let parts = [
            Text::toned(cx.theme, format!("    {place}"), Tone::Faint),
            Text::toned(cx.theme, message, tone),
        ];
        details.parts(parts, 6);
    }
    if let Some(failure) = remote.failure() {
        details
            .parts([Text::toned(cx.theme, format!("    no annotations: {}", failure.why), Tone::Faint)], 6);
    }
}

/// Adds whose code a run from a fork would execute, and which workflow files it changes.
fn add_fork(details: &mut Details<'_>, run: &Run, cx: &Cx<'_>) {
    let Some(repo) = cx.repo().filter(|_| run.awaits_fork_approval()) else { return };
    details.gap();
    details.toned(
        cx.theme,
        "This run waits for the approval of code from a fork; a approves it.",
        Tone::Warning,
    );
    let remote = cx.cache.fork_changes(repo, &run.commit);
    match (remote.value(), remote.failure()) {
        (Some(changes), _) => changes.notes(run).into_iter().for_each(|note| details.text(note)),
        (None, Some(failure)) => details.toned(cx.theme, format!("✗ {}", failure.why), Tone::Bad),
        (None, None) => details.toned(cx.theme, "Reading the changed files…", Tone::Faint),
    }
}

/// Adds the archives that a run has stored.
fn add_artifacts((details, parts): &mut Tree, open: &Opened, cx: &Cx<'_>) {
    let remote = cx.repo().map(|repo| cx.cache.artifacts(repo, open.id));
    let artifacts = remote.and_then(|remote| remote.value()).map(Vec::as_slice).unwrap_or_default();
    if artifacts.is_empty() {
        return;
    }
    details.heading(cx.theme, "Artifacts");
    for artifact in artifacts {
        let size = present::artifact::size(artifact.bytes);
        let state = if artifact.is_expired { format!("{size}, expired") } else { size };
        let tone = if artifact.is_expired { Tone::Faint } else { Tone::Plain };
        let parts_of_line = [
            Text::toned(cx.theme, artifact.name.clone(), tone),
            Text::toned(cx.theme, format!("  {state}"), Tone::Faint),
        ];
        details.parts(parts_of_line, 2);
        stop(details, parts, Part::Artifact(artifact.id));
    }
}
