//! `hello-tui runs`: workflow runs of the component's repository.

use std::time::Duration;

use clap_complete::ArgValueCandidates;
use hello_model::{
    failure::{Failure, Kind},
    run::{Repo, Run, RunDetail, RunId},
};
use hello_state::{
    flow::run_watch::RunWatch,
    present::{Section, run},
};

use super::{
    Connected, Error, candidates,
    duration::duration,
    filter::FilterArgs,
    follow::{Limit, follow},
    format::format,
    output::Out,
    table::Table,
};

/// The GitHub workflow runs
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the latest runs
    List(List),
    /// Show a run with its jobs [default: the latest active run, else the latest]
    Show {
        /// The run's id, or its number as in #42
        run: Option<String>,
    },
    /// Follow a run until it ends, and exit with its result [default: the latest active run, else the latest]
    Watch {
        /// The run's id, or its number as in #42
        run: Option<String>,
        /// Give up after this time, as in 90s, 10m or 2h; the run continues
        #[arg(long, value_name = "TIME", value_parser = duration)]
        timeout: Option<Duration>,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only runs of this workflow, by its name
    #[arg(long, value_name = "WORKFLOW", add = ArgValueCandidates::new(candidates::workflows))]
    workflow: Option<String>,
    /// Only runs on this branch
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Only runs that this event started, as in push
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
    /// Only runs with this status or result, as in `in_progress`, completed or failure
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Only runs that this user started
    #[arg(long, value_name = "ACTOR")]
    actor: Option<String>,
    /// Only runs of this commit, by its id or the beginning of it
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    #[command(flatten)]
    filter: FilterArgs,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl List {
    /// Reports whether a run is one of those that are wanted. GitHub compares names without regard to case.
    fn fits(&self, run: &Run) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_ref().is_none_or(|wanted| found.is_some_and(|found| found.eq_ignore_ascii_case(wanted)))
        };
        let has_status = self.status.as_deref().is_none_or(|wanted| {
            let wanted = wanted.to_lowercase().replace([' ', '-'], "_");
            run.state.word() == wanted || (wanted == "completed" && !run.state.is_active())
        });
        let has_commit = self.commit.as_ref().is_none_or(|wanted| {
            run.commit.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted))
        });
        // A branch is a file of git, in which case counts.
        let has_branch = self.branch.is_none() || self.branch == run.branch;
        is(&self.workflow, Some(&run.workflow))
            && is(&self.event, Some(&run.event))
            && is(&self.actor, run.actor.as_deref())
            && has_status
            && has_commit
            && has_branch
    }
}

/// Runs a command.
pub(super) async fn run(command: Command, connected: &Connected, out: &Out) -> Result<(), Error> {
    let repo = connected.target().await.repo?;
    match command {
        Command::List(args) => list(&args, &repo, connected, out).await,
        Command::Show { run } => {
            let id = choose(run.as_deref(), &repo, connected).await?;
            let detail = connected.services.github.run(&repo, id).await?;
            Ok(out.print(&detail, || shown(&detail))?)
        }
        Command::Watch { run, timeout } => {
            let id = choose(run.as_deref(), &repo, connected).await?;
            let (what, hint) = (format!("following run {id}"), format!("hello-tui runs watch {id}"));
            follow(RunWatch::new(repo, id), Limit { timeout, what, hint }, connected, out).await
        }
    }
}

async fn list(args: &List, repo: &Repo, connected: &Connected, out: &Out) -> Result<(), Error> {
    let (filter, format) = (args.filter.read(&run::COLUMNS)?, format());
    let loaded = connected.services.github.runs(repo).await?.runs.items;
    let wanted = loaded.iter().filter(|run| args.fits(run));
    let mut runs = run::COLUMNS.passing(wanted, &filter, &format);
    let (found, limit) = (runs.len(), args.limit.unwrap_or(usize::MAX));
    runs.truncate(limit);
    out.print(&runs, || Table::of(&run::COLUMNS, runs.iter().copied(), &format))?;
    if found < loaded.len() && found < limit {
        out.note(&format!("searched the latest {} runs of {repo}", loaded.len()))?;
    }
    Ok(())
}

/// Returns the run that is meant: by its id, by its number, or the one that matters most.
async fn choose(wanted: Option<&str>, repo: &Repo, connected: &Connected) -> Result<RunId, Error> {
    let number = match wanted.map(|text| (text.starts_with('#'), text.trim_start_matches('#').parse::<u64>()))
    {
        None => None,
        Some((false, Ok(id))) => return Ok(RunId(id)),
        Some((true, Ok(number))) => Some(number),
        Some((_, Err(_))) => {
            let what = format!("finding run {}", wanted.unwrap_or_default());
            let failure = Failure::new(Kind::NotConfigured, what, "this is neither an id nor a number");
            return Err(failure.hint("name it by its id, or as in '#42': hello-tui runs list").into());
        }
    };
    let runs = connected.services.github.runs(repo).await?.runs.items;
    let found = match number {
        Some(number) => runs.iter().find(|run| run.number == number),
        None => runs.iter().find(|run| run.state.is_active()).or(runs.first()),
    };
    found.map(|run| run.id).ok_or_else(|| {
        let why = format!("there is no such run among the latest {} of {repo}", runs.len());
        Failure::new(Kind::NotFound, "finding the run", why)
            .hint("name it by its id: hello-tui runs list")
            .into()
    })
}

fn shown(detail: &RunDetail) -> Table {
    let format = format();
    let jobs = run::jobs(&detail.jobs, &format).into_iter();
    let mut facts = run::facts(&detail.run, &format);
    facts.extend(run::pending(detail));
    let jobs = jobs
        .flat_map(|(head, steps)| [Section { noun: "job", facts: vec![head], ..Section::default() }, steps]);
    Table::details(facts, jobs)
}
