//! Changes of runs and workflows on GitHub.

use super::{Notice, Risk};
use crate::{
    query::Query,
    run::{Repo, RunId, RunRef},
};

/// A change of a run or of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunWrite {
    pub repo: Repo,
    pub action: RunAction,
    /// Names the write in the audit trail.
    pub audit_id: String,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunAction {
    /// Starts a run of a workflow that has the event `workflow_dispatch`.
    Trigger(Trigger),
    /// Runs all jobs again, those that failed, or one. With `debug`, the log holds more.
    Rerun { run: RunRef, jobs: RerunJobs, debug: bool },
    /// Asks the jobs of a run to end. With `force`, GitHub ends it without waiting for them.
    Cancel { run: RunRef, force: bool },
    /// Approves or rejects the deployment of a run to environments that protect themselves.
    Review { run: RunRef, environments: Vec<Reviewed>, decision: Decision, comment: String },
    /// Lets a run of a pull request from a fork begin.
    ApproveFork { run: RunRef, notes: Vec<String> },
    /// Lets a workflow run by its events, or not any more.
    SetEnabled { workflow: String, is_enabled: bool },
}

/// The jobs of a run that run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RerunJobs {
    All,
    Failed,
    One { id: u64, name: String },
}

/// The answer to a run that waits for approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Reject,
}

/// An environment that a run waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    pub id: u64,
    pub name: String,
}

/// A run to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The name of the workflow's file, or its id.
    pub workflow: String,
    /// A branch or a tag.
    pub reference: String,
    /// The inputs in the order of the file. GitHub takes texts only.
    pub inputs: Vec<(String, String)>,
}

/// What a successful change of a run returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutcome {
    /// GitHub has taken the request; what it asks for may take some seconds.
    Accepted,
    /// The run that was started.
    Started { run: RunId, url: Option<String>, is_guess: bool },
    /// A run was started, but not found in the list.
    StartedUnseen,
}

impl RunWrite {
    /// Returns a description of the operation: `rerunning a run`.
    pub fn label(&self) -> &'static str {
        match &self.action {
            RunAction::Trigger(_) => "triggering a workflow",
            RunAction::Rerun { jobs: RerunJobs::All, .. } => "rerunning a run",
            RunAction::Rerun { jobs: RerunJobs::Failed, .. } => "rerunning the failed jobs of a run",
            RunAction::Rerun { jobs: RerunJobs::One { .. }, .. } => "rerunning a job",
            RunAction::Cancel { force: false, .. } => "cancelling a run",
            RunAction::Cancel { force: true, .. } => "force-cancelling a run",
            RunAction::Review { decision: Decision::Approve, .. } => "approving a deployment",
            RunAction::Review { decision: Decision::Reject, .. } => "rejecting a deployment",
            RunAction::ApproveFork { .. } => "approving a run from a fork",
            RunAction::SetEnabled { is_enabled: true, .. } => "enabling a workflow",
            RunAction::SetEnabled { is_enabled: false, .. } => "disabling a workflow",
        }
    }

    /// Returns the object of the operation. It is what the user types before a rejection.
    pub fn target(&self) -> String {
        match &self.action {
            RunAction::Trigger(Trigger { workflow, .. }) | RunAction::SetEnabled { workflow, .. } => {
                workflow.clone()
            }
            RunAction::Rerun { jobs: RerunJobs::One { name, .. }, .. } => name.clone(),
            RunAction::Review { environments, .. } => {
                let names: Vec<_> =
                    environments.iter().map(|environment| environment.name.as_str()).collect();
                names.join(", ")
            }
            RunAction::Rerun { run, .. }
            | RunAction::Cancel { run, .. }
            | RunAction::ApproveFork { run, .. } => run.name.clone(),
        }
    }

    /// Returns what the target does not tell, for the audit trail.
    pub fn details(&self) -> String {
        let repo = &self.repo;
        match &self.action {
            RunAction::Trigger(trigger) => {
                let inputs: Vec<_> =
                    trigger.inputs.iter().map(|(name, value)| format!("{name}={value}")).collect();
                format!("{repo} at {} {}", trigger.reference, inputs.join(" ")).trim_end().to_owned()
            }
            RunAction::Review { run, comment, .. } => {
                format!("{repo} run {} {comment}", run.id).trim_end().to_owned()
            }
            RunAction::Rerun { run, debug: true, .. } => format!("{repo} run {} with debug logging", run.id),
            RunAction::Rerun { run, .. }
            | RunAction::Cancel { run, .. }
            | RunAction::ApproveFork { run, .. } => {
                format!("{repo} run {}", run.id)
            }
            RunAction::SetEnabled { .. } => repo.to_string(),
        }
    }

    /// Returns a line for each object of the operation, for the question before it.
    pub fn targets(&self) -> Vec<String> {
        match &self.action {
            RunAction::Trigger(trigger) => {
                trigger.inputs.iter().map(|(name, value)| format!("{name}: {value}")).collect()
            }
            RunAction::ApproveFork { notes, .. } => notes.clone(),
            _ => Vec::new(),
        }
    }

    /// Returns the question that the user answers before it.
    pub fn question(&self) -> String {
        let (repo, target) = (&self.repo, self.target());
        match &self.action {
            RunAction::Trigger(trigger) => format!("Start {target} of {repo} at {}?", trigger.reference),
            RunAction::Rerun { jobs, debug, run } => {
                let what = match jobs {
                    RerunJobs::All => format!("all jobs of {}", run.name),
                    RerunJobs::Failed => format!("the failed jobs of {}", run.name),
                    RerunJobs::One { name, .. } => format!("the job {name} of {}", run.name),
                };
                let debug = if *debug { " with debug logging" } else { "" };
                format!("Run {what} again{debug}?")
            }
            RunAction::Cancel { force: false, .. } => format!("Cancel {target}?"),
            RunAction::Cancel { force: true, .. } => {
                format!("Force-cancel {target}? Its jobs are not asked to clean up.")
            }
            RunAction::Review { run, decision, .. } => {
                let verb = if *decision == Decision::Approve { "Approve" } else { "Reject" };
                format!("{verb} the deployment of {} to {target}?", run.name)
            }
            RunAction::ApproveFork { .. } => format!("Let {target} run the code of a fork?"),
            RunAction::SetEnabled { is_enabled: true, .. } => {
                format!("Enable the workflow {target} of {repo}?")
            }
            RunAction::SetEnabled { is_enabled: false, .. } => {
                format!("Disable the workflow {target} of {repo}?")
            }
        }
    }

    /// Returns how the user confirms it. A form has asked for the inputs of a trigger.
    pub fn risk(&self, is_production: bool) -> Risk {
        match &self.action {
            RunAction::Review { decision: Decision::Reject, .. } => Risk::TypeName,
            RunAction::Trigger(_) if !is_production => Risk::Safe,
            _ => Risk::Confirm,
        }
    }

    /// Reports whether the answer to a query may be another one after it.
    pub fn affects(&self, query: &Query) -> bool {
        match query {
            Query::Runs(list) => list.repo == self.repo,
            Query::Run(repo, id) => *repo == self.repo && self.run().is_some_and(|run| run.id == *id),
            _ => false,
        }
    }

    /// Reports whether a second execution has no further effect. A second trigger starts a second run.
    pub fn is_repeatable(&self) -> bool {
        matches!(self.action, RunAction::Cancel { .. } | RunAction::SetEnabled { .. })
    }

    /// Returns what was done, in a sentence.
    pub fn notice(&self, outcome: &RunOutcome) -> Notice {
        let target = self.target();
        let text = match (&self.action, outcome) {
            (RunAction::Trigger(_), RunOutcome::Started { run, is_guess: true, .. }) => {
                format!("Started {target}; run {run} is probably the one.")
            }
            (RunAction::Trigger(_), RunOutcome::Started { run, .. }) => {
                format!("Started {target}: run {run}.")
            }
            (RunAction::Trigger(_), _) => format!("Started {target}; its run is not in the list yet."),
            (RunAction::Rerun { jobs: RerunJobs::One { .. }, .. }, _) => {
                format!("The job {target} runs again.")
            }
            (RunAction::Rerun { jobs: RerunJobs::Failed, .. }, _) => {
                format!("The failed jobs of {target} run again.")
            }
            (RunAction::Rerun { .. }, _) => format!("{target} runs again."),
            (RunAction::Cancel { .. }, _) => format!("GitHub is cancelling {target}."),
            (RunAction::Review { decision: Decision::Approve, .. }, _) => {
                format!("Approved the deployment to {target}.")
            }
            (RunAction::Review { .. }, _) => format!("Rejected the deployment to {target}."),
            (RunAction::ApproveFork { .. }, _) => format!("{target} may run."),
            (RunAction::SetEnabled { is_enabled: true, .. }, _) => format!("Enabled the workflow {target}."),
            (RunAction::SetEnabled { .. }, _) => format!("Disabled the workflow {target}."),
        };
        Notice { text, is_complete: true }
    }

    /// Returns the run that it changes, if it is about one.
    pub fn run(&self) -> Option<&RunRef> {
        match &self.action {
            RunAction::Rerun { run, .. }
            | RunAction::Cancel { run, .. }
            | RunAction::Review { run, .. }
            | RunAction::ApproveFork { run, .. } => Some(run),
            RunAction::Trigger(_) | RunAction::SetEnabled { .. } => None,
        }
    }
}
