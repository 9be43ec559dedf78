//! The filters of a list of runs.

use serde::Deserialize;

use crate::simulation::{Run, Status, World};

/// The filters of a list of runs.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filter {
    actor: Option<String>,
    branch: Option<String>,
    event: Option<String>,
    status: Option<String>,
    created: Option<String>,
    head_sha: Option<String>,
    check_suite_id: Option<u64>,
}

impl Filter {
    /// Reports whether the list is unfiltered, so that it has no limit.
    pub(super) fn is_empty(&self) -> bool {
        let texts = [&self.actor, &self.branch, &self.event, &self.status, &self.created, &self.head_sha];
        texts.iter().all(|text| text.is_none()) && self.check_suite_id.is_none()
    }

    pub(super) fn matches(&self, run: &Run, world: &World) -> bool {
        let status = run.status(world.now);
        let same = |requested: &Option<String>, is: &str| {
            requested.as_deref().is_none_or(|requested| requested == is)
        };
        same(&self.actor, run.actor.login)
            && same(&self.branch, &run.commit.branch)
            && same(&self.event, run.event.name())
            && same(&self.head_sha, &run.commit.sha)
            && self.check_suite_id.is_none_or(|requested| requested == run.id * 2 + 1)
            && self.status.as_deref().is_none_or(|requested| has_status(requested, status))
            && self
                .created
                .as_deref()
                .is_none_or(|requested| is_created(requested, &run.created_at.rfc3339()))
    }
}

/// Matches either the status or the conclusion, as GitHub's `status` filter does.
fn has_status(requested: &str, status: Status) -> bool {
    requested == status.name() || Some(requested) == status.conclusion()
}

/// Compares as text, which equals the order of time for RFC 3339 in UTC; a date alone means its whole day.
fn is_created(requested: &str, created: &str) -> bool {
    let cut = |bound: &str| created.get(..bound.len().min(created.len())).unwrap_or(created).to_owned();
    if let Some((from, to)) = requested.split_once("..") {
        return (from == "*" || cut(from).as_str() >= from) && (to == "*" || cut(to).as_str() <= to);
    }
    if let Some(bound) = requested.strip_prefix(">=") {
        cut(bound).as_str() >= bound
    } else if let Some(bound) = requested.strip_prefix("<=") {
        cut(bound).as_str() <= bound
    } else if let Some(bound) = requested.strip_prefix('>') {
        cut(bound).as_str() > bound
    } else if let Some(bound) = requested.strip_prefix('<') {
        cut(bound).as_str() < bound
    } else {
        cut(requested) == requested
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn created_understands_dates_bounds_and_ranges() {
        let created = "2026-11-23T09:30:00Z";
        for yes in ["2026-11-23", ">=2026-11-23", "2026-11-20..2026-11-23", "*..2026-12-01", ">2026-11-22"] {
            assert!(is_created(yes, created), "{yes}");
        }
        for no in ["2026-11-22", "<2026-11-23", ">2026-11-23T09:30:00Z", "2026-11-24..*"] {
            assert!(!is_created(no, created), "{no}");
        }
    }
}
