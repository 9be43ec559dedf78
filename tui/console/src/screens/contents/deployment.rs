//! What is being deployed and how far it is, and the deployments before.

use hello_model::deployment::{Deployment, ServiceSnapshot};
use ratatui::text::Line;

use super::{Content, Row, filled, opened, row};
use crate::{
    cx::Cx,
    screens::deployments,
    theme::{Tone, deployment_badge},
    widgets::text::{line, span, status_badge, toned},
};

pub(in crate::screens) fn content(cx: &Cx<'_>) -> Content {
    filled(cx.service(), cx, |snapshot| of_service(snapshot, cx))
}

fn of_service(snapshot: &ServiceSnapshot, cx: &Cx<'_>) -> Content {
    let Some(newest) = snapshot.deployments.first() else {
        return Content {
            status: vec![toned(cx.theme, "no deployment yet", Tone::Plain)],
            ..Content::default()
        };
    };
    let status = state(newest, cx);
    let mut rows = vec![to(newest, "state", Line::from(status.clone()))];
    if newest.status.is_active() {
        rows.push(to(newest, "bar", deployments::bar(newest, cx.theme)));
        rows.push(to(newest, "tasks", line(&format!("tasks  {}", deployments::tasks(&snapshot.service)))));
    }
    let reason = newest.rollback_reason.as_deref().or(newest.reason.as_deref());
    rows.extend(reason.map(|reason| to(newest, "reason", line(reason))));
    rows.extend(
        snapshot
            .deployments
            .iter()
            .skip(1)
            .map(|earlier| to(earlier, "state", Line::from(state(earlier, cx)))),
    );
    Content { status, rows, ..Content::default() }
}

/// Writes the status, the age, and how far a deployment is.
fn state(deployment: &Deployment, cx: &Cx<'_>) -> Vec<ratatui::text::Span<'static>> {
    let age = super::age(deployment.created_at, cx);
    let mut spans = vec![
        status_badge(cx.theme, &deployment_badge(&deployment.status)),
        span(&format!("  {age} ago"), ratatui::style::Style::new()),
    ];
    let progress = deployments::progress(deployment).filter(|_| deployment.status.is_active());
    spans.extend(progress.map(|progress| toned(cx.theme, &format!("  {progress}"), Tone::Busy)));
    spans
}

fn to(deployment: &Deployment, part: &str, line: Line<'static>) -> Row {
    let route = opened(deployments::SPEC.id, deployment.arn.clone());
    row(format!("{} {part}", deployment.arn), line, Some(route))
}
