//! Measures one key of a search in the catalog: the filter is parsed and all entities are tested.
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
    hint::black_box,
    time::{Duration, Instant},
};

use hello_catalog::{Source, read};
use hello_model::{
    filter::{Clock, Filter},
    time::Timestamp,
};
use hello_state::present::{Format, entity};

const ENTITIES: usize = 10_000;
const KEYS: usize = 101;

/// Texts after one more key. The slow ones are those that no column decides at once: their letters are in every name, in
/// their order but not close together (`mvc`), or only the last word is in none.
const SEARCHES: [&str; 8] = [
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
    let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: jiff::tz::TimeZone::UTC };
    let format = Format { clock, has_year: false };
    for search in SEARCHES {
        let mut times: Vec<Duration> = Vec::with_capacity(KEYS);
        let mut found = 0;
        for _ in 0..KEYS {
            let began = Instant::now();
            let filter = Filter::parse(black_box(search));
            found = black_box(entity::COLUMNS.passing(&catalog.entities, &filter, &format)).len();
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (median, slowest) = (milliseconds(times[KEYS / 2]), milliseconds(times[KEYS - 1]));
        println!("one key of a search, `{search}`, {found} of {ENTITIES} found\t{median:.1}\t{slowest:.1}");
    }
}
