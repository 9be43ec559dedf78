//! Starting a run: first which workflow and where, then the inputs that its file asks for.

use std::borrow::Cow;

use hello_model::{
    failure::Failure,
    query::Query,
    run::{Repo, RepositoryFile, Run, Workflow, Workflows},
    write::RunAction,
};
use hello_state::trigger::{Input, InputKind, TriggerForm};

use crate::widgets::form::{FieldKind, FieldSpec, FormState};

/// What is chosen so far.
#[derive(Debug)]
pub(super) enum TriggerStep {
    /// A workflow, and a branch or tag.
    Choose { workflows: Vec<Workflow>, wanted: Option<Wanted> },
    /// The inputs.
    Fill(TriggerForm),
}

/// The file that is read for the inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    workflow: Workflow,
    reference: String,
}

impl Wanted {
    pub(super) fn query(&self, repo: &Repo) -> Query {
        Query::RepositoryFile {
            repo: repo.clone(),
            path: self.workflow.path.clone(),
            reference: Some(self.reference.clone()),
        }
    }

    pub(super) fn path_and_reference(&self) -> (&str, &str) {
        (&self.workflow.path, &self.reference)
    }

    /// Reads the form of the workflow from its file.
    pub(super) fn read(&self, file: &RepositoryFile) -> Result<TriggerForm, Failure> {
        TriggerForm::read(&self.workflow, &self.reference, file)
    }
}

/// Makes the form that asks for a workflow. That of the selected run is offered first.
pub(super) fn choice(list: &Workflows, selected: Option<&Run>) -> (TriggerStep, FormState) {
    let workflows: Vec<_> = list.workflows.iter().filter(|workflow| workflow.is_enabled()).cloned().collect();
    let options = workflows.iter().map(|workflow| Cow::Owned(label(workflow))).collect();
    let path = selected.and_then(|run| run.path.as_ref());
    let of_run = workflows.iter().find(|workflow| Some(&workflow.path) == path).map(label);
    let fields = FormState::new([
        (
            FieldSpec::new("workflow", "Workflow")
                .kind(FieldKind::Choice(options))
                .hint("← → or space chooses"),
            of_run.unwrap_or_default(),
        ),
        (
            FieldSpec::new("ref", "Branch or tag")
                .hint("the file and the code of this branch or tag are used")
                .check(|text| text.is_empty().then(|| "must not be empty".to_owned())),
            list.default_branch.clone().unwrap_or_default(),
        ),
    ]);
    (TriggerStep::Choose { workflows, wanted: None }, fields)
}

/// Returns the workflow and the place that were chosen.
pub(super) fn chosen(workflows: &[Workflow], fields: &FormState) -> Option<Wanted> {
    let chosen = fields.value("workflow");
    let workflow = workflows.iter().find(|workflow| label(workflow) == chosen)?.clone();
    Some(Wanted { workflow, reference: fields.value("ref") })
}

/// Makes the form that asks for the inputs. `environments` are those of the repository, as far as they are known.
pub(super) fn inputs(form: &TriggerForm, environments: &[String]) -> FormState {
    let field = |input: &Input| (spec(input, environments), input.initial().to_owned());
    FormState::new(form.dispatch.inputs.iter().map(field))
}

/// Returns what the filled form asks for.
pub(super) fn action(form: &TriggerForm, fields: &FormState) -> Result<RunAction, Failure> {
    let value = |input: &Input| (input.name.clone(), fields.value(&input.name));
    let values: Vec<_> = form.dispatch.inputs.iter().map(value).collect();
    form.trigger(&values).map(RunAction::Trigger)
}

fn spec(input: &Input, environments: &[String]) -> FieldSpec {
    let mark = if input.required { " *" } else { "" };
    let spec = FieldSpec::new(input.name.clone(), format!("{}{mark}", input.name)).hint(hint(input));
    let options = |options: &[String]| FieldKind::Choice(options.iter().cloned().map(Cow::Owned).collect());
    spec.kind(match &input.kind {
        InputKind::Choice(known) => options(known),
        InputKind::Environment if !environments.is_empty() => options(environments),
        InputKind::Boolean => FieldKind::Boolean,
        InputKind::Number => FieldKind::Number,
        InputKind::String | InputKind::Environment => FieldKind::Text,
    })
}

/// Returns what belongs into a field: the description, and whether the input is to be used no more.
fn hint(input: &Input) -> String {
    let description = input.description.clone().unwrap_or_default();
    let description = description.lines().next().unwrap_or_default().to_owned();
    match &input.deprecation_message {
        Some(message) => format!("deprecated: {message} {description}"),
        None => description,
    }
}

fn label(workflow: &Workflow) -> String {
    format!("{} ({})", workflow.name, workflow.file())
}
