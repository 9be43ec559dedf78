//! Additional lines: evenly spaced, short, and the same in every request.

use crate::moment::{Moment, millis};
use crate::names::Names;
use crate::simulation::World;

use super::{Line, event_id};

/// The time from a line to its ingestion.
const DELAY_MS: u64 = 200;

pub(super) fn lines(names: &Names, world: &World, from: Moment, to: Moment) -> Vec<Line> {
    let Some(load) = world.log_load.filter(|load| load.lines_per_second > 0) else { return Vec::new() };
    let Some(task) = world.tasks.iter().find(|task| task.is_running(load.from)) else { return Vec::new() };
    let stream = names.log_stream(&task.id);
    let (from, to) = (from.max(load.from), to.min(world.now));
    let per_second = i64::from(load.lines_per_second);
    // Numbers count the lines since the beginning of time, so a line is the same in every request.
    let numbers =
        from.millis().saturating_mul(per_second) / 1_000..=to.millis().saturating_mul(per_second) / 1_000;
    numbers
        .map(|number| {
            let at = Moment::from_millis(number * 1_000 / per_second);
            Line {
                at,
                ingested_at: at + millis(DELAY_MS),
                stream: stream.clone(),
                message: format!("INFO request {number} answered"),
                id: event_id(at, number.unsigned_abs()),
            }
        })
        .collect()
}
