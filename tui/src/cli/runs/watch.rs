//! `hello-tui runs watch`.

use std::time::Duration;

use hello_model::run::{Repo, RunId};
use hello_state::flow::{
    commit_watch::{CommitWatch, MAX_WAIT},
    run_watch::RunWatch,
};

use super::{
    super::{
        duration::duration,
        follow::{Limit, follow_with},
    },
    Connected, Error, Out,
    choose::choose,
    pushed,
};

/// Follow runs until they end, and exit with their result [default: the runs of the checked-out commit]
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without RUN, it waits at most 5 minutes for the first run of the commit, and follows all runs of it, also those that \
start later. Outside a git repository, and in a sandbox, it follows the latest active run, else the latest.")]
pub(in super::super) struct Watch {
    /// The run's id, or its number as in #42
    run: Option<String>,
    /// All runs of this commit: its id, the beginning of it, or a name that git knows, as in HEAD
    #[arg(long, value_name = "COMMIT", conflicts_with = "run")]
    commit: Option<String>,
    /// All runs of the latest commit of this branch
    #[arg(long, value_name = "BRANCH", conflicts_with_all = ["run", "commit"])]
    branch: Option<String>,
    /// Stop at the first job that fails; the run goes on
    #[arg(long)]
    fail_fast: bool,
    /// Give up after this time, as in 90s, 10m or 2h; the run goes on
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,
    /// Show the progress in the tab of the terminal, and ring its bell and send a notification at the end
    #[arg(long)]
    notify: bool,
}

/// What is followed.
enum Watched {
    Run(RunId),
    /// The full id of a commit.
    Commit(String),
}

pub(super) async fn run(args: Watch, repo: Repo, connected: &Connected, out: &Out) -> Result<(), Error> {
    let Watch { fail_fast, timeout, notify, .. } = args;
    match watched(&args, &repo, connected, out).await? {
        Watched::Run(id) => {
            let (what, hint) = (format!("following run {id}"), format!("hello-tui runs watch {id}"));
            let flow = RunWatch::new(repo, id).fail_fast(fail_fast);
            follow_with(flow, Limit { timeout, what, hint }, notify, connected, out).await
        }
        Watched::Commit(commit) => {
            let short = commit.get(..7).unwrap_or(&commit);
            let what = format!("following the runs of commit {short}");
            let hint = format!("hello-tui runs watch --commit {short}");
            let flow = CommitWatch::new(repo, &commit, timeout.unwrap_or(MAX_WAIT)).fail_fast(fail_fast);
            follow_with(flow, Limit { timeout, what, hint }, notify, connected, out).await
        }
    }
}

async fn watched(args: &Watch, repo: &Repo, connected: &Connected, out: &Out) -> Result<Watched, Error> {
    let commit = match args {
        Watch { run: Some(run), .. } => {
            return Ok(Watched::Run(choose(Some(run), repo, connected).await?));
        }
        Watch { commit: Some(commit), .. } => Some(pushed::commit(commit, repo, connected).await?),
        Watch { branch: Some(branch), .. } => Some(pushed::of_branch(branch, repo, connected).await?),
        // The commits of a sandbox are not those of the folder.
        _ if connected.sandbox.is_some() => None,
        _ => pushed::checked_out(repo, out).await?,
    };
    match commit {
        Some(commit) => Ok(Watched::Commit(commit)),
        None => Ok(Watched::Run(choose(None, repo, connected).await?)),
    }
}
