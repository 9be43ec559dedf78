//! The workflows of the repository, and the events that trigger them.

/// The workflows that GitHub has registered for the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workflow {
    Check,
    Deploy,
    CodeQl,
    CalledDeploy,
    Image,
    Release,
    Fleet,
}

impl Workflow {
    pub(crate) const ALL: [Self; 7] = [
        Self::Deploy,
        Self::Check,
        Self::CodeQl,
        Self::CalledDeploy,
        Self::Image,
        Self::Release,
        Self::Fleet,
    ];

    pub(crate) const fn id(self) -> u64 {
        match self {
            Self::Check => 91_204_101,
            Self::Deploy => 91_204_102,
            Self::CodeQl => 91_204_103,
            Self::CalledDeploy => 91_204_104,
            Self::Image => 91_204_105,
            Self::Release => 91_204_106,
            Self::Fleet => 91_204_107,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Check => "LintAndTest",
            Self::Deploy => "Docker Build and Deploy with CloudFormation",
            Self::CodeQl => "CodeQL",
            Self::CalledDeploy => "Deploy",
            Self::Image => "Image",
            Self::Release => "Release",
            Self::Fleet => "Fleet checks",
        }
    }

    /// Returns the path of the workflow's file in the repository.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Check => ".github/workflows/linting-testing.yaml",
            Self::Deploy => ".github/workflows/docker-deploy.yaml",
            Self::CodeQl => ".github/workflows/codeql.yaml",
            Self::CalledDeploy => ".github/workflows/deploy.yaml",
            Self::Image => ".github/workflows/image.yaml",
            Self::Release => ".github/workflows/release.yaml",
            Self::Fleet => ".github/workflows/fleet-checks.yaml",
        }
    }

    pub(crate) fn file(self) -> &'static str {
        self.path().rsplit('/').next().unwrap_or_default()
    }
}

/// The event that triggered a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Push,
    PullRequest,
    WorkflowRun,
    WorkflowDispatch,
    Schedule,
}

impl Event {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::PullRequest => "pull_request",
            Self::WorkflowRun => "workflow_run",
            Self::WorkflowDispatch => "workflow_dispatch",
            Self::Schedule => "schedule",
        }
    }
}
