//! The commands that the sandbox has accepted: its only recorded state.

use crate::moment::Moment;

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
    /// Starts a workflow on a branch; `environment` is the input that `docker-deploy.yaml` takes.
    Dispatch { run: u64, workflow: Workflow, branch: String, environment: Option<String> },
    /// Reruns a completed run, or only its failed jobs.
    Rerun { run: u64, failed_only: bool },
    /// Cancels a run that is not completed.
    Cancel { run: u64 },
    /// Approves or rejects a run that waits for its environment.
    Review { run: u64, approved: bool, comment: String },
    /// Rolls a service deployment back.
    StopDeployment { deployment: String },
    /// Ends the pause of a service deployment's hook.
    ContinueDeployment { deployment: String, roll_back: bool },
}

impl Command {
    /// Returns the existing run that the command changes, if any.
    pub(crate) fn run(&self) -> Option<u64> {
        match self {
            Self::Rerun { run, .. } | Self::Cancel { run } | Self::Review { run, .. } => Some(*run),
            Self::Dispatch { .. } | Self::StopDeployment { .. } | Self::ContinueDeployment { .. } => None,
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
