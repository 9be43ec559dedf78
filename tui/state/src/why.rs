//! Why a run failed, or does not go on, in one line.

use std::time::Duration;

use hello_model::{
    job_log::{self, JobLog},
    run::{Annotation, Conclusion, Job, RepositoryFile, Run, RunDetail, State, Step},
    time::{Timestamp, short},
};
use hello_workflow::{Severity, Workflow};

/// How long a job waits for a runner before that counts as trouble.
const STUCK_AFTER: Duration = Duration::from_mins(10);

/// The width of a line of a file that is quoted.
const EXCERPT_WIDTH: usize = 72;

/// What GitHub says of every step that ends with another code than zero. The error itself is above it in the log.
const EXIT_CODE: &str = "Process completed with exit code";

/// Why a run failed, or does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// A sentence without a full stop.
    pub text: String,
    /// Lines of a file, with carets below what is wrong.
    pub excerpt: Vec<String>,
    /// The job to look at, and its step.
    pub job: Option<u64>,
    pub step: Option<u64>,
    /// What to do about it, if that is known.
    pub hint: Option<String>,
}

/// What is known beside the run itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// What the first failed job has to say; see [`suspect`].
    pub annotations: &'a [Annotation],
    /// The first error line in the log of the failed step.
    pub error_line: Option<&'a str>,
    /// The workflow's file at the commit of the run; see [`has_invalid_file`].
    pub file: Option<&'a RepositoryFile>,
}

impl Why {
    fn new(text: String) -> Self {
        Self { text, excerpt: Vec::new(), job: None, step: None, hint: None }
    }

    fn of(job: &Job, step: Option<&Step>, text: String) -> Self {
        let step = step.map(|step| step.number);
        Self { job: Some(job.id), step, ..Self::new(text) }
    }
}

/// Reports whether GitHub could not read the workflow's file. It records that as a run that ends at once, without jobs,
/// named by the path of the file.
pub fn has_invalid_file(detail: &RunDetail) -> bool {
    let run = &detail.run;
    let is_named_by_path = run.path.as_ref().is_some_and(|path| *path == run.workflow);
    let has_failed = matches!(run.state, State::Done(Conclusion::Failure | Conclusion::StartupFailure));
    let is_startup = run.state == State::Done(Conclusion::StartupFailure);
    has_failed && detail.jobs.is_empty() && detail.unreadable_jobs == 0 && (is_named_by_path || is_startup)
}

/// Returns the job whose failure is the cause: the first one that failed, timed out or was cancelled.
pub fn suspect(detail: &RunDetail) -> Option<&Job> {
    let is_cancelled = |job: &&Job| job.state == State::Done(Conclusion::Cancelled);
    let by_end = |job: &&Job| (job.completed_at.is_none(), job.completed_at);
    let failed = detail.jobs.iter().filter(|job| job.state.is_failure() || has_failed_step(job));
    failed.min_by_key(by_end).or_else(|| detail.jobs.iter().filter(is_cancelled).min_by_key(by_end))
}

/// Returns the step whose failure is the cause. Of a parallel group, that is the step in it: the group and the row that
/// waits for it fail only because of it, later or at the same time.
pub fn failed_step(job: &Job) -> Option<&Step> {
    let failed = || job.steps.iter().filter(|step| step.state.is_failure());
    let is_within = |group: &Step, step: &Step| {
        step.number > group.number
            && step.started_at >= group.started_at
            && step.completed_at.is_some()
            && (group.completed_at.is_none() || step.completed_at <= group.completed_at)
    };
    failed()
        .filter(|group| !failed().any(|step| is_within(group, step)))
        .min_by_key(|step| (step.completed_at.is_none(), step.completed_at, step.number))
}

/// Reports whether the annotations of the suspect leave open what the error was, so that its log is to be read. A job
/// that was cancelled, or took too long, has no error line.
pub fn needs_log(job: &Job, annotations: &[Annotation]) -> bool {
    let has_ended = matches!(job.state, State::Done(Conclusion::Failure));
    let is_telling =
        |annotation: &Annotation| annotation.level == "failure" && !annotation.message.starts_with(EXIT_CODE);
    has_ended && failed_step(job).is_some() && !annotations.iter().any(is_telling)
}

/// Returns the first error line of the failed step in the log of a job.
pub fn error_line(log: &JobLog, job: &Job) -> Option<String> {
    let (_, line) = job_log::failed_step(log, &job.steps, &job_log::sections(log, &job.steps))?;
    let line = log.line(line?)?;
    line.rows().map(str::trim).find(|row| !row.is_empty()).map(str::to_owned)
}

/// Says why a run failed, or does not go on; nothing of a run that succeeded or goes on.
pub fn why(detail: &RunDetail, evidence: &Evidence<'_>, now: Timestamp) -> Option<Why> {
    let run = &detail.run;
    if has_invalid_file(detail) {
        return Some(invalid_file(run, evidence.file));
    }
    if run.awaits_fork_approval() {
        return Some(Why::new("it waits for the approval of code from a fork".to_owned()));
    }
    if let Some(job) = suspect(detail) {
        return Some(of_job(job, run, evidence));
    }
    if run.state == State::Done(Conclusion::Cancelled) {
        return Some(Why::new("it was cancelled before a job began".to_owned()));
    }
    detail.jobs.iter().find_map(|job| stuck(job, run, now))
}

fn invalid_file(run: &Run, file: Option<&RepositoryFile>) -> Why {
    let path = run.path.as_deref().unwrap_or(&run.workflow);
    let Some(file) = file else {
        let text = format!("the workflow file is invalid: {path} at {}", run.short_commit());
        return Why { hint: Some("the file is being read, to find the line".to_owned()), ..Why::new(text) };
    };
    let (_, problems) = Workflow::read(&file.text);
    let Some(problem) = problems.iter().find(|problem| problem.severity == Severity::Error) else {
        let text = format!("the workflow file is invalid: {path} at {}", run.short_commit());
        let hint = "GitHub's page of the run names what it does not accept: o opens it";
        return Why { hint: Some(hint.to_owned()), ..Why::new(text) };
    };
    let excerpt = problem.excerpt(&String::from_utf8_lossy(&file.text), EXCERPT_WIDTH);
    let excerpt = excerpt.map(|excerpt| vec![excerpt.source, excerpt.caret]).unwrap_or_default();
    let text = format!("the workflow file is invalid, {path} line {}: {}", problem.line, problem.rule);
    Why { excerpt, hint: problem.hint.clone(), ..Why::new(text) }
}

fn of_job(job: &Job, run: &Run, evidence: &Evidence<'_>) -> Why {
    let step = failed_step(job);
    let at = match step {
        Some(step) => format!("job {}, step {}", job.name, step.name),
        None => format!("job {}", job.name),
    };
    match &job.state {
        State::Done(Conclusion::TimedOut) => {
            let after = job.started_at.zip(job.completed_at);
            let after = after.and_then(|(from, to)| Duration::try_from(to.duration_since(from)).ok());
            let after = after.map(|after| format!(" after {}", short(after))).unwrap_or_default();
            Why::of(job, step, format!("{at} exceeded its time limit{after}"))
        }
        State::Done(Conclusion::Cancelled) => Why::of(job, step, cancelled(&at, run, evidence.annotations)),
        _ => match error(evidence) {
            Some(error) => Why::of(job, step, format!("{at}: {error}")),
            None => Why::of(job, step, format!("{at} failed")),
        },
    }
}

/// Returns the first error: an annotation of the failure if it says more than the exit code, or the line of the log.
fn error(evidence: &Evidence<'_>) -> Option<String> {
    let failures = || evidence.annotations.iter().filter(|annotation| annotation.level == "failure");
    let telling = failures().find(|annotation| !annotation.message.starts_with(EXIT_CODE));
    let first_line =
        |text: &str| text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
    let of_log = || evidence.error_line.filter(|line| !line.starts_with(EXIT_CODE)).and_then(first_line);
    telling
        .and_then(|annotation| {
            let place = annotation.place().map(|place| format!("{place}: ")).unwrap_or_default();
            Some(format!("{place}{}", first_line(&annotation.message)?))
        })
        .or_else(of_log)
        .or_else(|| failures().next().and_then(|annotation| first_line(&annotation.message)))
        .or_else(|| evidence.error_line.and_then(first_line))
}

/// Says which account has cancelled a job, as far as GitHub tells.
fn cancelled(at: &str, run: &Run, annotations: &[Annotation]) -> String {
    let told = annotations.iter().map(|annotation| annotation.message.as_str());
    let mut told = told.filter(|message| message.to_lowercase().contains("cancel"));
    match told.next() {
        Some(message) => format!("{at} was cancelled: {}", message.trim_end_matches('.')),
        None if run.state == State::Done(Conclusion::Cancelled) => format!("{at} was cancelled"),
        None => format!("{at} was cancelled, as its run went on without it"),
    }
}

/// Says that a job waits for a runner for longer than usual.
fn stuck(job: &Job, run: &Run, now: Timestamp) -> Option<Why> {
    let is_waiting = job.state == State::Queued && job.runner.is_none();
    // A job that waited for an approval before is in the queue since then, when the run was updated.
    let since = job.created_at.or(job.started_at).filter(|_| is_waiting)?;
    let since = run.updated_at.map_or(since, |updated| updated.max(since));
    let waited = Duration::try_from(now.duration_since(since)).ok().filter(|waited| *waited > STUCK_AFTER)?;
    let labels = match job.labels.as_slice() {
        [] => String::new(),
        labels => format!(" with the labels {}", labels.join(", ")),
    };
    let text = format!("job {} waits for a runner{labels} since {}", job.name, short(waited));
    let hint = "check the labels under runs-on, and that such a runner is online and free";
    Some(Why { hint: Some(hint.to_owned()), ..Why::of(job, None, text) })
}

fn has_failed_step(job: &Job) -> bool {
    job.state.is_active() && job.steps.iter().any(|step| step.state.is_failure())
}

#[cfg(test)]
mod tests;
