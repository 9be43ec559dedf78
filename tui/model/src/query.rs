//! Remote data, named by value: what can be asked for, and what is answered.

use std::{sync::Arc, time::Duration};

use hello_catalog::Catalog;

use crate::{
    deployment::{ServiceRef, ServiceSnapshot, StackEvent},
    log::{LogSource, TailEvent},
    pages::{Cursor, Paged, Pages},
    run::{Repo, RunDetail, RunId, RunList},
    truck::{Fleet, FleetEvent, TaggedTruck, TruckChange, TruckFilter, TruckId},
};

/// The poll interval of data in which something is going on.
const POLL_ACTIVE: Duration = Duration::from_secs(5);

/// The poll interval of one run that is opened and still active.
const POLL_DETAIL: Duration = Duration::from_secs(3);

/// The poll interval of runs and deployments in which nothing is going on.
const POLL_IDLE: Duration = Duration::from_secs(20);

/// The poll interval of the trucks, where no events tell of changes.
const POLL_TRUCKS: Duration = Duration::from_secs(10);

/// The poll interval of the trucks while events tell of changes: to see a service that only sends events, and not to
/// depend on each of them.
const POLL_FOLLOWED_TRUCKS: Duration = Duration::from_mins(1);

/// How long a list with a search text must be wanted before it is read: while the text is typed, each letter is another
/// list.
const TYPING_PAUSE: Duration = Duration::from_millis(150);

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
    /// The text of one descriptor, by the name that the catalog gives its source.
    Descriptor(String),
    /// The trucks of the trucks service, as far as the filter selects them.
    Trucks(TruckFilter),
    /// One truck, with the tag of its version.
    Truck(TruckId),
    /// What happens to trucks. The answers to the other queries about trucks follow it.
    TruckEvents,
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
    Descriptor(Arc<Descriptor>),
    Trucks(Arc<Fleet>),
    Truck(Arc<TaggedTruck>),
    Runs(Arc<RunList>),
    Run(Arc<RunDetail>),
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
}

impl Query {
    /// Makes the query for the whole fleet.
    pub fn trucks() -> Self {
        Self::Trucks(TruckFilter::default())
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

    /// Returns how long the console waits before it asks again while [`Query::TruckEvents`] is received.
    pub fn followed_interval(&self) -> Option<Duration> {
        self.follows_trucks().then_some(POLL_FOLLOWED_TRUCKS)
    }

    /// Returns how long the console waits after `answer` before it asks again.
    pub fn poll_interval(&self, answer: Option<&Answer>) -> Duration {
        let is_active = answer.is_some_and(Answer::is_active);
        match self {
            Self::Catalog | Self::Descriptor(_) => POLL_CATALOG,
            Self::Trucks(_) | Self::Truck(_) | Self::TruckEvents => POLL_TRUCKS,
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
            Self::Runs(list) => list.runs.items.iter().any(|run| run.state.is_active()),
            Self::Run(detail) => detail.run.state.is_active(),
            Self::Service(service) => {
                service.deployments.iter().any(|deployment| deployment.status.is_active())
            }
            Self::Catalog(_)
            | Self::Descriptor(_)
            | Self::Trucks(_)
            | Self::Truck(_)
            | Self::StackEvents(_) => false,
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
            Self::Catalog(_) | Self::Descriptor(_) | Self::Truck(_) | Self::Run(_) | Self::Service(_) => None,
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
            Self::Catalog(_) | Self::Descriptor(_) | Self::Truck(_) | Self::Run(_) | Self::Service(_) => 0,
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
    Service(ServiceSnapshot),
    StackEvents(Pages<StackEvent>),
}
