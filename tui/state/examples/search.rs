//! Measures one key of a search in the catalog: the job that a key starts parses the filter and tests all entities.
//!
//! ```console
//! $ cargo run --release -p hello-state --example search
//! ```
//!
//! The output has a line for each filter: what was measured, the median and the slowest time in milliseconds, separated
//! by tabs. `cargo xtask bench catalog` reads it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock and prints"
)]

use std::{
    fmt::Write as _,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use hello_catalog::{Catalog, Source, read};
use hello_model::{filter::Clock, time::Timestamp};
use hello_state::computation::{CatalogSearch, Computation, ComputationResult, Found};

const ENTITIES: usize = 10_000;
const KEYS: usize = 101;

/// Texts after one more key. The slow ones are those that no column decides at once: their letters are in every name, in
/// their order but not close together (`mvc`), or only the last word is in none.
const FILTERS: [&str; 8] = [
    "p",
    "paymserv",
    "payments nothing",
    "mvc",
    "zzz",
    "owner:team-7",
    "!lifecycle:production kind:component",
    "\"the bank\" !shop",
];

fn main() {
    let catalog = Arc::new(catalog());
    let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: jiff::tz::TimeZone::UTC };
    let search = |filter: &str| CatalogSearch {
        catalog: Arc::clone(&catalog),
        texts: None,
        filter: filter.to_owned(),
        sort: None,
        clock: clock.clone(),
    };
    // The key that opens the filter collects the texts.
    measure("the key that opens the filter", &search(""));
    let (_, first) = run(&search(""));
    for filter in FILTERS {
        let next = CatalogSearch { texts: Some(Arc::clone(&first.texts)), ..search(filter) };
        measure("one key of a search", &next);
    }
}

fn measure(what: &str, search: &CatalogSearch) {
    let mut times: Vec<Duration> = (0..KEYS).map(|_| run(search).0).collect();
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    let (median, slowest) = (milliseconds(times[KEYS / 2]), milliseconds(times[KEYS - 1]));
    let (filter, found) = (&search.filter, run(search).1.rows.len());
    println!("{what}, `{filter}`, {found} of {ENTITIES} found\t{median:.1}\t{slowest:.1}");
}

/// Runs a search as the console does, and returns its last result.
fn run(search: &CatalogSearch) -> (Duration, Found) {
    let mut last = None;
    let began = Instant::now();
    Computation::SearchCatalog(search.clone()).run(&AtomicBool::new(false), &mut |result| {
        if let ComputationResult::CatalogSearch(found) = result {
            last = Some(found);
        }
    });
    (began.elapsed(), last.expect("a search has a result"))
}

fn catalog() -> Catalog {
    let text = (0..ENTITIES).fold(String::new(), |mut text, number| {
        let _ = write!(
            text,
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: payments-service-{number}\n  \
             description: Takes orders of shop {number}, asks the bank, and keeps the receipts for ten years.\n  \
             tags: [java, payments]\nspec: {{type: service, lifecycle: production, owner: team-{}}}\n---\n",
            number % 100
        );
        text
    });
    // Several files, because a file may have so many bytes at most.
    let documents: Vec<&str> = text.split_terminator("---\n").collect();
    let sources: Vec<Source> = documents
        .chunks(500)
        .enumerate()
        .map(|(file, documents)| Source {
            name: format!("{file}.yaml"),
            text: documents.join("---\n").into_bytes(),
        })
        .collect();
    let catalog = read(&sources);
    assert_eq!(catalog.entities.len(), ENTITIES);
    catalog
}
