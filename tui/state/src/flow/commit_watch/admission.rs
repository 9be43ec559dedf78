//! Which runs of a commit are followed.

use hello_model::run::Run;

/// Reports whether a run has ended and a newer run repeats it: the same workflow, event and branch.
///
/// The last commit of a branch has a run for each night of a scheduled workflow; their results say nothing about now.
pub fn is_superseded(run: &Run, all: &[Run]) -> bool {
    !run.state.is_active() && all.iter().any(|other| other.id > run.id && is_alike(run, other))
}

fn is_alike(one: &Run, other: &Run) -> bool {
    let workflow = |run: &Run| run.path.clone().unwrap_or_else(|| run.workflow.clone());
    one.event == other.event && one.branch == other.branch && workflow(one) == workflow(other)
}
