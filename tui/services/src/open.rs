//! From a query to its answers.

use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use hello_model::{
    failure::Failure,
    query::{Query, Update},
    time::Timestamp,
};

use crate::{Services, catalog::Sources};

impl Services {
    /// Returns the answers to a query: one, or for a tail all that come. Dropping the stream ends the work.
    ///
    /// `since` is the time from which a tail reads; without it, a tail begins now. The catalog is read from `sources`.
    pub fn open(
        &self,
        query: Query,
        since: Option<Timestamp>,
        sources: &Sources,
    ) -> BoxStream<'static, Result<Update, Failure>> {
        let services = self.clone();
        let answer: BoxFuture<'static, Result<Update, Failure>> = match query {
            Query::Catalog => {
                let sources = sources.clone();
                async move { sources.load().await.map(Update::from) }.boxed()
            }
            Query::Trucks => async move { services.trucks.list().await.map(Update::from) }.boxed(),
            Query::Runs(repo) => async move { services.github.runs(&repo).await.map(Update::from) }.boxed(),
            Query::Run(repo, id) => {
                async move { services.github.run(&repo, id).await.map(Update::from) }.boxed()
            }
            Query::Service(service) => {
                async move { services.ecs.snapshot(&service).await.map(Update::from) }.boxed()
            }
            Query::StackEvents { region, stack } => {
                let stacks = services.stacks.in_region(&region);
                async move { stacks.events(&stack, None).await.map(Update::from) }.boxed()
            }
            Query::Logs(source) => {
                let since = since.unwrap_or_else(Timestamp::now);
                return services.logs.tail(source, since).map(|event| event.map(Update::Tail)).boxed();
            }
        };
        stream::once(answer).boxed()
    }
}
