//! Measures a turn of the cache in which nothing changes.
//!
//! ```console
//! $ cargo run --release -p hello-state --example sync
//! ```

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock and prints"
)]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use hello_model::{
    fetch::Want,
    query::{Query, Update},
    run::{Repo, RunList},
    time::{Now, Timestamp},
};
use hello_state::cache::Cache;

const WANTS: usize = 200;
const TURNS: usize = 10_000;

fn main() {
    let now = Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH };
    let repo = |number| Repo::new("hello-truck", format!("service-{number}"));
    let wants: Vec<Want> = (0..WANTS).map(|number| Query::runs(repo(number)).into()).collect();
    let mut cache = Cache::default();
    cache.sync(&wants, now);
    for want in &wants {
        cache.resolve(&want.query, Ok(Update::from(RunList::default())), now);
    }
    let mut times: Vec<Duration> = (0..TURNS)
        .map(|_| {
            let began = Instant::now();
            let plan = black_box(cache.sync(black_box(&wants), now));
            let deadline = black_box(cache.next_deadline(&wants));
            let took = began.elapsed();
            assert!(plan.fetch.is_empty() && plan.stop.is_empty() && deadline.is_some());
            took
        })
        .collect();
    times.sort_unstable();
    let (median, slowest) = (times[TURNS / 2], times[TURNS - 1]);
    println!("a turn with {WANTS} wants and no change: median {median:?}, slowest {slowest:?} of {TURNS}");
}
