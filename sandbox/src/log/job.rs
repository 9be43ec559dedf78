//! The log of a workflow job, as GitHub stores it: one text for all steps, and a timestamp before every line.

mod output;

use std::fmt::Write as _;

use crate::moment::{Moment, millis};
use crate::simulation::{Attempt, Conclusion, Job, Step};

use output::{debug_lines, step_lines};

pub(crate) use output::errors;

/// The length of a line that fills a large log, with its end.
const FILLER: usize = 128;

/// The number of filling lines that are made at once.
const LINES: u64 = 512;

/// The log of a job that has ended. A large log is made piece by piece and never held whole.
#[derive(Debug)]
pub(crate) struct JobLog {
    before: String,
    after: String,
    filler: u64,
    /// The times between which the filling lines are written: the rest of the longest step.
    window: (Moment, Moment),
}

impl JobLog {
    /// Makes the log. With `bytes`, lines without meaning fill it up to at least this size.
    pub(crate) fn of(job: &Job, attempt: &Attempt, bytes: Option<u64>) -> Self {
        let steps = job.steps.iter().filter(|step| step.conclusion != Conclusion::Skipped);
        let longest = steps.clone().max_by_key(|step| step.to.since(step.from));
        let window = longest.map_or((job.queued_at, job.queued_at), |step| (step.from, step.to));
        let mut lines = steps.flat_map(|step| stamped(step, job, attempt)).collect::<Vec<_>>();
        lines.sort_by_key(|(at, _)| *at);
        // The file begins with a byte-order mark, as GitHub's does.
        let (mut before, mut after) = ("\u{feff}".to_owned(), String::new());
        let mut written = window.0;
        for (at, line) in &lines {
            let is_before = *at < window.1 - millis(LAST);
            if is_before {
                written = written.max(*at);
            }
            write_line(if is_before { &mut before } else { &mut after }, *at, line);
        }
        let usual = before.len() + after.len();
        let missing = bytes.unwrap_or_default().saturating_sub(usual as u64);
        Self { before, after, filler: missing.div_ceil(FILLER as u64), window: (written, window.1) }
    }

    /// Returns the size in bytes.
    pub(crate) fn len(&self) -> u64 {
        (self.before.len() + self.after.len()) as u64 + self.filler * FILLER as u64
    }

    /// Returns the pieces of the log in their order.
    pub(crate) fn pieces(self) -> impl Iterator<Item = String> {
        let Self { before, after, filler, window } = self;
        let starts = (0..filler.div_ceil(LINES)).map(|piece| piece * LINES);
        let filling = starts.map(move |from| piece(from..(from + LINES).min(filler), filler, window));
        std::iter::once(before).chain(filling).chain(std::iter::once(after))
    }

    /// Returns the whole log.
    pub(crate) fn text(self) -> String {
        self.pieces().collect()
    }
}

/// Returns the log of one step, as the archive of a run's logs has it.
pub(crate) fn step_log(step: &Step, job: &Job, attempt: &Attempt) -> String {
    let mut text = String::new();
    for (at, line) in stamped(step, job, attempt) {
        write_line(&mut text, at, &line);
    }
    text
}

/// How long before the end of a step its last line is written, in milliseconds.
const LAST: u64 = 1;

/// Returns the lines of a step with their times, all of them within the step.
fn stamped(step: &Step, job: &Job, attempt: &Attempt) -> Vec<(Moment, String)> {
    let mut lines = step_lines(step);
    if attempt.debug {
        lines.splice(0..0, debug_lines(step, job));
    }
    let end = (step.to - millis(LAST)).max(step.from);
    let count = lines.len();
    let at = |place: usize| {
        let early = step.from + millis(137 * place as u64);
        // The result of a step is known at its end.
        if place + 1 == count && count > 1 { end } else { early.min(end) }
    };
    lines.into_iter().enumerate().map(|(place, line)| (at(place), line)).collect()
}

/// Writes filling lines, whose times are spread over the window.
fn piece(lines: std::ops::Range<u64>, all: u64, (from, to): (Moment, Moment)) -> String {
    let mut text = String::with_capacity(FILLER * usize::try_from(LINES).unwrap_or_default());
    let length = u64::try_from(to.since(from).as_millis()).unwrap_or(0).saturating_sub(LAST + 1);
    for number in lines {
        let at = from
            + millis(u64::try_from(u128::from(length) * u128::from(number) / u128::from(all)).unwrap_or(0));
        let mut line = if number.is_multiple_of(10_000) {
            format!("##[warning]truck {number:09} reports late")
        } else {
            format!("truck {number:09} reports its position, {} km", number % 977)
        };
        // The time takes 28 bytes, and a space and the end of the line one each.
        while line.len() < FILLER - 30 {
            line.push('.');
        }
        write_line(&mut text, at, &line);
    }
    text
}

fn write_line(text: &mut String, at: Moment, line: &str) {
    let stamp = at.rfc3339_millis();
    let stamp = stamp.trim_end_matches('Z');
    // GitHub writes seven fractional digits.
    writeln!(text, "{stamp}0000Z {line}").unwrap_or(());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Names;
    use crate::scenario::Scenario;
    use crate::simulation::World;

    fn world() -> World {
        let now = Moment::from_millis(1_772_442_000_000);
        World::at(&Scenario::starting_at(now, 1, Names::default()), &[], now)
    }

    #[test]
    fn every_line_lies_within_its_job_in_the_order_of_time() {
        let world = world();
        let mut seen = 0;
        for run in &world.runs {
            let attempt = run.attempt(world.now);
            for job in attempt.jobs.iter().filter(|job| !job.steps.is_empty()) {
                let text = JobLog::of(job, attempt, None).text();
                let stamps = text.trim_start_matches('\u{feff}').lines().map(|line| &line[..28]);
                let stamps = stamps.collect::<Vec<_>>();
                assert!(stamps.is_sorted() && stamps.iter().all(|stamp| stamp.ends_with("0000Z")), "{text}");
                assert!(stamps[0].starts_with(&job.steps[0].from.rfc3339_millis()[..23]));
                seen += 1;
            }
        }
        assert!(seen > 60, "{seen}");
    }

    #[test]
    fn a_large_log_has_exactly_its_size_and_keeps_the_order() {
        let world = world();
        let attempt = world.runs[3].attempt(world.now);
        let job = attempt.jobs.iter().find(|job| !job.steps.is_empty()).unwrap();
        let log = JobLog::of(job, attempt, Some(1_000_000));
        let size = log.len();
        let text = log.text();
        assert!(size >= 1_000_000 && text.len() as u64 == size, "{size} {}", text.len());
        let text = text.trim_start_matches('\u{feff}');
        assert!(text.lines().map(|line| &line[..28]).is_sorted());
        assert!(text.contains("##[warning]truck 000000000"));
    }
}
