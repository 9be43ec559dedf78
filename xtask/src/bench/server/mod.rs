//! Compares the trucks service with the service it replaces and with a bare handler, in one run on one machine.

mod peer;
mod peers;

use std::{
    cell::Cell,
    iter,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};

use self::{peer::Peer, peers::Peers};
use super::load::{self, Measured, drive};
use crate::failure::Failure;

const POST: &str = "POST /trucks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                    content-length: 33\r\n\r\n{\"make\": \"Scania\", \"model\": \"V8\"}";
const GET: &str = "GET /trucks HTTP/1.1\r\nhost: localhost\r\n\r\n";
const GET_PAGE: &str = "GET /trucks?limit=100 HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// The number of turns of each peer.
const TURNS: usize = 15;

/// The number of starts over which the turns are spread: the memory layout of a process changes its rate by about 10 %.
const STARTS: usize = 5;

/// The measurements of all turns, by peer.
#[derive(Debug, Default)]
struct Turns(Vec<(String, Vec<Measured>)>);

impl Turns {
    fn take(&mut self, place: usize, peer: &Peer, measured: Measured) {
        if place == self.0.len() {
            self.0.push((peer.name.clone(), Vec::new()));
        }
        self.0[place].1.push(measured);
    }

    /// Prints and returns the median rate of each peer.
    fn rates(self, work: &str) -> Vec<f64> {
        let median = |(name, mut turns): (String, Vec<Measured>)| {
            turns.sort_by(|one, other| one.rate().total_cmp(&other.rate()));
            let median = turns.swap_remove(turns.len() / 2);
            show(work, &name, &median);
            median.rate()
        };
        self.0.into_iter().map(median).collect()
    }
}

/// Builds the server, and drives it beside Flask and a bare handler: requests a second, and ratios.
#[derive(Debug, Args)]
pub(crate) struct Server {
    /// The duration of each workload, in seconds
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// The number of trucks in the largest fleet, for the cost of paging
    #[arg(long, default_value_t = 1_000_000)]
    fleet: usize,
    /// Measure only these workloads; by default, all
    #[arg(value_enum)]
    works: Vec<Work>,
    /// Whether a figure missed its bound
    #[arg(skip)]
    missed: Cell<bool>,
}

/// A workload of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Work {
    /// List the whole fleet, again and again.
    Reads,
    /// Add trucks, one a request.
    Writes,
    /// List a page out of the middle of a small and of a large fleet.
    Pages,
    /// Start, and answer a million requests.
    Endurance,
}

/// The bound that a figure must meet.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

impl Server {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        let peers = Peers::prepare()?;
        println!("{} connections, {} s each; one run, side by side\n", load::CONNECTIONS, self.seconds);
        println!(
            "{:<24} {:<26} {:>10} {:>9} {:>9} {:>8}",
            "work", "peer", "req/s", "p50 ms", "p99 ms", "failed"
        );
        for work in Work::value_variants() {
            match work {
                work if !self.works.is_empty() && !self.works.contains(work) => {}
                Work::Reads => [100, 1_000].into_iter().try_for_each(|rows| self.reads(&peers, rows))?,
                Work::Writes => self.writes(&peers)?,
                Work::Pages => self.pages(&peers)?,
                Work::Endurance => self.endurance(&peers)?,
            }
        }
        Ok(if self.missed.get() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    /// Prints a figure, its bound, and whether the figure meets it.
    fn judge(&self, figure: f64, unit: &str, wanted: Wanted) {
        let (is_met, wanted) = match wanted {
            Wanted::AtLeast(minimum) => (figure >= minimum, format!("at least {minimum}")),
            Wanted::AtMost(most) => (figure <= most, format!("at most {most}")),
        };
        let verdict = if is_met { "met" } else { "MISSED" };
        println!("{:>51} {figure:>9.3} {unit} ({wanted}: {verdict})", "");
        self.missed.set(self.missed.get() || !is_met);
    }

    fn reads(&self, peers: &Peers, rows: usize) -> Result<(), Failure> {
        let work = format!("GET {rows} rows");
        let mut turns = Turns::default();
        for _ in 0..STARTS {
            let server = peers.server("sqlite")?;
            server.fill(rows)?;
            let ceiling = peers.ceiling(&server.get("/trucks")?)?;
            let postgres = peers.postgres()?;
            if let Some(postgres) = &postgres {
                postgres.server.fill(rows)?;
            }
            let ours = iter::once(&server).chain(postgres.as_ref().map(|postgres| &postgres.server));
            self.in_turns(
                &mut turns,
                TURNS / STARTS,
                &ours.chain([&ceiling]).collect::<Vec<_>>(),
                GET,
                "200",
            );
        }
        let rates = turns.rates(&work);
        let (of_ceiling, of_ours) = rates.split_last().unwrap_or((&0.0, &[]));
        for rate in of_ours {
            self.judge(rate / of_ceiling, "of the ceiling", Wanted::AtLeast(0.9));
        }
        for flask in peers.flasks()? {
            flask.fill_slowly(rows)?;
            let measured = self.drive(&work, &flask, GET, "200");
            let ratio = of_ours.first().unwrap_or(&0.0) / measured.rate();
            self.judge(ratio, "× this", Wanted::AtLeast(if flask.is_original() { 50.0 } else { 1.0 }));
        }
        Ok(())
    }

    /// Drives peers in turns, so that other load on the machine affects all of them equally.
    fn in_turns(&self, turns: &mut Turns, count: usize, peers: &[&Peer], request: &str, status: &str) {
        let time = Duration::from_secs(self.seconds) / u32::try_from(TURNS).unwrap_or(1);
        for _ in 0..count {
            for (place, peer) in peers.iter().enumerate() {
                turns.take(place, peer, drive(peer.address, request.as_bytes(), status, time));
            }
        }
    }

    fn writes(&self, peers: &Peers) -> Result<(), Failure> {
        let mut turns = Turns::default();
        for _ in 0..STARTS {
            let (ours, flasks) = (peers.server("sqlite")?, peers.flasks()?);
            let all = iter::once(&ours).chain(&flasks).collect::<Vec<_>>();
            self.in_turns(&mut turns, TURNS / STARTS, &all, POST, "201");
        }
        let rates = turns.rates("POST");
        let (of_ours, of_flasks) = rates.split_first().unwrap_or((&0.0, &[]));
        // Flask as shipped comes first.
        for (rate, minimum) in of_flasks.iter().zip([40.0, 1.0]) {
            self.judge(of_ours / rate, "× this one", Wanted::AtLeast(minimum));
        }
        let alone = self.drive("POST", &peers.server("sqlite")?, POST, "201");
        self.judge(alone.within(99) / alone.within(50), "× p50 is p99", Wanted::AtMost(5.0));
        if let Some(postgres) = peers.postgres()? {
            let alone = self.drive("POST", &postgres.server, POST, "201");
            self.judge(alone.within(99) / alone.within(50), "× p50 is p99", Wanted::AtMost(5.0));
        }
        Ok(())
    }

    /// Lists a hundred trucks from the middle of fleets of two sizes.
    fn pages(&self, peers: &Peers) -> Result<(), Failure> {
        let of_sqlite = self.grown(&peers.server("sqlite")?)?;
        self.judge(of_sqlite, "× the cost in a thousandth of the fleet", Wanted::AtMost(2.0));
        if let Some(postgres) = peers.postgres()? {
            let of_postgres = self.grown(&postgres.server)?;
            self.judge(of_postgres, "× the cost in a thousandth of the fleet", Wanted::AtMost(2.0));
        }
        Ok(())
    }

    /// Returns the ratio of a page's cost in the largest fleet to its cost in a fleet of a thousand trucks.
    fn grown(&self, server: &Peer) -> Result<f64, Failure> {
        let mut medians = Vec::new();
        let mut there = 0;
        for rows in [1_000, self.fleet] {
            server.fill(rows - there)?;
            there = rows;
            // A write before each read invalidates the response cache, so that every page is read from the store.
            let mut took = Vec::new();
            for place in 0..200 {
                server.fill(1)?;
                there += 1;
                let path = format!("/trucks?limit=100&cursor={}", rows / 2 + place % 50);
                let started = Instant::now();
                server.get(&path)?;
                took.push(started.elapsed());
            }
            took.sort_unstable();
            let median = took[took.len() / 2].as_secs_f64() * 1000.0;
            let name = format!("{}, {rows} trucks", server.name);
            println!("{:<24} {name:<34} {:>2} {median:>9.2}", "100 by cursor, unprepared", "");
            medians.push(median);
        }
        Ok(medians[1] / medians[0])
    }

    fn endurance(&self, peers: &Peers) -> Result<(), Failure> {
        let starts = (0..STARTS).map(|_| peers.server("sqlite")).collect::<Result<Vec<_>, _>>()?;
        let mut took: Vec<_> = starts.iter().map(|server| server.ready_after).collect();
        took.sort_unstable();
        let ready = took[STARTS / 2].as_secs_f64() * 1000.0;
        drop(starts);
        let server = peers.server("sqlite")?;
        println!("{:<24} {:<26} {:>10} {ready:>9.1}", "start to ready", server.name, "");
        self.judge(ready, "ms", Wanted::AtMost(50.0));
        server.fill(100)?;
        let (mut sent, mut resident) = (0, 0);
        while sent < 1_000_000 {
            for (request, status) in [(GET_PAGE, "200"), (POST, "201")] {
                let time = Duration::from_secs(self.seconds);
                sent += drive(server.address, request.as_bytes(), status, time).count();
            }
            resident = server.resident();
            println!(
                "{:<24} {:<26} {:>10} {resident:>7} MiB",
                "resident memory",
                format!("after {sent} requests"),
                "",
            );
        }
        self.judge(f64::from(u32::try_from(resident).unwrap_or(u32::MAX)), "MiB", Wanted::AtMost(60.0));
        Ok(())
    }

    fn drive(&self, work: &str, peer: &Peer, request: &str, status: &str) -> Measured {
        let measured = drive(peer.address, request.as_bytes(), status, Duration::from_secs(self.seconds));
        show(work, &peer.name, &measured);
        measured
    }
}

fn show(work: &str, name: &str, measured: &Measured) {
    println!(
        "{work:<24} {:<26} {:>10.0} {:>9.2} {:>9.2} {:>8}",
        name,
        measured.rate(),
        measured.within(50),
        measured.within(99),
        measured.failed
    );
}
