//! Which lines belong to which step of a job.
//!
//! GitHub does not say it. The times of the steps are known to the second, and the runner begins most steps with a group of
//! its own, which tells where in this second a step begins.

use std::{cmp::Reverse, ops::Range};

use super::{JobLog, LineKind};
use crate::{
    run::{Conclusion, State, Step},
    time::Timestamp,
};

/// The lines of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLines {
    /// The place of the step in the list of steps.
    pub step: usize,
    pub lines: Range<usize>,
}

/// Splits a log between the steps of its job, in the order of their numbers. Each line belongs to one step at most, and to
/// one at least if the time of a step is known. A step without lines has an empty range.
pub fn sections(log: &JobLog, steps: &[Step]) -> Vec<StepLines> {
    let mut starts = starts(log, steps);
    starts.sort_by_key(|(step, line)| (*line, steps[*step].started_at, steps[*step].number));
    let mut sections: Vec<_> =
        (0..steps.len()).map(|step| StepLines { step, lines: log.len()..log.len() }).collect();
    for (place, (step, line)) in starts.iter().enumerate() {
        let begin = if place == 0 { 0 } else { *line };
        let end = starts.get(place + 1).map_or(log.len(), |(_, next)| *next);
        sections[*step].lines = begin..end;
    }
    sections.sort_by_key(|section| (steps[section.step].number, section.step));
    sections
}

/// Returns the first line with an error in a step: among its own lines, or else in the time in which it ran.
pub fn first_error(log: &JobLog, steps: &[Step], sections: &[StepLines], step: usize) -> Option<usize> {
    let own = sections.iter().find(|section| section.step == step)?.lines.clone();
    errors(log, own).next().or_else(|| {
        let step = steps.get(step)?;
        let begin = step.started_at.map_or(0, |from| log.first_at(second(from)));
        let end = step.completed_at.map_or(log.len(), |to| log.first_at(next_second(to)));
        errors(log, begin..end).next()
    })
}

/// Returns the step that has failed, and its first error. Of several, it is the first with an error of its own: the row of a
/// parallel group fails with its steps.
pub fn failed_step(log: &JobLog, steps: &[Step], sections: &[StepLines]) -> Option<(usize, Option<usize>)> {
    let mut failed: Vec<_> =
        sections.iter().filter(|section| steps[section.step].state.is_failure()).collect();
    let own_error = |section: &StepLines| errors(log, section.lines.clone()).next();
    if let Some((step, line)) = failed.iter().find_map(|section| Some((section.step, own_error(section)?))) {
        return Some((step, Some(line)));
    }
    failed.sort_by_key(|section| contained(steps, section.step));
    let step = failed.first()?.step;
    Some((step, first_error(log, steps, sections, step)))
}

fn errors(log: &JobLog, lines: Range<usize>) -> impl Iterator<Item = usize> {
    log.marks(lines).filter(|(_, kind)| *kind == LineKind::Error).map(|(line, _)| line)
}

/// Returns the first line of each step that has one.
fn starts(log: &JobLog, steps: &[Step]) -> Vec<(usize, usize)> {
    let ran = |step: &Step| step.state != State::Done(Conclusion::Skipped);
    let mut timed: Vec<_> = steps.iter().enumerate().filter(|(_, step)| ran(step)).collect();
    timed.retain(|(_, step)| step.started_at.is_some());
    timed.sort_by_key(|(_, step)| (step.started_at.map(second), step.number));
    let mut starts = Vec::new();
    let same_second =
        timed.chunk_by(|(_, one), (_, other)| one.started_at.map(second) == other.started_at.map(second));
    for of_second in same_second {
        let of_second: Vec<usize> = of_second.iter().map(|(step, _)| *step).collect();
        let last = starts.last().map(|(_, line)| *line);
        starts.extend(starts_of_second(log, steps, &of_second, last));
    }
    starts
}

/// Returns the first lines of the steps that began in the same second. `last` is the first line of the step before.
fn starts_of_second(
    log: &JobLog,
    steps: &[Step],
    of_second: &[usize],
    last: Option<usize>,
) -> Vec<(usize, usize)> {
    let Some(at) = of_second.first().and_then(|step| steps.get(*step)?.started_at) else { return Vec::new() };
    let begin = log.first_at(second(at)).max(last.map_or(0, |last| last + 1));
    let end = log.first_at(next_second(at)).max(begin);
    if begin >= log.len() {
        return Vec::new();
    }
    let mut lines: Vec<usize> = log.step_starts(begin..end).take(of_second.len()).collect();
    // The first step of a job begins without a group of its own.
    if last.is_none() && lines.first() != Some(&begin) {
        lines.insert(0, begin);
    }
    if lines.is_empty() {
        lines.push(begin);
    }
    let mut of_second = of_second.to_vec();
    // The row of a parallel group writes no lines of its own.
    of_second.sort_by_key(|step| Reverse(contained(steps, *step)));
    let without_lines = of_second.len().saturating_sub(lines.len());
    let containers = of_second.iter().filter(|step| contained(steps, **step) > 0).count();
    of_second.drain(..without_lines.min(containers));
    of_second.sort_by_key(|step| steps[*step].number);
    of_second.into_iter().zip(lines).collect()
}

/// Counts the steps with higher numbers that ran while this step did.
fn contained(steps: &[Step], step: usize) -> usize {
    let Some(outer) = steps.get(step) else { return 0 };
    let is_inside = |inner: &&Step| {
        let began = inner.started_at.is_some() && inner.started_at >= outer.started_at;
        // A step of no duration contains none, and follows none that ended when it began.
        let overlaps = outer.completed_at.is_none_or(|end| inner.started_at < Some(end));
        let ended = match (inner.completed_at, outer.completed_at) {
            (Some(inner), Some(outer)) => inner <= outer,
            (_, None) => true,
            (None, Some(_)) => false,
        };
        inner.number > outer.number && began && overlaps && ended
    };
    steps.iter().filter(is_inside).count()
}

fn second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn next_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().saturating_add(1)).unwrap_or(Timestamp::MAX)
}
