//! Reads what a run from a fork would execute.

use hello_model::{
    calls,
    failure::Failure,
    run::{ForkChanges, Repo},
};

use super::{
    GitHub,
    exchange::{Asked, escaped},
    wire,
};

impl GitHub {
    /// Reads which files a commit changes, compared with the default branch.
    pub async fn fork_changes(&self, repo: &Repo, commit: &str) -> Result<ForkChanges, Failure> {
        let base = self.default_branch(repo).await?.unwrap_or_else(|| "HEAD".to_owned());
        let files = self.changed_files(repo, &base, commit).await?;
        Ok(ForkChanges { base, files })
    }

    pub(super) async fn default_branch(&self, repo: &Repo) -> Result<Option<String>, Failure> {
        let what = format!("reading the repository {repo}");
        let asked = Asked { call: &calls::READ_REPOSITORY, what: &what, repo };
        let body = self.get(asked, format!("/repos/{repo}")).await?;
        wire::default_branch(&body).map_err(|error| self.unreadable(&what, &error))
    }

    /// Lists the files that differ from `base`. GitHub knows the commits of forks by their id.
    async fn changed_files(&self, repo: &Repo, base: &str, commit: &str) -> Result<Vec<String>, Failure> {
        let what = format!("comparing {commit} with {base}");
        let asked = Asked { call: &calls::COMPARE, what: &what, repo };
        let base = escaped(base);
        let body = self.get(asked, format!("/repos/{repo}/compare/{base}...{commit}")).await?;
        wire::changed_files(&body).map_err(|error| self.unreadable(&what, &error))
    }
}
