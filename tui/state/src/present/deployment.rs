//! How deployments are shown.

use std::{borrow::Cow, time::Duration};

use hello_model::{
    deployment::{Deployment, Revision},
    filter::{Value, ValueKind},
    time::{self, Timestamp},
};

use super::{
    Cell, Column, Columns, Fact, Format, Tone, Width, age_value,
    badge::{deployment_badge, words},
    lasted,
};

/// The columns of deployments.
pub const COLUMNS: Columns<Deployment> = Columns {
    all: &[
        Column {
            id: "id",
            title: "ID",
            width: Width::Content(10, 32),
            kind: ValueKind::Text,
            cell: |deployment, _| Cell::faint(deployment.id()),
            value: |deployment, _| Value::text(Some(deployment.id())),
        },
        Column {
            id: "status",
            title: "STATUS",
            width: Width::Content(22, 24),
            kind: ValueKind::Name,
            cell: |deployment, _| Cell::badge(deployment_badge(&deployment.status)),
            value: |deployment, _| Value::Text(Cow::Owned(words(deployment.status.word()))),
        },
        Column {
            id: "started",
            title: "STARTED",
            width: Width::Fixed(14),
            kind: ValueKind::Time,
            cell: |deployment, format| Cell::plain(format.moment(Some(began_at(deployment)))),
            value: |deployment, _| Value::Time(began_at(deployment)),
        },
        Column {
            id: "took",
            title: "TOOK",
            width: Width::Content(7, 8),
            kind: ValueKind::Duration,
            cell: |deployment, format| lasted(took(deployment, format)),
            value: |deployment, format| took(deployment, format).map_or(Value::Missing, Value::Duration),
        },
        Column {
            id: "strategy",
            title: "STRATEGY",
            width: Width::Content(10, 16),
            kind: ValueKind::Name,
            cell: |deployment, _| Cell::or_dash(Some(&strategy(deployment))),
            value: |deployment, _| Value::Text(Cow::Owned(strategy(deployment))),
        },
        Column {
            id: "stage",
            title: "STAGE",
            width: Width::Content(12, 28),
            kind: ValueKind::Name,
            cell: |deployment, _| Cell::or_dash(stage(deployment).as_deref()),
            value: |deployment, _| {
                stage(deployment).map_or(Value::Missing, |stage| Value::Text(stage.into()))
            },
        },
        Column {
            id: "revision",
            title: "REVISION",
            width: Width::Content(16, 32),
            kind: ValueKind::Name,
            cell: |deployment, format| {
                Cell::or_dash(deployment.target.as_ref().map(|target| short(name(target), format)).as_deref())
            },
            value: |deployment, _| Value::text(deployment.target.as_ref().map(name)),
        },
        Column {
            id: "commit",
            title: "COMMIT",
            width: Width::Fixed(7),
            kind: ValueKind::Text,
            cell: |deployment, _| {
                let commit = commit(deployment).map(|id| id.get(..SHORT_COMMIT).unwrap_or(id));
                Cell::or_dash(commit).in_tone(Tone::Faint)
            },
            value: |deployment, _| Value::text(commit(deployment)),
        },
        Column {
            id: "reason",
            title: "REASON",
            width: Width::Rest(16),
            kind: ValueKind::Text,
            cell: |deployment, _| Cell::plain(reason(deployment).unwrap_or_default()),
            value: |deployment, _| Value::text(reason(deployment)),
        },
        Column {
            id: "age",
            title: "AGE",
            width: Width::Content(3, 5),
            kind: ValueKind::Duration,
            cell: |deployment, format| Cell::plain(format.age(Some(began_at(deployment)))),
            value: |deployment, format| age_value(Some(began_at(deployment)), format),
        },
    ],
    screen: &[
        ("status", 0),
        ("age", 0),
        ("took", 3),
        ("revision", 0),
        ("commit", 1),
        ("strategy", 4),
        ("id", 5),
        ("reason", 2),
    ],
    command: &[("id", 0), ("status", 0), ("started", 1), ("took", 2), ("strategy", 3), ("reason", 1)],
};

/// Returns the time from which a deployment's duration counts.
pub fn began_at(deployment: &Deployment) -> Timestamp {
    deployment.started_at.unwrap_or(deployment.created_at)
}

/// Returns how long a deployment took, or takes so far; `None` if its end is not known.
pub fn took(deployment: &Deployment, format: &Format) -> Option<Duration> {
    let ended = deployment.finished_at.filter(|_| !deployment.status.is_active());
    let is_known = ended.is_some() || deployment.status.is_active();
    is_known.then(|| format.elapsed(began_at(deployment), ended))
}

/// Returns why a deployment has its status, in ECS's words.
pub fn reason(deployment: &Deployment) -> Option<&str> {
    deployment.rollback_reason.as_deref().or(deployment.reason.as_deref())
}

/// Returns the commit that a deployment brings, if its image names one.
pub fn commit(deployment: &Deployment) -> Option<&str> {
    deployment.target.as_ref()?.commit()
}

/// Returns the details of a deployment.
pub fn facts(deployment: &Deployment, format: &Format) -> Vec<Fact> {
    let is_failure = deployment.status.is_failure();
    let reason = reason(deployment).map(|reason| {
        Fact::new("reason", Cell::toned(reason, if is_failure { Tone::Bad } else { Tone::Plain }))
    });
    let breaker = deployment.breaker.as_ref().filter(|breaker| breaker.threshold > 0).map(|breaker| {
        format!("{}/{} failures, {}", breaker.failures, breaker.threshold, breaker.status.to_lowercase())
    });
    // ECS counts the tasks that run now, which are others once a deployment has ended.
    let written =
        |side: &Revision| if deployment.status.is_active() { revision(side) } else { name(side).to_owned() };
    let before = [
        Fact::some("id", Some(deployment.id())),
        Fact::some("arn", Some(deployment.arn.as_str())),
        Some(Fact::new("status", Cell::badge(deployment_badge(&deployment.status)))),
        reason,
        Fact::some("strategy", Some(strategy(deployment))),
        Fact::some("stage", stage(deployment)),
        Fact::some("started", Some(format.moment(Some(began_at(deployment))))),
        Fact::some("finished", deployment.finished_at.map(|at| format.moment(Some(at)))),
        took(deployment, format).map(|took| Fact::new("took", lasted(Some(took)))),
        Fact::some("new", deployment.target.as_ref().map(written)),
        deployment.target.as_ref().map(commit_fact),
        Fact::some("image", deployment.target.as_ref().map(|target| target.images.join(", "))),
    ];
    let sources = deployment.sources.iter().map(|source| Fact::some("old", Some(written(source))));
    let after = [Fact::some("bake", deployment.bake.map(time::short)), Fact::some("breaker", breaker)];
    let hooks = deployment.hooks.iter().map(|hook| {
        let tone = if hook.awaits_a_person() { Tone::Warning } else { Tone::Plain };
        Some(Fact::new("hook", Cell::toned(format!("{}: {}", words(&hook.status), hook.id), tone)))
    });
    before.into_iter().chain(sources).chain(after).chain(hooks).flatten().collect()
}

/// Writes the tasks of a revision and its share of the traffic.
pub fn revision(revision: &Revision) -> String {
    let id = name(revision);
    let weight =
        |name: &str, weight: Option<f64>| weight.map(|w| format!(", {w:.0}% {name}")).unwrap_or_default();
    format!(
        "{id}: {} of {} running{}{}",
        revision.running,
        revision.requested,
        weight("production", revision.production_weight),
        weight("test", revision.test_weight),
    )
}

/// Says which commit a revision runs, or why that is not known.
fn commit_fact(revision: &Revision) -> Fact {
    let unknown = || {
        let why = if revision.images.is_empty() { "" } else { "; no tag of an image is a commit" };
        Cell::faint(format!("unknown{why}"))
    };
    Fact::new("commit", revision.commit().map_or_else(unknown, Cell::plain))
}

/// Shortens a name for a narrow column: its end is what differs between revisions.
fn short<'a>(name: &'a str, format: &Format) -> Cow<'a, str> {
    match name.char_indices().rev().nth(SHORT_NAME - 2) {
        Some((at, _)) if !format.has_year && name.chars().count() > SHORT_NAME => {
            Cow::Owned(format!("…{}", &name[at..]))
        }
        _ => Cow::Borrowed(name),
    }
}

/// The characters of a commit, and of the name of a revision, in a narrow column.
const SHORT_COMMIT: usize = 7;
const SHORT_NAME: usize = 16;

/// Returns the task definition of a revision, `family:revision`, or the last part of its ARN if that is not known.
fn name(revision: &Revision) -> &str {
    let id = || revision.arn.rsplit('/').next().unwrap_or(&revision.arn);
    revision.task_definition.as_deref().unwrap_or_else(id)
}

/// Returns the time in which something belongs to a deployment: from its creation to a minute after its end, or to the
/// next deployment.
pub fn window(deployment: &Deployment, all: &[Deployment]) -> (Timestamp, Option<Timestamp>) {
    let begin = deployment.created_at;
    let next = all.iter().map(|other| other.created_at).filter(|at| *at > begin).min();
    let ended = deployment.finished_at.filter(|_| !deployment.status.is_active());
    let end = ended.map(|at| at.checked_add(LAST_EVENTS).unwrap_or(Timestamp::MAX));
    (begin, end.into_iter().chain(next).min())
}

/// How long the events of a deployment go on after its end.
const LAST_EVENTS: Duration = Duration::from_mins(1);

fn strategy(deployment: &Deployment) -> String {
    deployment.strategy.to_lowercase().replace('_', "/")
}

fn stage(deployment: &Deployment) -> Option<String> {
    deployment.stage.as_ref().map(|stage| words(&stage.0))
}
