//! From a query to its answers.

use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use hello_model::{
    failure::Failure,
    fetch::{Fetch, Part},
    query::{Answer, Query, Update},
    time::Timestamp,
};

use crate::{Services, catalog::Sources, http::with_attention};

impl Services {
    /// Returns the answers to a query: one, or for a tail all that come. Dropping the stream ends the work.
    ///
    /// An error ends the stream. The catalog is read from `sources`.
    pub fn open(&self, fetch: Fetch, sources: &Sources) -> BoxStream<'static, Result<Update, Failure>> {
        with_attention(fetch.attention, self.updates(fetch, sources))
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
            Query::Trucks => {
                async move { services.trucks.page(cursor.as_ref()).await.map(Answer::from) }.boxed()
            }
            Query::Runs(repo) => {
                async move { services.github.runs_page(&repo, cursor.as_ref()).await.map(Answer::from) }
                    .boxed()
            }
            Query::Run(repo, id) => {
                async move { services.github.run(&repo, id).await.map(Answer::from) }.boxed()
            }
            Query::Service(service) => {
                async move { services.ecs.snapshot(&service).await.map(Answer::from) }.boxed()
            }
            Query::StackEvents { region, stack } => {
                let stacks = services.stacks.in_region(&region);
                async move { stacks.page(&stack, cursor.as_ref()).await.map(Answer::from) }.boxed()
            }
            Query::Logs(source) => {
                let since = resume.map_or_else(Timestamp::now, |resume| resume.since);
                return services.logs.tail(source, since).map(|event| event.map(Update::Tail)).boxed();
            }
        };
        let update = async move { answer.await.map(|answer| update(answer, is_page, known.as_ref())) };
        stream::once(update).boxed()
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
