//! From a query to GitHub's answer.

use hello_model::{
    failure::{Failure, Kind},
    pages::Cursor,
    query::{Answer, Query},
};

use super::GitHub;

impl GitHub {
    /// Answers a query about runs and what belongs to them; of a list, the page at the cursor.
    pub(crate) async fn answer(&self, query: Query, cursor: Option<&Cursor>) -> Result<Answer, Failure> {
        Ok(match query {
            Query::Runs(query) => self.runs_page(&query, cursor).await?.into(),
            Query::Run(repo, id) => self.run(&repo, id).await?.into(),
            Query::Workflows(repo) => self.workflows(&repo).await?.into(),
            Query::RepositoryFile { repo, path, reference } => {
                self.file(&repo, &path, reference.as_deref()).await?.into()
            }
            Query::Annotations(repo, job) => self.annotations(&repo, job).await?.into(),
            Query::Artifacts(repo, run) => self.artifacts(&repo, run).await?.into(),
            Query::Environments(repo) => self.environments(&repo).await?.into(),
            Query::ForkChanges(repo, commit) => self.fork_changes(&repo, &commit).await?.into(),
            Query::Catalog
            | Query::Descriptor(_)
            | Query::Trucks(_)
            | Query::Truck(_)
            | Query::TruckEvents
            | Query::JobLog(..)
            | Query::Service(_)
            | Query::StackEvents { .. }
            | Query::Logs(_) => {
                return Err(Failure::new(Kind::Unexpected, "asking GitHub", "another service answers this"));
            }
        })
    }
}
