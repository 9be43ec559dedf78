//! `hello-tui runs watch`.

use std::time::Duration;

use hello_model::run::{Conclusion, Repo, Run, RunFilter, RunId, RunQuery, State};
use hello_state::flow::{
    commit_watch::{CommitWatch, MAX_WAIT, is_superseded},
    run_watch::RunWatch,
};

use super::{
    super::{
        duration::duration,
        follow::{Limit, follow_with},
    },
    Connected, Error, Out,
    choose::choose,
    pushed, show,
};

/// The number of failed runs of a commit that are explained.
const MAX_EXPLAINED: usize = 5;

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
    let watched = watched(&args, &repo, connected, out).await?;
    let ended = match &watched {
        Watched::Run(id) => {
            let (what, hint) = (format!("following run {id}"), format!("hello-tui runs watch {id}"));
            let flow = RunWatch::new(repo.clone(), *id).fail_fast(fail_fast);
            follow_with(flow, Limit { timeout, what, hint }, notify, connected, out).await
        }
        Watched::Commit(commit) => {
            let short = commit.get(..7).unwrap_or(commit);
            let what = format!("following the runs of commit {short}");
            let hint = format!("hello-tui runs watch --commit {short}");
            let flow = CommitWatch::new(repo.clone(), commit, timeout.unwrap_or(MAX_WAIT));
            let flow = flow.fail_fast(fail_fast);
            follow_with(flow, Limit { timeout, what, hint }, notify, connected, out).await
        }
    };
    if matches!(ended, Err(Error::Unsuccessful)) {
        for id in failed(&watched, fail_fast, &repo, connected).await {
            show::explain(id, (&repo, connected, out)).await?;
        }
    }
    ended
}

/// Returns the runs to explain after a failure: the one that was followed, or those of the commit that failed.
async fn failed(watched: &Watched, fail_fast: bool, repo: &Repo, connected: &Connected) -> Vec<RunId> {
    let commit = match watched {
        Watched::Run(id) => return vec![*id],
        Watched::Commit(commit) => commit.clone(),
    };
    let filter = RunFilter { commit: Some(commit), ..RunFilter::default() };
    let query = RunQuery { repo: repo.clone(), filter };
    let Ok(list) = connected.services.github.runs_page(&query, None).await else { return Vec::new() };
    let runs = list.runs.items;
    let cancelled = State::Done(Conclusion::Cancelled);
    let is_failed = |run: &&Run| {
        let has_ended_so = run.state.is_failure() || run.state == cancelled;
        has_ended_so && !is_superseded(run, &runs) || fail_fast && run.state.is_active()
    };
    runs.iter().filter(is_failed).map(|run| run.id).take(MAX_EXPLAINED).collect()
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
