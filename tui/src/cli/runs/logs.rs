//! `hello-tui runs logs`.

use std::pin::pin;

use futures::StreamExt;
use hello_model::{
    failure::{Failure, Kind},
    job_log::{JobLog, JobLogEvent, JobLogLine, LineKind, LogEnd, MAX_LOG, sections},
    run::{Job, JobId, Repo, RunId},
    time::Timestamp,
};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Connected, Error, Out, choose::choose};

/// Print the logs of a run's jobs [default: of the latest active run, else the latest]
#[derive(Debug, clap::Args)]
pub(in super::super) struct Logs {
    /// The run's id, or its number as in #42
    run: Option<String>,
    /// Only this job, by its id or its name
    #[arg(long, value_name = "JOB")]
    job: Option<String>,
    /// Only the steps that have failed
    #[arg(long)]
    failed: bool,
}

/// A line as it is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Printed<'a> {
    job: &'a str,
    time: Option<Timestamp>,
    kind: LineKind,
    text: String,
}

pub(super) async fn run(args: Logs, repo: Repo, connected: &Connected, out: &Out) -> Result<(), Error> {
    let id = choose(args.run.as_deref(), &repo, connected).await?;
    let detail = connected.services.github.run(&repo, id).await?;
    let jobs = chosen(&args, id, &detail.jobs)?;
    let printer = Printer { is_prefixed: jobs.len() > 1, zone: TimeZone::system(), out };
    for job in &jobs {
        if job.state.is_active() {
            out.note(&format!("{}: GitHub has no log of a running job", job.name))?;
            continue;
        }
        print_log(job, args.failed, &repo, connected, &printer).await?;
    }
    Ok(())
}

/// Returns the jobs whose logs are wanted. A job that was skipped has none.
fn chosen<'j>(args: &Logs, run: RunId, jobs: &'j [Job]) -> Result<Vec<&'j Job>, Failure> {
    let what = format!("printing the logs of run {run}");
    let is_wanted = |job: &&Job| match &args.job {
        Some(wanted) => job.id.to_string() == *wanted || job.name.eq_ignore_ascii_case(wanted),
        None => !job.steps.is_empty(),
    };
    let mut wanted: Vec<_> = jobs.iter().filter(is_wanted).collect();
    if let (Some(name), true) = (&args.job, wanted.is_empty()) {
        let names: Vec<_> = jobs.iter().map(|job| format!("`{}`", job.name)).collect();
        let why = format!("it has no job `{name}`; its jobs: {}", names.join(", "));
        return Err(Failure::new(Kind::NotFound, what, why).hint(format!("hello-tui runs show {run}")));
    }
    if args.failed {
        wanted.retain(|job| job.state.is_failure());
    }
    if wanted.is_empty() {
        let why = if args.failed { "no job of it has failed" } else { "none of its jobs has run" };
        return Err(Failure::new(Kind::NotFound, what, why).hint(format!("hello-tui runs show {run}")));
    }
    if wanted.iter().all(|job| job.state.is_active()) {
        let names: Vec<_> = wanted.iter().map(|job| job.name.as_str()).collect();
        let why = format!("GitHub has no log of a running job, and no other is left: {}", names.join(", "));
        return Err(Failure::new(Kind::NotFound, what, why).hint(format!("hello-tui runs watch {run}")));
    }
    Ok(wanted)
}

/// Prints the log of a job as it arrives; of failed steps, once all of it is there.
async fn print_log(
    job: &Job,
    only_failed: bool,
    repo: &Repo,
    connected: &Connected,
    printer: &Printer<'_>,
) -> Result<(), Error> {
    let mut events = pin!(connected.services.github.job_log(repo, JobId(job.id)));
    let mut log = JobLog::new();
    while let Some(event) = events.next().await {
        match event? {
            JobLogEvent::Segment(segment) if only_failed => log.push(segment),
            JobLogEvent::Segment(segment) => {
                let mut part = JobLog::new();
                part.push(segment);
                printer.print(job, part.whole_lines(0..part.len()))?;
            }
            JobLogEvent::NotStored => {
                printer
                    .out
                    .note(&format!("{}: GitHub has not stored the log yet; trying again", job.name))?;
            }
            JobLogEvent::Ended(LogEnd::Complete) => {}
            JobLogEvent::Ended(LogEnd::Cut) => {
                let limit = MAX_LOG / 1024 / 1024;
                printer.out.note(&format!("{}: the log is larger than {limit} MiB and was cut", job.name))?;
            }
            JobLogEvent::Ended(LogEnd::Expired) => return Err(expired(job).into()),
        }
    }
    for section in sections(&log, &job.steps) {
        if job.steps.get(section.step).is_some_and(|step| step.state.is_failure()) {
            printer.print(job, log.whole_lines(section.lines))?;
        }
    }
    Ok(())
}

fn expired(job: &Job) -> Failure {
    let why = "the log has expired: GitHub keeps logs for 90 days, or as the repository says";
    Failure::new(Kind::NotFound, format!("reading the log of {}", job.name), why)
        .hint("hello-tui runs rerun makes new logs")
}

/// Prints lines.
#[derive(Debug)]
struct Printer<'a> {
    /// Whether each line begins with the name of its job.
    is_prefixed: bool,
    zone: TimeZone,
    out: &'a Out,
}

impl Printer<'_> {
    fn print<'l>(&self, job: &Job, lines: impl Iterator<Item = JobLogLine<'l>>) -> std::io::Result<()> {
        let lines = lines.filter(|line| line.kind != LineKind::EndGroup).map(|line| Printed {
            job: &job.name,
            time: line.time,
            kind: line.kind,
            text: line.text.into_owned(),
        });
        self.out.stream(&lines.collect::<Vec<_>>(), |line| self.written(line))
    }

    /// Writes a line with its time. A message says what it is.
    fn written(&self, line: &Printed<'_>) -> String {
        let at = line.time.map(|at| at.to_zoned(self.zone.clone()).strftime("%H:%M:%S ").to_string());
        let prefix = if self.is_prefixed { format!("{}: ", line.job) } else { String::new() };
        let kind = match line.kind {
            LineKind::Error => "error: ",
            LineKind::Warning => "warning: ",
            LineKind::Notice => "notice: ",
            _ => "",
        };
        let begin = format!("{prefix}{}{kind}", at.unwrap_or_default());
        format!("{begin}{}", line.text.replace('\n', &format!("\n{begin}")))
    }
}

#[cfg(test)]
mod tests {
    use hello_model::run::{State, Step};

    use super::*;

    fn job(id: u64, name: &str, conclusion: Option<&str>) -> Job {
        let state =
            State::from_words(if conclusion.is_some() { "completed" } else { "in_progress" }, conclusion);
        let step = Step {
            number: 1,
            name: "Run".to_owned(),
            state: state.clone(),
            started_at: None,
            completed_at: None,
        };
        Job { steps: vec![step], ..Job::new(id, name, state) }
    }

    fn names(job_name: Option<&str>, failed: bool, jobs: &[Job]) -> Result<Vec<String>, String> {
        let args = Logs { run: None, job: job_name.map(str::to_owned), failed };
        let chosen = chosen(&args, RunId(7), jobs).map_err(|failure| failure.why)?;
        Ok(chosen.into_iter().map(|job| job.name.clone()).collect())
    }

    #[test]
    fn jobs_are_chosen_by_name_id_and_result() {
        let jobs =
            [job(1, "Build", Some("success")), job(2, "test (1)", Some("failure")), job(3, "deploy", None)];
        let all = |names: &[&str]| Ok(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(names(None, false, &jobs), all(&["Build", "test (1)", "deploy"]));
        assert_eq!(names(None, true, &jobs), all(&["test (1)"]));
        assert_eq!(names(Some("build"), false, &jobs), all(&["Build"]));
        assert_eq!(names(Some("2"), false, &jobs), all(&["test (1)"]));
        for (name, failed, why) in [
            (Some("deploy"), false, "GitHub has no log of a running job, and no other is left: deploy"),
            (Some("x"), false, "it has no job `x`; its jobs: `Build`, `test (1)`, `deploy`"),
            (Some("build"), true, "no job of it has failed"),
        ] {
            assert_eq!(names(name, failed, &jobs), Err(why.to_owned()));
        }
    }

    #[test]
    fn every_row_of_a_message_says_what_it_is() {
        let out = Out::default();
        let printer = Printer { is_prefixed: true, zone: TimeZone::UTC, out: &out };
        let time = "2026-09-10T08:00:01Z".parse().ok();
        let line = Printed { job: "test", time, kind: LineKind::Error, text: "one\ntwo".to_owned() };
        assert_eq!(printer.written(&line), "test: 08:00:01 error: one\ntest: 08:00:01 error: two");
    }
}
