//! `hello-tui runs enable` and `disable`, and which workflow is meant.

use hello_model::{
    failure::{Failure, Kind},
    run::{Repo, Workflow},
    write::RunAction,
};

use super::{Connected, Error, Out, writes::write};

/// Finds a workflow by its file, its name or its id.
pub(super) async fn find_workflow(name: &str, repo: &Repo, connected: &Connected) -> Result<Workflow, Error> {
    let list = connected.services.github.workflows(repo).await?.workflows;
    if let Some(found) = list.iter().find(|workflow| workflow.is_named(name)) {
        return Ok(found.clone());
    }
    let known: Vec<_> = list.iter().map(Workflow::file).collect();
    let why = match known.as_slice() {
        [] => format!("{repo} has no workflows"),
        known => format!("{repo} has {}", known.join(", ")),
    };
    let failure = Failure::new(Kind::NotFound, format!("finding the workflow {name}"), why);
    Err(failure.hint("name a workflow by its file, its name or its id").into())
}

/// Lets a workflow run by its events, or not any more.
pub(super) async fn set_enabled(
    name: &str,
    is_enabled: bool,
    is_yes: bool,
    (repo, connected, out): (&Repo, &Connected, &Out),
) -> Result<(), Error> {
    let workflow = find_workflow(name, repo, connected).await?;
    if workflow.is_enabled() == is_enabled {
        let state = if is_enabled { "enabled" } else { "disabled" };
        return Ok(out.note(&format!("{} is {state} already.", workflow.file()))?);
    }
    let action = RunAction::SetEnabled { workflow: workflow.file().to_owned(), is_enabled };
    write(action, &[], is_yes, (repo, connected, out)).await.map(drop)
}
