//! Measures the trucks screen over a large fleet: the first page, scrolling, a search, and the memory of it.
//!
//! ```console
//! $ cargo run --release -p hello-tui --example trucks-scroll -- 1000000
//! ```
//!
//! The service runs in a process of its own, on a SQLite file that is filled first. Times of keys and frames are those of
//! the thread that draws.

#![expect(clippy::print_stdout, reason = "a measurement prints its result")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock and starts tasks")]

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    io::{BufRead, BufReader, Write as _},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use futures::StreamExt;
use hello_console::{
    app::{App, Setup, ViewVersion},
    effect::{Effect, Task},
    msg::Msg,
    screens::trucks,
    theme::Theme,
};
use hello_model::world::World;
use hello_server::{AppState, Change, Store, app, serve};
use hello_services::{AwsAccess, Connections, GitHubAccess, Services, catalog::Sources};
use hello_shared::{NewTruck, TruckStatus};
use hello_tui::runtime::clock;
use jiff::tz::TimeZone;
use ratatui::{buffer::Buffer, layout::Rect};
use rustix::time::{ClockId, clock_gettime};
use tokio::{net::TcpListener, sync::mpsc, task::AbortHandle};

const AREA: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };
const BATCH: u32 = 5_000;
const SCROLLED_ROWS: usize = 1_000;
const LOADED_ROWS: usize = 10_000;
const TIMEOUT: Duration = Duration::from_mins(1);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().unwrap_or_else(|| "1000000".to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if first == "serve" {
        return runtime.block_on(service(&arguments.next().ok_or("name a file")?));
    }
    let rows: u32 = first.parse()?;
    let folder = tempfile::tempdir()?;
    let file = format!("sqlite:{}", folder.path().join("trucks.db").display());
    runtime.block_on(fill(&file, rows))?;
    let (mut server, url) = start(&file)?;
    let measured = runtime.block_on(measure(&url));
    server.kill()?;
    server.wait()?;
    measured
}

/// Fills a new store.
async fn fill(file: &str, rows: u32) -> Outcome<()> {
    let store = Store::open(file).await?;
    for first in (0..rows).step_by(BATCH as usize) {
        let truck = |number: u32| {
            let status = TruckStatus::ALL[number as usize % 3];
            let make = ["Volvo", "Scania", "DAF", "MAN"][number as usize % 4];
            let license_plate = Some(format!("HT-{number:07}"));
            let at = jiff::Timestamp::from_second(1_700_000_000 + i64::from(number / 10))?;
            let id = format!("01900000-0000-7000-8000-{number:012}");
            let new = NewTruck { license_plate, status, ..NewTruck::new(make, "FH 500") };
            Ok(new.into_truck(id.as_str().into(), at))
        };
        let trucks = (first..rows.min(first + BATCH)).map(truck).collect::<Result<_, jiff::Error>>()?;
        store.write(Change::Add { trucks, key: None }).await?;
    }
    store.close().await;
    Ok(())
}

/// Serves a store, and prints its address.
async fn service(file: &str) -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    let store = Store::open(file).await?;
    Ok(serve(listener, app(AppState::new(store)), std::future::pending()).await?)
}

fn start(file: &str) -> Outcome<(Child, String)> {
    let mut server = Command::new(std::env::current_exe()?);
    let mut server = server.args(["serve", file]).stdout(Stdio::piped()).spawn()?;
    let mut url = String::new();
    BufReader::new(server.stdout.take().ok_or("it has no output")?).read_line(&mut url)?;
    Ok((server, url.trim().to_owned()))
}

/// A console on the trucks screen, with what it has cost.
struct Console {
    app: App,
    services: Services,
    running: HashMap<Task, AbortHandle>,
    sender: mpsc::UnboundedSender<Msg>,
    receiver: mpsc::UnboundedReceiver<Msg>,
    picture: Buffer,
    shown: Option<ViewVersion>,
    /// The times of turns: a message, and the frame after it.
    turns: Vec<Duration>,
}

async fn measure(url: &str) -> Outcome<()> {
    let url: url::Url = url.parse()?;
    let github = GitHubAccess::new(url.clone(), "localhost");
    let connections = Connections { trucks: url.into(), github, aws: AwsAccess::default() };
    let mut console = Console::new(Services::connect(&connections));
    let before = resident();
    let began = Instant::now();
    let effects = console.app.start();
    console.execute(effects);
    console.until(|screen| screen.contains(" loaded")).await?;
    println!("first page\t{}", shown(began.elapsed()));

    console.turns.clear();
    let began = Instant::now();
    for _ in 0..SCROLLED_ROWS {
        console.press(KeyCode::Down);
        console.take_ready();
    }
    let wanted = 1_100;
    console.until(|screen| loaded(screen) >= wanted).await?;
    let pages = (wanted - 200).div_ceil(200);
    println!("scroll of {SCROLLED_ROWS} rows\t{}, {pages} pages", shown(began.elapsed()));
    console.report("key, page and frame while scrolling");
    println!("memory\t{} KiB more than before the first page", resident().saturating_sub(before));

    while loaded(&console.screen()) < LOADED_ROWS {
        console.press(KeyCode::End);
        let now = loaded(&console.screen());
        console.until(|screen| loaded(screen) > now).await?;
    }
    console.turns.clear();
    for _ in 0..100 {
        console.press(KeyCode::Up);
    }
    console.report("key and frame with 10,000 rows loaded");
    println!("memory\t{} KiB more with 10,000 rows", resident().saturating_sub(before));

    console.turns.clear();
    console.press(KeyCode::Char('/'));
    let began = Instant::now();
    for c in "ht-00012".chars() {
        console.press(KeyCode::Char(c));
        console.take_ready();
    }
    console.until(|screen| screen.contains("Trucks 200 of") || screen.contains("Trucks 100 of 100")).await?;
    println!("search of a plate\t{}", shown(began.elapsed()));
    console.report("key and frame while searching");
    Ok(())
}

impl Console {
    fn new(services: Services) -> Self {
        let app = App::new(Setup {
            start: trucks::SPEC.id.into(),
            world: World::default(),
            contexts: Vec::new(),
            layouts: BTreeMap::default(),
            session: String::new(),
            theme: Theme::new(true, TimeZone::UTC),
            now: clock::now(),
        });
        let (sender, receiver) = mpsc::unbounded_channel();
        let (picture, running) = (Buffer::empty(AREA), HashMap::new());
        Self { app, services, running, sender, receiver, picture, shown: None, turns: Vec::new() }
    }

    fn execute(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Read { world, fetch } => {
                    let query = fetch.query.clone();
                    let mut updates = self.services.open(fetch, &Sources::default());
                    let (sender, of) = (self.sender.clone(), query.clone());
                    let task = tokio::spawn(async move {
                        while let Some(news) = updates.next().await {
                            let _ = sender.send(Msg::answered(world, of.clone(), news));
                        }
                    });
                    if let Some(old) = self.running.insert(Task::Read(world, query), task.abort_handle()) {
                        old.abort();
                    }
                }
                Effect::Stop(world, query) => {
                    if let Some(task) = self.running.remove(&Task::Read(world, query)) {
                        task.abort();
                    }
                }
                _ => {}
            }
        }
    }

    fn press(&mut self, code: KeyCode) {
        self.turn(Msg::Pressed(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    /// Takes a message in, and draws if something has changed.
    fn turn(&mut self, msg: Msg) {
        let began = clock_gettime(ClockId::ThreadCPUTime);
        let effects = self.app.update(msg, clock::now());
        let version = self.app.revision();
        if self.shown.as_ref() != Some(&version) {
            self.picture.reset();
            self.app.view(AREA, &mut self.picture);
            self.shown = Some(version);
        }
        let took = clock_gettime(ClockId::ThreadCPUTime) - began;
        self.turns.push(Duration::try_from(took).unwrap_or_default());
        self.execute(effects);
    }

    fn take_ready(&mut self) {
        while let Ok(msg) = self.receiver.try_recv() {
            self.turn(msg);
        }
    }

    async fn until(&mut self, is_there: impl Fn(&str) -> bool) -> Outcome<()> {
        let end = Instant::now() + TIMEOUT;
        while !is_there(&self.screen()) {
            if Instant::now() > end {
                return Err(format!("it did not come:\n{}", self.screen()).into());
            }
            let deadline = self.app.next_deadline().unwrap_or(end).min(end);
            let msg = tokio::time::timeout_at(deadline.into(), self.receiver.recv()).await;
            self.turn(msg.ok().flatten().unwrap_or(Msg::Woke));
        }
        Ok(())
    }

    fn screen(&self) -> String {
        let rows = self.picture.content.chunks(usize::from(AREA.width)).take(4);
        rows.flat_map(|row| row.iter().map(ratatui::buffer::Cell::symbol).chain(["\n"])).collect()
    }

    fn report(&mut self, what: &str) {
        self.turns.sort_unstable();
        let part = |thousandth: usize| self.turns[(self.turns.len() - 1) * thousandth / 1_000];
        let (median, rare, worst) = (shown(part(500)), shown(part(999)), shown(part(1_000)));
        println!("{what}\tmedian {median}, 99.9 % {rare}, slowest {worst} of {}", self.turns.len());
    }
}

/// Reads the number of loaded rows from the title.
fn loaded(screen: &str) -> usize {
    let title = screen.split_once("╭ Trucks ").and_then(|(_, title)| screen_count(title));
    title.unwrap_or_default()
}

fn screen_count(title: &str) -> Option<usize> {
    title.split(' ').next()?.replace(',', "").parse().ok()
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

/// Returns the resident memory of this process, in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().split(' ').next().and_then(|kib| kib.parse().ok()).unwrap_or_default()
}
