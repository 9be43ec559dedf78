//! Follows a flow to its end and exits with its result.

mod live_tree;
mod notifier;

use std::{future::poll_fn, task::Poll, time::Duration};

use futures::StreamExt;
use hello_model::{
    failure::{Failure, Kind},
    fetch::Fetch,
    time::{Now, short},
};
use hello_state::{
    cache::Cache,
    flow::{Change, Flow, Line, Verdict},
    present::{Format, Tone, run_tree},
};
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::{live_tree::LiveTree, notifier::Notifier};
use super::{Connected, Error, format::format, output::Out, writer};
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
    follow_with(flow, limit, false, connected, out).await
}

/// Follows a flow as [`follow`] does. With `notify`, the terminal shows the progress in its tab, and tells of the end.
pub(super) async fn follow_with(
    flow: impl Flow,
    limit: Limit,
    notify: bool,
    connected: &Connected,
    out: &Out,
) -> Result<(), Error> {
    let tree = if out.is_table() { LiveTree::open(out.color())? } else { None };
    let notifier = if notify { Notifier::open(out.color()) } else { None };
    let stopped = stop_signal(tree.is_some() || notifier.is_some())?;
    let has_other_errors = !writer::are_terminals().1;
    let mut report = Report { out, tree, notifier, has_other_errors };
    let open = |fetch: Fetch| connected.services.open(fetch, &connected.sources).boxed();
    let ended = headless::follow(flow, open, &mut report, clock::now);
    let verdict = tokio::select! {
        // First, so that ctrl-c is caught before anything is printed.
        biased;
        kind = stopped => return Err(Error::Signal(kind)),
        verdict = ended => verdict?,
        waited = over(limit.timeout) => {
            let why = format!("it has not ended after {} and goes on", short(waited));
            Verdict::TimedOut(Failure::new(Kind::Unexpected, limit.what, why).hint(limit.hint))
        }
    };
    report.finish(&verdict)?;
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

/// Waits for a signal that ends the command: ctrl-c, or any usual one while there is something to restore or to remove.
pub(super) fn stop_signal(tidies_up: bool) -> Result<impl Future<Output = SignalKind>, Error> {
    let others = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit()];
    let kinds = [SignalKind::interrupt()].into_iter().chain(others.into_iter().filter(|_| tidies_up));
    let mut signals = kinds.map(|kind| Ok((kind, signal(kind)?))).collect::<std::io::Result<Vec<_>>>()?;
    Ok(poll_fn(move |context| {
        // Each is polled, so that each wakes the task.
        let ready =
            |(kind, signal): &mut (SignalKind, Signal)| signal.poll_recv(context).is_ready().then_some(*kind);
        let ready: Vec<SignalKind> = signals.iter_mut().filter_map(ready).collect();
        ready.first().map_or(Poll::Pending, |kind| Poll::Ready(*kind))
    }))
}

/// Shows how a flow goes: a line for each change, on a terminal with a tree below them.
struct Report<'o> {
    out: &'o Out,
    tree: Option<LiveTree>,
    notifier: Option<Notifier>,
    /// Whether standard error is something else than a terminal, on which the tree is.
    has_other_errors: bool,
}

impl headless::View for Report<'_> {
    type Error = Error;

    fn show(&mut self, flow: &impl Flow, cache: &Cache, lines: &[Line], now: Now) -> Result<(), Error> {
        let (runs, format) = (flow.runs(cache), format());
        if let Some(notifier) = &mut self.notifier {
            notifier.update(&runs)?;
        }
        let Some(tree) = self.tree.as_mut().filter(|_| LiveTree::is_shown()) else {
            return print(lines, self.out, &format);
        };
        let waits_for = flow.waits_for(now).map(|text| vec![(format!("◐ {text}"), Tone::Busy)]);
        let rows = LiveTree::rows().saturating_sub(waits_for.iter().len());
        let mut drawn = run_tree::lines(&runs, rows, &format);
        drawn.extend(waits_for);
        let is_apart = |line: &&Line| self.has_other_errors && !matches!(line, Line::Changed(_));
        for remark in lines.iter().filter(is_apart) {
            self.out.note(&written(remark, &format))?;
        }
        let above = lines.iter().filter(|line| !is_apart(line));
        Ok(tree.draw(&above.map(|line| written(line, &format)).collect::<Vec<_>>(), &drawn)?)
    }

    async fn next_frame(&mut self) {
        match &mut self.tree {
            Some(tree) => tree.next_frame().await,
            None => std::future::pending().await,
        }
    }
}

impl Report<'_> {
    /// Leaves the tree as it is, and tells of the end.
    fn finish(mut self, verdict: &Verdict) -> Result<(), Error> {
        if let Some(tree) = self.tree.take() {
            tree.finish()?;
        }
        Ok(self.notifier.take().map_or(Ok(()), |notifier| notifier.finish(verdict))?)
    }
}

/// Prints what has changed, and on standard error which request failed and what else there is to know.
fn print(lines: &[Line], out: &Out, format: &Format) -> Result<(), Error> {
    for line in lines {
        match line {
            Line::Changed(change) => {
                out.stream(std::slice::from_ref(change), |change: &Change| change.line(format))?;
            }
            Line::Retrying(_) | Line::Remark(_) => out.note(&written(line, format))?,
        }
    }
    Ok(())
}

fn written(line: &Line, format: &Format) -> String {
    match line {
        Line::Changed(change) => change.line(format),
        Line::Retrying(failure) => format!("{failure}; trying again"),
        Line::Remark(text) => text.clone(),
    }
}
