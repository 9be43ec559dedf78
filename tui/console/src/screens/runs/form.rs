//! The forms of the runs screen: which jobs run again, the review of environments, and what is started.

use std::borrow::Cow;

use hello_model::{
    failure::{Failure, Kind},
    run::{PendingEnvironment, RepositoryFile, Run, RunDetail, RunRef, Workflows},
    write::{Decision, RerunJobs, Reviewed, RunAction},
};

use super::trigger::{self, TriggerStep, Wanted};
use crate::{
    command::CommandId,
    screen::Event,
    widgets::form::{FieldKind, FieldSpec, FormState},
};

const ALL_JOBS: &str = "all jobs";
const FAILED_JOBS: &str = "the failed jobs";
/// What the option of a single job begins with: a job may have any name.
const ONE_JOB: &str = "job ";
const APPROVE: &str = "approve";
const REJECT: &str = "reject";

/// A form that is open.
#[derive(Debug)]
pub(super) struct RunForm {
    purpose: Purpose,
    pub(super) fields: FormState,
}

#[derive(Debug)]
enum Purpose {
    /// Run these jobs again, or all of the run.
    Rerun {
        run: RunRef,
        jobs: Vec<(u64, String)>,
    },
    Review {
        run: RunRef,
        environments: Vec<Reviewed>,
    },
    Trigger(TriggerStep),
}

/// What is to be done after a form was filled in.
#[derive(Debug)]
pub(super) enum Next {
    Send(RunAction),
    /// Another answer is needed first; the form stays open.
    Wait,
}

impl RunForm {
    /// Asks which jobs of a run are to run again. The job in `selected` is offered first.
    pub(super) fn rerun(run: &Run, detail: Option<&RunDetail>, selected: Option<u64>) -> Self {
        let all = detail.map(|detail| detail.jobs.as_slice()).unwrap_or_default();
        let jobs: Vec<_> = all.iter().map(|job| (job.id, job.name.clone())).collect();
        let named = jobs.iter().map(|(_, name)| Cow::Owned(format!("{ONE_JOB}{name}")));
        let options =
            [Cow::Borrowed(ALL_JOBS), Cow::Borrowed(FAILED_JOBS)].into_iter().chain(named).collect();
        let of_selected =
            jobs.iter().find(|(id, _)| Some(*id) == selected).map(|(_, name)| format!("{ONE_JOB}{name}"));
        let usual = if run.state.is_failure() { FAILED_JOBS } else { ALL_JOBS };
        let fields = FormState::new([
            (
                FieldSpec::new("jobs", "Jobs").kind(FieldKind::Choice(options)).hint("← → or space chooses"),
                of_selected.unwrap_or_else(|| usual.to_owned()),
            ),
            (
                FieldSpec::new("debug", "Debug logging")
                    .kind(FieldKind::Boolean)
                    .hint("the logs hold more of what runner and steps do"),
                "false".to_owned(),
            ),
        ]);
        Self { purpose: Purpose::Rerun { run: run.reference(), jobs }, fields }
    }

    /// Asks for the review of the environments that a run waits for; why not, if the user may review none.
    pub(super) fn review(detail: &RunDetail) -> Result<Self, String> {
        let pending = &detail.pending;
        let yours: Vec<_> =
            pending.environments.iter().filter(|environment| environment.you_may_approve).collect();
        if yours.is_empty() {
            return Err(not_reviewable(detail));
        }
        let decision = FieldSpec::new("decision", "Decision")
            .kind(FieldKind::Choice(vec![Cow::Borrowed(APPROVE), Cow::Borrowed(REJECT)]))
            .hint("a rejection ends the run as failed");
        let environment = |environment: &&PendingEnvironment| {
            let spec = FieldSpec::new(format!("environment {}", environment.id), environment.name.clone());
            (spec.kind(FieldKind::Boolean), "true".to_owned())
        };
        let comment = FieldSpec::new("comment", "Comment").hint("optional; GitHub shows it");
        let fields = [(decision, APPROVE.to_owned())]
            .into_iter()
            .chain(yours.iter().map(environment))
            .chain([(comment, String::new())]);
        let fields = FormState::new(fields);
        let environments = yours.iter().map(|one| Reviewed { id: one.id, name: one.name.clone() }).collect();
        Ok(Self { purpose: Purpose::Review { run: detail.run.reference(), environments }, fields })
    }

    /// Asks which workflow is to be started, and then for its inputs.
    pub(super) fn trigger(list: &Workflows, selected: Option<&Run>) -> Result<Self, String> {
        let (step, fields) = trigger::choice(list, selected);
        match &step {
            TriggerStep::Choose { workflows, .. } if workflows.is_empty() => {
                Err("the repository has no enabled workflow".to_owned())
            }
            _ => Ok(Self { purpose: Purpose::Trigger(step), fields }),
        }
    }

    /// Returns the file that the form waits for.
    pub(super) fn wanted(&self) -> Option<&Wanted> {
        match &self.purpose {
            Purpose::Trigger(TriggerStep::Choose { wanted, .. }) => wanted.as_ref(),
            _ => None,
        }
    }

    /// Takes the file in that the form waits for, or why it cannot be read.
    pub(super) fn take(&mut self, file: Result<&RepositoryFile, &Failure>, environments: &[String]) {
        let Purpose::Trigger(TriggerStep::Choose { wanted, .. }) = &mut self.purpose else { return };
        let Some(of) = wanted.take() else { return };
        match file.map_err(Clone::clone).and_then(|file| of.read(file)) {
            Ok(form) => {
                self.fields = trigger::inputs(&form, environments);
                self.purpose = Purpose::Trigger(TriggerStep::Fill(form));
            }
            Err(failure) => self.fields.refuse(failure),
        }
    }

    /// Reports whether it holds inputs, which are kept when it is closed.
    pub(super) fn has_inputs(&self) -> bool {
        matches!(self.purpose, Purpose::Trigger(TriggerStep::Fill(_)))
    }

    /// Returns what is odd about the workflow's file.
    pub(super) fn notes(&self) -> Vec<String> {
        match &self.purpose {
            Purpose::Trigger(TriggerStep::Fill(form)) => form.notes.clone(),
            _ => Vec::new(),
        }
    }

    pub(super) fn title(&self) -> String {
        match &self.purpose {
            Purpose::Rerun { run, .. } => format!("Run {} again", run.name),
            Purpose::Review { run, .. } => format!("Review {}", run.name),
            Purpose::Trigger(TriggerStep::Choose { wanted: None, .. }) => "Start a workflow".to_owned(),
            Purpose::Trigger(TriggerStep::Choose { .. }) => "Start a workflow: reading its file…".to_owned(),
            Purpose::Trigger(TriggerStep::Fill(form)) => {
                format!("Start {} at {}", form.workflow, form.reference)
            }
        }
    }

    pub(super) fn act(&mut self, command: CommandId) {
        self.fields.act(command);
    }

    pub(super) fn on(&mut self, event: &Event<'_>) {
        self.fields.on(event);
    }

    pub(super) fn fail(&mut self, failure: Failure) {
        self.fields.refuse(failure);
    }

    /// Returns what the form asks for, or nothing if something is missing, which the form says then.
    pub(super) fn submit(&mut self) -> Option<Next> {
        match &mut self.purpose {
            Purpose::Trigger(TriggerStep::Choose { workflows, wanted }) => {
                *wanted = trigger::chosen(workflows, &self.fields);
                Some(Next::Wait)
            }
            Purpose::Trigger(TriggerStep::Fill(form)) => match trigger::action(form, &self.fields) {
                Ok(action) => Some(Next::Send(action)),
                Err(failure) => {
                    self.fields.refuse(failure);
                    None
                }
            },
            purpose => match action(purpose, &self.fields) {
                Ok(action) => Some(Next::Send(action)),
                Err(why) => {
                    self.fields.fail(Failure::new(Kind::Invalid(Vec::new()), "the form", why));
                    None
                }
            },
        }
    }
}

/// Returns what a form about a run asks for; what is missing, if something is.
fn action(purpose: &Purpose, fields: &FormState) -> Result<RunAction, String> {
    match purpose {
        Purpose::Rerun { run, jobs } => {
            let chosen = fields.value("jobs");
            let name = chosen.strip_prefix(ONE_JOB);
            let one = || jobs.iter().find(|(_, job)| Some(job.as_str()) == name).cloned();
            let jobs = match chosen.as_str() {
                ALL_JOBS => RerunJobs::All,
                FAILED_JOBS => RerunJobs::Failed,
                _ => one().map_or(RerunJobs::All, |(id, name)| RerunJobs::One { id, name }),
            };
            Ok(RunAction::Rerun { run: run.clone(), jobs, debug: fields.value("debug") == "true" })
        }
        Purpose::Review { run, environments } => {
            let is_chosen = |one: &&Reviewed| fields.value(&format!("environment {}", one.id)) == "true";
            let environments: Vec<_> = environments.iter().filter(is_chosen).cloned().collect();
            if environments.is_empty() {
                return Err("Choose an environment.".to_owned());
            }
            let is_rejected = fields.value("decision") == REJECT;
            let decision = if is_rejected { Decision::Reject } else { Decision::Approve };
            let comment = fields.value("comment");
            Ok(RunAction::Review { run: run.clone(), environments, decision, comment })
        }
        Purpose::Trigger(_) => Err("It has no action yet.".to_owned()),
    }
}

/// Says why the user cannot review a run.
fn not_reviewable(detail: &RunDetail) -> String {
    let pending = &detail.pending;
    let reviewers: Vec<_> =
        pending.environments.iter().flat_map(|one| one.reviewers.iter().map(String::as_str)).collect();
    match (&pending.unknown, pending.environments.is_empty(), reviewers.is_empty()) {
        (Some(why), ..) => why.clone(),
        (None, true, _) => "the run waits for no approval".to_owned(),
        (None, false, true) => "it waits for a rule without reviewers, such as a timer".to_owned(),
        (None, false, false) => format!("only {} may review it", reviewers.join(" or ")),
    }
}
