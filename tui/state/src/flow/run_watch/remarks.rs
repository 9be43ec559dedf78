//! What a user should know of a run beside the states of its parts.

use hello_model::run::{Conclusion, Run, RunDetail, State};

use crate::present::run::pending;

/// Returns the remarks about a run as it stands.
pub(super) fn of(detail: &RunDetail) -> Vec<String> {
    let run = &detail.run;
    let name = run.reference().name;
    let mut remarks: Vec<String> =
        pending(detail).iter().map(|fact| format!("{name} {} {}", fact.label, fact.value.text)).collect();
    if detail.pending.environments.iter().any(|environment| environment.you_may_approve) {
        remarks.push(format!("to approve {name}: hello-tui runs approve {}", run.id));
    }
    match &run.state {
        State::Unknown(word) => {
            remarks.push(format!(
                "{name} has the status `{word}`, which is not known here: it counts as active"
            ));
        }
        State::Done(Conclusion::Unknown(word)) => {
            remarks.push(format!(
                "{name} has the result `{word}`, which is not known here: it counts as failed"
            ));
        }
        state if detail.jobs.is_empty() && state.is_failure() => {
            let why = "its workflow file may be invalid";
            remarks.push(format!("{name} has ended without a job: {why}: hello-tui runs show {}", run.id));
        }
        _ => {}
    }
    remarks
}

/// Says that following ends at a job that has failed, and that the run goes on.
pub(super) fn goes_on(job: &str, run: &Run) -> String {
    let name = run.reference().name;
    format!("job {job} has failed, and {name} goes on: hello-tui runs watch {}", run.id)
}
