//! The tail of a log group.

mod buffer;
mod view;

use std::time::{Duration, Instant};

use ratatui::{buffer::Buffer as Cells, layout::Rect};
use tui_input::{Input, backend::crossterm::EventHandler};

use self::buffer::{Buffer, Numbered};
use super::Screen;
use crate::{
    app::{
        action::{Action, Move},
        effect::{Effect, Slot},
        keys::Context,
    },
    domain::{
        log::{Level, LogLine, LogSource, TailNews},
        time::{Now, Timestamp},
    },
    failure::{Failure, Kind},
    widgets::look::Look,
};

/// How far back the first look goes.
const HISTORY: Duration = Duration::from_mins(10);
/// How long a broken tail rests before it is taken up again.
const REST: Duration = Duration::from_secs(10);
/// Lines that a page key moves.
const PAGE: u64 = 10;

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
    /// The last line in view when the view does not follow the newest.
    held: Option<u64>,
    filter: Input,
    is_typing: bool,
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

    /// Counts the errors among the lines that are kept.
    pub fn errors(&self) -> usize {
        self.lines.errors()
    }

    /// Returns when the oldest line that is kept was written.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.lines.oldest().map(|line| line.at)
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

    /// Starts the tail where it left off, or a little way back.
    fn ask(&mut self, now: Now) -> Vec<Effect> {
        let Some(source) = self.source.clone() else { return Vec::new() };
        let since = self.lines.newest().map_or_else(|| now.wall - HISTORY, |line| line.at);
        if !matches!(self.state, State::Failed { .. }) {
            self.state = State::Reading;
        }
        vec![Effect::TailLogs { source, since }]
    }

    fn told(&mut self, news: Result<TailNews, Failure>, now: Now) {
        let before = self.state.clone();
        match news {
            Ok(TailNews::Opened { group }) => {
                self.group = Some(group);
                self.state = State::Reading;
            }
            Ok(TailNews::Lines(lines)) => {
                self.lines.take(lines);
                self.revision += 1;
                if matches!(self.state, State::Failed { .. } | State::Throttled { .. }) {
                    self.state = State::Reading;
                }
            }
            Ok(TailNews::CaughtUp { .. }) => self.state = State::Live,
            Ok(TailNews::Throttled { until }) => self.state = State::Throttled { until },
            Err(failure) => {
                let again = (failure.kind != Kind::NotConfigured).then_some(now.instant + REST);
                self.state = State::Failed { failure, again };
            }
        }
        self.revision += u64::from(self.state != before);
    }

    fn typed(&mut self, action: &Action) {
        match action {
            Action::Submit => self.is_typing = false,
            Action::Back => {
                self.is_typing = false;
                self.filter.reset();
            }
            Action::Type(key) => {
                self.filter.handle_event(&crossterm::event::Event::Key(*key));
            }
            Action::Insert(text) => {
                for c in text.chars().filter(|c| !c.is_control()) {
                    self.filter.handle(tui_input::InputRequest::InsertChar(c));
                }
            }
            _ => {}
        }
    }

    /// Moves the view; moving up holds it, reaching the end follows again.
    fn go(&mut self, way: Move) {
        let Some(newest) = self.lines.newest_number() else { return };
        let oldest = self.lines.oldest_number().unwrap_or(newest);
        let at = self.held.unwrap_or(newest);
        let there = match way {
            Move::Up => at.saturating_sub(1),
            Move::Down => at + 1,
            Move::PageUp => at.saturating_sub(PAGE),
            Move::PageDown => at + PAGE,
            Move::Top => oldest,
            Move::Bottom => newest,
            Move::Left | Move::Right => at,
        };
        self.held = (there < newest).then_some(there.max(oldest));
    }

    /// Returns the lines that pass the filter, newest first, beginning with the last one in view.
    fn upwards(&self) -> impl Iterator<Item = Numbered<'_>> {
        let last = self.held.unwrap_or(u64::MAX);
        let words: Vec<String> = self.filter.value().split_whitespace().map(str::to_lowercase).collect();
        self.lines.numbered_newest_first().filter(move |(number, line)| {
            *number <= last && {
                let text = line.message.to_lowercase();
                words.iter().all(|word| text.contains(word))
            }
        })
    }
}

impl Screen for Logs {
    type Msg = Msg;

    fn context(&self) -> Context {
        if self.is_typing { Context::Typing } else { Context::Tail }
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
        if self.is_typing {
            self.typed(&action);
            return Vec::new();
        }
        match action {
            Action::Filter => self.is_typing = true,
            Action::Back => self.filter.reset(),
            Action::Follow => self.held = if self.held.is_some() { None } else { self.lines.newest_number() },
            Action::Refresh => return self.ask(now),
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
