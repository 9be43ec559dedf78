//! Follows a flow to its end and exits with its result.

use std::time::Duration;

use futures::StreamExt;
use hello_model::{
    failure::{Failure, Kind},
    fetch::Fetch,
    time::short,
};
use hello_state::flow::{Change, Flow, Line, Verdict};
use tokio::signal::unix::SignalKind;

use super::{Connected, Error, format::format, output::Out};
use crate::runtime::{clock, headless};

/// How following is limited, and what is said when it gives up.
#[derive(Debug)]
pub(super) struct Limit {
    pub(super) timeout: Option<Duration>,
    /// What is followed, as a phrase: `following run 7`.
    pub(super) what: String,
    /// The command that goes on.
    pub(super) hint: String,
}

/// Follows a flow until it ends, the time is over, or ctrl-c is pressed.
pub(super) async fn follow(
    flow: impl Flow,
    limit: Limit,
    connected: &Connected,
    out: &Out,
) -> Result<(), Error> {
    let open = |fetch: Fetch| connected.services.open(fetch, &connected.sources).boxed();
    let ended = headless::follow::<Error>(flow, open, |lines| report(lines, out), clock::now);
    let verdict = tokio::select! {
        // First, so that ctrl-c is caught before anything is printed.
        biased;
        Ok(()) = tokio::signal::ctrl_c() => return Err(Error::Signal(SignalKind::interrupt())),
        verdict = ended => verdict?,
        waited = over(limit.timeout) => {
            let why = format!("it has not ended after {} and continues", short(waited));
            let failure = Failure::new(Kind::Unexpected, limit.what, why);
            return Err(Error::TimedOut(failure.hint(limit.hint)));
        }
    };
    match verdict {
        Verdict::Succeeded => Ok(()),
        Verdict::Failed => Err(Error::Unsuccessful),
        Verdict::Unknown(failure) => Err(failure.into()),
        Verdict::TimedOut(failure) => Err(Error::TimedOut(failure)),
    }
}

/// Waits until the time is over, and returns it. Without a limit, it never is.
async fn over(timeout: Option<Duration>) -> Duration {
    match timeout {
        Some(timeout) => {
            tokio::time::sleep(timeout).await;
            timeout
        }
        None => std::future::pending().await,
    }
}

/// Prints what has changed, and on standard error which request failed.
fn report(lines: &[Line], out: &Out) -> Result<(), Error> {
    let format = format();
    for line in lines {
        match line {
            Line::Changed(change) => {
                out.stream(std::slice::from_ref(change), |change: &Change| change.line(&format))?;
            }
            Line::Retrying(failure) => out.note(&format!("{failure}; trying again"))?,
            Line::Remark(text) => out.note(text)?,
        }
    }
    Ok(())
}
