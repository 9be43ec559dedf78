//! What screens read: one function for each query.

use std::sync::Arc;

use hello_catalog::Catalog;
use hello_model::{
    deployment::{ServiceRef, ServiceSnapshot, StackEvent},
    log::LogSource,
    pages::Pages,
    query::{Answer, Descriptor, Query},
    run::{
        Annotation, Artifact, Environments, ForkChanges, JobId, Repo, RepositoryFile, RunDetail, RunId,
        RunList, RunQuery, Workflows,
    },
    truck::{Fleet, TaggedTruck, TruckFilter, TruckId},
};

use super::{Cache, Content};
use crate::{job_log_feed::JobLogFeed, log_feed::LogFeed, remote::Remote};

macro_rules! reads {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) -> $value:ty, $query:expr, $variant:ident;)+) => {
        impl Cache {$(
            $(#[$doc])*
            pub fn $name(&self, $($argument: $type),*) -> Remote<'_, $value> {
                let Some(Content::Value(entry)) = self.slots.get(&$query).map(|slot| &slot.content) else {
                    return Remote::untouched();
                };
                let value = match entry.value() {
                    Some(Answer::$variant(value)) => Some(&**value),
                    _ => None,
                };
                Remote::new(value, entry.failure(), entry.confirmed_at(), entry.loading_since())
            }
        )+}
    };
}

reads! {
    /// Returns the entities of the descriptors.
    catalog() -> Catalog, Query::Catalog, Catalog;
    /// Returns the text of a descriptor, by the name of its source.
    descriptor(source: &str) -> Descriptor, Query::Descriptor(source.to_owned()), Descriptor;
    /// Returns the trucks, newest first, as far as they are loaded.
    trucks() -> Fleet, Query::trucks(), Trucks;
    /// Returns the trucks that the service selects, newest first, as far as they are loaded.
    selected_trucks(filter: &TruckFilter) -> Fleet, Query::Trucks(filter.clone()), Trucks;
    /// Returns one truck, with the tag of its version.
    truck(id: &TruckId) -> TaggedTruck, Query::Truck(id.clone()), Truck;
    /// Returns all runs of a repository, newest first, as far as they are loaded.
    runs(repo: &Repo) -> RunList, Query::runs(repo.clone()), Runs;
    /// Returns the runs that GitHub selects, newest first, as far as they are loaded.
    selected_runs(query: &RunQuery) -> RunList, Query::Runs(query.clone()), Runs;
    /// Returns one run with its jobs.
    run(repo: &Repo, id: RunId) -> RunDetail, Query::Run(repo.clone(), id), Run;
    /// Returns the workflows of a repository.
    workflows(repo: &Repo) -> Workflows, Query::Workflows(repo.clone()), Workflows;
    /// Returns a file of a repository at a branch, a tag or a commit.
    repository_file(repo: &Repo, path: &str, reference: Option<&str>) -> RepositoryFile,
        Query::RepositoryFile {
            repo: repo.clone(),
            path: path.to_owned(),
            reference: reference.map(str::to_owned),
        }, RepositoryFile;
    /// Returns what a job has to say about lines of files.
    annotations(repo: &Repo, job: u64) -> Vec<Annotation>, Query::Annotations(repo.clone(), job), Annotations;
    /// Returns the artifacts of a run.
    artifacts(repo: &Repo, run: RunId) -> Vec<Artifact>, Query::Artifacts(repo.clone(), run), Artifacts;
    /// Returns what is deployed to the environments of a repository.
    environments(repo: &Repo) -> Environments, Query::Environments(repo.clone()), Environments;
    /// Returns the files that a commit of a fork changes.
    fork_changes(repo: &Repo, commit: &str) -> ForkChanges,
        Query::ForkChanges(repo.clone(), commit.to_owned()), ForkChanges;
    /// Returns an ECS service with its deployments.
    service(service: &ServiceRef) -> ServiceSnapshot, Query::Service(service.clone()), Service;
    /// Returns the events of a stack, newest first, as far as they are loaded.
    stack_events(region: &str, stack: &str) -> Pages<StackEvent>,
        Query::StackEvents { region: region.to_owned(), stack: stack.to_owned() }, StackEvents;
}

impl Cache {
    /// Returns the catalog for a computation, which outlives the next answer.
    pub fn shared_catalog(&self) -> Option<&Arc<Catalog>> {
        match &self.slots.get(&Query::Catalog)?.content {
            Content::Value(entry) => match entry.value() {
                Some(Answer::Catalog(catalog)) => Some(catalog),
                _ => None,
            },
            Content::Tail(_) | Content::Events(_) | Content::JobLog(_) => None,
        }
    }

    /// Returns the lines of a log group, once something has wanted them.
    pub fn logs(&self, source: &LogSource) -> Option<&LogFeed> {
        match &self.slots.get(&Query::Logs(source.clone()))?.content {
            Content::Tail(feed) => Some(feed),
            Content::Value(_) | Content::Events(_) | Content::JobLog(_) => None,
        }
    }

    /// Returns the log of a job, once something has wanted it.
    pub fn job_log(&self, repo: &Repo, job: JobId) -> Option<&JobLogFeed> {
        match &self.slots.get(&Query::JobLog(repo.clone(), job))?.content {
            Content::JobLog(feed) => Some(feed),
            Content::Value(_) | Content::Tail(_) | Content::Events(_) => None,
        }
    }
}
