//! Remote data, named by value: what can be asked for, and what is answered.

use std::{sync::Arc, time::Duration};

use hello_catalog::Catalog;

use crate::{
    deployment::{ServiceRef, ServiceSnapshot, StackEvent},
    log::{LogSource, TailEvent},
    run::{Repo, RunDetail, RunId, RunList},
    truck::Fleet,
};

/// The poll interval of data in which something is going on.
const POLL_ACTIVE: Duration = Duration::from_secs(5);

/// The poll interval of one run that is opened and still active.
const POLL_DETAIL: Duration = Duration::from_secs(3);

/// The poll interval of runs and deployments in which nothing is going on.
const POLL_IDLE: Duration = Duration::from_secs(20);

/// The poll interval of the trucks.
const POLL_TRUCKS: Duration = Duration::from_secs(10);

/// The poll interval of a stack: it changes more slowly than its service, and its API allows fewer calls.
const POLL_STACK: Duration = Duration::from_secs(15);

/// The poll interval of the descriptors, which may be edited meanwhile.
const POLL_CATALOG: Duration = Duration::from_secs(30);

/// A piece of remote data. It is the key of the cache, so it holds places and names only: neither credentials, nor absolute
/// times, nor filters that the console applies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    /// The entities of the descriptors.
    Catalog,
    /// The trucks of the trucks service.
    Trucks,
    /// The latest workflow runs of a repository.
    Runs(Repo),
    /// One run with its jobs.
    Run(Repo, RunId),
    /// An ECS service with its deployments.
    Service(ServiceRef),
    /// The events of a CloudFormation stack in a region.
    StackEvents { region: String, stack: String },
    /// The lines of a log group, as they are written.
    Logs(LogSource),
}

/// The answer to a [`Query`] that has one value. Cloning shares it.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Catalog(Arc<Catalog>),
    Trucks(Arc<Fleet>),
    Runs(Arc<RunList>),
    Run(Arc<RunDetail>),
    Service(Arc<ServiceSnapshot>),
    StackEvents(Arc<Vec<StackEvent>>),
}

/// News about a [`Query`].
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// The whole value.
    Value(Answer),
    /// The next event of a tail.
    Tail(TailEvent),
}

impl Query {
    /// Returns how long the console waits after `answer` before it asks again.
    pub fn poll_interval(&self, answer: Option<&Answer>) -> Duration {
        let is_active = answer.is_some_and(Answer::is_active);
        match self {
            Self::Catalog => POLL_CATALOG,
            Self::Trucks => POLL_TRUCKS,
            Self::StackEvents { .. } => POLL_STACK,
            Self::Run(..) if is_active => POLL_DETAIL,
            Self::Runs(_) | Self::Service(_) | Self::Logs(_) if is_active => POLL_ACTIVE,
            Self::Runs(_) | Self::Run(..) | Self::Service(_) | Self::Logs(_) => POLL_IDLE,
        }
    }
}

impl Answer {
    /// Reports whether something in it is going on, so that it will change soon.
    pub fn is_active(&self) -> bool {
        match self {
            Self::Runs(list) => list.runs.iter().any(|run| run.state.is_active()),
            Self::Run(detail) => detail.run.state.is_active(),
            Self::Service(service) => {
                service.deployments.iter().any(|deployment| deployment.status.is_active())
            }
            Self::Catalog(_) | Self::Trucks(_) | Self::StackEvents(_) => false,
        }
    }
}

macro_rules! answers {
    ($($variant:ident($value:ty)),+ $(,)?) => {$(
        impl From<$value> for Answer {
            fn from(value: $value) -> Self {
                Self::$variant(Arc::new(value))
            }
        }

        impl From<$value> for Update {
            fn from(value: $value) -> Self {
                Self::Value(value.into())
            }
        }
    )+};
}

answers! {
    Catalog(Catalog),
    Trucks(Fleet),
    Runs(RunList),
    Run(RunDetail),
    Service(ServiceSnapshot),
    StackEvents(Vec<StackEvent>),
}
