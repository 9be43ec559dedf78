//! Why the open run failed: what must be known for it, and how it is shown.

use hello_model::{
    fetch::Want,
    query::Query,
    run::{Job, JobId, Repo, RunDetail},
};
use hello_state::why::{self, Evidence, Why};

use crate::{
    cx::Cx,
    theme::Tone,
    widgets::details::{Details, Part as Text},
};

/// The first error in the log of a job, once it was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErrorLine {
    job: u64,
    text: Option<String>,
}

/// Looks for the first error in the log of the job that failed, once that was read. A log is looked through once.
pub(super) fn find_error(found: &mut Option<ErrorLine>, detail: &RunDetail, cx: &Cx<'_>) {
    let (Some(repo), Some(job)) = (cx.repo(), why::suspect(detail)) else { return };
    let log = cx.cache.job_log(repo, JobId(job.id)).filter(|log| !log.is_growing());
    if let Some(log) = log.filter(|_| found.as_ref().is_none_or(|found| found.job != job.id)) {
        *found = Some(ErrorLine { job: job.id, text: why::error_line(log.log(), job) });
    }
}

/// Returns the queries that tell why a run failed. The log is read only if the annotations do not tell it.
pub(super) fn wants(detail: &RunDetail, found: Option<&ErrorLine>, repo: &Repo, cx: &Cx<'_>) -> Vec<Want> {
    let run = &detail.run;
    let file = why::has_invalid_file(detail).then(|| run.path.clone()).flatten();
    let file = file.map(|path| Query::RepositoryFile {
        repo: repo.clone(),
        path,
        reference: Some(run.commit.clone()),
    });
    let suspect = why::suspect(detail);
    let annotations = suspect.map(|job| Query::Annotations(repo.clone(), job.id));
    let is_found = |job: &Job| found.is_some_and(|found| found.job == job.id);
    let log = suspect.filter(|job| {
        let told = cx.cache.annotations(repo, job.id);
        let is_known = told.value().is_some() || told.failure().is_some();
        let told = told.value().map(Vec::as_slice).unwrap_or_default();
        is_known && !is_found(job) && why::needs_log(job, told)
    });
    let log = log.map(|job| Query::JobLog(repo.clone(), JobId(job.id)));
    file.into_iter().chain(annotations).chain(log).map(Want::from).collect()
}

/// Returns why a run failed, by what is known now.
fn of(detail: &RunDetail, found: Option<&ErrorLine>, cx: &Cx<'_>) -> Option<Why> {
    let repo = cx.repo()?;
    let run = &detail.run;
    let annotations = why::suspect(detail).and_then(|job| cx.cache.annotations(repo, job.id).value());
    let path = run.path.as_ref();
    let file = path.and_then(|path| cx.cache.repository_file(repo, path, Some(&run.commit)).value());
    let annotations = annotations.map(Vec::as_slice).unwrap_or_default();
    let error_line = found.and_then(|found| found.text.as_deref());
    why::why(detail, &Evidence { annotations, error_line, file }, cx.now.wall)
}

/// Adds the reason, and lines of the file that it quotes.
pub(super) fn add(details: &mut Details<'_>, detail: &RunDetail, found: Option<&ErrorLine>, cx: &Cx<'_>) {
    let Some(why) = of(detail, found, cx) else { return };
    let tone = if detail.run.state.is_active() || detail.run.awaits_fork_approval() {
        Tone::Warning
    } else {
        Tone::Bad
    };
    details.gap();
    details.parts([Text::toned(cx.theme, format!("Why: {}", why.text), tone)], 5);
    for line in why.excerpt {
        details.parts([Text::plain(format!("     {line}"))], 5);
    }
    if let Some(hint) = why.hint {
        details.parts([Text::toned(cx.theme, format!("     → {hint}"), Tone::Accent)], 7);
    }
}
