//! One console under random input, with services that answer late, wrong or never.

use std::{
    collections::VecDeque,
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use fastrand::Rng;
use hello_console::{
    app::{App, Layouts, Setup, ViewVersion},
    effect::Effect,
    local::LocalResult,
    msg::Msg,
    screens::SCREENS,
    theme::Theme,
};
use hello_model::{
    time::Now,
    world::{World, WorldId},
};
use jiff::tz::TimeZone;
use ratatui::{buffer::Buffer, layout::Rect};
use rustix::time::{ClockId, clock_gettime};

use super::{
    answers, inputs, random_answers,
    writes::{Cause, Writes},
};

/// How many inputs are kept for a report.
const LATEST: usize = 30;

/// A console, what it waits for, and what it has cost.
pub(super) struct Stressed {
    app: App,
    rng: Rng,
    start: Instant,
    /// Since the start; this clock goes as it likes.
    elapsed: Duration,
    area: Rect,
    picture: Buffer,
    shown: Option<ViewVersion>,
    /// Effects that wait for their end.
    pending: Vec<Effect>,
    latest: VecDeque<String>,
    pub(super) inputs: usize,
    pub(super) frames: usize,
    pub(super) quits: usize,
    pub(super) longest: Duration,
    pub(super) longest_of: String,
    pub(super) writes: Writes,
}

impl Stressed {
    pub(super) fn new(mut rng: Rng, start: Instant) -> Self {
        let mut writes = Writes::default();
        let area = inputs::area(&mut rng);
        let app = console(&mut rng, now(start, Duration::ZERO), &mut writes);
        let mut console = Self {
            app,
            rng,
            start,
            elapsed: Duration::ZERO,
            area,
            picture: Buffer::empty(area),
            shown: None,
            pending: Vec::new(),
            latest: VecDeque::new(),
            inputs: 0,
            frames: 0,
            quits: 0,
            longest: Duration::ZERO,
            longest_of: String::new(),
            writes,
        };
        let effects = console.app.start();
        console.pending.extend(effects);
        console
    }

    /// Sends this many inputs, and answers in between.
    pub(super) fn run(&mut self, inputs: usize) {
        while self.inputs < inputs && self.writes.broken.is_empty() {
            match self.rng.u8(..10) {
                0..6 => {
                    for msg in inputs::next(&mut self.rng, self.area) {
                        if matches!(msg, Msg::Resized) {
                            self.area = inputs::area(&mut self.rng);
                        }
                        self.inputs += 1;
                        self.turn(msg);
                    }
                }
                6..9 => self.answer(),
                _ => self.wait(),
            }
        }
    }

    /// Returns the latest inputs, for a report.
    pub(super) fn latest(&self) -> String {
        self.latest.iter().map(String::as_str).collect::<Vec<_>>().join(" · ")
    }

    /// Lets time pass, sometimes until the console wants to be woken.
    fn wait(&mut self) {
        self.elapsed += Duration::from_millis(self.rng.u64(1..30_000));
        self.turn(Msg::Woke);
    }

    /// Ends one of the effects that wait.
    fn answer(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let place = self.rng.usize(..self.pending.len());
        let effect = self.pending.swap_remove(place);
        for msg in self.end_of(effect) {
            self.turn(msg);
        }
    }

    fn end_of(&mut self, effect: Effect) -> Vec<Msg> {
        match effect {
            Effect::Read { world, fetch } => {
                let news = random_answers::news(&fetch.query, &mut self.rng);
                news.into_iter().map(|news| Msg::answered(world, fetch.query.clone(), news)).collect()
            }
            Effect::Compute { world, of, computation } => {
                let mut results = Vec::new();
                computation.run(&AtomicBool::new(false), &mut |result| results.push(result));
                results.into_iter().map(|result| Msg::Computed(world, of.clone(), result)).collect()
            }
            Effect::Execute { id, write, .. } => {
                vec![Msg::Executed(id, random_answers::result(&write, &mut self.rng))]
            }
            Effect::Connect { id, .. } => {
                let connected = if self.rng.u8(..4) == 0 {
                    Err(random_answers::failure(&mut self.rng))
                } else {
                    let world = world(&mut self.rng, id);
                    self.writes.know(world.clone());
                    Ok(world)
                };
                vec![Msg::Connected(Box::new(connected))]
            }
            other => self.local(other).map(Msg::Local).into_iter().collect(),
        }
    }

    fn local(&mut self, effect: Effect) -> Option<LocalResult> {
        if self.rng.u8(..5) == 0 {
            return Some(LocalResult::Failed(random_answers::failure(&mut self.rng)));
        }
        let in_tmux = self.rng.bool();
        match effect {
            Effect::Copy(text) if in_tmux => Some(LocalResult::NoClipboard { text, in_tmux }),
            Effect::Copy(text) => Some(LocalResult::Copied { what: text.what }),
            Effect::OpenUrl(_) if in_tmux => Some(LocalResult::Opened),
            Effect::OpenUrl(url) => Some(LocalResult::NoBrowser { url, why: "none".to_owned(), in_tmux }),
            Effect::HandOver(program) => Some(LocalResult::Returned(program)),
            _ => None,
        }
    }

    /// Takes a message in, and draws if something has changed.
    fn turn(&mut self, msg: Msg) {
        let about = describe(&msg);
        if matches!(msg, Msg::Pressed(_) | Msg::PressedInBurst(_) | Msg::Clicked(_) | Msg::Pasted(_)) {
            self.latest.push_back(about.clone());
            if self.latest.len() > LATEST {
                self.latest.pop_front();
            }
        }
        self.elapsed += Duration::from_millis(self.rng.u64(..40));
        let now = now(self.start, self.elapsed);
        let cause = Cause::of(&msg, self.app.mode());
        let began = clock_gettime(ClockId::ThreadCPUTime);
        let effects = self.app.update(msg, now);
        self.draw();
        let took = clock_gettime(ClockId::ThreadCPUTime) - began;
        let took = Duration::try_from(took).unwrap_or_default();
        if took > self.longest {
            let (width, height) = (self.area.width, self.area.height);
            (self.longest, self.longest_of) = (took, format!("{about} at {width}×{height}"));
        }
        self.take(effects, cause);
    }

    fn draw(&mut self) {
        let version = self.app.revision();
        // A frame may be skipped, as in the loop while messages are ready.
        if self.shown.as_ref() == Some(&version) || self.rng.u8(..3) == 0 {
            return;
        }
        self.picture.resize(self.area);
        self.picture.reset();
        self.app.view(self.area, &mut self.picture);
        self.shown = Some(version);
        self.frames += 1;
    }

    fn take(&mut self, effects: Vec<Effect>, cause: Cause) {
        for effect in effects {
            match effect {
                Effect::Quit => return self.begin_again(),
                Effect::Stop(world, query) => self.pending.retain(|pending| {
                    !matches!(pending, Effect::Read { world: of, fetch } if *of == world && fetch.query == query)
                }),
                Effect::Execute { id, world, write } => {
                    self.writes.judge(cause, world, &write);
                    self.pending.push(Effect::Execute { id, world, write });
                }
                Effect::Suspend => self.shown = None,
                // What an old world answers is late, and must change nothing.
                Effect::Leave { .. } | Effect::CopyByTerminal(_) => {}
                other => {
                    let task = other.task();
                    self.pending.retain(|pending| pending.task() != task);
                    self.pending.push(other);
                }
            }
        }
    }

    fn begin_again(&mut self) {
        self.quits += 1;
        self.shown = None;
        let now = now(self.start, self.elapsed);
        self.app = console(&mut self.rng, now, &mut self.writes);
        self.pending = self.app.start();
    }
}

fn now(start: Instant, elapsed: Duration) -> Now {
    Now { instant: start + elapsed, wall: answers::at(0) + elapsed }
}

fn console(rng: &mut Rng, now: Now, writes: &mut Writes) -> App {
    let world = world(rng, WorldId::default());
    writes.know(world.clone());
    App::new(Setup {
        start: SCREENS[rng.usize(..SCREENS.len())].id.into(),
        world,
        contexts: vec!["live".to_owned(), "staging".to_owned()],
        layouts: Layouts::default(),
        session: "session".to_owned(),
        theme: Theme::new(rng.bool(), TimeZone::UTC),
        now,
    })
}

fn world(rng: &mut Rng, id: WorldId) -> World {
    World { id, read_only: rng.u8(..3) == 0, is_production: rng.bool(), ..World::default() }
}

fn describe(msg: &Msg) -> String {
    format!("{msg:?}").chars().take(160).collect()
}
