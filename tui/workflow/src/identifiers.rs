//! The ids of jobs and steps.

use hello_yaml::{At, shortened};

use crate::report::Report;

/// An id is shorter than this, in characters.
const MAX_LENGTH: usize = 100;

/// Reports an id of `what` that GitHub refuses.
pub(crate) fn check(id: &str, at: At, what: &str, report: &mut Report<'_>) {
    let rule = format!("`{}` is no valid id of a {what}", shortened(id));
    if id.starts_with("__") {
        report.error(at, rule, "ids that begin with __ are reserved");
    } else if !is_valid(id) {
        let hint = "an id begins with a letter or _, has only letters, digits, - and _, and less than 100 characters";
        report.error(at, rule, hint);
    }
}

fn is_valid(id: &str) -> bool {
    let begins = id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    begins && id.chars().all(fits) && id.len() < MAX_LENGTH
}
