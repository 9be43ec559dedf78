//! Measures loading a catalog from disk: find the files, read, validate and relate them.
//!
//! ```console
//! $ cargo run --release -p hello-services --example load-catalog -- FOLDER
//! ```
//!
//! The files are in the page cache. The output is one line: what was measured, the median and the slowest time in
//! milliseconds, separated by tabs. `cargo xtask bench catalog` reads it.

#![expect(clippy::print_stdout, reason = "a measurement prints its result")]

use std::{
    env,
    error::Error,
    path::PathBuf,
    time::{Duration, Instant},
};

use hello_services::catalog;

const ROUNDS: usize = 15;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).map(PathBuf::from).ok_or("name a folder with descriptors")?;
    let sources = [".".to_owned()];
    // The first round fills the page cache, and counts.
    let entities = catalog::load(&sources, &folder).await?.entities.len();
    let mut times: Vec<Duration> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let loaded = catalog::load(&sources, &folder).await?;
        times.push(began.elapsed());
        assert_eq!(loaded.entities.len(), entities, "each round reads the same");
    }
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    let (median, slowest) = (milliseconds(times[ROUNDS / 2]), milliseconds(times[ROUNDS - 1]));
    println!("find, read, validate and relate {entities} entities on disk\t{median:.1}\t{slowest:.1}");
    Ok(())
}
