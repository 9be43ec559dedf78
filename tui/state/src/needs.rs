//! What needs the user, of all that is known of a component: what is out of reach, what waits, what failed.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use hello_catalog::{Catalog, Severity};
use hello_model::{
    deployment::{Deployment, Hook, ServiceSnapshot, Status},
    failure::{Failure, Kind},
    run::{Conclusion, Run, RunDetail, RunList, State},
    truck::Fleet,
};

use crate::{
    present::{
        Tone,
        badge::{StatusBadge, deployment_badge, run_badge},
        problem, run,
    },
    remote::Remote,
};

/// The maximum number of waiting runs whose details are read.
const MAX_WAITING_RUNS: usize = 5;

/// A part of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    Catalog,
    Trucks,
    Runs,
    Deployments,
    Logs,
}

/// What is known of a component.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub catalog: Remote<'a, Catalog>,
    pub trucks: Remote<'a, Fleet>,
    pub runs: Remote<'a, RunList>,
    /// What is known of the runs in [`waiting_runs`].
    pub waiting_runs: &'a [&'a RunDetail],
    pub service: Remote<'a, ServiceSnapshot>,
    /// Why there are no new log lines.
    pub logs_failure: Option<&'a Failure>,
    /// Whether the component is in the catalog. If not, that is the cause of all that is missing.
    pub has_component: bool,
}

/// Something that needs the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Where it is looked at.
    pub area: Area,
    /// The other areas with the same cause.
    pub also: Vec<Area>,
    /// What it is about there, as routes name it: the id of a run, the ARN of a deployment.
    pub subject: Option<String>,
    pub badge: StatusBadge,
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Returns what needs the user: what is out of reach first, then what waits, then what failed.
pub fn needs(known: &Known<'_>) -> Vec<Need> {
    let mut needs = out_of_reach(known);
    needs.extend(known.catalog.value().and_then(descriptors));
    let deployments = known.service.value().map(|service| service.deployments.as_slice()).unwrap_or_default();
    let runs = known.runs.value().map(|list| list.runs.items.as_slice()).unwrap_or_default();
    needs.extend(deployments.iter().filter_map(waiting_hook));
    needs.extend(runs.iter().filter(|run| awaits_approval(&run.state)).map(|run| waiting_run(run, known)));
    needs.extend(failed_deployment(deployments));
    needs.extend(failed_runs(runs));
    needs
}

/// Returns the failures, one for each cause. What was never set up is left out, unless the component itself is unknown.
fn out_of_reach(known: &Known<'_>) -> Vec<Need> {
    let failures = [
        (Area::Catalog, known.catalog.failure()),
        (Area::Trucks, known.trucks.failure()),
        (Area::Runs, known.runs.failure()),
        (Area::Deployments, known.service.failure()),
        (Area::Logs, known.logs_failure),
    ];
    let mut needs: Vec<Need> = Vec::new();
    for (area, failure) in failures {
        let Some(failure) = failure else { continue };
        if failure.kind == Kind::NotConfigured && known.has_component {
            continue;
        }
        if let Some(need) = needs.iter_mut().find(|need| need.text == failure.why) {
            need.also.push(area);
            continue;
        }
        let badge = ("✗", word(&failure.kind).to_owned(), Tone::Bad);
        let (text, hint) = (failure.why.clone(), failure.hint.clone());
        needs.push(Need { area, also: Vec::new(), subject: None, badge, text, hint });
    }
    needs
}

fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Unauthorized => "not allowed",
        Kind::Offline => "out of reach",
        Kind::NotConfigured => "not found",
        _ => "failed",
    }
}

/// Returns the errors of the descriptors. Warnings can wait.
fn descriptors(catalog: &Catalog) -> Option<Need> {
    let has_errors = catalog.problems.iter().any(|problem| problem.severity == Severity::Error);
    has_errors.then(|| Need {
        area: Area::Catalog,
        also: Vec::new(),
        subject: Some("problems".to_owned()),
        badge: ("✗", "invalid".to_owned(), Tone::Bad),
        text: format!("descriptors with problems: {}", problem::count(&catalog.problems)),
        hint: None,
    })
}

fn waiting_hook(deployment: &Deployment) -> Option<Need> {
    let hook = deployment.hooks.iter().find(|hook| Hook::awaits_a_person(hook))?;
    Some(Need {
        area: Area::Deployments,
        also: Vec::new(),
        subject: Some(deployment.arn.clone()),
        badge: ("‖", "waiting".to_owned(), Tone::Warning),
        text: format!("deployment waits at hook {}", hook.id),
        hint: None,
    })
}

/// Reports whether a person decides whether a run goes on: into an environment, or with the code of a fork.
fn awaits_approval(state: &State) -> bool {
    matches!(state, State::Waiting | State::Done(Conclusion::ActionRequired))
}

/// Returns the runs whose details say what they wait for: the newest ones, as each costs requests of its own.
pub fn waiting_runs(list: &RunList) -> impl Iterator<Item = &Run> {
    list.runs.items.iter().filter(|run| run.state == State::Waiting).take(MAX_WAITING_RUNS)
}

fn waiting_run(run: &Run, known: &Known<'_>) -> Need {
    let detail = known.waiting_runs.iter().find(|detail| detail.run.id == run.id);
    let approvals: Vec<String> =
        detail.iter().flat_map(|detail| &detail.pending.environments).map(run::approval).collect();
    let awaited = if approvals.is_empty() { "approval".to_owned() } else { approvals.join(", and ") };
    Need {
        area: Area::Runs,
        also: Vec::new(),
        subject: Some(run.id.to_string()),
        badge: run_badge(&run.state),
        text: format!("{} {} waits for {awaited}{}", run.workflow, run.label(), titled(run)),
        hint: None,
    }
}

/// Returns the latest deployment that ended, if it failed. One that is under way may mend it, and is seen beside it.
fn failed_deployment(deployments: &[Deployment]) -> Option<Need> {
    let latest = deployments.iter().find(|deployment| !deployment.status.is_active())?;
    if !latest.status.is_failure() {
        return None;
    }
    let reason = latest.rollback_reason.as_deref().or(latest.reason.as_deref());
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    Some(Need {
        area: Area::Deployments,
        also: Vec::new(),
        subject: Some(latest.arn.clone()),
        text: format!("deployment {}{reason}", ended(&latest.status)),
        badge: deployment_badge(&latest.status),
        hint: None,
    })
}

fn ended(status: &Status) -> &'static str {
    match status {
        Status::RollbackSuccessful => "rolled back",
        Status::RollbackFailed => "failed to roll back",
        Status::Stopped => "stopped",
        _ => "failed",
    }
}

/// Returns the failed runs that no newer run of the same workflow and branch has answered.
fn failed_runs(runs: &[Run]) -> impl Iterator<Item = Need> {
    let mut newer = HashSet::new();
    runs.iter().filter_map(move |run| {
        let is_latest = newer.insert((run.workflow.as_str(), run.branch.as_deref()));
        (is_latest && run.state.is_failure()).then(|| Need {
            area: Area::Runs,
            also: Vec::new(),
            subject: Some(run.id.to_string()),
            badge: run_badge(&run.state),
            text: failed(run),
            hint: None,
        })
    })
}

fn failed(run: &Run) -> String {
    let branch = run.branch.as_deref().map(|branch| format!(" on {branch}")).unwrap_or_default();
    format!("{} {} failed{branch}{}", run.workflow, run.label(), titled(run))
}

/// Writes the title of a run. One that another run started is called like its workflow, which says nothing new.
fn titled(run: &Run) -> String {
    if run.title == run.workflow { String::new() } else { format!(": {}", run.title) }
}
