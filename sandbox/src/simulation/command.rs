//! The commands that the sandbox has accepted: its only recorded state.

use crate::moment::Moment;
use crate::repository::Inputs;
use crate::scenario::Commit;

use super::workflow::Workflow;

/// A command and when it was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub at: Moment,
    pub command: Command,
}

/// A change of the simulation from the moment of its acceptance on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Starts a workflow.
    Dispatch(Box<Dispatch>),
    /// Pushes a commit; its runs appear after a delay in seconds.
    Push { commit: Box<Commit>, after: u64 },
    /// Enables or disables a workflow.
    Enable { workflow: Workflow, enabled: bool },
    /// Reruns jobs of a completed run, with debug logging on request.
    Rerun { run: u64, scope: Scope, debug: bool },
    /// Cancels a run that is not completed.
    Cancel { run: u64 },
    /// Approves or rejects the deployments of a run to environments, given by their ids.
    Review { run: u64, environments: Vec<u64>, approved: bool, comment: String },
    /// Lets the run of a fork's pull request start.
    ApproveFork { run: u64 },
    /// Rolls a service deployment back.
    StopDeployment { deployment: String },
    /// Ends the pause of a service deployment's hook.
    ContinueDeployment { deployment: String, roll_back: bool },
}

/// The jobs that a rerun runs again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    All,
    /// The jobs that did not succeed.
    Failed,
    /// The job with this index, and the jobs that need it.
    Job(usize),
}

/// A dispatched run: its id, its commit, its title, and the inputs with their defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dispatch {
    pub run: u64,
    pub workflow: Workflow,
    pub commit: Commit,
    pub title: String,
    pub inputs: Inputs,
}

impl Command {
    /// Returns the existing run that the command changes, if any.
    pub(crate) fn run(&self) -> Option<u64> {
        match self {
            Self::Rerun { run, .. }
            | Self::Cancel { run }
            | Self::Review { run, .. }
            | Self::ApproveFork { run } => Some(*run),
            Self::Dispatch(_)
            | Self::Enable { .. }
            | Self::Push { .. }
            | Self::StopDeployment { .. }
            | Self::ContinueDeployment { .. } => None,
        }
    }

    /// Returns the service deployment that the command changes, if any.
    pub(crate) fn deployment(&self) -> Option<&str> {
        match self {
            Self::StopDeployment { deployment } | Self::ContinueDeployment { deployment, .. } => {
                Some(deployment)
            }
            _ => None,
        }
    }
}
