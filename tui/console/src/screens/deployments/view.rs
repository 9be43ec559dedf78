//! The picture of the deployments screen: the list above, the selected deployment below.

use hello_model::deployment::{Deployment, ServiceEvent, ServiceState, StackEvent};
use hello_state::present::{self, badge::stack_badge};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
};

use super::{Deployments, stages};
use crate::{
    cx::Cx,
    screens::list::{List, LoadedRows},
    theme::{Theme, Tone, deployment_badge},
    widgets::{
        chrome, remote,
        text::{self, fact, span, status_badge, toned},
    },
};

/// From this width on, what ECS and what CloudFormation tell stand beside each other.
const SIDE_BY_SIDE: u16 = 100;
/// Events of the service that are shown before those of the stack.
const SERVICE_EVENTS: usize = 20;

/// Details below the first lines.
const DETAILS: [&str; 4] = ["new", "old", "bake", "breaker"];

pub(super) fn draw(deployments: &Deployments, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let shown = deployments.shown(cx);
    let selected = deployments.rows.selected(&shown);
    if deployments.is_open {
        detail(deployments, selected, cx, area, buf);
        return;
    }
    if area.height < 14 {
        list(deployments, &shown, cx, area, buf);
        return;
    }
    let rows = u16::try_from(shown.len()).unwrap_or(u16::MAX);
    let above = rows.saturating_add(3).max(6).min(area.height / 3);
    let [top, bottom] = Layout::vertical([Constraint::Length(above), Constraint::Min(0)]).areas(area);
    list(deployments, &shown, cx, top, buf);
    detail(deployments, selected, cx, bottom, buf);
}

fn list(screen: &Deployments, shown: &[&Deployment], cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let remote = cx.service();
    List {
        title: "Deployments",
        subject: cx.service_ref().map(|service| format!("{}/{}", service.cluster, service.service)),
        remote,
        state: &screen.rows,
        shown,
        extent: remote.value().map(|service| LoadedRows::whole(service.deployments.len())),
        unreadable: 0,
        signs: None,
        empty: ["No deployment to show; ECS keeps those of the last 90 days.", "deploy, or r looks again"],
    }
    .draw(cx, area, buf);
}

fn detail(
    deployments: &Deployments,
    selected: Option<&Deployment>,
    cx: &Cx<'_>,
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = cx.theme;
    let Some(deployment) = selected else {
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
    let mut details = present::deployment::facts(deployment, &cx.format());
    details.retain(|fact| DETAILS.contains(&fact.label.as_str()));
    lines.extend(text::facts(theme, &details, 8));
    for hook in deployment.hooks.iter().filter(|hook| hook.awaits_a_person()) {
        lines.push(Line::from(toned(
            theme,
            &format!("‖ waits for a person at hook {}", hook.id),
            Tone::Warning,
        )));
    }
    if let Some(reason) = present::deployment::reason(deployment) {
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
    let (glyph, word, tone) = stack_badge(&event.status);
    let reason = event.reason.as_ref().map(|reason| format!("  {reason}")).unwrap_or_default();
    Line::from(vec![
        span(&format!("{}  ", theme.clock(event.at)), theme.tone(Tone::Faint)),
        toned(theme, &format!("{glyph} {word:<19} "), tone),
        span(&format!("{} ", event.resource), ratatui::style::Style::new()),
        span(&format!("{}{reason}", event.resource_type), theme.tone(Tone::Faint)),
    ])
}

fn heading(title: &str, theme: &Theme) -> Line<'static> {
    Line::from(span(title, theme.title()))
}
