//! How environments are shown: which commit is where.

use hello_model::{
    filter::{Value, ValueKind},
    run::{Environment, EnvironmentDeployment},
    time::Timestamp,
};

use super::{Cell, Column, Columns, Tone, Width, age_value};

/// The columns of environments.
pub const COLUMNS: Columns<Environment> = Columns {
    all: &[
        Column {
            id: "environment",
            title: "ENVIRONMENT",
            width: Width::Content(11, 30),
            kind: ValueKind::Name,
            cell: |environment, _| Cell::plain(environment.name.clone()),
            value: |environment, _| Value::text(Some(&environment.name)),
        },
        Column {
            id: "commit",
            title: "COMMIT",
            width: Width::Fixed(7),
            kind: ValueKind::Text,
            cell: |environment, _| Cell::or_dash(environment.current.as_ref().map(short_commit)),
            value: |environment, _| {
                Value::text(environment.current.as_ref().map(|current| current.commit.as_str()))
            },
        },
        Column {
            id: "branch",
            title: "BRANCH",
            width: Width::Content(8, 28),
            kind: ValueKind::Name,
            cell: |environment, _| Cell::or_dash(reference(environment)),
            value: |environment, _| Value::text(reference(environment)),
        },
        Column {
            id: "by",
            title: "BY",
            width: Width::Content(8, 24),
            kind: ValueKind::Name,
            cell: |environment, _| Cell::or_dash(creator(environment)),
            value: |environment, _| Value::text(creator(environment)),
        },
        Column {
            id: "age",
            title: "AGE",
            width: Width::Content(3, 5),
            kind: ValueKind::Duration,
            cell: |environment, format| Cell::plain(format.age(created_at(environment))),
            value: |environment, format| age_value(created_at(environment), format),
        },
        Column {
            id: "next",
            title: "NEXT",
            width: Width::Rest(16),
            kind: ValueKind::Text,
            cell: |environment, _| next(environment),
            value: |environment, _| {
                Value::text(environment.latest.as_ref().map(|latest| latest.state.as_str()))
            },
        },
    ],
    screen: &[("environment", 0), ("commit", 0), ("branch", 1), ("by", 3), ("age", 2), ("next", 0)],
    command: &[("environment", 0), ("commit", 0), ("branch", 1), ("by", 3), ("age", 2), ("next", 0)],
};

fn short_commit(deployment: &EnvironmentDeployment) -> &str {
    deployment.commit.get(..7).unwrap_or(&deployment.commit)
}

fn reference(environment: &Environment) -> Option<&str> {
    environment.current.as_ref()?.reference.as_deref()
}

fn creator(environment: &Environment) -> Option<&str> {
    environment.current.as_ref()?.creator.as_deref()
}

fn created_at(environment: &Environment) -> Option<Timestamp> {
    environment.current.as_ref()?.created_at
}

/// Writes what has not succeeded since: `0123456 waiting`.
fn next(environment: &Environment) -> Cell {
    let Some(latest) = &environment.latest else { return Cell::faint("–") };
    let tone = match latest.state.as_str() {
        "failure" | "error" => Tone::Bad,
        "waiting" => Tone::Warning,
        _ => Tone::Busy,
    };
    let text = format!("{} {}", short_commit(latest), latest.state.replace('_', " "));
    Cell::toned(text, tone)
}
