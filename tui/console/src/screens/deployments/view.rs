//! The picture of the deployments screen: the list above, the selected deployment below.

use hello_model::{
    deployment::{Deployment, Revision, ServiceEvent, ServiceState, StackEvent},
    time,
};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
    widgets::Widget,
};

use super::{Deployments, stages};
use crate::{
    cx::Cx,
    screens::filter_bar,
    theme::{Theme, Tone, deployment_badge},
    widgets::{
        chrome, remote,
        table::{Column, Table, Width, cell},
        text::{fact, span, status_badge, toned},
    },
};

const COLUMNS: [Column; 6] = [
    Column { title: "STATUS", width: Width::Fixed(22), rank: 0 },
    Column { title: "STARTED", width: Width::Fixed(14), rank: 0 },
    Column { title: "TOOK", width: Width::Fixed(8), rank: 1 },
    Column { title: "STRATEGY", width: Width::Fixed(10), rank: 2 },
    Column { title: "DEPLOYMENT", width: Width::Fixed(21), rank: 3 },
    Column { title: "REASON", width: Width::Rest(12), rank: 1 },
];

/// From this width on, what ECS and what CloudFormation tell stand beside each other.
const SIDE_BY_SIDE: u16 = 100;
/// Events of the service that are shown before those of the stack.
const SERVICE_EVENTS: usize = 20;

pub(super) fn draw(deployments: &Deployments, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    if deployments.is_open || area.height < 14 {
        let only = if deployments.is_open { detail } else { list };
        only(deployments, cx, area, buf);
        return;
    }
    let rows = u16::try_from(deployments.shown(cx).len()).unwrap_or(u16::MAX);
    let above = rows.saturating_add(3).max(6).min(area.height / 3);
    let [top, bottom] = Layout::vertical([Constraint::Length(above), Constraint::Min(0)]).areas(area);
    list(deployments, cx, top, buf);
    detail(deployments, cx, bottom, buf);
}

fn list(deployments: &Deployments, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, remote) = (cx.theme, cx.service());
    let title = match cx.service_ref() {
        Some(service) => format!("Deployments of {}/{}", service.cluster, service.service),
        None => "Deployments".to_owned(),
    };
    let note = remote::note(remote, cx);
    let inner = chrome::pane(&title, note, !deployments.is_open, area, buf, theme);
    let body = filter_bar::draw(&deployments.rows.filter, remote, inner, buf, theme);
    if remote::placeholder(remote, body, buf, cx) {
        return;
    }
    let shown = deployments.shown(cx);
    if shown.is_empty() {
        toned(theme, "No deployment to show; ECS keeps those of the last 90 days.", Tone::Faint)
            .render(body, buf);
        return;
    }
    let selected = deployments.rows.position(&deployments.keys(cx));
    Table { columns: &COLUMNS, rows: shown.len(), selected, offset: &deployments.rows.offset }.draw(
        body,
        buf,
        theme,
        |row| cells(shown[row], cx),
    );
}

fn cells(deployment: &Deployment, cx: &Cx<'_>) -> Vec<Span<'static>> {
    let theme = cx.theme;
    let started = deployment.started_at.unwrap_or(deployment.created_at);
    let ended = if deployment.status.is_active() { None } else { deployment.finished_at.or(Some(started)) };
    vec![
        status_badge(theme, &deployment_badge(&deployment.status)),
        cell(theme.moment(started)),
        cell(time::short(cx.elapsed(started, ended))),
        cell(deployment.strategy.to_lowercase().replace('_', "/")),
        span(deployment.id(), theme.tone(Tone::Faint)),
        cell(deployment.rollback_reason.as_deref().or(deployment.reason.as_deref()).unwrap_or("")),
    ]
}

fn detail(deployments: &Deployments, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let Some(deployment) = deployments.selected(cx) else {
        chrome::pane("Deployment", Line::default(), false, area, buf, theme);
        return;
    };
    let title = format!("Deployment {}", deployment.id());
    let note = remote::note(cx.stack_events(), cx);
    let inner = chrome::pane(&title, note, deployments.is_open, area, buf, theme);
    let mut lines = summary(deployment, cx);
    lines.extend(service_events(cx));
    if inner.width < SIDE_BY_SIDE {
        lines.push(Line::default());
        lines.extend(stack_events(cx));
        deployments.scroll.draw(&lines, inner, buf);
        return;
    }
    let [left, right] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).spacing(2).areas(inner);
    deployments.scroll.draw(&lines, left, buf);
    deployments.stack_scroll.draw(&stack_events(cx), right, buf);
}

fn summary(deployment: &Deployment, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme;
    let progress = stages::progress(deployment).map(|text| format!("  {text}")).unwrap_or_default();
    let status = status_badge(theme, &deployment_badge(&deployment.status));
    let mut lines =
        vec![Line::from(vec![status, toned(theme, &progress, Tone::Busy)]), stages::bar(deployment, theme)];
    if let Some(service) = cx.service().value().map(|snapshot| &snapshot.service) {
        let counts = tasks(service);
        lines.push(fact(theme, "tasks", 8, &counts));
    }
    if let Some(target) = &deployment.target {
        lines.push(fact(theme, "new", 8, &revision(target)));
    }
    lines.extend(deployment.sources.iter().map(|source| fact(theme, "old", 8, &revision(source))));
    if let Some(bake) = deployment.bake {
        lines.push(fact(theme, "bake", 8, &time::short(bake)));
    }
    if let Some(breaker) = deployment.breaker.as_ref().filter(|breaker| breaker.threshold > 0) {
        let said =
            format!("{}/{} failures, {}", breaker.failures, breaker.threshold, breaker.status.to_lowercase());
        lines.push(fact(theme, "breaker", 8, &said));
    }
    for hook in deployment.hooks.iter().filter(|hook| hook.awaits_a_person()) {
        lines.push(Line::from(toned(
            theme,
            &format!("‖ waits for a person at hook {}", hook.id),
            Tone::Warning,
        )));
    }
    if let Some(reason) = deployment.rollback_reason.as_ref().or(deployment.reason.as_ref()) {
        let tone = if deployment.status.is_failure() { Tone::Bad } else { Tone::Plain };
        lines.push(Line::from(toned(theme, reason, tone)));
    }
    lines
}

/// Says how many tasks there are. During a blue/green deployment there are more than are wanted.
pub(crate) fn tasks(service: &ServiceState) -> String {
    let pending = if service.pending > 0 { format!(", {} pending", service.pending) } else { String::new() };
    format!("{} running of {} wanted{pending}", service.running, service.desired)
}

fn revision(revision: &Revision) -> String {
    let id = revision.arn.rsplit('/').next().unwrap_or(&revision.arn);
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

fn service_events(cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme;
    let events: &[ServiceEvent] = cx.service().value().map(|r| r.events.as_slice()).unwrap_or_default();
    [Line::default(), heading("Service events", theme)]
        .into_iter()
        .chain(events.iter().take(SERVICE_EVENTS).map(|event| {
            Line::from(vec![
                span(&format!("{}  ", theme.clock(event.at)), theme.tone(Tone::Faint)),
                span(event.summary(), ratatui::style::Style::new()),
            ])
        }))
        .collect()
}

fn stack_events(cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme;
    let mut lines = vec![heading("Stack events", theme)];
    if let Some(failure) = cx.stack_events().failure() {
        lines.extend(remote::failure_text(failure, theme).lines);
    }
    lines.extend(
        cx.stack_events()
            .value()
            .into_iter()
            .flat_map(|events| &events.items)
            .take(40)
            .map(|event| stack_line(event, theme)),
    );
    lines
}

fn stack_line(event: &StackEvent, theme: &Theme) -> Line<'static> {
    let tone = match () {
        () if event.is_failure() => Tone::Bad,
        () if event.status.ends_with("COMPLETE") => Tone::Good,
        () => Tone::Busy,
    };
    let reason = event.reason.as_ref().map(|reason| format!("  {reason}")).unwrap_or_default();
    Line::from(vec![
        span(&format!("{}  ", theme.clock(event.at)), theme.tone(Tone::Faint)),
        span(&format!("{:<19} ", event.status.to_lowercase().replace('_', " ")), theme.tone(tone)),
        span(&format!("{} ", event.resource), ratatui::style::Style::new()),
        span(&format!("{}{reason}", event.resource_type), theme.tone(Tone::Faint)),
    ])
}

fn heading(title: &str, theme: &Theme) -> Line<'static> {
    Line::from(span(title, theme.title()))
}
