//! What people asked the sandbox to do: the only thing that it remembers.

use crate::moment::Moment;

use super::run::Workflow;

/// A command and when it was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub at: Moment,
    pub command: Command,
}

/// Something that changes the story from the moment on at which it was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Starts a workflow on a branch; `environment` is the input that `docker-deploy.yaml` takes.
    Dispatch { run: u64, workflow: Workflow, branch: String, environment: Option<String> },
    /// Runs a completed run again, or only what failed in it.
    Rerun { run: u64, failed_only: bool },
    /// Cancels a run that is not completed.
    Cancel { run: u64 },
    /// Lets a waiting run into its environment, or turns it away.
    Review { run: u64, approved: bool, comment: String },
    /// Rolls a service deployment back.
    StopDeployment { deployment: String },
    /// Ends the pause that a service deployment's hook made.
    ContinueDeployment { deployment: String, roll_back: bool },
}

impl Command {
    /// Returns the run that the command is about, if it is about one that existed before.
    pub(crate) fn run(&self) -> Option<u64> {
        match self {
            Self::Rerun { run, .. } | Self::Cancel { run } | Self::Review { run, .. } => Some(*run),
            Self::Dispatch { .. } | Self::StopDeployment { .. } | Self::ContinueDeployment { .. } => None,
        }
    }

    /// Returns the service deployment that the command is about.
    pub(crate) fn deployment(&self) -> Option<&str> {
        match self {
            Self::StopDeployment { deployment } | Self::ContinueDeployment { deployment, .. } => {
                Some(deployment)
            }
            _ => None,
        }
    }
}
