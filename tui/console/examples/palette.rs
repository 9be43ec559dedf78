//! Measures one key of the palette over a large catalog: the letter is taken in, all offers are searched, and the frame
//! is drawn.
//!
//! ```console
//! $ cargo run --release -p hello-console --example palette
//! ```
//!
//! The output has a line for each text: what was measured, the median and the slowest time in milliseconds, separated by
//! tabs. `cargo xtask bench catalog` reads it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock and prints"
)]

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hello_catalog::{Source, read};
use hello_console::{
    app::{App, Layouts, Setup},
    msg::Msg,
    screens::catalog,
    theme::Theme,
};
use hello_model::{
    query::Query,
    time::{Now, Timestamp},
    world::{World, WorldId},
};
use ratatui::{buffer::Buffer, layout::Rect};

const ENTITIES: usize = 10_000;
const REPETITIONS: usize = 51;

/// Texts whose last letter is measured. The first ones are in most offers; `mvc` is scattered over many names, `zzz` is in
/// none.
const TEXTS: [&str; 9] = [
    "e",
    "p",
    "en",
    "entity p",
    "payments-service",
    "entity payments-service-7531",
    "mvc",
    "zzz",
    "pay ser 99",
];

fn main() {
    let mut app = console();
    let key = |app: &mut App, code| {
        let began = Instant::now();
        app.update(Msg::Pressed(KeyEvent::new(code, KeyModifiers::NONE)), now());
        let mut buf = Buffer::empty(Rect::new(0, 0, 120, 40));
        app.view(buf.area, &mut buf);
        began.elapsed()
    };
    let opened = (0..REPETITIONS).map(|_| {
        let time = key(&mut app, KeyCode::Char(':'));
        key(&mut app, KeyCode::Esc);
        time
    });
    report("opening the palette", opened.collect());
    for text in TEXTS {
        let typed = (0..REPETITIONS).map(|_| {
            key(&mut app, KeyCode::Char(':'));
            let last = text.chars().fold(Duration::ZERO, |_, letter| key(&mut app, KeyCode::Char(letter)));
            key(&mut app, KeyCode::Esc);
            last
        });
        report(&format!("one key of the palette, `{text}`"), typed.collect());
    }
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    let (median, slowest) = (milliseconds(times[REPETITIONS / 2]), milliseconds(times[REPETITIONS - 1]));
    println!("{what}, {ENTITIES} entities\t{median:.1}\t{slowest:.1}");
}

fn now() -> Now {
    Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH }
}

/// Makes a console that has read the catalog.
fn console() -> App {
    let mut app = App::new(Setup {
        start: catalog::SPEC.id.into(),
        world: World::default(),
        contexts: Vec::new(),
        session: "session".to_owned(),
        theme: Theme::new(true, jiff::tz::TimeZone::UTC),
        layouts: Layouts::default(),
        now: now(),
    });
    app.start();
    let read = read(&sources());
    assert_eq!(read.entities.len(), ENTITIES);
    app.update(Msg::answered(WorldId(0), Query::Catalog, Ok(read.into())), now());
    app
}

/// Makes descriptors, several in a file, because a file may have so many bytes at most.
fn sources() -> Vec<Source> {
    let numbers: Vec<usize> = (0..ENTITIES).collect();
    let files = numbers.chunks(500).enumerate().map(|(file, numbers)| {
        let text = numbers.iter().fold(String::new(), |mut text, number| {
            let _ = write!(
                text,
                "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: payments-service-{number}}}\n\
                 spec: {{type: service, lifecycle: production, owner: team-{}}}\n---\n",
                number % 100
            );
            text
        });
        Source { name: format!("{file}.yaml"), text: text.into_bytes() }
    });
    files.collect()
}
