//! The lines that a task writes when it starts, fails its health checks, and stops.

use serde_json::json;

use crate::moment::{Moment, millis, secs};
use crate::scenario::Scenario;
use crate::seeded_rng::SeededRng;
use crate::simulation::{Task, World};

use super::{Line, event_id};

pub(super) fn lines(scenario: &Scenario, world: &World, from: Moment, to: Moment) -> Vec<Line> {
    let near = |task: &&Task| {
        let end = task.stop.as_ref().map_or(task.running_at + secs(120), |stop| stop.stopped_at);
        task.running_at < to && from <= end
    };
    world.tasks.iter().filter(near).flat_map(|task| of_task(scenario, task)).collect()
}

fn of_task(scenario: &Scenario, task: &Task) -> Vec<Line> {
    let stream = scenario.names.log_stream(&task.id);
    let mut log = StartupLog { stream, rng: scenario.rng("startup", &[task.number()]), lines: Vec::new() };
    let up = task.running_at;
    let version = task.revision.tag();
    log.write(up + millis(120), "INFO", &format!("hello-server starts, image {version}"));
    log.write(up + millis(180), "INFO", "settings read from the environment");
    log.write(up + millis(420), "INFO", "database opened, 0 migrations to apply");
    if task.healthy_at.is_some() {
        log.write(up + millis(640), "INFO", "listening on 0.0.0.0:5000");
    } else {
        write_unhealthy(&mut log, up);
    }
    if let Some(stop) = &task.stop {
        log.write(stop.stopping_at + millis(300), "INFO", "SIGTERM received, finishing what is under way");
        log.write(stop.stopping_at + millis(1900), "INFO", "stopped");
    }
    log.lines
}

/// Writes the lines of a task that never becomes healthy because its database is read-only.
fn write_unhealthy(log: &mut StartupLog, up: Moment) {
    log.write(up + millis(650), "WARN", "database is read-only, writes will fail");
    log.write(up + millis(700), "INFO", "listening on 0.0.0.0:5000");
    for beat in 0..6_u64 {
        let at = up + secs(3 + beat * 5);
        log.write(at, "ERROR", "health check failed: attempt to write a readonly database");
    }
}

struct StartupLog {
    stream: String,
    rng: SeededRng,
    lines: Vec<Line>,
}

impl StartupLog {
    fn write(&mut self, at: Moment, level: &str, message: &str) {
        let text = json!({
            "timestamp": at.rfc3339_millis(), "level": level, "target": "hello_server", "message": message,
        });
        let ingested_at = at + millis(self.rng.between(200, 900));
        let id = event_id(at, self.rng.between(0, u64::MAX));
        let stream = self.stream.clone();
        self.lines.push(Line { at, ingested_at, stream, message: text.to_string(), id });
    }
}
