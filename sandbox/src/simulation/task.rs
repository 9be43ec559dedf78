//! Tasks of the service: their lifecycle from provisioning to stopped.

use crate::moment::{Moment, millis, secs};
use crate::seeded_rng::SeededRng;

use super::deployment::Revision;

/// The desired task count of the service.
pub(crate) const DESIRED: usize = 3;

/// One task, computed to its end as far as that is known.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub id: String,
    pub revision: Revision,
    /// The deployment that started it, as `ecs-svc/…` without that prefix.
    pub started_by: String,
    pub created_at: Moment,
    pub running_at: Moment,
    /// When the load balancer reports it healthy, if ever.
    pub healthy_at: Option<Moment>,
    pub stop: Option<Stop>,
    /// The index among the tasks of its revision; determines its zone and address.
    pub place: usize,
    pub address: String,
}

/// The end of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub stopping_at: Moment,
    pub stopped_at: Moment,
    pub reason: String,
}

impl Task {
    /// Computes a task that starts; it becomes healthy unless `is_unhealthy`.
    pub(super) fn new(
        rng: &mut SeededRng,
        revision: &Revision,
        by: &str,
        at: Moment,
        place: usize,
        is_unhealthy: bool,
    ) -> Self {
        let created_at = at + millis(rng.between(200, 1500));
        let running_at = created_at + millis(rng.between(19_000, 24_000));
        let healthy_at = (!is_unhealthy).then(|| running_at + millis(rng.between(9_000, 14_000)));
        Self {
            id: rng.hex(32),
            revision: revision.clone(),
            started_by: by.to_owned(),
            created_at,
            running_at,
            healthy_at,
            stop: None,
            place,
            address: format!("10.0.{}.{}", place + 1, rng.between(10, 250)),
        }
    }

    /// Returns a number unique to the task, to seed its own random number generator.
    pub(crate) fn number(&self) -> u64 {
        self.id.get(..12).and_then(|start| u64::from_str_radix(start, 16).ok()).unwrap_or(0)
    }

    /// Stops the task as the scheduler does: it drains for `drain` seconds, then stops.
    pub(super) fn retire(&mut self, at: Moment, drain: u64, reason: String) {
        if self.stop.is_none() {
            let stopped_at = at + secs(drain);
            self.stop = Some(Stop { stopping_at: at, stopped_at, reason });
        }
    }

    /// Returns `lastStatus` as ECS shows it.
    pub(crate) fn status(&self, now: Moment) -> &'static str {
        if let Some(stop) = self.stop.as_ref().filter(|stop| stop.stopping_at <= now) {
            return match stop.stopped_at.since(now) {
                left if stop.stopped_at <= now || left.is_zero() => "STOPPED",
                left if left <= secs(2) => "DEPROVISIONING",
                left if left <= secs(5) => "STOPPING",
                _ => "DEACTIVATING",
            };
        }
        match self.running_at.since(now) {
            left if left.is_zero() => "RUNNING",
            left if left <= secs(2) => "ACTIVATING",
            left if left <= secs(14) => "PENDING",
            _ => "PROVISIONING",
        }
    }

    pub(crate) fn exists(&self, now: Moment) -> bool {
        self.created_at <= now
    }

    pub(crate) fn is_running(&self, now: Moment) -> bool {
        self.running_at <= now && !self.is_stopping(now)
    }

    pub(crate) fn is_pending(&self, now: Moment) -> bool {
        self.exists(now) && now < self.running_at && !self.is_stopping(now)
    }

    pub(crate) fn is_stopping(&self, now: Moment) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.stopping_at <= now)
    }

    pub(crate) fn is_stopped(&self, now: Moment) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.stopped_at <= now)
    }

    pub(crate) fn is_healthy(&self, now: Moment) -> bool {
        self.is_running(now) && self.healthy_at.is_some_and(|at| at <= now)
    }
}
