//! Which log is shown: how it stands in a route.

use hello_model::run::{JobId, RunId};

use crate::{
    route::{Route, Scope},
    screen::ScreenSpec,
};

/// A job of a run, and the step that is gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) run: RunId,
    pub(super) job: JobId,
    /// The number of a step.
    pub(super) step: Option<u64>,
}

impl Subject {
    /// Reads `RUN/JOB` or `RUN/JOB/STEP`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/').map(str::parse::<u64>);
        let (run, job) = (parts.next()?.ok()?, parts.next()?.ok()?);
        let step = parts.next().transpose().ok()?;
        parts.next().is_none().then_some(Self { run: RunId(run), job: JobId(job), step })
    }
}

/// Returns the route to the log of a job, with the number of the step that it opens at.
pub fn route(spec: &ScreenSpec, scope: Scope, run: RunId, job: JobId, step: Option<u64>) -> Route {
    let step = step.map(|step| format!("/{step}")).unwrap_or_default();
    Route { screen: spec.id, scope, subject: Some(format!("{run}/{job}{step}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_names_run_job_and_step() {
        let read = |text: &str| Subject::parse(text).map(|of| (of.run.0, of.job.0, of.step));
        assert_eq!(read("7/8"), Some((7, 8, None)));
        assert_eq!(read("7/8/3"), Some((7, 8, Some(3))));
        for other in ["", "7", "7/x", "7/8/x", "7/8/3/4"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
