//! What is read from a workflow file.

use crate::problem::{Problem, Severity};

/// A workflow file, as far as it could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workflow {
    pub name: Option<String>,
    /// The name of a run, as written: it usually has expressions.
    pub run_name: Option<String>,
    /// In the order of the file.
    pub triggers: Vec<Trigger>,
    /// The form for `workflow_dispatch`, if the workflow has that trigger.
    pub dispatch: Option<Dispatch>,
    /// In the order of the file.
    pub jobs: Vec<JobSpec>,
    /// The line of `on`, or 1 without it.
    pub on_line: usize,
}

/// An event that starts the workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The name of the event, such as `push`.
    pub event: String,
    pub line: usize,
}

/// The inputs of `workflow_dispatch`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dispatch {
    /// In the order of the file.
    pub inputs: Vec<Input>,
    /// The line of the trigger.
    pub line: usize,
}

/// An input of `workflow_dispatch`: a field of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    pub name: String,
    pub kind: InputKind,
    pub description: Option<String>,
    pub required: bool,
    /// As written: `1.50` stays `1.50`.
    pub default: Option<String>,
    pub deprecation_message: Option<String>,
    pub line: usize,
}

/// What an input holds. GitHub takes every value as a string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum InputKind {
    #[default]
    String,
    /// One of these values.
    Choice(Vec<String>),
    /// `true` or `false`.
    Boolean,
    Number,
    /// The name of an environment of the repository.
    Environment,
}

/// A job as the file describes it, before its matrix is expanded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobSpec {
    pub id: String,
    /// As written: it may have expressions.
    pub name: Option<String>,
    /// The ids of the jobs that have to end first, as written.
    pub needs: Vec<String>,
    /// The name of the environment, as written: it may have expressions.
    pub environment: Option<String>,
    /// The reusable workflow that the job calls.
    pub uses: Option<String>,
    /// Whether the job runs once for each combination of a matrix.
    pub matrix: bool,
    pub line: usize,
}

impl Workflow {
    /// Returns the reason why the workflow cannot be started by hand, if it has no `workflow_dispatch`.
    pub fn no_dispatch(&self) -> Option<Problem> {
        self.dispatch.is_none().then(|| Problem {
            line: self.on_line.max(1),
            column: 1,
            length: 1,
            rule: "this workflow has no `workflow_dispatch`".to_owned(),
            hint: Some("add `workflow_dispatch:` under `on:`".to_owned()),
            severity: Severity::Dispatch,
        })
    }
}

impl Dispatch {
    /// Returns the input with this name.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }
}

impl Input {
    /// Returns the value that a form begins with: the default, or `false` for a boolean without one.
    pub fn initial(&self) -> &str {
        match (&self.default, &self.kind) {
            (Some(default), _) => default,
            (None, InputKind::Boolean) => "false",
            (None, _) => "",
        }
    }
}

impl InputKind {
    /// Returns the word that a workflow file has for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Choice(_) => "choice",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Environment => "environment",
        }
    }
}
