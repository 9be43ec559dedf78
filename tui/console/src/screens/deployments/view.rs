//! The picture of the deployments screen: the list, and beside or below it the selected deployment.

use hello_model::deployment::{Deployment, ServiceState, Status};
use hello_state::present;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
};

use super::{Deployments, stages, timeline};
use crate::{
    cx::Cx,
    screens::{
        list::{List, LoadedRows},
        split::{SIDE_BY_SIDE, Split, split},
    },
    theme::{Tone, deployment_badge},
    widgets::{
        chrome,
        details::{Details, Part},
        remote,
    },
};

/// The minimum height for a list above the selected deployment.
const MIN_HEIGHT_OF_TWO_PANES: u16 = 14;

/// Facts above what happened.
const FACTS: [&str; 4] = ["new", "commit", "old", "breaker"];

/// Facts below it.
const MORE_FACTS: [&str; 6] = ["started", "finished", "took", "strategy", "bake", "image"];

pub(super) fn draw(deployments: &Deployments, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let shown = deployments.shown(cx);
    let room = areas(area, deployments.is_open, shown.len());
    if let Some(area) = room.list {
        list(deployments, &shown, cx, area, buf);
    }
    if let Some(area) = room.opened {
        detail(deployments, deployments.rows.selected(&shown), cx, area, buf);
    }
}

/// Divides the area. The selected deployment is also shown while it is not open.
fn areas(area: Rect, is_open: bool, rows: usize) -> Split {
    if is_open || (area.width >= SIDE_BY_SIDE && rows > 0) {
        return split(area, true);
    }
    if rows == 0 || area.height < MIN_HEIGHT_OF_TWO_PANES {
        return split(area, false);
    }
    let rows = u16::try_from(rows).unwrap_or(u16::MAX);
    let above = rows.saturating_add(3).max(6).min(area.height / 3);
    let [list, below] = Layout::vertical([Constraint::Length(above), Constraint::Min(0)]).areas(area);
    Split { list: Some(list), opened: Some(below) }
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
        is_focused: !screen.is_open,
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
    details(deployment, cx).draw(&deployments.state, inner, area, buf, theme);
}

/// Returns the text of a deployment: why it ended, how far it is, its facts, and what happened meanwhile.
pub(super) fn details(deployment: &Deployment, cx: &Cx<'_>) -> Details<'static> {
    let theme = cx.theme;
    let mut details = Details::default();
    if let Some(reason) = present::deployment::reason(deployment) {
        let tone = if deployment.status.is_failure() { Tone::Bad } else { Tone::Plain };
        details.toned(theme, reason.to_owned(), tone);
    }
    let status = Part::badge(theme, &deployment_badge(&deployment.status));
    let progress = stages::progress(deployment).map(|text| format!("  {text}")).unwrap_or_default();
    details.parts([status, Part::toned(theme, progress, Tone::Busy)], 2);
    stages::add(&mut details, deployment, theme);
    for hook in deployment.hooks.iter().filter(|hook| hook.awaits_a_person()) {
        let text = format!("‖ waits for a person at hook {}", hook.id);
        details.toned(theme, text, Tone::Warning);
    }
    let all = present::deployment::facts(deployment, &cx.format());
    let named = |names: &[&str]| -> Vec<present::Fact> {
        all.iter().filter(|fact| names.contains(&fact.label.as_str())).cloned().collect()
    };
    let mut facts = named(&FACTS);
    if let Some(service) = cx.service().value().filter(|_| counts_apply(deployment, cx)) {
        let counts = present::Cell::plain(tasks(&service.service));
        facts.insert(0, present::Fact::new("tasks", counts));
    }
    details.gap();
    details.facts(theme, &facts);
    timeline::add(&mut details, deployment, cx);
    details.gap();
    details.facts(theme, &named(&MORE_FACTS));
    details
}

/// Reports whether the tasks that run now are those of a deployment.
fn counts_apply(deployment: &Deployment, cx: &Cx<'_>) -> bool {
    let newest = cx.service().value().and_then(|service| service.deployments.first());
    let is_newest = newest.is_some_and(|newest| newest.arn == deployment.arn);
    deployment.status.is_active() || (is_newest && deployment.status == Status::Successful)
}

/// Says how many tasks there are. During a blue/green deployment there are more than are wanted.
pub(crate) fn tasks(service: &ServiceState) -> String {
    let pending = if service.pending > 0 { format!(", {} pending", service.pending) } else { String::new() };
    format!("{} running of {} wanted{pending}", service.running, service.desired)
}
