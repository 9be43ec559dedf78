//! `hello-tui auth status`.

use hello_services::checks::Checks;

use super::{Error, Out, Session};
use crate::cli::doctor::Report;

/// Prints the tokens in use, and exits with 3 if one is missing or refused.
pub(super) async fn run(session: &Session<'_>, out: &Out) -> Result<(), Error> {
    let checks = Checks::new(&session.connections);
    let (github, trucks) = futures::future::join(checks.github_sign_in(), checks.trucks_sign_in()).await;
    let mut report = Report::new(out);
    report.add(github)?;
    report.add(trucks)?;
    report.finish()
}
