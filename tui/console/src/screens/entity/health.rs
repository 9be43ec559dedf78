//! How a component is, in a few lines: its last run, its rollout, and the errors in its logs.

use hello_catalog::entity::Entity;
use hello_model::query::Query;
use ratatui::text::Span;

use crate::{
    cx::Cx,
    route::ScreenId,
    screen::Request,
    screens::{
        contents::{Content, deployment, errors, runs as last_runs},
        deployments, logs, runs,
    },
};

/// A line, and where it leads.
pub(super) struct HealthLine {
    pub(super) label: &'static str,
    pub(super) status: Vec<Span<'static>>,
    pub(super) request: Request,
}

/// Returns the queries of the lines: only those for which the entity names a place.
pub(super) fn queries(entity: &Entity, cx: &Cx<'_>) -> Vec<Query> {
    if !entity.is("Component") {
        return Vec::new();
    }
    let parts = [
        cx.repo().map(|repo| Query::runs(repo.clone())),
        cx.service_ref().map(|service| Query::Service(service.clone())),
        cx.log_source().map(|source| Query::Logs(source.clone())),
    ];
    parts.into_iter().flatten().collect()
}

pub(super) fn lines(entity: &Entity, cx: &Cx<'_>) -> Vec<HealthLine> {
    if !entity.is("Component") {
        return Vec::new();
    }
    let lines = [
        cx.repo().map(|_| line("last run", last_runs::content(cx), runs::SPEC.id)),
        cx.service_ref().map(|_| line("rollout", deployment::content(cx), deployments::SPEC.id)),
        cx.log_source().map(|_| line("errors", errors::count(cx), logs::SPEC.id)),
    ];
    lines.into_iter().flatten().collect()
}

fn line(label: &'static str, content: Content, screen: ScreenId) -> HealthLine {
    let request = content.rows.into_iter().next().and_then(|row| row.request);
    HealthLine {
        label,
        status: content.status,
        request: request.unwrap_or_else(|| Request::Go(screen.into())),
    }
}
