//! What a workflow file asks for before a run of it is started, and what is sent.

use hello_model::{
    failure::{Failure, FieldFault, Kind},
    run::{RepositoryFile, Workflow},
    write::Trigger,
};
pub use hello_workflow::{Dispatch, Input, InputKind};
use hello_workflow::{Problem, Severity, payload, validate};

/// The width of a line of a file that is quoted.
const EXCERPT_WIDTH: usize = 76;

/// The form of a workflow at a branch or tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerForm {
    /// The name of the workflow's file.
    pub workflow: String,
    /// The branch or tag.
    pub reference: String,
    pub dispatch: Dispatch,
    /// What is odd about the file, with the line, and does not keep GitHub from starting a run.
    pub notes: Vec<String>,
}

impl TriggerForm {
    /// Reads the form of a workflow from its file.
    ///
    /// # Errors
    ///
    /// Fails with the line if GitHub rejects the file, or if it has no `workflow_dispatch`.
    pub fn read(workflow: &Workflow, reference: &str, file: &RepositoryFile) -> Result<Self, Failure> {
        let (read, problems) = hello_workflow::Workflow::read(&file.text);
        let text = String::from_utf8_lossy(&file.text);
        let what = format!("reading the inputs of {} at {reference}", workflow.file());
        let refuse = |problem: &Problem| {
            let why = told(problem, &workflow.path, &text);
            let hint = problem.hint.clone().unwrap_or_else(|| "correct the file, and push it".to_owned());
            Failure::new(Kind::Invalid(Vec::new()), &what, why).hint(hint)
        };
        if let Some(problem) = problems.iter().find(|problem| problem.severity == Severity::Error) {
            return Err(refuse(problem));
        }
        let Some(dispatch) = read.dispatch.clone() else {
            return Err(read.no_dispatch().map_or_else(
                || Failure::new(Kind::NotFound, &what, "the file has no `workflow_dispatch`"),
                |problem| refuse(&problem),
            ));
        };
        let note = |problem: &Problem| {
            let hint = problem.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            format!("line {}: {}{hint}", problem.line, problem.rule)
        };
        let is_note = |problem: &&Problem| problem.severity == Severity::Dispatch;
        let notes = problems.iter().filter(is_note).map(note).collect();
        Ok(Self { workflow: workflow.file().to_owned(), reference: reference.to_owned(), dispatch, notes })
    }

    /// Returns what is sent for these values, pairs of name and value.
    ///
    /// # Errors
    ///
    /// Fails with an entry for each input that GitHub would refuse.
    pub fn trigger(&self, values: &[(String, String)]) -> Result<Trigger, Failure> {
        let problems = validate(&self.dispatch, values);
        if problems.is_empty() {
            let (workflow, reference) = (self.workflow.clone(), self.reference.clone());
            return Ok(Trigger { workflow, reference, inputs: payload(&self.dispatch, values) });
        }
        let fault = |problem: &hello_workflow::InputProblem| {
            let hint = problem.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            let field = problem.input.clone().unwrap_or_else(|| "inputs".to_owned());
            FieldFault { field, rule: format!("{}{hint}", problem.rule) }
        };
        let faults = problems.iter().map(fault).collect();
        let what = format!("triggering {}", self.workflow);
        let why = "some inputs are not what the workflow takes; nothing was sent";
        Err(Failure::new(Kind::Invalid(faults), what, why))
    }
}

/// Says where a problem is, with the line of the file and a caret.
fn told(problem: &Problem, path: &str, text: &str) -> String {
    let Problem { line, column, rule, .. } = problem;
    match problem.excerpt(text, EXCERPT_WIDTH) {
        Some(excerpt) => format!("{path}:{line}:{column}: {rule}\n{excerpt}"),
        None => format!("{path}:{line}:{column}: {rule}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TriggerForm, Failure> {
        let workflow = Workflow {
            id: 1,
            name: "Deploy".to_owned(),
            path: ".github/workflows/deploy.yml".to_owned(),
            state: "active".to_owned(),
            url: String::new(),
        };
        let file = RepositoryFile {
            path: workflow.path.clone(),
            reference: "main".to_owned(),
            text: text.as_bytes().to_vec(),
        };
        TriggerForm::read(&workflow, "main", &file)
    }

    fn pairs(values: &[(&str, &str)]) -> Vec<(String, String)> {
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    const JOBS: &str = "jobs:\n  a: {runs-on: ubuntu-latest, steps: [{run: \"true\"}]}\n";

    #[test]
    fn values_are_sent_as_texts_and_false_is_one() {
        let inputs = "on:\n  workflow_dispatch:\n    inputs:\n      dry: {type: boolean, default: true}\n      \
                      count: {type: number}\n      note: {}\n";
        let form = read(&format!("{inputs}{JOBS}")).unwrap();
        let trigger = form.trigger(&pairs(&[("dry", "false"), ("count", "3"), ("note", "")])).unwrap();
        assert_eq!(trigger.inputs, pairs(&[("dry", "false"), ("count", "3")]));
    }

    #[test]
    fn every_refused_input_is_named_before_anything_is_sent() {
        let inputs = "on:\n  workflow_dispatch:\n    inputs:\n      stage: {type: choice, options: [a, b]}\n      \
                      count: {type: number, required: true}\n";
        let form = read(&format!("{inputs}{JOBS}")).unwrap();
        let failure = form.trigger(&pairs(&[("stage", "c"), ("other", "1")])).unwrap_err();
        let Kind::Invalid(faults) = &failure.kind else { panic!("{failure:?}") };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["stage", "count", "other"]);
    }

    #[test]
    fn a_file_that_github_rejects_is_shown_with_its_line() {
        let failure =
            read("on: workflow_dispatch\njobs:\n  a:\n    steps:\n      - run: echo result: done\n");
        let failure = failure.unwrap_err();
        assert!(failure.why.starts_with(".github/workflows/deploy.yml:5:"), "{failure:?}");
        assert!(failure.why.contains("echo result: done\n") && failure.why.contains('^'), "{failure:?}");
    }

    #[test]
    fn a_workflow_without_the_trigger_says_so() {
        let failure = read(&format!("on: push\n{JOBS}")).unwrap_err();
        assert!(failure.why.contains("workflow_dispatch"), "{failure:?}");
    }

    #[test]
    fn misplaced_inputs_are_noted_and_not_asked_for() {
        let form = read(&format!(
            "on:\n  workflow_dispatch:\n    stage:\n      type: choice\n      options: [a]\n{JOBS}"
        ));
        let form = form.unwrap();
        assert_eq!(form.dispatch.inputs, []);
        assert!(
            form.notes[0].starts_with("line 3: `stage` stands under `workflow_dispatch`"),
            "{:?}",
            form.notes
        );
    }
}
