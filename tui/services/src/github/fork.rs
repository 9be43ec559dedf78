//! Whose code a run of a fork would execute, and which workflow files it changes.

use hello_model::{
    calls,
    failure::Failure,
    run::{Repo, Run},
};

use super::{GitHub, exchange::Asked, wire};

/// Where workflow files are.
const WORKFLOWS: &str = ".github/";

impl GitHub {
    /// Returns lines for the question before a run from a fork is approved.
    pub async fn fork_notes(&self, repo: &Repo, run: &Run) -> Result<Vec<String>, Failure> {
        let author = run.actor.as_deref().unwrap_or("an unknown account");
        let from = run.fork.as_deref().unwrap_or("an unknown repository");
        let branch = run.branch.as_deref().unwrap_or("no branch");
        let mut notes = vec![format!("code of {author} from {from}, {branch} at {}", run.short_commit())];
        let Some(base) = self.default_branch(repo).await? else {
            notes.push("the default branch is unknown, so changed workflow files are, too".to_owned());
            return Ok(notes);
        };
        let changed = self.changed_files(repo, &base, &run.commit).await?;
        let workflows: Vec<_> = changed.iter().filter(|path| path.starts_with(WORKFLOWS)).collect();
        notes.push(format!("{} changed files compared with {base}", changed.len()));
        notes.push(match workflows.len() {
            0 => "no workflow file is changed".to_owned(),
            _ => "changes what runs:".to_owned(),
        });
        notes.extend(workflows.into_iter().map(|path| format!("  {path}")));
        Ok(notes)
    }

    async fn default_branch(&self, repo: &Repo) -> Result<Option<String>, Failure> {
        let what = format!("reading the repository {repo}");
        let asked = Asked { call: &calls::READ_REPOSITORY, what: &what, repo };
        let body = self.get(asked, format!("/repos/{repo}")).await?;
        wire::default_branch(&body).map_err(|error| self.unreadable(&what, &error))
    }

    /// Lists the files that differ from `base`. GitHub knows the commits of forks by their id.
    async fn changed_files(&self, repo: &Repo, base: &str, commit: &str) -> Result<Vec<String>, Failure> {
        let what = format!("comparing {commit} with {base}");
        let asked = Asked { call: &calls::COMPARE, what: &what, repo };
        let base = super::exchange::escaped(base);
        let body = self.get(asked, format!("/repos/{repo}/compare/{base}...{commit}")).await?;
        wire::changed_files(&body).map_err(|error| self.unreadable(&what, &error))
    }
}
