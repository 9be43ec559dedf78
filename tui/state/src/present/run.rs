//! How workflow runs are shown.

use std::{borrow::Cow, time::Duration};

use hello_model::{
    filter::{Value, ValueKind},
    run::{Job, PendingEnvironment, Run, RunDetail, State},
    time::Timestamp,
};

use super::{Cell, Column, Columns, Fact, Format, Section, Width, age_value, badge::run_badge, lasted};

/// The columns of workflow runs.
pub const COLUMNS: Columns<Run> = Columns {
    all: &[
        Column {
            id: "id",
            title: "ID",
            width: Width::Content(11, 20),
            kind: ValueKind::Number,
            cell: |run, _| Cell::faint(run.id.to_string()),
            value: |run, _| number(run.id.0),
        },
        Column {
            id: "run",
            title: "RUN",
            width: Width::Content(5, 8),
            kind: ValueKind::Number,
            cell: |run, _| Cell::plain(run.label()),
            value: |run, _| if run.number == 0 { Value::Missing } else { number(run.number) },
        },
        Column {
            id: "status",
            title: "STATUS",
            width: Width::Content(13, 18),
            kind: ValueKind::Name,
            cell: |run, _| Cell::badge(run_badge(&run.state)),
            value: |run, _| status(&run.state),
        },
        Column {
            id: "workflow",
            title: "WORKFLOW",
            width: Width::Content(12, 28),
            kind: ValueKind::Name,
            cell: |run, _| Cell::or_dash(Some(&run.workflow)),
            value: |run, _| Value::text(Some(&run.workflow)),
        },
        Column {
            id: "title",
            title: "TITLE",
            width: Width::Rest(16),
            kind: ValueKind::Text,
            cell: |run, _| Cell::or_dash(Some(&run.title)),
            value: |run, _| Value::text(Some(&run.title)),
        },
        Column {
            id: "branch",
            title: "BRANCH",
            width: Width::Content(12, 28),
            kind: ValueKind::Name,
            cell: |run, _| Cell::or_dash(run.branch.as_deref()),
            value: |run, _| Value::text(run.branch.as_deref()),
        },
        Column {
            id: "commit",
            title: "COMMIT",
            width: Width::Fixed(7),
            kind: ValueKind::Text,
            cell: |run, _| Cell::or_dash(Some(run.short_commit())).in_tone(super::Tone::Faint),
            value: |run, _| Value::text(Some(&run.commit)),
        },
        Column {
            id: "event",
            title: "EVENT",
            width: Width::Content(10, 20),
            kind: ValueKind::Name,
            cell: |run, _| Cell::or_dash(Some(&run.event)),
            value: |run, _| Value::text(Some(&run.event)),
        },
        Column {
            id: "actor",
            title: "ACTOR",
            width: Width::Content(10, 24),
            kind: ValueKind::Name,
            cell: |run, _| Cell::or_dash(run.actor.as_deref()),
            value: |run, _| Value::text(run.actor.as_deref()),
        },
        Column {
            id: "attempt",
            title: "ATTEMPT",
            width: Width::Fixed(7),
            kind: ValueKind::Number,
            cell: |run, _| Cell::plain(run.attempt.to_string()),
            value: |run, _| number(u64::from(run.attempt)),
        },
        Column {
            id: "started",
            title: "STARTED",
            width: Width::Fixed(14),
            kind: ValueKind::Time,
            cell: |run, format| Cell::plain(format.moment(run.began_at())),
            value: |run, _| Value::time(run.began_at()),
        },
        Column {
            id: "took",
            title: "TOOK",
            width: Width::Fixed(8),
            kind: ValueKind::Duration,
            cell: |run, format| lasted(took(run, format)),
            value: |run, format| took(run, format).map_or(Value::Missing, Value::Duration),
        },
        Column {
            id: "age",
            title: "AGE",
            width: Width::Content(3, 5),
            kind: ValueKind::Duration,
            cell: |run, format| Cell::plain(format.age(run.began_at())),
            value: |run, format| age_value(run.began_at(), format),
        },
    ],
    screen: &[
        ("status", 0),
        ("run", 0),
        ("workflow", 1),
        ("branch", 2),
        ("title", 0),
        ("commit", 4),
        ("took", 3),
        ("age", 0),
    ],
    command: &[
        ("id", 0),
        ("run", 1),
        ("status", 0),
        ("workflow", 0),
        ("title", 1),
        ("branch", 2),
        ("commit", 3),
        ("actor", 4),
        ("started", 2),
    ],
};

/// Returns how long a run took, or takes so far; `None` if that is not known.
pub fn took(run: &Run, format: &Format) -> Option<Duration> {
    let ended = run.updated_at.filter(|_| !run.state.is_active());
    span(run.began_at(), ended, &run.state, format)
}

/// Returns the time between start and end, or up to now.
pub(super) fn span(
    began: Option<Timestamp>,
    ended: Option<Timestamp>,
    state: &State,
    format: &Format,
) -> Option<Duration> {
    // The end of something finished may be missing; the time up to now would be wrong.
    let is_known = ended.is_some() || state.is_active();
    began.filter(|_| is_known).map(|began| format.elapsed(began, ended))
}

/// Returns the details of a run.
pub fn facts(run: &Run, format: &Format) -> Vec<Fact> {
    [
        Fact::some("run", Some(run.label())),
        Fact::some("id", Some(run.id.to_string())),
        Some(Fact::new("status", Cell::badge(run_badge(&run.state)))),
        Fact::some("workflow", Some(run.workflow.as_str())),
        Fact::some("title", Some(run.title.as_str())),
        Fact::some("branch", run.branch.as_deref()),
        Fact::some("commit", Some(run.commit.as_str())),
        Fact::some("event", Some(run.event.as_str())),
        Fact::some("actor", run.actor.as_deref()),
        Fact::some("attempt", Some(run.attempt.to_string())),
        Fact::some("started", run.began_at().map(|at| format.moment(Some(at)))),
        took(run, format).map(|took| Fact::new("took", lasted(Some(took)))),
        Fact::some("url", Some(run.url.as_str())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns what a run waits for, a fact for each environment; nothing if it does not wait.
pub fn pending(detail: &RunDetail) -> Vec<Fact> {
    let fact = |text: String| Fact::new("waits for", Cell::toned(text, super::Tone::Warning));
    let unknown = detail.pending.unknown.as_ref().map(|why| fact(format!("an environment; {why}")));
    detail.pending.environments.iter().map(approval).map(fact).chain(unknown).collect()
}

/// Returns which approval an environment asks for: `approval of production by marta (you may approve)`.
pub(crate) fn approval(environment: &PendingEnvironment) -> String {
    let PendingEnvironment { name, reviewers, you_may_approve, .. } = environment;
    if reviewers.is_empty() {
        return format!("a rule of {name}, such as a timer");
    }
    let yours = if *you_may_approve { " (you may approve)" } else { "" };
    format!("approval of {name} by {}{yours}", reviewers.join(" or "))
}

/// Returns the jobs: a section each, with the steps as its facts.
pub fn jobs(jobs: &[Job], format: &Format) -> Vec<(Fact, Section)> {
    let section = |job: &Job| {
        let head =
            progress(&job.name, &job.state, span(job.started_at, job.completed_at, &job.state, format));
        let steps = job.steps.iter().map(|step| {
            let took = span(step.started_at, step.completed_at, &step.state, format);
            progress(&step.name, &step.state, took)
        });
        (head, Section { title: job.name.clone(), noun: "step", facts: steps.collect() })
    };
    jobs.iter().map(section).collect()
}

/// Makes the fact of a job or step: its name, its status, and how long it took.
fn progress(name: &str, state: &State, took: Option<Duration>) -> Fact {
    let mut cell = Cell::badge(run_badge(state));
    if let Some(took) = took {
        cell.text = format!("{} {}", cell.text, hello_model::time::short(took));
    }
    Fact::new(Cell::or_dash(Some(name)).text, cell)
}

fn status(state: &State) -> Value<'_> {
    match state.word() {
        word if word.contains('_') => Value::Text(Cow::Owned(word.replace('_', " "))),
        word => Value::text(Some(word)),
    }
}

/// Returns a number for filters. Those of GitHub are far below the limit of whole numbers in this type.
#[expect(clippy::cast_precision_loss, reason = "2^53 is above every run id and number")]
fn number(number: u64) -> Value<'static> {
    Value::Number(number as f64)
}
