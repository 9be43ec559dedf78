//! Runs a flow without a screen, over the same cache and tasks as the console.

use futures::{StreamExt, stream::BoxStream};
use hello_model::{
    failure::Failure,
    fetch::Fetch,
    query::{Query, Update},
    time::Now,
};
use hello_state::{
    cache::Cache,
    flow::{Flow, Line, Verdict},
};

use super::{Error, tasks::Tasks, until};

/// An answer with its query.
type Answered = (Query, Result<Update, Failure>);

/// Shows how a flow goes.
pub trait View {
    /// Why it cannot be shown.
    type Error: From<Error>;

    /// Shows what the flow has to report, and how it stands. Called after each answer, and after each frame.
    fn show(&mut self, flow: &impl Flow, cache: &Cache, lines: &[Line], now: Now) -> Result<(), Self::Error>;

    /// Waits until it is to be shown again although nothing has changed.
    fn next_frame(&mut self) -> impl Future<Output = ()> {
        std::future::pending()
    }
}

/// Runs a flow to its end and returns how it ended. Dropping the future ends all requests.
///
/// `open` answers a query, and `clock` is the only source of time.
pub async fn follow<V: View>(
    mut flow: impl Flow,
    open: impl Fn(Fetch) -> BoxStream<'static, Result<Update, Failure>>,
    view: &mut V,
    clock: impl Fn() -> Now,
) -> Result<Verdict, V::Error> {
    let (mut cache, mut tasks) = (Cache::default(), Tasks::<Query, Answered>::default());
    loop {
        let now = clock();
        let lines = flow.update(&cache, now);
        view.show(&flow, &cache, &lines, now)?;
        if let Some(verdict) = flow.verdict() {
            return Ok(verdict.clone());
        }
        let wants = flow.wants();
        let plan = cache.sync(&wants, now);
        for query in &plan.stop {
            tasks.cancel(query);
        }
        for fetch in plan.fetch {
            let query = fetch.query.clone();
            let of = query.clone();
            tasks.start(query, open(fetch).map(move |news| (of.clone(), news)).boxed());
        }
        let deadline = cache.next_deadline(&wants).into_iter().chain(flow.deadline()).min();
        tokio::select! {
            answered = tasks.next() => {
                let (query, news) = answered.map_err(Error::from)?;
                cache.resolve(&query, news, clock());
            }
            () = until(deadline) => {}
            () = view.next_frame() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        time::Duration,
    };

    use futures::stream;
    use hello_model::{
        failure::Kind,
        run::{Run, RunDetail, RunId, State},
        time::Timestamp,
    };
    use hello_state::flow::run_watch::RunWatch;

    use super::*;

    fn run(state: &str, conclusion: Option<&str>) -> RunDetail {
        let run = Run {
            id: RunId(7),
            number: 42,
            attempt: 1,
            workflow: "Check".to_owned(),
            title: String::new(),
            event: "push".to_owned(),
            branch: None,
            commit: String::new(),
            actor: None,
            state: State::from_words(state, conclusion),
            created_at: None,
            started_at: None,
            updated_at: None,
            url: String::new(),
            path: None,
            fork: None,
            pull_request: None,
        };
        RunDetail::new(run, Vec::new())
    }

    /// Keeps what is reported.
    struct Recorder<'r>(&'r RefCell<Vec<Line>>);

    impl View for Recorder<'_> {
        type Error = Error;

        fn show(&mut self, _: &impl Flow, _: &Cache, lines: &[Line], _: Now) -> Result<(), Error> {
            self.0.borrow_mut().extend_from_slice(lines);
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_is_followed_through_a_failed_request() {
        let began = tokio::time::Instant::now();
        let asked = Cell::new(0);
        let open = |_| {
            asked.set(asked.get() + 1);
            let news = match asked.get() {
                1 => Ok(Update::from(run("in_progress", None))),
                2 => Err(Failure::new(Kind::Offline, "showing a run", "connection refused")),
                _ => Ok(Update::from(run("completed", Some("success")))),
            };
            stream::iter([news]).boxed()
        };
        let reported = RefCell::new(Vec::new());
        let clock = || Now { instant: tokio::time::Instant::now().into_std(), wall: Timestamp::UNIX_EPOCH };
        let watch = RunWatch::new("hello-truck/hello-truck".parse().unwrap(), RunId(7));
        let verdict = follow(watch, open, &mut Recorder(&reported), clock).await.unwrap();

        assert_eq!((verdict, asked.get()), (Verdict::Succeeded, 3));
        assert_eq!(began.elapsed(), Duration::from_secs(6), "two polls of an active run");
        let reported = reported.into_inner();
        assert!(
            matches!(&reported[..], [Line::Changed(_), Line::Retrying(_), Line::Changed(_)]),
            "{reported:?}"
        );
    }
}
