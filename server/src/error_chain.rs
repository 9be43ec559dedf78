//! An error with its causes, in one line.

use std::{error::Error, iter};

/// Returns an error and its causes in one line. A cause that ends the message before it is not repeated.
pub(crate) fn error_chain(error: &dyn Error) -> String {
    iter::successors(Some(error), |&error| error.source()).fold(String::new(), |said, cause| {
        match cause.to_string() {
            cause if said.is_empty() => cause,
            cause if said.ends_with(&cause) => said,
            cause => format!("{said}: {cause}"),
        }
    })
}
