//! Which run is meant.

use hello_model::{
    failure::{Failure, Kind},
    run::{Repo, Run, RunId},
};

use super::{Connected, Error};

/// How many runs are looked through for a number.
const MAX_SEARCHED: usize = 300;

/// A run that is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Id(RunId),
    /// Its number within its workflow, as in `#42`.
    Number(u64),
}

/// Returns the id of the run that is meant: by its id, by its number, or the one that matters most.
pub(super) async fn choose(wanted: Option<&str>, repo: &Repo, connected: &Connected) -> Result<RunId, Error> {
    match wanted.map(named).transpose()? {
        Some(Named::Id(id)) => Ok(id),
        named => Ok(among_latest(named, repo, connected).await?.id),
    }
}

/// Returns the run that is meant. One that is named by its id is read.
pub(super) async fn chosen(wanted: Option<&str>, repo: &Repo, connected: &Connected) -> Result<Run, Error> {
    match wanted.map(named).transpose()? {
        Some(Named::Id(id)) => Ok(connected.services.github.run(repo, id).await?.run),
        named => among_latest(named, repo, connected).await,
    }
}

fn named(text: &str) -> Result<Named, Failure> {
    match (text.starts_with('#'), text.trim_start_matches('#').parse()) {
        (false, Ok(id)) => Ok(Named::Id(RunId(id))),
        (true, Ok(number)) => Ok(Named::Number(number)),
        (_, Err(_)) => {
            let what = format!("finding run {text}");
            let failure = Failure::new(Kind::NotConfigured, what, "this is neither an id nor a number");
            Err(failure.hint("name it by its id, or as in '#42': hello-tui runs list"))
        }
    }
}

/// Finds a run by its number, or the active one, or the latest. A number is looked for on several pages.
async fn among_latest(named: Option<Named>, repo: &Repo, connected: &Connected) -> Result<Run, Error> {
    let (query, mut cursor, mut searched) = (repo.clone().into(), None, 0);
    loop {
        let page = connected.services.github.runs_page(&query, cursor.as_ref()).await?.runs;
        let mut runs = page.items;
        searched += runs.len();
        let place = match named {
            Some(Named::Number(number)) => runs.iter().position(|run| run.number == number),
            _ => runs.iter().position(|run| run.state.is_active()).or((!runs.is_empty()).then_some(0)),
        };
        if let Some(place) = place {
            return Ok(runs.swap_remove(place));
        }
        cursor = page.next;
        if cursor.is_none() || named.is_none() || searched >= MAX_SEARCHED {
            let why = format!("there is no such run among the latest {searched} of {repo}");
            let failure = Failure::new(Kind::NotFound, "finding the run", why);
            return Err(failure.hint("name it by its id: hello-tui runs list").into());
        }
    }
}
