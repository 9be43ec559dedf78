//! `hello-tui runs watch`.

use std::time::Duration;

use hello_model::run::Repo;
use hello_state::flow::run_watch::RunWatch;

use super::{
    super::{
        duration::duration,
        follow::{Limit, follow},
    },
    Connected, Error, Out,
    choose::choose,
};

/// Follow a run until it ends, and exit with its result [default: the latest active run, else the latest]
#[derive(Debug, clap::Args)]
pub(in super::super) struct Watch {
    /// The run's id, or its number as in #42
    run: Option<String>,
    /// Give up after this time, as in 90s, 10m or 2h; the run continues
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,
}

pub(super) async fn run(args: Watch, repo: Repo, connected: &Connected, out: &Out) -> Result<(), Error> {
    let id = choose(args.run.as_deref(), &repo, connected).await?;
    let (what, hint) = (format!("following run {id}"), format!("hello-tui runs watch {id}"));
    follow(RunWatch::new(repo, id), Limit { timeout: args.timeout, what, hint }, connected, out).await
}
