//! The environments of the repository, and their protection rules.

/// An environment that jobs deploy to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Environment {
    pub id: u64,
    pub name: &'static str,
    /// How long a job waits after its approval, in minutes.
    pub wait_minutes: u64,
    pub reviewer: Option<Reviewer>,
}

/// The reviewer that an environment requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reviewer {
    /// The owner of the sandbox's credentials.
    Operator,
    /// A team that the owner of the credentials is not in.
    Team,
}

impl Environment {
    /// Reports whether the owner of the sandbox's credentials may approve deployments to it.
    pub(crate) fn may_be_approved(&self) -> bool {
        self.reviewer != Some(Reviewer::Team)
    }
}

pub(crate) const STAGING: &Environment =
    &Environment { id: 6_120_043, name: "staging", wait_minutes: 0, reviewer: None };

pub(crate) const PRODUCTION: &Environment =
    &Environment { id: 6_120_044, name: "production", wait_minutes: 0, reviewer: Some(Reviewer::Operator) };

pub(crate) const STAGING_EU: &Environment = &Environment {
    id: 6_120_045,
    name: "staging/eu west",
    wait_minutes: 0,
    reviewer: Some(Reviewer::Operator),
};

pub(crate) const PRODUCTION_EU: &Environment =
    &Environment { id: 6_120_046, name: "production-eu", wait_minutes: 30, reviewer: Some(Reviewer::Team) };

/// All environments.
pub(crate) const ENVIRONMENTS: [&Environment; 4] = [STAGING, PRODUCTION, STAGING_EU, PRODUCTION_EU];
