//! `hello-tui runs rerun`, `cancel`, `approve` and `reject`.

use hello_model::{
    failure::{Failure, Kind},
    run::{Job, PendingEnvironment, Repo, Run, RunDetail, State},
    write::{Decision, Outcome, RerunJobs, Reviewed, RunAction, RunOutcome, RunWrite, Write},
};

use super::{super::confirm::confirm, Connected, Error, Out, choose::chosen};

#[derive(Debug, clap::Args)]
pub(in super::super) struct Rerun {
    /// The run's id, or its number as in #42
    run: Option<String>,
    /// Only the jobs that failed, and those that need them
    #[arg(long)]
    failed: bool,
    /// Only this job, and those that need it, by its name or its id
    #[arg(long, value_name = "JOB", conflicts_with = "failed")]
    job: Option<String>,
    /// With debug logging
    #[arg(long)]
    debug: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

#[derive(Debug, clap::Args)]
pub(in super::super) struct Cancel {
    /// The run's id, or its number as in #42
    run: Option<String>,
    /// End it without waiting for its jobs
    #[arg(long)]
    force: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

#[derive(Debug, clap::Args)]
pub(in super::super) struct Review {
    /// The run's id, or its number as in #42
    run: Option<String>,
    /// Only this environment [default: all that you may approve]
    #[arg(long = "environment", value_name = "NAME")]
    environments: Vec<String>,
    /// A remark that GitHub shows beside the decision
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// What every write needs.
pub(super) type Place<'a> = (&'a Repo, &'a Connected, &'a Out);

/// Executes an action after a question, and says what was done.
pub(super) async fn write(
    action: RunAction,
    facts: &[String],
    is_yes: bool,
    (repo, connected, out): Place<'_>,
) -> Result<RunOutcome, Error> {
    let audit_id = uuid::Uuid::now_v7().to_string();
    let write = Write::Run(RunWrite { repo: repo.clone(), action, audit_id });
    confirm(&write, facts, is_yes)?;
    let outcome = connected.gate.execute(write.clone(), &connected.services).await.outcome()?;
    out.note(&write.notice(&outcome).text)?;
    match outcome {
        Outcome::Run(outcome) => Ok(outcome),
        _ => Ok(RunOutcome::Accepted),
    }
}

/// Runs the jobs of a run again.
pub(super) async fn rerun(args: Rerun, place: Place<'_>) -> Result<(), Error> {
    let run = chosen(args.run.as_deref(), place.0, place.1).await?;
    let jobs = match (&args.job, args.failed) {
        (Some(name), _) => {
            let detail = place.1.services.github.run(place.0, run.id).await?;
            let job = find_job(name, &detail)?;
            RerunJobs::One { id: job.id, name: job.name.clone() }
        }
        (None, true) => RerunJobs::Failed,
        (None, false) => RerunJobs::All,
    };
    let action = RunAction::Rerun { run: run.reference(), jobs, debug: args.debug };
    write(action, &facts(&run), args.yes, place).await.map(drop)
}

/// Asks a run to end.
pub(super) async fn cancel(args: Cancel, place: Place<'_>) -> Result<(), Error> {
    let run = chosen(args.run.as_deref(), place.0, place.1).await?;
    let action = RunAction::Cancel { run: run.reference(), force: args.force };
    write(action, &facts(&run), args.yes, place).await.map(drop)
}

/// Answers a run that waits: for the review of environments, or because its code is from a fork.
pub(super) async fn review(args: Review, decision: Decision, place: Place<'_>) -> Result<(), Error> {
    let (repo, connected, _) = place;
    let run = chosen(args.run.as_deref(), repo, connected).await?;
    let detail = connected.services.github.run(repo, run.id).await?;
    if decision == Decision::Approve && detail.run.awaits_fork_approval() {
        let changes = connected.services.github.fork_changes(repo, &detail.run.commit).await?;
        let notes = changes.notes(&detail.run);
        let action = RunAction::ApproveFork { run: run.reference(), notes: notes.clone() };
        return write(action, &notes, args.yes, place).await.map(drop);
    }
    let environments = reviewable(&detail, &args.environments)?;
    let action = RunAction::Review { run: run.reference(), environments, decision, comment: args.comment };
    write(action, &facts(&run), args.yes, place).await.map(drop)
}

/// Returns the environments that are meant, all of which the user may review.
fn reviewable(detail: &RunDetail, wanted: &[String]) -> Result<Vec<Reviewed>, Failure> {
    let pending = &detail.pending.environments;
    let what = format!("reviewing {}", detail.run.reference().name);
    let names = |list: &[PendingEnvironment]| {
        list.iter().map(|environment| environment.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let refuse = |why: String, hint: &str| Err(Failure::new(Kind::NotFound, &what, why).hint(hint));
    if pending.is_empty() {
        let why = detail.pending.unknown.clone().unwrap_or_else(|| "it waits for no environment".to_owned());
        return refuse(why, "hello-tui runs show RUN, to see what it waits for");
    }
    if let Some(unknown) = wanted.iter().find(|name| !pending.iter().any(|known| known.name == **name)) {
        return refuse(
            format!("it does not wait for {unknown}, but for {}", names(pending)),
            "name one of these",
        );
    }
    let is_wanted =
        |environment: &&PendingEnvironment| wanted.is_empty() || wanted.contains(&environment.name);
    let (may, may_not): (Vec<_>, Vec<_>) =
        pending.iter().filter(is_wanted).cloned().partition(|environment| environment.you_may_approve);
    if may.is_empty() || (!wanted.is_empty() && !may_not.is_empty()) {
        let reviewers: Vec<_> =
            may_not.iter().flat_map(|environment| environment.reviewers.iter().cloned()).collect();
        let why = match reviewers.as_slice() {
            [] => format!("{} waits for a rule without reviewers, such as a timer", names(&may_not)),
            reviewers => format!("only {} may review {}", reviewers.join(" or "), names(&may_not)),
        };
        return Err(Failure::new(Kind::Unauthorized, what, why).hint("ask one of the reviewers"));
    }
    Ok(may.into_iter().map(|environment| Reviewed { id: environment.id, name: environment.name }).collect())
}

/// Finds a job by its name or its id.
pub(super) fn find_job<'d>(name: &str, detail: &'d RunDetail) -> Result<&'d Job, Failure> {
    let is_it = |job: &&Job| job.name.eq_ignore_ascii_case(name) || name.parse() == Ok(job.id);
    detail.jobs.iter().find(is_it).ok_or_else(|| {
        let jobs: Vec<_> = detail.jobs.iter().map(|job| job.name.as_str()).collect();
        let why = match jobs.as_slice() {
            [] => "the run has no jobs".to_owned(),
            jobs => format!("the run has {}", jobs.join(", ")),
        };
        Failure::new(Kind::NotFound, format!("finding the job {name}"), why)
            .hint("name a job by its name or its id: hello-tui runs show RUN")
    })
}

/// Returns what tells a run apart from others, for the question about it.
fn facts(run: &Run) -> Vec<String> {
    let branch = run.branch.as_deref().unwrap_or("no branch");
    let state = match &run.state {
        State::Done(_) => run.state.word().to_owned(),
        state => state.word().replace('_', " "),
    };
    vec![format!("{} on {branch} at {}", run.title, run.short_commit()), format!("status: {state}")]
}
