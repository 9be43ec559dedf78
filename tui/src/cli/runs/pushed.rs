//! Which commit is meant: the checked-out one, a named one, or the latest of a branch.

use hello_model::{
    failure::{Failure, Kind},
    run::{Repo, Run, RunFilter, RunQuery},
};

use super::{Connected, Error, Out};
use crate::runtime::git::{self, Head};

/// The shortest beginning of an id that is looked for among the latest runs.
const SHORTEST_ID: usize = 4;

/// Returns the checked-out commit of the current folder; nothing if the folder is no clone of the repository.
pub(super) async fn checked_out(repo: &Repo, out: &Out) -> Result<Option<String>, Error> {
    let commit = match git::head().await {
        Head::Commit(commit) => commit,
        Head::NoRepository => return Ok(None),
        Head::Unreadable(why) => {
            out.note(&format!(
                "git does not name the checked-out commit ({why}): following a run of {repo}"
            ))?;
            return Ok(None);
        }
    };
    let remotes = git::remotes().await;
    if remotes.is_empty() {
        return Ok(Some(commit));
    }
    if !remotes.iter().any(|(_, address)| git::is_address_of(address, repo)) {
        out.note(&format!(
            "this folder is no clone of {repo}: following a run of it, not the checked-out commit"
        ))?;
        return Ok(None);
    }
    if git::is_unpushed(&commit).await {
        let short = commit.get(..7).unwrap_or(&commit);
        out.note(&format!("commit {short} is on no branch that was pushed from here, or fetched: git push"))?;
    }
    Ok(Some(commit))
}

/// Returns the full id of a commit that a user names.
pub(super) async fn commit(named: &str, repo: &Repo, connected: &Connected) -> Result<String, Error> {
    if git::is_full_id(named) {
        return Ok(named.to_lowercase());
    }
    if connected.sandbox.is_none()
        && let Some(commit) = git::commit(named).await
    {
        return Ok(commit);
    }
    let is_start = named.len() >= SHORTEST_ID && named.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_start {
        let start = named.to_lowercase();
        let runs = connected.services.github.runs(repo).await?.runs.items;
        if let Some(run) = runs.iter().find(|run| run.commit.starts_with(&start)) {
            return Ok(run.commit.clone());
        }
    }
    let why = format!("neither git in this folder nor one of the latest runs of {repo} has it");
    let failure = Failure::new(Kind::NotFound, format!("finding commit {named}"), why);
    Err(failure.hint("name it by its full id: git rev-parse HEAD").into())
}

/// Returns the latest commit of a branch: that of its newest run, or a later one that was pushed since.
pub(super) async fn of_branch(branch: &str, repo: &Repo, connected: &Connected) -> Result<String, Error> {
    let filter = RunFilter { branch: Some(branch.to_owned()), ..RunFilter::default() };
    let query = RunQuery { repo: repo.clone(), filter };
    let runs = connected.services.github.runs_page(&query, None).await?.runs.items;
    let of_run = runs.into_iter().next().map(|Run { commit, .. }| commit);
    let pushed = if connected.sandbox.is_none() { pushed_to(branch, repo).await } else { None };
    match (of_run, pushed) {
        (Some(of_run), Some(pushed)) if git::is_ancestor(&of_run, &pushed).await => Ok(pushed),
        (Some(commit), _) | (None, Some(commit)) => Ok(commit),
        (None, None) => {
            let why = format!("{repo} has no run of it, and git in this folder knows no such remote branch");
            let failure = Failure::new(Kind::NotFound, format!("finding the commit of branch {branch}"), why);
            Err(failure.hint("check its name: hello-tui runs list").into())
        }
    }
}

/// Returns the commit of a branch of the remote, as this folder knows it since the last push or fetch.
async fn pushed_to(branch: &str, repo: &Repo) -> Option<String> {
    let remotes = git::remotes().await;
    let of_repo = remotes.iter().find(|(_, address)| git::is_address_of(address, repo));
    let remote = of_repo.map_or("origin", |(name, _)| name.as_str());
    git::commit(&format!("refs/remotes/{remote}/{branch}")).await
}
