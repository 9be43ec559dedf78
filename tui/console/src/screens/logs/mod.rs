//! The tail of a log group.

mod view;

use std::{cell::Cell, collections::HashMap};

use hello_model::{fetch::Want, filter::Filter, log::LogLine, query::Query, time::Timestamp};
use hello_state::{
    log_buffer::{LogBuffer, MAX_LINES},
    log_feed::LogFeed,
    present::{Format, legend, log_line::COLUMNS},
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::filter::FilterInput;
use crate::{
    command::{CommandId, CommandSpec, Group, Mode},
    commands::{FILTERING, MOVES, Move, SIDEWAYS, movement},
    cx::Cx,
    keymap::ch,
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
};

/// Hold the view, or go on with showing the newest lines.
pub const FOLLOW: CommandId = CommandId("logs.follow");

static LOGS: Group = Group {
    title: "Logs",
    commands: &[CommandSpec::new(FOLLOW, "follow", &[ch('f')], &[Mode::Browse]).in_footer()],
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("logs"),
    title: "Logs",
    commands: &[&LOGS, &FILTERING, &MOVES, &SIDEWAYS],
    legend: legend::logs,
    open: |_| Box::<Logs>::default(),
};

/// Lines that a page key moves.
const PAGE: usize = 10;
/// Columns that a key shifts, and the most there are.
const SHIFT: usize = 20;
const LONGEST: usize = 10_000;

/// The logs screen.
#[derive(Debug, Default)]
pub struct Logs {
    /// The last line in view when the view does not follow the newest: its id, and its time for when it is forgotten.
    held: Option<(String, Timestamp)>,
    filter: FilterInput,
    verdicts: Verdicts,
    /// Columns by which the messages are shifted to the left.
    shift: usize,
    /// Rows of the last frame, for moving by what is seen.
    height: Cell<usize>,
}

/// Which lines pass the filter, by their numbers: that is computed once for each line, not for each frame.
#[derive(Debug, Default)]
struct Verdicts {
    passes: HashMap<u64, bool>,
    /// The number of the first line that was not judged yet.
    next: u64,
}

impl Verdicts {
    /// Judges the lines that have come since.
    fn update(&mut self, lines: &LogBuffer, filter: &Filter, format: &Format) {
        if self.passes.len() > 2 * MAX_LINES {
            let kept: HashMap<u64, bool> = lines
                .numbered()
                .filter_map(|(number, _)| Some((number, *self.passes.get(&number)?)))
                .collect();
            self.passes = kept;
        }
        let mut matcher = filter.matcher(&COLUMNS.fields(), &format.clock);
        for (number, line) in lines.numbered().filter(|(number, _)| *number >= self.next) {
            self.passes.insert(number, matcher.matches(&COLUMNS.row(line, format)));
        }
        self.next = lines.next_number();
    }
}

impl Logs {
    /// Returns the lines that pass the filter, the newest first.
    fn passing<'a>(&self, feed: &'a LogFeed) -> impl Iterator<Item = &'a LogLine> {
        let passes = |number: &u64| self.verdicts.passes.get(number).copied().unwrap_or(true);
        feed.lines().numbered().filter(move |(number, _)| passes(number)).map(|(_, line)| line)
    }

    /// Moves the view by lines that pass the filter; moving up holds it, reaching the end follows again.
    fn go(&mut self, way: Move, feed: &LogFeed) {
        let lines: Vec<&LogLine> = self.passing(feed).collect();
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
    fn hold_or_follow(&mut self, feed: &LogFeed) {
        self.held = match self.held {
            Some(_) => None,
            None => self.passing(feed).next().map(|line| (line.id.clone(), line.at)),
        };
    }

    /// Returns where the last line in view is among `lines`, newest first.
    fn place(&self, lines: &[&LogLine]) -> usize {
        let Some((id, at)) = &self.held else { return 0 };
        let found = lines.iter().position(|line| line.id == *id);
        found.unwrap_or_else(|| lines.partition_point(|line| line.at > *at))
    }

    /// Returns the lines in view, newest first: as many as fit, also where those that were held have been forgotten.
    pub(super) fn in_view<'a>(&self, feed: &'a LogFeed, height: usize) -> Vec<&'a LogLine> {
        self.height.set(height);
        if self.held.is_none() {
            return self.passing(feed).take(height).collect();
        }
        let lines: Vec<&LogLine> = self.passing(feed).collect();
        let first = self.place(&lines).min(lines.len().saturating_sub(height));
        lines.into_iter().skip(first).take(height).collect()
    }

    fn act_on(&mut self, command: CommandId, feed: &LogFeed) {
        match movement(command) {
            Some(Move::Left) => self.shift = self.shift.saturating_sub(SHIFT),
            Some(Move::Right) => self.shift = (self.shift + SHIFT).min(LONGEST),
            Some(way) => self.go(way, feed),
            None if command == FOLLOW => self.hold_or_follow(feed),
            None => {}
        }
    }

    /// Judges the lines by the filter: all of them if the filter has changed.
    fn judge(&mut self, filter_has_changed: bool, cx: &Cx<'_>) {
        if filter_has_changed {
            self.verdicts = Verdicts::default();
        }
        if let Some(feed) = cx.logs() {
            self.verdicts.update(feed.lines(), self.filter.filter(), &cx.format());
        }
    }
}

pub(super) use view::status;

impl Screen for Logs {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        cx.log_source().map(|source| Query::Logs(source.clone()).into()).into_iter().collect()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        if self.filter.is_typing() { Mode::Typing } else { Mode::Browse }
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        let is_filter = self.filter.act(command);
        self.judge(is_filter, cx);
        if let Some(feed) = cx.logs().filter(|_| !is_filter) {
            self.act_on(command, feed);
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        match event {
            Event::Updated(Query::Logs(_)) => self.judge(false, cx),
            Event::Retargeted => *self = Self::default(),
            event => {
                if self.filter.on(event) {
                    self.judge(true, cx);
                }
            }
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}

/// Returns what holds the view at a place; nothing at the newest line, which is followed.
fn mark(lines: &[&LogLine], place: usize) -> Option<(String, Timestamp)> {
    lines.get(place).filter(|_| place > 0).map(|line| (line.id.clone(), line.at))
}
