//! The workflows of the repository, and the events that trigger them.

/// The workflows of the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workflow {
    Check,
    Deploy,
}

impl Workflow {
    pub(crate) const ALL: [Self; 2] = [Self::Check, Self::Deploy];

    pub(crate) const fn id(self) -> u64 {
        match self {
            Self::Check => 91_204_101,
            Self::Deploy => 91_204_102,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Check => "LintAndTest",
            Self::Deploy => "Docker Build and Deploy with CloudFormation",
        }
    }

    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Check => "linting-testing.yaml",
            Self::Deploy => "docker-deploy.yaml",
        }
    }

    /// Returns the path of the workflow's file in the repository.
    pub(crate) fn path(self) -> String {
        format!(".github/workflows/{}", self.file())
    }
}

/// The event that triggered a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Push,
    PullRequest,
    WorkflowRun,
    WorkflowDispatch,
}

impl Event {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::PullRequest => "pull_request",
            Self::WorkflowRun => "workflow_run",
            Self::WorkflowDispatch => "workflow_dispatch",
        }
    }
}
