//! The public API, tested with files of our own making, with those of this repository, and against GitHub's own parser.

mod bytes;
mod file;
mod form;
mod github;
mod own_files;
mod values;

use hello_workflow::{Problem, Severity, Workflow};

/// A job that GitHub takes.
const JOB: &str = "jobs: {a: {runs-on: x, steps: [{run: make}]}}\n";

fn read(text: &str) -> (Workflow, Vec<Problem>) {
    Workflow::read(text.as_bytes())
}

/// Returns the problems of a file, each as `LINE:COLUMN rule | hint`.
fn problems(text: &str) -> Vec<String> {
    let (_, problems) = read(text);
    let shown = |problem: &Problem| {
        let Problem { line, column, rule, hint, .. } = problem;
        format!("{line}:{column} {rule} | {}", hint.as_deref().unwrap_or_default())
    };
    problems.iter().map(shown).collect()
}

/// Reports whether GitHub rejects a file.
fn is_rejected(text: &str) -> bool {
    read(text).1.iter().any(|problem| problem.severity == Severity::Error)
}
