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
    screens::strip,
    widgets::{
        chrome,
        look::{Look, Tone, deployment_sign},
        remote,
        table::{Column, Table, Width, cell},
        text::{fact, sign, span, toned},
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

pub(super) fn draw(deployments: &Deployments, area: Rect, buf: &mut Buffer, look: &Look) {
    if deployments.is_open || area.height < 14 {
        let only = if deployments.is_open { detail } else { list };
        only(deployments, area, buf, look);
        return;
    }
    let rows = u16::try_from(deployments.shown().len()).unwrap_or(u16::MAX);
    let above = rows.saturating_add(3).max(6).min(area.height / 3);
    let [top, bottom] = Layout::vertical([Constraint::Length(above), Constraint::Min(0)]).areas(area);
    list(deployments, top, buf, look);
    detail(deployments, bottom, buf, look);
}

fn list(deployments: &Deployments, area: Rect, buf: &mut Buffer, look: &Look) {
    let title = match &deployments.service {
        Some(service) => format!("Deployments of {}/{}", service.cluster, service.service),
        None => "Deployments".to_owned(),
    };
    let note = remote::note(&deployments.rollouts, look);
    let inner = chrome::pane(&title, note, !deployments.is_open, area, buf, look);
    let body = strip::draw(&deployments.rows.filter, &deployments.rollouts, inner, buf, look);
    if remote::placeholder(&deployments.rollouts, body, buf, look) {
        return;
    }
    let shown = deployments.shown();
    if shown.is_empty() {
        toned(look, "No deployment to show; ECS keeps those of the last 90 days.", Tone::Faint)
            .render(body, buf);
        return;
    }
    let selected = deployments.rows.position(&deployments.keys());
    Table { columns: &COLUMNS, rows: shown.len(), selected, offset: &deployments.rows.offset }.draw(
        body,
        buf,
        look,
        |row| cells(deployments, shown[row], look),
    );
}

fn cells(deployments: &Deployments, deployment: &Deployment, look: &Look) -> Vec<Span<'static>> {
    let started = deployment.started_at.unwrap_or(deployment.created_at);
    let ended = if deployment.status.is_active() { None } else { deployment.finished_at.or(Some(started)) };
    vec![
        sign(look, &deployment_sign(&deployment.status)),
        cell(look.moment(started)),
        cell(time::short(deployments.ticker.elapsed(started, ended))),
        cell(deployment.strategy.to_lowercase().replace('_', "/")),
        span(deployment.id(), look.tone(Tone::Faint)),
        cell(deployment.rollback_reason.as_deref().or(deployment.reason.as_deref()).unwrap_or("")),
    ]
}

fn detail(deployments: &Deployments, area: Rect, buf: &mut Buffer, look: &Look) {
    let Some(deployment) = deployments.selected() else {
        chrome::pane("Deployment", Line::default(), false, area, buf, look);
        return;
    };
    let title = format!("Deployment {}", deployment.id());
    let note = remote::note(&deployments.stack, look);
    let inner = chrome::pane(&title, note, deployments.is_open, area, buf, look);
    let mut lines = summary(deployments, deployment, look);
    lines.extend(service_events(deployments, look));
    if inner.width < SIDE_BY_SIDE {
        lines.push(Line::default());
        lines.extend(stack_events(deployments, look));
        deployments.scroll.draw(&lines, inner, buf);
        return;
    }
    let [left, right] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).spacing(2).areas(inner);
    deployments.scroll.draw(&lines, left, buf);
    deployments.stack_scroll.draw(&stack_events(deployments, look), right, buf);
}

fn summary(deployments: &Deployments, deployment: &Deployment, look: &Look) -> Vec<Line<'static>> {
    let progress = stages::progress(deployment).map(|text| format!("  {text}")).unwrap_or_default();
    let status = sign(look, &deployment_sign(&deployment.status));
    let mut lines =
        vec![Line::from(vec![status, toned(look, &progress, Tone::Busy)]), stages::bar(deployment, look)];
    if let Some(service) = deployments.rollouts.value().map(|rollouts| &rollouts.service) {
        let counts = tasks(service);
        lines.push(fact(look, "tasks", 8, &counts));
    }
    if let Some(target) = &deployment.target {
        lines.push(fact(look, "new", 8, &revision(target)));
    }
    lines.extend(deployment.sources.iter().map(|source| fact(look, "old", 8, &revision(source))));
    if let Some(bake) = deployment.bake {
        lines.push(fact(look, "bake", 8, &time::short(bake)));
    }
    if let Some(breaker) = deployment.breaker.as_ref().filter(|breaker| breaker.threshold > 0) {
        let said =
            format!("{}/{} failures, {}", breaker.failures, breaker.threshold, breaker.status.to_lowercase());
        lines.push(fact(look, "breaker", 8, &said));
    }
    for hook in deployment.hooks.iter().filter(|hook| hook.awaits_a_person()) {
        lines.push(Line::from(toned(
            look,
            &format!("‖ waits for a person at hook {}", hook.id),
            Tone::Warning,
        )));
    }
    if let Some(reason) = deployment.rollback_reason.as_ref().or(deployment.reason.as_ref()) {
        let tone = if deployment.status.is_failure() { Tone::Bad } else { Tone::Plain };
        lines.push(Line::from(toned(look, reason, tone)));
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

fn service_events(deployments: &Deployments, look: &Look) -> Vec<Line<'static>> {
    let events: &[ServiceEvent] =
        deployments.rollouts.value().map(|r| r.events.as_slice()).unwrap_or_default();
    [Line::default(), heading("Service events", look)]
        .into_iter()
        .chain(events.iter().take(SERVICE_EVENTS).map(|event| {
            Line::from(vec![
                span(&format!("{}  ", look.clock(event.at)), look.tone(Tone::Faint)),
                span(event.gist(), ratatui::style::Style::new()),
            ])
        }))
        .collect()
}

fn stack_events(deployments: &Deployments, look: &Look) -> Vec<Line<'static>> {
    let mut lines = vec![heading("Stack events", look)];
    if let Some(failure) = deployments.stack.failure() {
        lines.extend(remote::failure_text(failure, look).lines);
    }
    lines.extend(
        deployments.stack.value().into_iter().flatten().take(40).map(|event| stack_line(event, look)),
    );
    lines
}

fn stack_line(event: &StackEvent, look: &Look) -> Line<'static> {
    let tone = match () {
        () if event.is_failure() => Tone::Bad,
        () if event.status.ends_with("COMPLETE") => Tone::Good,
        () => Tone::Busy,
    };
    let reason = event.reason.as_ref().map(|reason| format!("  {reason}")).unwrap_or_default();
    Line::from(vec![
        span(&format!("{}  ", look.clock(event.at)), look.tone(Tone::Faint)),
        span(&format!("{:<19} ", event.status.to_lowercase().replace('_', " ")), look.tone(tone)),
        span(&format!("{} ", event.resource), ratatui::style::Style::new()),
        span(&format!("{}{reason}", event.resource_type), look.tone(Tone::Faint)),
    ])
}

fn heading(title: &str, look: &Look) -> Line<'static> {
    Line::from(span(title, look.title()))
}
