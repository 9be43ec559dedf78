//! An error with its causes, in one line.

use std::{error::Error, iter};

/// Returns an error and its causes in one line. A cause that ends the message before it is not repeated.
pub(crate) fn error_chain(error: &dyn Error) -> String {
    iter::successors(Some(error), |&error| error.source()).fold(String::new(), |text, cause| {
        match cause.to_string() {
            cause if text.is_empty() => cause,
            cause if text.ends_with(&cause) => text,
            cause => format!("{text}: {cause}"),
        }
    })
}
