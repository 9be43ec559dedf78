//! Home: whether the service is up, whether the last run passed, what is being deployed, whether the logs hold errors, and
//! what needs you.
//!
//! It shows the same queries as the other screens, so a pane and the screen that it opens agree.

mod panes;
mod view;

use hello_model::{
    deployment::Hook,
    failure::{Failure, Kind},
    fetch::Want,
    query::Query,
    run::State,
};
use hello_state::{
    log_feed::{LogFeed, TailStatus},
    remote::Remote,
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{deployments, logs, runs, trucks};
use crate::{
    command::{CommandId, Mode},
    commands::{MOVES, Move, OPEN, OPENING, SIDEWAYS, movement},
    cx::Cx,
    route::ScreenId,
    screen::{Request, Screen, ScreenSpec},
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("home"),
    title: "Home",
    commands: &[&OPENING, &MOVES, &SIDEWAYS],
    legend: Vec::new,
    open: |_| Box::<Home>::default(),
};

/// The panes, in reading order, by the screen that each opens.
const PANES: [&ScreenSpec; 4] = [&trucks::SPEC, &runs::SPEC, &deployments::SPEC, &logs::SPEC];

/// Which pane is selected.
#[derive(Debug, Default)]
pub struct Home {
    selected: usize,
}

impl Home {
    /// Moves the selection in the square of panes.
    fn go(&mut self, way: Move) {
        let (row, column) = (self.selected / 2, self.selected % 2);
        let (row, column) = match way {
            Move::Up | Move::PageUp => (0, column),
            Move::Down | Move::PageDown => (1, column),
            Move::Left => (row, 0),
            Move::Right => (row, 1),
            Move::Top => (0, 0),
            Move::Bottom => (1, 1),
        };
        self.selected = row * 2 + column;
    }

    /// Returns the screen that the selected pane opens.
    fn selected(&self) -> &'static ScreenSpec {
        PANES[self.selected]
    }
}

impl Screen for Home {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        let parts = [
            cx.repo().map(|repo| Query::Runs(repo.clone())),
            cx.service_ref().map(|service| Query::Service(service.clone())),
            cx.log_source().map(|source| Query::Logs(source.clone())),
        ];
        [Query::Trucks].into_iter().chain(parts.into_iter().flatten()).map(Want::from).collect()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        Mode::Browse
    }

    fn act(&mut self, command: CommandId, _: &Cx<'_>) -> Vec<Request> {
        if command == OPEN {
            return vec![Request::Go(self.selected().id.into())];
        }
        if let Some(way) = movement(command) {
            self.go(way);
        }
        Vec::new()
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}

/// Something that needs a person, and the screen where it is done.
#[derive(Debug, Clone)]
struct Need {
    what: String,
    screen: &'static ScreenSpec,
    is_broken: bool,
}

impl Need {
    fn new(what: String, screen: &'static ScreenSpec) -> Self {
        Self { what, screen, is_broken: false }
    }
}

/// Returns the connections that are broken, each with what to type next. What was never configured is told elsewhere.
fn broken(cx: &Cx<'_>) -> Vec<Need> {
    let failures = [
        (&trucks::SPEC, cx.cache.trucks().failure()),
        (&runs::SPEC, cx.runs().failure()),
        (&deployments::SPEC, cx.service().failure()),
        (&logs::SPEC, cx.logs_failure()),
    ];
    let need = |(screen, failure): (&'static ScreenSpec, Option<&Failure>)| {
        let failure = failure.filter(|failure| failure.kind != Kind::NotConfigured)?;
        let next = failure.hint.as_ref().map(|hint| format!(" → {hint}")).unwrap_or_default();
        Some(Need { what: format!("{}: {}{next}", screen.title, failure.why), screen, is_broken: true })
    };
    failures.into_iter().filter_map(need).collect()
}

/// Returns the sources of needs that have neither answered nor failed, by the screen of each.
fn pending(cx: &Cx<'_>) -> Vec<&'static ScreenSpec> {
    let is_read = |feed: &LogFeed| {
        !feed.lines().is_empty() || matches!(feed.status(), TailStatus::Live | TailStatus::Throttled { .. })
    };
    let are_logs_read = cx.logs_failure().is_some() || cx.logs().is_some_and(is_read);
    let sources = [
        (&trucks::SPEC, is_settled(cx.cache.trucks())),
        (&runs::SPEC, is_settled(cx.runs())),
        (&deployments::SPEC, is_settled(cx.service())),
        (&logs::SPEC, are_logs_read),
    ];
    sources.into_iter().filter(|(_, is_settled)| !is_settled).map(|(screen, _)| screen).collect()
}

fn is_settled<T>(remote: Remote<'_, T>) -> bool {
    remote.value().is_some() || remote.failure().is_some()
}

/// Returns what needs a person, the most urgent first: what is out of reach, then what stands still, then what failed.
fn needs(cx: &Cx<'_>) -> Vec<Need> {
    let mut needs = broken(cx);
    for deployment in cx.service().value().map(|service| service.deployments.as_slice()).unwrap_or_default() {
        if let Some(hook) = deployment.hooks.iter().find(|hook| Hook::awaits_a_person(hook)) {
            let what = format!("deployment {} waits at hook {}", deployment.id(), hook.id);
            needs.push(Need::new(what, &deployments::SPEC));
        }
    }
    let runs = cx.runs().value().map(|list| list.runs.items.as_slice()).unwrap_or_default();
    for run in runs.iter().filter(|run| run.state == State::Waiting) {
        let what = format!("{} {} waits for approval", run.workflow, run.label());
        needs.push(Need::new(what, &runs::SPEC));
    }
    // Only the latest run of a workflow on a branch counts: an older failure has been answered.
    for (index, run) in runs.iter().enumerate().filter(|(_, run)| run.state.is_failure()) {
        let is_superseded =
            runs[..index].iter().any(|newer| newer.workflow == run.workflow && newer.branch == run.branch);
        if !is_superseded {
            let branch = run.branch.as_deref().unwrap_or("–");
            let what = format!("{} {} failed on {branch}: {}", run.workflow, run.label(), run.title);
            needs.push(Need::new(what, &runs::SPEC));
        }
    }
    needs
}
