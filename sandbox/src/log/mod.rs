//! The log lines of the service's tasks: text, time, stream, and the time at which they become visible.
//!
//! Pure. Lines are never stored: the lines of any span of time are generated from the seed and the simulation, and a
//! line always gets the same text and id.

mod job;
mod load;
mod startup;
mod traffic;

use crate::moment::{Moment, secs};
use crate::names::Names;
use crate::scenario::Scenario;
use crate::simulation::World;

pub(crate) use job::{JobLog, errors, step_log};

/// The longest time until a line becomes visible, in seconds.
pub(crate) const MAX_DELAY: u64 = 10;

/// One line in the service's log group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub at: Moment,
    /// When it becomes visible; lines may become visible in a different order than they were written.
    pub ingested_at: Moment,
    pub stream: String,
    pub message: String,
    pub id: String,
}

/// A log stream: one task's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stream {
    pub name: String,
    pub created_at: Moment,
    pub last_at: Moment,
}

/// Returns the streams of the known tasks that have written something, the oldest first.
pub(crate) fn streams(names: &Names, world: &World) -> Vec<Stream> {
    let started = world.tasks.iter().filter(|task| task.running_at + secs(MAX_DELAY) <= world.now);
    started
        .map(|task| {
            let end = task.stop.as_ref().map_or(world.now, |stop| stop.stopping_at.min(world.now));
            Stream { name: names.log_stream(&task.id), created_at: task.running_at, last_at: end }
        })
        .collect()
}

/// Returns the visible lines that were written in `from..to`, in the order in which CloudWatch Logs sorts them.
pub(crate) fn lines(scenario: &Scenario, world: &World, from: Moment, to: Moment) -> Vec<Line> {
    let mut lines = traffic::lines(scenario, world, from, to);
    lines.extend(startup::lines(scenario, world, from, to));
    lines.extend(load::lines(&scenario.names, world, from, to));
    lines.retain(|line| from <= line.at && line.at < to && line.ingested_at <= world.now);
    lines.sort_by(|a, b| (a.at, a.ingested_at, &a.id).cmp(&(b.at, b.ingested_at, &b.id)));
    lines
}

/// Returns an id in the style of CloudWatch Logs: 56 digits that grow with time.
fn event_id(at: Moment, unique: u64) -> String {
    let time = u128::try_from(at.millis()).unwrap_or(0) << 64;
    format!("3{:055}", time | u128::from(unique))
}
