//! Reads workflows and their files, and what jobs have left: annotations and artifacts.

use hello_model::{
    calls,
    failure::Failure,
    run::{Annotation, Artifact, Repo, RepositoryFile, RunId, Workflows},
};

use super::{
    GitHub,
    accept::Accept,
    exchange::{Asked, escaped},
    wire,
};

/// The number of entries on a page, the largest that GitHub allows.
const PER_PAGE: usize = 100;

impl GitHub {
    /// Lists the workflows of a repository, at most a hundred.
    pub async fn workflows(&self, repo: &Repo) -> Result<Workflows, Failure> {
        let what = format!("listing the workflows of {repo}");
        let asked = Asked { call: &calls::LIST_WORKFLOWS, what: &what, repo };
        let body = self.get(asked, format!("/repos/{repo}/actions/workflows?per_page={PER_PAGE}")).await?;
        let page = wire::workflows(&body).map_err(|error| self.unreadable(&what, &error))?;
        // The list is useful without it.
        let default_branch = self.default_branch(repo).await.ok().flatten();
        Ok(Workflows { workflows: page.items, default_branch, unreadable: page.unreadable })
    }

    /// Reads a file of a repository at a branch, a tag or a commit; without one, at the default branch.
    pub async fn file(
        &self,
        repo: &Repo,
        path: &str,
        reference: Option<&str>,
    ) -> Result<RepositoryFile, Failure> {
        let at = reference.map(|reference| format!(" at {reference}")).unwrap_or_default();
        let what = format!("reading {path}{at}");
        let asked = Asked { call: &calls::READ_FILE, what: &what, repo };
        let parts: Vec<_> = path.split('/').map(escaped).collect();
        let at = reference.map(|reference| format!("?ref={}", escaped(reference))).unwrap_or_default();
        let path_and_query = format!("/repos/{repo}/contents/{}{at}", parts.join("/"));
        let text = self.get_as(asked, path_and_query, Accept::Raw).await?.to_vec();
        let reference = reference.unwrap_or("the default branch").to_owned();
        Ok(RepositoryFile { path: path.to_owned(), reference, text })
    }

    /// Lists what a job has to say about lines of files. GitHub gives its check run the same id.
    pub async fn annotations(&self, repo: &Repo, job: u64) -> Result<Vec<Annotation>, Failure> {
        let what = format!("reading the annotations of job {job}");
        let asked = Asked { call: &calls::LIST_ANNOTATIONS, what: &what, repo };
        let path = format!("/repos/{repo}/check-runs/{job}/annotations?per_page={PER_PAGE}");
        let body = self.get(asked, path).await?;
        Ok(wire::annotations(&body).map_err(|error| self.unreadable(&what, &error))?.items)
    }

    /// Lists the artifacts of a run, at most a hundred.
    pub async fn artifacts(&self, repo: &Repo, run: RunId) -> Result<Vec<Artifact>, Failure> {
        let what = format!("listing the artifacts of run {run}");
        let asked = Asked { call: &calls::LIST_ARTIFACTS, what: &what, repo };
        let path = format!("/repos/{repo}/actions/runs/{run}/artifacts?per_page={PER_PAGE}");
        let body = self.get(asked, path).await?;
        Ok(wire::artifacts(&body).map_err(|error| self.unreadable(&what, &error))?.items)
    }
}
