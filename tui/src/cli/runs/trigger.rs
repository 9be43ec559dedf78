//! `hello-tui runs trigger`.

use std::{
    io::{Read, stdin},
    path::{Path, PathBuf},
};

use clap_complete::ArgValueCandidates;
use hello_model::{
    failure::{Failure, Kind},
    run::RunId,
    write::{RunAction, RunOutcome},
};
use hello_state::{flow::run_watch::RunWatch, present::Fact, trigger::TriggerForm};
use serde::Serialize;
use serde_json::Value;

use super::{
    super::{
        candidates,
        follow::{Limit, follow},
        table::Table,
    },
    Error, Out,
    workflow::find_workflow,
    writes::{Place, write},
};

/// The maximum size of a file with inputs, in bytes. GitHub takes less.
const MAX_INPUT_BYTES: u64 = 1024 * 1024;

#[derive(Debug, clap::Args)]
pub(in super::super) struct Trigger {
    /// The workflow, by its file, its name or its id
    #[arg(add = ArgValueCandidates::new(candidates::workflows))]
    workflow: String,
    /// The branch or tag [default: the default branch]
    #[arg(long = "ref", value_name = "REF")]
    reference: Option<String>,
    /// An input of the workflow
    #[arg(short = 'f', long = "field", value_name = "KEY=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// Read the inputs from a JSON object in a file, or from standard input with -
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Follow the run until it ends, and exit with its result
    #[arg(long)]
    watch: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// The run that was started, as it is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Started {
    id: RunId,
    url: Option<String>,
    /// Whether the server did not name the run, so that it was found by its branch, actor and time.
    is_guess: bool,
}

/// Starts a run of a workflow, after its inputs are checked against its file.
pub(super) async fn run(args: Trigger, place: Place<'_>) -> Result<(), Error> {
    let (repo, connected, out) = place;
    // Read before anything is requested.
    let mut values = args.json.as_deref().map(given_as_json).transpose()?.unwrap_or_default();
    for (name, value) in &args.fields {
        values.retain(|(other, _)| other != name);
        values.push((name.clone(), value.clone()));
    }
    let workflow = find_workflow(&args.workflow, repo, connected).await?;
    let reference = match &args.reference {
        Some(reference) => reference.clone(),
        None => default_branch(place).await?,
    };
    let file = connected.services.github.file(repo, &workflow.path, Some(&reference)).await?;
    let form = TriggerForm::read(&workflow, &reference, &file)?;
    for note in &form.notes {
        out.note(note)?;
    }
    let trigger = form.trigger(&values)?;
    let facts: Vec<_> = trigger.inputs.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    match write(RunAction::Trigger(trigger), &facts, args.yes, place).await? {
        RunOutcome::Started { run, url, is_guess } => {
            let started = Started { id: run, url, is_guess };
            if !args.watch {
                return print(&started, out);
            }
            watch(run, place).await
        }
        _ => Ok(()),
    }
}

fn print(started: &Started, out: &Out) -> Result<(), Error> {
    let facts = [
        Fact::some("id", Some(started.id.to_string())),
        Fact::some("url", started.url.as_deref()),
        Fact::some("guess", started.is_guess.then_some("yes: the server does not tell which run it is")),
    ];
    Ok(out.print(started, || Table::details(facts.into_iter().flatten(), []))?)
}

async fn watch(id: RunId, (repo, connected, out): Place<'_>) -> Result<(), Error> {
    let (what, hint) = (format!("following run {id}"), format!("hello-tui runs watch {id}"));
    follow(RunWatch::new(repo.clone(), id), Limit { timeout: None, what, hint }, connected, out).await
}

async fn default_branch((repo, connected, _): Place<'_>) -> Result<String, Error> {
    connected.services.github.workflows(repo).await?.default_branch.ok_or_else(|| {
        let why = "GitHub does not tell the default branch";
        Failure::new(Kind::Unexpected, "triggering a workflow", why).hint("name a branch with --ref").into()
    })
}

/// Parses `KEY=VALUE`. The value may be empty, and may contain `=`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err("it is not KEY=VALUE".to_owned()),
    }
}

/// Reads a JSON object whose values are texts, numbers or booleans.
fn given_as_json(path: &Path) -> Result<Vec<(String, String)>, Failure> {
    let what = "reading the inputs";
    let refuse = |why: String| {
        Failure::new(Kind::NotConfigured, what, why).hint(r#"give an object, as in {"stage": "production"}"#)
    };
    let text = if path.as_os_str() == "-" {
        let mut text = String::new();
        stdin().take(MAX_INPUT_BYTES).read_to_string(&mut text).map(|_| text)
    } else {
        hello_files::read_to_string(path, MAX_INPUT_BYTES)
    };
    let text = text.map_err(|error| refuse(format!("{}: {error}", path.display())))?;
    let value: Value =
        serde_json::from_str(&text).map_err(|error| refuse(format!("this is no JSON: {error}")))?;
    let Value::Object(members) = value else { return Err(refuse("this is no JSON object".to_owned())) };
    let as_text = |(name, value): (String, Value)| match value {
        Value::String(text) => Ok((name, text)),
        Value::Bool(_) | Value::Number(_) => Ok((name, value.to_string())),
        Value::Null => Ok((name, String::new())),
        Value::Array(_) | Value::Object(_) => {
            Err(refuse(format!("{name} is a list or an object; GitHub takes texts only")))
        }
    };
    members.into_iter().map(as_text).collect()
}
