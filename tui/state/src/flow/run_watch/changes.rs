//! Changes of a run and of its parts.

use std::time::Duration;

use hello_model::{
    run::{Job, Run, State, Step},
    time::{Now, Timestamp},
};

use crate::{
    flow::{Change, Subject},
    present::badge::run_badge,
};

/// Returns the change of a run, with its web page.
pub(super) fn of_run(run: &Run, now: Now) -> Change {
    let (label, workflow) = (run.label(), &run.workflow);
    Change {
        id: Some(run.id.0),
        url: Some(run.url.clone()).filter(|url| !url.is_empty()),
        ..change(
            Subject::Run,
            &format!("{label} {workflow}"),
            &run.state,
            run.began_at(),
            run.updated_at,
            now,
        )
    }
}

/// Returns the change of a job.
pub(super) fn of_job(job: &Job, now: Now) -> Change {
    Change {
        id: Some(job.id),
        ..change(Subject::Job, &job.name, &job.state, job.started_at, job.completed_at, now)
    }
}

/// Returns the change of a step.
pub(super) fn of_step(job: &Job, step: &Step, now: Now) -> Change {
    Change {
        job: Some(job.name.clone()),
        ..change(Subject::Step, &step.name, &step.state, step.started_at, step.completed_at, now)
    }
}

fn change(
    subject: Subject,
    name: &str,
    state: &State,
    began: Option<Timestamp>,
    ended: Option<Timestamp>,
    now: Now,
) -> Change {
    let at = match state {
        State::InProgress => began,
        State::Done(_) => ended,
        State::Queued | State::Waiting | State::Unknown(_) => None,
    };
    let took = began.zip(ended).filter(|_| !state.is_active());
    let took = took.and_then(|(began, ended)| Duration::try_from(ended.duration_since(began)).ok());
    Change {
        at: at.unwrap_or(now.wall),
        subject,
        id: None,
        name: name.to_owned(),
        job: None,
        run: None,
        status: state.word().to_owned(),
        tone: run_badge(state).2,
        took,
        url: None,
    }
}
