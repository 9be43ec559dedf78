//! What each pane of the dashboard says.

use std::time::Duration;

use hello_model::{
    failure::{Failure, Kind},
    log::summary,
    run::Run,
    time,
    truck::TruckStatus,
};
use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Text as Lines},
};

use hello_state::{log_feed::LogFeed, remote::Remote};

use crate::{
    cx::Cx,
    screens::list::LoadedRows,
    screens::{deployments, logs},
    theme::{self, Theme, Tone, deployment_badge, level_tone, run_badge},
    widgets::{
        remote,
        text::{fact, line, span, status_badge, toned},
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
pub(super) fn service(cx: &Cx<'_>, area: Rect) -> Pane {
    let (theme, fleet) = (cx.theme, cx.cache.trucks());
    let text = filled(fleet, cx, |value| {
        let counted = |status| value.trucks.items.iter().filter(|truck| truck.status == status).count();
        let version = value.service_version.as_deref().map(|v| format!(" {v}")).unwrap_or_default();
        let (up, tone) = match fleet.failure() {
            None => (format!("● up  hello-server{version}"), Tone::Good),
            Some(_) => ("✗ not answering".to_owned(), Tone::Bad),
        };
        let mut lines = vec![
            Line::from(toned(theme, &up, tone)),
            fact(theme, "trucks", 11, &LoadedRows::of(&value.trucks).label(None)),
            fact(theme, "active", 11, &counted(TruckStatus::Active).to_string()),
            fact(theme, "maintenance", 11, &counted(TruckStatus::Maintenance).to_string()),
            fact(theme, "retired", 11, &counted(TruckStatus::Retired).to_string()),
        ];
        let room = usize::from(area.height.saturating_sub(2)).saturating_sub(lines.len() + 2);
        if room > 0 && !value.trucks.items.is_empty() {
            lines.extend([Line::default(), Line::from(toned(theme, "newest", Tone::Faint))]);
        }
        let newest = value.trucks.items.iter().take(room);
        lines.extend(newest.map(|truck| {
            let (glyph, _, tone) = theme::truck_badge(truck.status);
            Line::from(vec![
                toned(theme, glyph, tone),
                span(&format!(" {} {}", truck.make, truck.model), Style::new()),
            ])
        }));
        lines
    });
    ("Service", remote::note(fleet, cx), text)
}

/// Did the last run pass?
pub(super) fn runs(cx: &Cx<'_>, area: Rect) -> Pane {
    let (theme, list) = (cx.theme, cx.runs());
    let text = filled(list, cx, |value| {
        let room = usize::from(area.height.saturating_sub(2)) / 2;
        let mut lines: Vec<Line<'static>> =
            value.runs.items.iter().take(room.max(1)).flat_map(|run| run_lines(run, cx)).collect();
        if lines.is_empty() {
            lines.push(Line::from(toned(theme, "No run yet.", Tone::Faint)));
        }
        lines
    });
    ("Last runs", remote::note(list, cx), text)
}

fn run_lines(run: &Run, cx: &Cx<'_>) -> [Line<'static>; 2] {
    let theme = cx.theme;
    let ended = (!run.state.is_active()).then_some(run.updated_at).flatten();
    // It has ended, and when is not known: the time up to now would be wrong.
    let began = run.began_at().filter(|_| run.state.is_active() || ended.is_some());
    let lasted = began.map(|at| time::short(cx.elapsed(at, ended)));
    // A run that another one started is called like its workflow.
    let title = if run.title == run.workflow { &run.event } else { &run.title };
    [
        Line::from(vec![
            status_badge(theme, &run_badge(&run.state)),
            span(&format!("  {} {}", run.label(), run.workflow), theme.title()),
        ]),
        Line::from(toned(
            theme,
            &format!("  {} {} {title}", lasted.as_deref().unwrap_or("–"), run.short_commit()),
            Tone::Faint,
        )),
    ]
}

/// What is being deployed, and how far is it?
pub(super) fn deployment(cx: &Cx<'_>, area: Rect) -> Pane {
    let (theme, service) = (cx.theme, cx.service());
    let text = filled(service, cx, |value| {
        let Some(newest) = value.deployments.first() else {
            return vec![Line::from(toned(theme, "No deployment yet.", Tone::Faint))];
        };
        let started = newest.started_at.unwrap_or(newest.created_at);
        let ended = if newest.status.is_active() { None } else { newest.finished_at.or(Some(started)) };
        let lasted = time::short(cx.elapsed(started, ended));
        let mut lines = vec![
            Line::from(vec![
                status_badge(theme, &deployment_badge(&newest.status)),
                span(&format!("  {lasted}"), theme.tone(Tone::Faint)),
                toned(
                    theme,
                    &deployments::progress(newest).map(|text| format!("  {text}")).unwrap_or_default(),
                    Tone::Busy,
                ),
            ]),
            deployments::bar(newest, theme),
            fact(theme, "tasks", 7, &deployments::tasks(&value.service)),
        ];
        let traffic = newest.target.as_ref().and_then(|target| target.production_weight);
        lines.extend(
            traffic.map(|weight| fact(theme, "traffic", 7, &format!("{weight:.0}% on the new revision"))),
        );
        lines.extend(newest.rollback_reason.as_deref().or(newest.reason.as_deref()).map(line));
        let room = usize::from(area.height.saturating_sub(2)).saturating_sub(lines.len());
        lines.extend(value.events.iter().take(room).map(|event| {
            Line::from(toned(theme, &format!("{} {}", theme.clock(event.at), event.summary()), Tone::Faint))
        }));
        lines
    });
    ("Deployment", remote::note(service, cx), text)
}

/// Are there errors in the logs?
pub(super) fn errors(cx: &Cx<'_>, area: Rect) -> Pane {
    let theme = cx.theme;
    let text = match (cx.logs_failure(), cx.logs().filter(|feed| !feed.lines().is_empty())) {
        (failure, Some(feed)) => Text::Rows(problems(feed, failure, area, theme)),
        (Some(failure), None) => missing(failure, theme),
        (None, None) => Text::Rows(vec![Line::from(toned(theme, "No line yet.", Tone::Faint))]),
    };
    ("Errors in the logs", logs::status(cx), text)
}

fn problems(feed: &LogFeed, failure: Option<&Failure>, area: Rect, theme: &Theme) -> Vec<Line<'static>> {
    let minutes = WINDOW.as_secs() / 60;
    let count = match feed.lines().errors_within(WINDOW) {
        0 => toned(theme, &format!("✓ no errors in {minutes} minutes"), Tone::Good),
        1 => toned(theme, &format!("✗ 1 error in {minutes} minutes"), Tone::Bad),
        n => toned(theme, &format!("✗ {n} errors in {minutes} minutes"), Tone::Bad),
    };
    let mut lines = vec![Line::from(count)];
    lines.extend(
        failure
            .map(|f| Line::from(toned(theme, &format!("⚠ {}: {}", remote::word(f), f.why), Tone::Warning))),
    );
    let room = usize::from(area.height.saturating_sub(3));
    let width = usize::from(area.width.saturating_sub(4));
    lines.extend(feed.recent_problems().take(room).map(|line| {
        let text = format!("{} {} {}", theme.clock(line.at), line.level.word(), summary(&line.message));
        let text = text.chars().take(width).collect::<String>();
        Line::from(toned(theme, &text, level_tone(line.level)))
    }));
    lines
}

/// Reports whether some pane is not configured, not allowed or out of reach.
pub(super) fn is_anything_missing(cx: &Cx<'_>) -> bool {
    let lacks = |failure: Option<&Failure>| {
        failure.is_some_and(|f| matches!(f.kind, Kind::NotConfigured | Kind::Unauthorized | Kind::Offline))
    };
    lacks(cx.cache.trucks().failure())
        || lacks(cx.runs().failure())
        || lacks(cx.service().failure())
        || lacks(cx.logs_failure())
}

fn filled<T>(value: Remote<'_, T>, cx: &Cx<'_>, fill: impl FnOnce(&T) -> Vec<Line<'static>>) -> Text {
    let theme = cx.theme;
    match (value.value(), value.failure(), remote::spinner_step(value, cx)) {
        (Some(shown), failure, _) => {
            let cause = failure.map(|failure| {
                Line::from(toned(
                    theme,
                    &format!("⚠ {}: {}", remote::word(failure), failure.why),
                    Tone::Warning,
                ))
            });
            Text::Rows(cause.into_iter().chain(fill(shown)).collect())
        }
        (None, Some(failure), _) => missing(failure, theme),
        (None, None, Some(step)) => Text::Rows(vec![Line::from(toned(
            theme,
            &format!("{} loading", theme::spinner(step)),
            Tone::Busy,
        ))]),
        (None, None, None) if value.is_untouched() => {
            Text::Rows(vec![Line::from(toned(theme, "waiting for the catalog", Tone::Faint))])
        }
        (None, None, None) => Text::Rows(Vec::new()),
    }
}

fn missing(failure: &Failure, theme: &Theme) -> Text {
    Text::Prose(remote::failure_text(failure, theme))
}
