//! The tail of a log group.

mod buffer;
mod view;

use std::{
    cell::Cell,
    collections::HashSet,
    time::{Duration, Instant},
};

use hello_model::{
    failure::{Failure, Kind},
    log::{Level, LogLine, LogSource, TailNews},
    time::{Now, Timestamp, before},
};
use ratatui::{buffer::Buffer as Cells, layout::Rect, text::Line};

use self::buffer::Buffer;
use super::{Screen, filter::Filter};
use crate::{
    action::{Action, Move},
    effect::{Effect, Slot},
    keys::Context,
    widgets::look::Look,
};

/// How far back the first look goes.
const HISTORY: Duration = Duration::from_mins(10);
/// How far before the newest line a tail is taken up again: lines may have come late while nobody looked.
const OVERLAP: Duration = Duration::from_secs(30);
/// How long a broken tail rests before it is taken up again.
const REST: Duration = Duration::from_secs(10);
/// Lines that a page key moves.
const PAGE: usize = 10;
/// Columns that a key shifts, and the most there are.
const SHIFT: usize = 20;
const LONGEST: usize = 10_000;

/// What the tail told.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Told(Result<TailNews, Failure>),
}

/// The logs screen.
#[derive(Debug, Default)]
pub struct Logs {
    source: Option<LogSource>,
    group: Option<String>,
    lines: Buffer,
    state: State,
    /// The last line in view when the view does not follow the newest: its id, and its time for when it is forgotten.
    held: Option<(String, Timestamp)>,
    /// The ids that a tail which was taken up again brings a second time.
    known: HashSet<String>,
    filter: Filter,
    /// Columns by which the messages are shifted to the left.
    pub(super) shift: usize,
    /// Rows of the last frame, for moving by what is seen.
    height: Cell<usize>,
    revision: u64,
}

/// How it stands with the tail.
#[derive(Debug, Clone, PartialEq, Default)]
enum State {
    #[default]
    Still,
    /// Asked for, and still reading what there was.
    Reading,
    /// All there is has been read; the tail goes on.
    Live,
    Throttled {
        until: Timestamp,
    },
    Failed {
        failure: Failure,
        again: Option<Instant>,
    },
}

impl Logs {
    /// Points the screen at a log group, or says why there is none. Lines of another one are no longer wanted.
    pub fn aim(&mut self, source: &Result<LogSource, Failure>) -> Vec<Effect> {
        match source {
            Ok(source) if self.source.as_ref() == Some(source) => return Vec::new(),
            Ok(source) => {
                *self = Self { source: Some(source.clone()), revision: self.revision + 1, ..Self::default() };
            }
            Err(failure) => {
                *self = Self {
                    state: State::Failed { failure: failure.clone(), again: None },
                    revision: self.revision + 1,
                    ..Self::default()
                };
            }
        }
        vec![Effect::Cancel(Slot::Logs)]
    }

    /// Forgets what was seen: another AWS is behind the screen from now on.
    pub fn reset(&mut self) {
        *self = Self { source: self.source.take(), revision: self.revision + 1, ..Self::default() };
    }

    /// Returns the errors, or where there is none the warnings, newest first.
    pub fn troubles(&self) -> impl Iterator<Item = &LogLine> {
        let least = if self.lines.errors() > 0 { Level::Error } else { Level::Warn };
        self.lines.newest_first().filter(move |line| line.level >= least)
    }

    /// Counts the errors of so much time before the newest line.
    pub fn errors_within(&self, window: Duration) -> usize {
        self.lines.errors_within(window)
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn failure(&self) -> Option<&Failure> {
        match &self.state {
            State::Failed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// Starts the tail a little before where it left off, or some way back.
    fn ask(&mut self, now: Now) -> Vec<Effect> {
        let Some(source) = self.source.clone() else { return Vec::new() };
        let since = self.lines.resume_at(OVERLAP).unwrap_or_else(|| before(now.wall, HISTORY));
        self.known = self.lines.ids_since(since);
        if !matches!(self.state, State::Failed { .. }) {
            self.state = State::Reading;
        }
        vec![Effect::TailLogs { source, since }]
    }

    fn take(&mut self, mut lines: Vec<LogLine>) {
        if !self.known.is_empty() {
            lines.retain(|line| !self.known.contains(&line.id));
        }
        self.revision += u64::from(!lines.is_empty());
        self.lines.take(lines, |line| self.filter.lets_through(&[&line.message]));
    }

    fn told(&mut self, news: Result<TailNews, Failure>, now: Now) {
        let before = self.state.clone();
        match news {
            Ok(TailNews::Opened { group }) => {
                self.group = Some(group);
                self.state = State::Reading;
            }
            Ok(TailNews::Lines(lines)) => {
                self.take(lines);
                if matches!(self.state, State::Failed { .. } | State::Throttled { .. }) {
                    self.state = State::Reading;
                }
            }
            Ok(TailNews::CaughtUp { .. }) => {
                self.known.clear();
                self.state = State::Live;
            }
            Ok(TailNews::Throttled { until }) => self.state = State::Throttled { until },
            Err(failure) => {
                let again = (failure.kind != Kind::NotConfigured).then_some(now.instant + REST);
                self.state = State::Failed { failure, again };
            }
        }
        self.revision += u64::from(self.state != before);
    }

    /// Moves the view by lines that pass the filter; moving up holds it, reaching the end follows again.
    fn go(&mut self, way: Move) {
        let lines: Vec<&LogLine> = self.lines.passing().collect();
        let Some(last) = lines.len().checked_sub(1) else { return };
        let here = self.place(&lines);
        let there = match way {
            Move::Up => here + 1,
            Move::Down => here.saturating_sub(1),
            Move::PageUp => here + PAGE,
            Move::PageDown => here.saturating_sub(PAGE),
            Move::Top => last,
            Move::Bottom => 0,
            Move::Left | Move::Right => here,
        };
        // The view is never moved so far up that it is not full.
        let top = (last + 1).saturating_sub(self.height.get().max(1)).min(last);
        self.held = mark(&lines, there.min(top));
    }

    /// Holds the view where it is, or follows the newest lines again.
    fn hold_or_follow(&mut self) {
        self.held = match self.held {
            Some(_) => None,
            None => self.lines.passing().next().map(|line| (line.id.clone(), line.at)),
        };
    }

    /// Returns where the last line in view is among `lines`, newest first.
    fn place(&self, lines: &[&LogLine]) -> usize {
        let Some((id, at)) = &self.held else { return 0 };
        let found = lines.iter().position(|line| line.id == *id);
        found.unwrap_or_else(|| lines.partition_point(|line| line.at > *at))
    }

    /// Returns the lines in view, newest first: as many as fit, also where those that were held have been forgotten.
    fn in_view(&self, height: usize) -> Vec<&LogLine> {
        self.height.set(height);
        if self.held.is_none() {
            return self.lines.passing().take(height).collect();
        }
        let lines: Vec<&LogLine> = self.lines.passing().collect();
        let first = self.place(&lines).min(lines.len().saturating_sub(height));
        lines.into_iter().skip(first).take(height).collect()
    }

    /// Says in a word how it stands with the tail, for a pane's corner.
    pub(super) fn state(&self, look: &Look) -> Line<'static> {
        view::state(self, look)
    }
}

impl Screen for Logs {
    type Msg = Msg;

    fn context(&self) -> Context {
        if self.filter.is_typing() { Context::Typing } else { Context::Tail }
    }

    fn enter(&mut self, now: Now) -> Vec<Effect> {
        if self.state == State::Still { self.ask(now) } else { Vec::new() }
    }

    fn leave(&mut self) -> Vec<Effect> {
        if self.source.is_none() {
            return Vec::new();
        }
        self.state = State::Still;
        vec![Effect::Cancel(Slot::Logs)]
    }

    fn act(&mut self, action: Action, now: Now) -> Vec<Effect> {
        self.revision += 1;
        if self.filter.act(&action) {
            self.lines.refilter(|line| self.filter.lets_through(&[&line.message]));
            return Vec::new();
        }
        match action {
            Action::Follow => self.hold_or_follow(),
            Action::Refresh => return self.ask(now),
            Action::Move(Move::Left) => self.shift = self.shift.saturating_sub(SHIFT),
            Action::Move(Move::Right) => self.shift = (self.shift + SHIFT).min(LONGEST),
            Action::Move(way) => self.go(way),
            _ => {}
        }
        Vec::new()
    }

    fn update(&mut self, msg: Msg, now: Now) -> Vec<Effect> {
        let Msg::Told(news) = msg;
        self.told(news, now);
        Vec::new()
    }

    fn next_deadline(&self) -> Option<Instant> {
        match self.state {
            State::Failed { again, .. } => again,
            _ => None,
        }
    }

    fn wake(&mut self, now: Now) -> Vec<Effect> {
        match &mut self.state {
            State::Failed { again, .. } if again.is_some_and(|again| again <= now.instant) => {
                *again = None;
                self.ask(now)
            }
            _ => Vec::new(),
        }
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn view(&self, area: Rect, buf: &mut Cells, look: &Look) {
        view::draw(self, area, buf, look);
    }
}

/// Returns what holds the view at a place; nothing at the newest line, which is followed.
fn mark(lines: &[&LogLine], place: usize) -> Option<(String, Timestamp)> {
    lines.get(place).filter(|_| place > 0).map(|line| (line.id.clone(), line.at))
}
