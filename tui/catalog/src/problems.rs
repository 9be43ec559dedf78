//! The problems of a whole catalog, limited in number and length.

use hello_yaml::cut;

use super::{Problem, Severity};

/// The maximum number of problems kept individually; further ones are only counted.
const MAX_PROBLEMS: usize = 10_000;

/// The maximum length of an entity or field name in a problem, in characters.
pub(super) const MAX_NAME: usize = 200;

/// The maximum length of a problem's sentence, in characters.
const MAX_RULE: usize = 1_000;

/// Problems in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
    left_out: usize,
    /// The highest severity of those left out.
    left_out_severity: Option<Severity>,
}

impl Problems {
    pub(super) fn push(&mut self, mut problem: Problem) {
        if self.list.len() == MAX_PROBLEMS {
            self.left_out += 1;
            self.left_out_severity = self.left_out_severity.max(Some(problem.severity));
            return;
        }
        problem.entity = problem.entity.map(|entity| cut(&entity, MAX_NAME));
        problem.field = problem.field.map(|field| cut(&field, MAX_NAME));
        problem.rule = cut(&problem.rule, MAX_RULE);
        problem.hint = problem.hint.map(|hint| cut(&hint, MAX_RULE));
        self.list.push(problem);
    }

    pub(super) fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }

    /// Returns the problems. If some were left out, a last problem gives their number.
    pub(super) fn into_list(mut self) -> Vec<Problem> {
        if let Some(severity) = self.left_out_severity {
            let source = self.list.last().map(|last| last.source.clone()).unwrap_or_default();
            let rule = format!("this catalog has {} more problems", self.left_out);
            self.list.push(Problem::of_source(source, rule, severity));
        }
        self.list
    }
}
