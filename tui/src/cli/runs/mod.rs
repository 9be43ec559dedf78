//! `hello-tui runs`: workflow runs of the component's repository.

mod artifacts;
mod choose;
mod environments;
mod list;
mod logs;
mod pushed;
mod show;
mod trigger;
mod watch;
mod workflow;
mod writes;

use clap_complete::ArgValueCandidates;
use hello_model::write::Decision;

use self::choose::choose;
use super::{Connected, Error, candidates, output::Out};

/// The GitHub workflow runs
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the latest runs
    List(list::List),
    /// Show a run with its jobs [default: the latest active run, else the latest]
    Show {
        /// The run's id, or its number as in #42
        run: Option<String>,
    },
    /// Start a run of a workflow
    Trigger(trigger::Trigger),
    Watch(watch::Watch),
    Logs(logs::Logs),
    Artifacts(artifacts::Artifacts),
    /// Run all jobs of a run again, or some of them
    Rerun(writes::Rerun),
    /// Cancel a run
    Cancel(writes::Cancel),
    /// Approve what a run waits for: its environments, or code from a fork
    Approve(writes::Review),
    /// Reject the environments that a run waits for
    Reject(writes::Review),
    /// List what is deployed to each environment
    Environments,
    /// Let a workflow run by its events again
    Enable {
        /// The workflow, by its file, its name or its id
        #[arg(add = ArgValueCandidates::new(candidates::workflows))]
        workflow: String,
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
    /// Stop a workflow from running
    Disable {
        /// The workflow, by its file, its name or its id
        #[arg(add = ArgValueCandidates::new(candidates::workflows))]
        workflow: String,
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
}

/// Runs a command.
pub(super) async fn run(command: Command, connected: &Connected, out: &Out) -> Result<(), Error> {
    let repo = connected.target().await.repo?;
    let place = (&repo, connected, out);
    match command {
        Command::List(args) => list::run(&args, &repo, connected, out).await,
        Command::Show { run } => {
            let id = choose(run.as_deref(), &repo, connected).await?;
            show::run(id, place).await
        }
        Command::Trigger(args) => trigger::run(args, place).await,
        Command::Watch(args) => watch::run(args, repo, connected, out).await,
        Command::Logs(args) => logs::run(args, repo, connected, out).await,
        Command::Artifacts(args) => artifacts::run(args, place).await,
        Command::Rerun(args) => writes::rerun(args, place).await,
        Command::Cancel(args) => writes::cancel(args, place).await,
        Command::Approve(args) => writes::review(args, Decision::Approve, place).await,
        Command::Reject(args) => writes::review(args, Decision::Reject, place).await,
        Command::Environments => environments::run(&repo, connected, out).await,
        Command::Enable { workflow, yes } => workflow::set_enabled(&workflow, true, yes, place).await,
        Command::Disable { workflow, yes } => workflow::set_enabled(&workflow, false, yes, place).await,
    }
}
