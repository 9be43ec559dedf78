//! What each pane of the dashboard says.

use std::time::Duration;

use hello_model::{
    failure::{Failure, Kind},
    log::gist,
    run::Run,
    time,
    truck::TruckStatus,
};
use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Text as Lines},
};

use super::{Deployments, Logs, Runs, Sights, Trucks};
use crate::{
    remote::Remote,
    screens::deployments,
    widgets::{
        look::{self, Look, Tone, deployment_sign, level_tone, run_sign},
        remote,
        text::{fact, line, sign, span, toned},
    },
};

/// What stands in a pane: rows that are cut at its edge, or sentences that are not.
pub(super) enum Text {
    Rows(Vec<Line<'static>>),
    Prose(Lines<'static>),
}

/// The last minutes of the log are those that count, up to its newest line.
const WINDOW: Duration = Duration::from_mins(10);

/// A pane's title, the note in its corner, its text.
type Pane = (&'static str, Line<'static>, Text);

/// Is the service up?
pub(super) fn service(trucks: &Trucks, area: Rect, look: &Look) -> Pane {
    let fleet = trucks.fleet();
    let text = filled(fleet, look, |value| {
        let counted = |status| value.trucks.iter().filter(|truck| truck.status == status).count();
        let version = value.service_version.as_deref().map(|v| format!(" {v}")).unwrap_or_default();
        let (up, tone) = match fleet.failure() {
            None => (format!("● up  hello-server{version}"), Tone::Good),
            Some(_) => ("✗ not answering".to_owned(), Tone::Bad),
        };
        let mut lines = vec![
            Line::from(toned(look, &up, tone)),
            fact(look, "trucks", 11, &value.trucks.len().to_string()),
            fact(look, "active", 11, &counted(TruckStatus::Active).to_string()),
            fact(look, "maintenance", 11, &counted(TruckStatus::Maintenance).to_string()),
            fact(look, "retired", 11, &counted(TruckStatus::Retired).to_string()),
        ];
        let room = usize::from(area.height.saturating_sub(2)).saturating_sub(lines.len() + 2);
        if room > 0 && !value.trucks.is_empty() {
            lines.extend([Line::default(), Line::from(toned(look, "newest", Tone::Faint))]);
        }
        let newest = value.trucks.iter().rev().take(room);
        lines.extend(newest.map(|truck| {
            let (glyph, tone) = look::truck_sign(truck.status);
            Line::from(vec![
                toned(look, glyph, tone),
                span(&format!(" {} {}", truck.make, truck.model), Style::new()),
            ])
        }));
        lines
    });
    ("Service", remote::note(fleet, look), text)
}

/// Did the last run pass?
pub(super) fn runs(runs: &Runs, area: Rect, look: &Look) -> Pane {
    let list = runs.list();
    let text = filled(list, look, |value| {
        let room = usize::from(area.height.saturating_sub(2)) / 2;
        let mut lines: Vec<Line<'static>> =
            value.runs.iter().take(room.max(1)).flat_map(|run| run_lines(run, runs, look)).collect();
        if lines.is_empty() {
            lines.push(Line::from(toned(look, "No run yet.", Tone::Faint)));
        }
        lines
    });
    ("Last runs", remote::note(list, look), text)
}

fn run_lines(run: &Run, runs: &Runs, look: &Look) -> [Line<'static>; 2] {
    let ended = (!run.state.is_active()).then_some(run.updated_at).flatten();
    let lasted = run.began_at().map(|at| time::short(runs.ticker().elapsed(at, ended)));
    // A run that another one started is called like its workflow.
    let title = if run.title == run.workflow { &run.event } else { &run.title };
    [
        Line::from(vec![
            sign(look, &run_sign(&run.state)),
            span(&format!("  {} {}", run.label(), run.workflow), look.title()),
        ]),
        Line::from(toned(
            look,
            &format!("  {} {} {title}", lasted.as_deref().unwrap_or("–"), run.short_commit()),
            Tone::Faint,
        )),
    ]
}

/// What is being deployed, and how far is it?
pub(super) fn deployment(screen: &Deployments, area: Rect, look: &Look) -> Pane {
    let rollouts = screen.rollouts();
    let text = filled(rollouts, look, |value| {
        let Some(newest) = value.deployments.first() else {
            return vec![Line::from(toned(look, "No deployment yet.", Tone::Faint))];
        };
        let started = newest.started_at.unwrap_or(newest.created_at);
        let ended = if newest.status.is_active() { None } else { newest.finished_at.or(Some(started)) };
        let lasted = time::short(screen.ticker().elapsed(started, ended));
        let mut lines = vec![
            Line::from(vec![
                sign(look, &deployment_sign(&newest.status)),
                span(&format!("  {lasted}"), look.tone(Tone::Faint)),
                toned(
                    look,
                    &deployments::progress(newest).map(|text| format!("  {text}")).unwrap_or_default(),
                    Tone::Busy,
                ),
            ]),
            deployments::bar(newest, look),
            fact(look, "tasks", 7, &deployments::tasks(&value.service)),
        ];
        let traffic = newest.target.as_ref().and_then(|target| target.production_weight);
        lines.extend(
            traffic.map(|weight| fact(look, "traffic", 7, &format!("{weight:.0}% on the new revision"))),
        );
        lines.extend(newest.rollback_reason.as_deref().or(newest.reason.as_deref()).map(line));
        let room = usize::from(area.height.saturating_sub(2)).saturating_sub(lines.len());
        lines.extend(value.events.iter().take(room).map(|event| {
            Line::from(toned(look, &format!("{} {}", look.clock(event.at), event.gist()), Tone::Faint))
        }));
        lines
    });
    ("Deployment", remote::note(rollouts, look), text)
}

/// Are there errors in the logs?
pub(super) fn errors(logs: &Logs, area: Rect, look: &Look) -> Pane {
    let text = match (logs.failure(), logs.is_empty()) {
        (Some(failure), true) => missing(failure, look),
        (None, true) => Text::Rows(vec![Line::from(toned(look, "No line yet.", Tone::Faint))]),
        (failure, false) => {
            let minutes = WINDOW.as_secs() / 60;
            let summary = match logs.errors_within(WINDOW) {
                0 => toned(look, &format!("✓ no errors in {minutes} minutes"), Tone::Good),
                1 => toned(look, &format!("✗ 1 error in {minutes} minutes"), Tone::Bad),
                n => toned(look, &format!("✗ {n} errors in {minutes} minutes"), Tone::Bad),
            };
            let mut lines = vec![Line::from(summary)];
            lines.extend(failure.map(|f| {
                Line::from(toned(look, &format!("⚠ {}: {}", remote::word(f), f.why), Tone::Warning))
            }));
            let room = usize::from(area.height.saturating_sub(3));
            lines.extend(logs.troubles().take(room).map(|trouble| {
                let text =
                    format!("{} {} {}", look.clock(trouble.at), trouble.level.word(), gist(&trouble.message));
                let width = usize::from(area.width.saturating_sub(4));
                Line::from(toned(
                    look,
                    &text.chars().take(width).collect::<String>(),
                    level_tone(trouble.level),
                ))
            }));
            Text::Rows(lines)
        }
    };
    ("Errors in the logs", logs.state(look), text)
}

/// Says whether some pane has nowhere to look, or nobody there who answers.
pub(super) fn is_anything_missing(sights: Sights<'_>) -> bool {
    let lacks = |failure: Option<&Failure>| {
        failure.is_some_and(|f| matches!(f.kind, Kind::NotConfigured | Kind::Unauthorized | Kind::Offline))
    };
    lacks(sights.trucks.fleet().failure())
        || lacks(sights.runs.list().failure())
        || lacks(sights.deployments.rollouts().failure())
        || lacks(sights.logs.failure())
}

fn filled<T>(remote: &Remote<T>, look: &Look, fill: impl FnOnce(&T) -> Vec<Line<'static>>) -> Text {
    match (remote.value(), remote.failure(), remote.spinner()) {
        (Some(value), failure, _) => {
            let cause = failure.map(|failure| {
                Line::from(toned(
                    look,
                    &format!("⚠ {}: {}", remote::word(failure), failure.why),
                    Tone::Warning,
                ))
            });
            Text::Rows(cause.into_iter().chain(fill(value)).collect())
        }
        (None, Some(failure), _) => missing(failure, look),
        (None, None, Some(step)) => {
            Text::Rows(vec![Line::from(toned(look, &format!("{} loading", look::spinner(step)), Tone::Busy))])
        }
        (None, None, None) if remote.is_untouched() => {
            Text::Rows(vec![Line::from(toned(look, "waiting for the catalog", Tone::Faint))])
        }
        (None, None, None) => Text::Rows(Vec::new()),
    }
}

fn missing(failure: &Failure, look: &Look) -> Text {
    Text::Prose(remote::failure_text(failure, look))
}
