//! `hello-tui runs show`.

use std::pin::pin;

use futures::StreamExt;
use hello_model::{
    job_log::{JobLog, JobLogEvent},
    run::{Annotation, Job, JobId, Repo, RepositoryFile, RunDetail, RunId},
    time::Timestamp,
};
use hello_state::{
    present::{Cell, Fact, Section, Tone, run},
    why::{self, Evidence, Why},
};
use serde::Serialize;

use super::{
    super::{format::format, table::Table},
    Connected, Error,
    writes::Place,
};

/// A run, and why it failed.
#[derive(Debug, Serialize)]
struct Shown<'d> {
    #[serde(flatten)]
    detail: &'d RunDetail,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'d str>,
}

/// Shows a run with its jobs, and why it failed.
pub(super) async fn run(id: RunId, place: Place<'_>) -> Result<(), Error> {
    let (repo, connected, out) = place;
    let detail = connected.services.github.run(repo, id).await?;
    let why = reason(&detail, place).await;
    let shown = Shown { detail: &detail, why: why.as_ref().map(|why| why.text.as_str()) };
    Ok(out.print(&shown, || table(&detail, why.as_ref()))?)
}

/// Says on standard error why a run failed, if that can be found out.
pub(super) async fn explain(id: RunId, place: Place<'_>) -> Result<(), Error> {
    let (repo, connected, out) = place;
    let Ok(detail) = connected.services.github.run(repo, id).await else { return Ok(()) };
    if let Some(why) = reason(&detail, place).await {
        out.note(&format!("{}: {}", detail.run.reference().name, why.text))?;
    }
    Ok(())
}

/// Finds out why a run failed. What cannot be read makes the reason less exact.
async fn reason(detail: &RunDetail, (repo, connected, _): Place<'_>) -> Option<Why> {
    let (github, run) = (&connected.services.github, &detail.run);
    let annotations: Vec<Annotation> = match why::suspect(detail) {
        Some(job) => github.annotations(repo, job.id).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let error_line = match why::suspect(detail).filter(|job| why::needs_log(job, &annotations)) {
        Some(job) => read_log(job, repo, connected).await.and_then(|log| why::error_line(&log, job)),
        None => None,
    };
    let path = run.path.as_ref().filter(|_| why::has_invalid_file(detail));
    let file: Option<RepositoryFile> = match path {
        Some(path) => github.file(repo, path, Some(&run.commit)).await.ok(),
        None => None,
    };
    let evidence =
        Evidence { annotations: &annotations, error_line: error_line.as_deref(), file: file.as_ref() };
    why::why(detail, &evidence, Timestamp::now())
}

/// Reads the log of a job, as far as GitHub has it.
async fn read_log(job: &Job, repo: &Repo, connected: &Connected) -> Option<JobLog> {
    let mut log = JobLog::new();
    let mut events = pin!(connected.services.github.job_log(repo, JobId(job.id)));
    while let Some(event) = events.next().await {
        match event.ok()? {
            JobLogEvent::Segment(segment) => log.push(segment),
            JobLogEvent::NotStored => return None,
            JobLogEvent::Ended(_) => {}
        }
    }
    Some(log)
}

fn table(detail: &RunDetail, why: Option<&Why>) -> Table {
    let format = format();
    let jobs = run::jobs(&detail.jobs, &format).into_iter();
    let mut facts = run::facts(&detail.run, &format);
    facts.extend(why.map(|why| Fact::new("why", Cell::toned(why.text.clone(), Tone::Bad))));
    let excerpt = why.map(|why| why.excerpt.as_slice()).unwrap_or_default();
    facts.extend(excerpt.iter().map(|line| Fact::new("", Cell::plain(line.clone()))));
    facts.extend(why.and_then(|why| why.hint.clone()).map(|hint| Fact::new("next", Cell::plain(hint))));
    facts.extend(run::pending(detail));
    let jobs = jobs
        .flat_map(|(head, steps)| [Section { noun: "job", facts: vec![head], ..Section::default() }, steps]);
    Table::details(facts, jobs)
}
