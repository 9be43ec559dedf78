//! The git repository of the current folder: which commit is checked out, and where it is pushed to.

use std::{process::Stdio, time::Duration};

use hello_model::run::Repo;
use tokio::{process::Command, time::timeout};

/// How long git may take. It only reads files of the folder.
const LIMIT: Duration = Duration::from_secs(10);

/// What git says about the checked-out commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// Its full id.
    Commit(String),
    /// The folder belongs to no repository, or there is no git.
    NoRepository,
    /// Why git does not tell.
    Unreadable(String),
}

/// Returns the checked-out commit of the current folder.
pub async fn head() -> Head {
    match run(&["rev-parse", "--verify", "HEAD"]).await {
        Ok(id) if is_full_id(&id) => Head::Commit(id),
        Ok(_) => Head::NoRepository,
        Err(why) if why.is_empty() || why.contains("not a git repository") => Head::NoRepository,
        Err(why) => Head::Unreadable(why),
    }
}

/// Returns the full id of a commit by its abbreviation, branch, tag or another name that git knows.
pub async fn commit(revision: &str) -> Option<String> {
    // Git would take it as an option.
    if revision.starts_with('-') {
        return None;
    }
    for revision in [&format!("{revision}^{{commit}}"), revision] {
        if let Ok(id) = run(&["rev-parse", "--verify", "--quiet", revision]).await
            && is_full_id(&id)
        {
            return Some(id);
        }
    }
    None
}

/// Reports whether one commit is in the history of another, as far as both are here.
pub async fn is_ancestor(one: &str, other: &str) -> bool {
    run(&["merge-base", "--is-ancestor", one, other]).await.is_ok()
}

/// Returns the names of the remotes with their addresses.
pub async fn remotes() -> Vec<(String, String)> {
    let listed = run(&["config", "--get-regexp", r"^remote\..*\.url$"]).await.unwrap_or_default();
    let remote = |line: &str| {
        let (key, address) = line.split_once(' ')?;
        let name = key.strip_prefix("remote.")?.strip_suffix(".url")?;
        Some((name.to_owned(), address.to_owned()))
    };
    listed.lines().filter_map(remote).collect()
}

/// Reports whether no branch of a remote has a commit, as far as this folder knows.
pub async fn is_unpushed(commit: &str) -> bool {
    let arguments =
        ["for-each-ref", "--count=1", "--contains", commit, "--format=%(refname)", "refs/remotes"];
    run(&arguments).await.is_ok_and(|branches| branches.is_empty())
}

/// Reports whether an address is that of a repository, by its path: `git@github.com:owner/name.git`.
pub fn is_address_of(address: &str, repo: &Repo) -> bool {
    let path = address.trim_end_matches('/').trim_end_matches(".git").to_lowercase();
    let slug = repo.to_string().to_lowercase();
    path.strip_suffix(&slug).is_some_and(|before| before.ends_with(['/', ':']))
}

/// Reports whether a text is a full id of a commit: 40 digits of SHA-1, or 64 of SHA-256.
pub fn is_full_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Runs git and returns what it prints, or the first line of why it failed.
async fn run(args: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.args(args).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    command.stdin(Stdio::null()).kill_on_drop(true);
    let Ok(Ok(output)) = timeout(LIMIT, command.output()).await else { return Err(String::new()) };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(text(&output.stderr).lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_repository() {
        let repo = "hello-truck/hello-truck".parse().unwrap();
        for address in [
            "git@github.com:hello-truck/hello-truck.git",
            "https://github.com/Hello-Truck/hello-truck",
            "ssh://git@github.com/hello-truck/hello-truck.git/",
            "git@work-alias:hello-truck/hello-truck",
        ] {
            assert!(is_address_of(address, &repo), "{address}");
        }
        for address in ["git@github.com:nothello-truck/hello-truck.git", "/srv/hello-truck", ""] {
            assert!(!is_address_of(address, &repo), "{address}");
        }
    }

    #[test]
    fn a_full_id_has_all_its_digits() {
        assert!(is_full_id(&"a1".repeat(20)) && is_full_id(&"0F".repeat(32)));
        assert!(!is_full_id("0123456") && !is_full_id(&"g".repeat(40)) && !is_full_id(""));
    }
}
