//! Remote data, named by value: what can be asked for, and what is answered.

use std::{sync::Arc, time::Duration};

use hello_catalog::Catalog;

use crate::{
    budget::Budget,
    deployment::{ServiceRef, ServiceSnapshot, StackEvent},
    job_log::JobLogEvent,
    log::{LogSource, TailEvent},
    pages::{Cursor, Paged, Pages},
    run::{
        Annotation, Artifact, Environments, ForkChanges, JobId, Repo, RepositoryFile, RunDetail, RunId,
        RunList, RunQuery, Workflows,
    },
    truck::{Fleet, FleetEvent, TaggedTruck, TruckChange, TruckFilter, TruckId},
};

/// How long a list with a search text must be wanted before it is read: while the text is typed, each letter is another
/// list.
const TYPING_PAUSE: Duration = Duration::from_millis(150);

/// A piece of remote data. It is the key of the cache, so it holds places and names only: neither credentials, nor absolute
/// times, nor filters that the console applies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    /// The entities of the descriptors.
    Catalog,
    /// The text of one descriptor, by the name that the catalog gives its source.
    Descriptor(String),
    /// The trucks of the trucks service, as far as the filter selects them.
    Trucks(TruckFilter),
    /// One truck, with the tag of its version.
    Truck(TruckId),
    /// What happens to trucks. The answers to the other queries about trucks follow it.
    TruckEvents,
    /// Workflow runs of a repository, newest first.
    Runs(RunQuery),
    /// One run with its jobs.
    Run(Repo, RunId),
    /// The log of a job of a run, once the job has ended.
    JobLog(Repo, JobId),
    /// The workflows of a repository.
    Workflows(Repo),
    /// A file of a repository at a branch, a tag or a commit; without one, at the default branch.
    RepositoryFile { repo: Repo, path: String, reference: Option<String> },
    /// What a job has to say about lines of files.
    Annotations(Repo, u64),
    /// The archives that a run has stored.
    Artifacts(Repo, RunId),
    /// What is deployed to the environments of a repository.
    Environments(Repo),
    /// The files that a commit of a fork changes.
    ForkChanges(Repo, String),
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
    Descriptor(Arc<Descriptor>),
    Trucks(Arc<Fleet>),
    Truck(Arc<TaggedTruck>),
    Runs(Arc<RunList>),
    Run(Arc<RunDetail>),
    Workflows(Arc<Workflows>),
    RepositoryFile(Arc<RepositoryFile>),
    Annotations(Arc<Vec<Annotation>>),
    Artifacts(Arc<Vec<Artifact>>),
    Environments(Arc<Environments>),
    ForkChanges(Arc<ForkChanges>),
    Service(Arc<ServiceSnapshot>),
    StackEvents(Arc<Pages<StackEvent>>),
}

/// The text of a descriptor, whether or not it is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor(pub String);

/// News about a [`Query`].
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// The current value; of a list, its first page.
    Value(Answer),
    /// The known value still holds.
    Unchanged,
    /// A further page of a list.
    Page(Answer),
    /// The next event of a tail.
    Tail(TailEvent),
    /// News of [`Query::TruckEvents`].
    Fleet(FleetEvent),
    /// News of a [`Query::JobLog`].
    JobLog(JobLogEvent),
    /// What is left of the rate limit of the service that has answered. It comes beside the answer.
    Budget(Budget),
}

impl Query {
    /// Makes the query for the whole fleet.
    pub fn trucks() -> Self {
        Self::Trucks(TruckFilter::default())
    }

    /// Makes the query for all runs of a repository.
    pub fn runs(repo: Repo) -> Self {
        Self::Runs(repo.into())
    }

    /// Reports whether its answer follows [`Query::TruckEvents`].
    pub fn follows_trucks(&self) -> bool {
        matches!(self, Self::Trucks(_) | Self::Truck(_))
    }

    /// Returns how long it must be wanted before it is fetched for the first time. If it is not wanted any more by then,
    /// or before its first answer, the request is dropped.
    pub fn typing_pause(&self) -> Option<Duration> {
        matches!(self, Self::Trucks(filter) if filter.search.is_some()).then_some(TYPING_PAUSE)
    }
}

impl Answer {
    /// Reports whether something in it is going on, so that it will change soon.
    pub fn is_active(&self) -> bool {
        match self {
            Self::Runs(list) => list.runs.items.iter().any(|run| run.state.is_active()),
            Self::Run(detail) => detail.run.state.is_active(),
            Self::Service(service) => {
                service.deployments.iter().any(|deployment| deployment.status.is_active())
            }
            _ => false,
        }
    }
}

/// Lists with pages. Each of them has an arm in each function; any other answer is replaced as a whole.
impl Answer {
    /// Returns how many rows are loaded, and where the next page begins if there is one.
    pub fn pages(&self) -> Option<(usize, &Cursor)> {
        match self {
            Self::Trucks(list) => Some((list.loaded(), list.next()?)),
            Self::Runs(list) => Some((list.loaded(), list.next()?)),
            Self::StackEvents(list) => Some((list.loaded(), list.next()?)),
            _ => None,
        }
    }

    /// Takes a current value in: a list keeps the rows after its first page.
    pub fn refresh(&mut self, latest: Self) {
        match (self, latest) {
            (Self::Trucks(list), Self::Trucks(head)) => refresh(list, head),
            (Self::Runs(list), Self::Runs(head)) => refresh(list, head),
            (Self::StackEvents(list), Self::StackEvents(head)) => refresh(list, head),
            (value, latest) => *value = latest,
        }
    }

    /// Adds a page to a list.
    pub fn append(&mut self, page: Self) {
        match (self, page) {
            (Self::Trucks(list), Self::Trucks(page)) => append(list, page),
            (Self::Runs(list), Self::Runs(page)) => append(list, page),
            (Self::StackEvents(list), Self::StackEvents(page)) => append(list, page),
            _ => {}
        }
    }

    /// Reports whether [`Self::refresh`] would change nothing.
    pub fn is_confirmed_by(&self, latest: &Self) -> bool {
        match (self, latest) {
            (Self::Trucks(list), Self::Trucks(head)) => list.is_confirmed_by(head),
            (Self::Runs(list), Self::Runs(head)) => list.is_confirmed_by(head),
            (Self::StackEvents(list), Self::StackEvents(head)) => list.is_confirmed_by(head),
            (value, latest) => value == latest,
        }
    }
}

/// The trucks, which follow a stream of events.
impl Answer {
    /// Takes changes of trucks into a list of those that `filter` selects. Reports whether it is another one now.
    pub fn apply(&mut self, changes: &[TruckChange], filter: &TruckFilter) -> bool {
        match self {
            Self::Trucks(list) => Arc::make_mut(list).apply(changes, filter),
            _ => false,
        }
    }

    /// Returns how many rows of a list are loaded; zero for any other answer.
    pub fn loaded_rows(&self) -> usize {
        match self {
            Self::Trucks(list) => list.loaded(),
            Self::Runs(list) => list.loaded(),
            Self::StackEvents(list) => list.loaded(),
            _ => 0,
        }
    }

    /// Returns the answer without the rows of a list. Then only the service can confirm it, with its tag.
    #[must_use]
    pub fn tag_only(&self) -> Self {
        match self {
            Self::Trucks(list) => {
                let (tag, service_version) = (list.tag.clone(), list.service_version.clone());
                Fleet { service_version, tag, ..Fleet::default() }.into()
            }
            other => other.clone(),
        }
    }
}

fn refresh<T: Paged + Clone>(list: &mut Arc<T>, head: Arc<T>) {
    Arc::make_mut(list).refresh(Arc::unwrap_or_clone(head));
}

fn append<T: Paged + Clone>(list: &mut Arc<T>, page: Arc<T>) {
    Arc::make_mut(list).append(Arc::unwrap_or_clone(page));
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
    Descriptor(Descriptor),
    Trucks(Fleet),
    Truck(TaggedTruck),
    Runs(RunList),
    Run(RunDetail),
    Workflows(Workflows),
    RepositoryFile(RepositoryFile),
    Annotations(Vec<Annotation>),
    Artifacts(Vec<Artifact>),
    Environments(Environments),
    ForkChanges(ForkChanges),
    Service(ServiceSnapshot),
    StackEvents(Pages<StackEvent>),
}
