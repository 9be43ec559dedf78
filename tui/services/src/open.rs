//! From a query to its answers.

use futures::{
    FutureExt, Stream, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use hello_model::{
    failure::Failure,
    fetch::{Fetch, Part, Resume},
    pages::Cursor,
    query::{Answer, Query, Update},
    time::Timestamp,
    truck::{EventId, TruckFilter, TruckId},
};

use crate::{Services, Trucks, catalog::Sources, http::with_attention};

impl Services {
    /// Returns the answers to a query: one, or for a tail all that come. Dropping the stream ends the work.
    ///
    /// An error ends the stream. The catalog is read from `sources`.
    pub fn open(&self, fetch: Fetch, sources: &Sources) -> BoxStream<'static, Result<Update, Failure>> {
        let (attention, has_budget) = (fetch.attention, fetch.query.counts_against_budget());
        let updates = self.updates(fetch, sources);
        let updates = if has_budget { updates.chain(self.budget()).boxed() } else { updates };
        with_attention(attention, updates)
    }

    fn updates(&self, fetch: Fetch, sources: &Sources) -> BoxStream<'static, Result<Update, Failure>> {
        let Fetch { query, part, resume, known, .. } = fetch;
        let services = self.clone();
        let cursor = match part {
            Part::Latest => None,
            Part::More(cursor) => Some(cursor),
        };
        let is_page = cursor.is_some();
        let answer: BoxFuture<'static, Result<Answer, Failure>> = match query {
            Query::Catalog => {
                let sources = sources.clone();
                async move { sources.load().await.map(Answer::from) }.boxed()
            }
            Query::Descriptor(source) => {
                let sources = sources.clone();
                async move { sources.descriptor(&source).await.map(Answer::from) }.boxed()
            }
            Query::Trucks(filter) => {
                return stream::once(trucks(services.trucks, filter, cursor, known)).boxed();
            }
            Query::Truck(id) => return stream::once(truck(services.trucks, id, known)).boxed(),
            Query::TruckEvents => {
                return services
                    .trucks
                    .events(last_event(resume))
                    .map(|event| event.map(Update::Fleet))
                    .boxed();
            }
            query @ (Query::Runs(_)
            | Query::Run(..)
            | Query::Workflows(_)
            | Query::RepositoryFile { .. }
            | Query::Annotations(..)
            | Query::Artifacts(..)
            | Query::Environments(_)
            | Query::ForkChanges(..)) => {
                async move { services.github.answer(query, cursor.as_ref()).await }.boxed()
            }
            Query::JobLog(repo, job) => {
                let log = services.github.job_log(&repo, job);
                return log.map(|event| event.map(Update::JobLog)).boxed();
            }
            Query::Service(service) => {
                async move { services.ecs.snapshot(&service).await.map(Answer::from) }.boxed()
            }
            Query::StackEvents { region, stack } => {
                let stacks = services.stacks.in_region(&region);
                async move { stacks.page(&stack, cursor.as_ref()).await.map(Answer::from) }.boxed()
            }
            Query::Logs(source) => {
                let since = since(resume.as_ref());
                return services.logs.tail(source, since).map(|event| event.map(Update::Tail)).boxed();
            }
        };
        let update = async move { answer.await.map(|answer| update(answer, is_page, known.as_ref())) };
        stream::once(update).boxed()
    }

    /// Returns what is left of GitHub's rate limit, once it is known.
    fn budget(&self) -> impl Stream<Item = Result<Update, Failure>> + use<> {
        let github = self.github.clone();
        let budget = async move { github.budget().map(|budget| Ok(Update::Budget(budget))) };
        stream::once(budget).filter_map(std::future::ready)
    }
}

/// Reads a page of trucks, unless the service confirms the known list.
async fn trucks(
    client: Trucks,
    filter: TruckFilter,
    cursor: Option<Cursor>,
    known: Option<Answer>,
) -> Result<Update, Failure> {
    let fleet = match &known {
        Some(Answer::Trucks(fleet)) => Some(&**fleet),
        _ => None,
    };
    let read = client.page(&filter, cursor.as_ref(), fleet).await?;
    Ok(read.map_or(Update::Unchanged, |fleet| update(fleet.into(), cursor.is_some(), known.as_ref())))
}

/// Reads one truck, unless the service confirms the known version.
async fn truck(client: Trucks, id: TruckId, known: Option<Answer>) -> Result<Update, Failure> {
    let tag = match &known {
        Some(Answer::Truck(truck)) => truck.tag.as_ref(),
        _ => None,
    };
    let read = client.get_changed(&id, tag).await?;
    Ok(read.map_or(Update::Unchanged, |truck| update(truck.into(), false, known.as_ref())))
}

fn last_event(resume: Option<Resume>) -> Option<EventId> {
    match resume {
        Some(Resume::After(last)) => Some(last),
        _ => None,
    }
}

fn since(resume: Option<&Resume>) -> Timestamp {
    match resume {
        Some(Resume::Since(since)) => *since,
        _ => Timestamp::now(),
    }
}

/// Compares an answer with the known one here, in the task of the query, so that the event loop does not have to.
fn update(answer: Answer, is_page: bool, known: Option<&Answer>) -> Update {
    match known {
        _ if is_page => Update::Page(answer),
        Some(known) if known.is_confirmed_by(&answer) => Update::Unchanged,
        _ => Update::Value(answer),
    }
}
