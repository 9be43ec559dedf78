//! `hello-tui runs list`.

use clap_complete::ArgValueCandidates;
use hello_model::{
    pages::{Cursor, left_out_organizations},
    run::{MAX_FILTERED_RUNS, Repo, Run, RunFilter, RunQuery},
};
use hello_state::present::run;

use super::{
    super::{candidates, filter::FilterArgs, format::format, table::Table},
    Connected, Error, Out,
    workflow::find_workflow,
};

/// How many runs are listed unless more are asked for.
const USUAL_LIMIT: usize = 30;

/// How many runs are read for a filter that only this program applies.
const MAX_SEARCHED: usize = 300;

#[derive(Debug, clap::Args)]
pub(in super::super) struct List {
    /// Only runs of this workflow, by its file or its name
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
    /// At most so many [default: 30]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// The runs that were found, and how many were looked at.
#[derive(Default)]
struct Found {
    runs: Vec<Run>,
    searched: usize,
    /// Whether the list has others that were not looked at.
    has_more: bool,
    /// The number of organizations whose runs GitHub has left out.
    left_out: usize,
}

/// Lists the runs that GitHub selects, and of these the ones that pass the filter.
pub(super) async fn run(args: &List, repo: &Repo, connected: &Connected, out: &Out) -> Result<(), Error> {
    let (filter, format) = (args.filter.read(&run::COLUMNS)?, format());
    let query = RunQuery { repo: repo.clone(), filter: args.selected(repo, connected).await? };
    let limit = args.limit.unwrap_or(USUAL_LIMIT);
    let is_wanted = |run: &Run| {
        args.has_commit(run) && !run::COLUMNS.passing(std::iter::once(run), &filter, &format).is_empty()
    };
    let found = search(&query, limit, is_wanted, connected).await?;
    out.print(&found.runs, || Table::of(&run::COLUMNS, &found.runs, &format))?;
    if found.has_more && found.runs.len() < limit {
        out.note(&format!("searched the latest {} runs of {repo}", found.searched))?;
    }
    if found.left_out > 0 {
        out.note(&format!("without the runs of {}", left_out_organizations(found.left_out)))?;
    }
    if query.filter.is_limited() && found.searched >= MAX_FILTERED_RUNS {
        out.note(&format!("GitHub lists at most {MAX_FILTERED_RUNS} runs that it selects"))?;
    }
    Ok(())
}

impl List {
    /// Returns what GitHub selects.
    async fn selected(&self, repo: &Repo, connected: &Connected) -> Result<RunFilter, Error> {
        let workflow = match &self.workflow {
            Some(name) => Some(find_workflow(name, repo, connected).await?.file().to_owned()),
            None => None,
        };
        let status = self.status.as_ref().map(|status| status.to_lowercase().replace([' ', '-'], "_"));
        Ok(RunFilter {
            workflow,
            branch: self.branch.clone(),
            event: self.event.clone(),
            status,
            actor: self.actor.clone(),
            commit: self.commit.clone().filter(|commit| commit.len() >= 40),
        })
    }

    /// Reports whether the run is of the commit. GitHub selects by whole ids only.
    fn has_commit(&self, run: &Run) -> bool {
        self.commit.as_ref().is_none_or(|wanted| {
            run.commit.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted))
        })
    }
}

/// Reads pages until enough runs are found.
async fn search(
    query: &RunQuery,
    limit: usize,
    is_wanted: impl Fn(&Run) -> bool,
    connected: &Connected,
) -> Result<Found, Error> {
    let (mut found, mut cursor) = (Found::default(), None::<Cursor>);
    let most = limit.max(MAX_SEARCHED);
    loop {
        let page = connected.services.github.runs_page(query, cursor.as_ref()).await?.runs;
        found.searched += page.items.len();
        found.left_out = found.left_out.max(page.left_out);
        found.runs.extend(page.items.into_iter().filter(&is_wanted));
        cursor = page.next;
        found.has_more = cursor.is_some();
        if cursor.is_none() || found.runs.len() >= limit || found.searched >= most {
            found.runs.truncate(limit);
            return Ok(found);
        }
    }
}
