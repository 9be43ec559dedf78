//! `hello-tui runs`: workflow runs of the component's repository.

use hello_model::{
    failure::{Failure, Kind},
    run::{Repo, Run, RunDetail, RunId},
};

use super::{
    Error, World,
    facts::{facts, moment, or_dash},
    output::Out,
    table::Table,
};

/// The GitHub workflow runs
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the latest runs
    List {
        /// At most so many
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
    },
    /// Show a run with its jobs [default: the latest active run, else the latest]
    Show {
        /// The run's id, or its number as in #42
        run: Option<String>,
    },
}

/// Runs a command.
pub(super) async fn run(command: Command, world: &World, out: &Out) -> Result<(), Error> {
    let repo = world.target().await.repo?;
    match command {
        Command::List { limit } => {
            let list = world.connected.services.github.runs(&repo).await?;
            let runs: Vec<&Run> = list.runs.iter().take(limit.unwrap_or(usize::MAX)).collect();
            Ok(out.print(&runs, || table(&runs))?)
        }
        Command::Show { run } => {
            let id = choose(run.as_deref(), &repo, world).await?;
            let detail = world.connected.services.github.run(&repo, id).await?;
            Ok(out.print(&detail, || shown(&detail))?)
        }
    }
}

/// Returns the run that is meant: by its id, by its number, or the one that matters most.
async fn choose(wanted: Option<&str>, repo: &Repo, world: &World) -> Result<RunId, Error> {
    let number = match wanted.map(|text| (text.starts_with('#'), text.trim_start_matches('#').parse::<u64>()))
    {
        None => None,
        Some((false, Ok(id))) => return Ok(RunId(id)),
        Some((true, Ok(number))) => Some(number),
        Some((_, Err(_))) => {
            let what = format!("showing run {}", wanted.unwrap_or_default());
            let failure = Failure::new(Kind::NotConfigured, what, "this is neither an id nor a number");
            return Err(failure.hint("name it by its id, or as in '#42': hello-tui runs list").into());
        }
    };
    let runs = world.connected.services.github.runs(repo).await?.runs;
    let found = match number {
        Some(number) => runs.iter().find(|run| run.number == number),
        None => runs.iter().find(|run| run.state.is_active()).or(runs.first()),
    };
    found.map(|run| run.id).ok_or_else(|| {
        let why = format!("there is no such run among the latest {} of {repo}", runs.len());
        Failure::new(Kind::NotFound, "showing a run", why)
            .hint("name it by its id: hello-tui runs list")
            .into()
    })
}

fn table(runs: &[&Run]) -> Table {
    let row = |run: &&Run| {
        vec![
            run.id.to_string(),
            run.label(),
            run.state.word().to_owned(),
            or_dash(Some(&run.workflow)),
            or_dash(Some(&run.title)),
            or_dash(run.branch.as_deref()),
            or_dash(Some(run.short_commit())),
            or_dash(run.actor.as_deref()),
            moment(run.began_at()),
        ]
    };
    let titles = ["ID", "RUN", "STATE", "WORKFLOW", "TITLE", "BRANCH", "COMMIT", "ACTOR", "STARTED"];
    Table::new(&titles, runs.iter().map(row))
}

fn shown(detail: &RunDetail) -> Table {
    let run = &detail.run;
    let jobs = detail.jobs.iter().flat_map(|job| {
        let steps =
            job.steps.iter().map(|step| ("step", Some(format!("{}: {}", step.state.word(), step.name))));
        [("job", Some(format!("{}: {}", job.state.word(), job.name)))].into_iter().chain(steps)
    });
    facts(
        [
            ("run", Some(run.label())),
            ("id", Some(run.id.to_string())),
            ("state", Some(run.state.word().to_owned())),
            ("workflow", Some(run.workflow.clone())),
            ("title", Some(run.title.clone())),
            ("branch", run.branch.clone()),
            ("commit", Some(run.commit.clone())),
            ("event", Some(run.event.clone())),
            ("actor", run.actor.clone()),
            ("attempt", Some(run.attempt.to_string())),
            ("started", Some(moment(run.began_at()))),
            ("url", Some(run.url.clone())),
        ]
        .into_iter()
        .chain(jobs),
    )
}
