//! Access log lines: two to four requests per second, handled by the tasks that take the production traffic.

use serde_json::json;

use crate::moment::{Moment, millis, secs};
use crate::scenario::Scenario;
use crate::seeded_rng::SeededRng;
use crate::simulation::{Task, World};

use super::{Line, MAX_DELAY, event_id};

/// The tasks that handle requests from a moment on, until the next era begins.
struct TrafficPeriod<'a> {
    from: Moment,
    tasks: Vec<&'a Task>,
}

pub(super) fn lines(scenario: &Scenario, world: &World, from: Moment, to: Moment) -> Vec<Line> {
    let periods = periods(world);
    let to = to.min(world.now + secs(1));
    let seconds = from.whole_seconds()..=to.whole_seconds();
    let mut lines = Vec::new();
    for second in seconds {
        lines.extend(requests(scenario, &periods, second));
        if second % 15 == 0 {
            lines.extend(health_checks(scenario, &world.tasks, second));
        }
    }
    lines
}

/// Returns which tasks take the traffic from when on: each traffic shift starts a new era.
fn periods(world: &World) -> Vec<TrafficPeriod<'_>> {
    let of =
        |revision: &str| world.tasks.iter().filter(|task| task.revision.id == revision).collect::<Vec<_>>();
    let mut periods = Vec::new();
    if let Some(first) = &world.first_revision {
        periods.push(TrafficPeriod { from: first.created_at + secs(60), tasks: of(&first.id) });
    }
    for deployment in world.deployments.iter().rev() {
        let shifts =
            [(deployment.shifted_at, &deployment.target), (deployment.shifted_back_at, &deployment.source)];
        for (at, revision) in shifts {
            periods.extend(at.map(|from| TrafficPeriod { from, tasks: of(&revision.id) }));
        }
    }
    periods.retain(|period| !period.tasks.is_empty());
    periods
}

fn requests(scenario: &Scenario, periods: &[TrafficPeriod<'_>], second: i64) -> Vec<Line> {
    let start = Moment::from_millis(second * 1000);
    let begun = periods.partition_point(|period| period.from <= start);
    let Some(period) = begun.checked_sub(1).and_then(|last| periods.get(last)) else { return Vec::new() };
    let mut rng = scenario.rng("traffic", &[second.unsigned_abs()]);
    (0..rng.between(2, 5)).filter_map(|_| request(scenario, period, start, &mut rng)).collect()
}

/// Sample requests: method, path, status and usual duration in milliseconds.
const REQUESTS: &[(&str, &str, u64, u64)] = &[
    ("GET", "/trucks", 200, 6),
    ("GET", "/trucks", 200, 9),
    ("GET", "/trucks?status=active", 200, 8),
    ("GET", "/trucks?search=volvo", 200, 11),
    ("GET", "/trucks/{id}", 200, 3),
    ("GET", "/trucks/{id}", 200, 4),
    ("GET", "/trucks/{id}", 304, 1),
    ("POST", "/trucks", 201, 18),
    ("PATCH", "/trucks/{id}", 200, 14),
    ("DELETE", "/trucks/{id}", 204, 12),
];

/// Returns the line of one request, or `None` for an era without tasks.
fn request(
    scenario: &Scenario,
    period: &TrafficPeriod<'_>,
    start: Moment,
    rng: &mut SeededRng,
) -> Option<Line> {
    let at = start + millis(rng.between(0, 1000));
    let (method, template, status, usual) = *rng.pick(REQUESTS);
    let path = template.replace("{id}", &rng.uuid());
    let (level, status, took, message) = match rng.between(0, 1000) {
        0..6 => ("ERROR", 500, usual * 40, "request failed: database is locked"),
        6..20 => ("WARN", 404, usual, "request refused: no such truck"),
        20..32 => ("WARN", 422, usual, "request refused: license plate is already taken"),
        32..40 => ("WARN", status, usual * 160, "slow request"),
        _ => ("INFO", status, usual + rng.between(0, usual + 2), "answered"),
    };
    let text = json!({
        "timestamp": at.rfc3339_millis(), "level": level, "target": "hello_server::requests", "message": message,
        "request.id": rng.uuid(), "http.method": method, "http.path": path, "http.status": status,
        "duration_ms": took,
    });
    let task = *rng.pick_any(&period.tasks)?;
    Some(line(scenario, task, at, text.to_string(), rng))
}

/// Returns the lines of the health checks: the load balancer checks every running task, with or without traffic.
fn health_checks(scenario: &Scenario, tasks: &[Task], second: i64) -> Vec<Line> {
    let start = Moment::from_millis(second * 1000);
    let requested = tasks.iter().filter(|task| task.healthy_at.is_some() && task.is_running(start));
    let check = |task: &Task| {
        let rng = &mut scenario.rng("health check", &[second.unsigned_abs(), task.number()]);
        let at = start + millis(rng.between(0, 1000));
        let text = json!({
            "timestamp": at.rfc3339_millis(), "level": "INFO", "target": "hello_server::requests",
            "message": "answered", "request.id": rng.uuid(), "http.method": "GET", "http.path": "/health",
            "http.status": 200, "duration_ms": 1,
        });
        line(scenario, task, at, text.to_string(), rng)
    };
    requested.map(check).collect()
}

/// Makes a line. Most lines are visible within a second; one in forty takes several seconds.
fn line(scenario: &Scenario, task: &Task, at: Moment, message: String, rng: &mut SeededRng) -> Line {
    let late = rng.between(0, 40) == 0;
    let delay = if late { rng.between(3_000, MAX_DELAY * 1000) } else { rng.between(150, 900) };
    Line {
        at,
        ingested_at: at + millis(delay),
        stream: scenario.names.log_stream(&task.id),
        message,
        id: event_id(at, rng.between(0, u64::MAX)),
    }
}
