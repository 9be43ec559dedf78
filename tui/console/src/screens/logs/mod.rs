//! The tail of a log group.

mod opened;
mod verdicts;
mod view;

use std::cell::Cell;

use hello_model::{fetch::Want, log::LogLine, query::Query, time::Timestamp};
use hello_state::{
    log_feed::LogFeed,
    present::{legend, link},
};
use ratatui::{buffer::Buffer, layout::Rect};

use self::{opened::OpenedLine, verdicts::Verdicts};
use super::filter::FilterInput;
use crate::{
    command::{CommandId, CommandSpec, Group, Mode},
    commands::{BACK, CLOSE, FILTERING, MOVES, Move, OPEN, OPENING, SELECTED, SIDEWAYS, movement},
    cx::Cx,
    keymap::ch,
    local::{CopyText, Selection},
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
};

/// Hold the view, or go on with showing the newest lines.
pub const FOLLOW: CommandId = CommandId("logs.follow");

/// Show all that is known of a line.
pub const DESCRIBE: CommandId = CommandId("logs.describe");

/// Let long lines go on in the next row, or cut them.
pub const WRAP: CommandId = CommandId("logs.wrap");

static LOGS: Group = Group {
    title: "Logs",
    commands: &[
        CommandSpec::new(FOLLOW, "follow", &[ch('f')], &[Mode::Browse]).in_footer(),
        CommandSpec::new(WRAP, "wrap", &[ch('w')], &[Mode::Browse]).in_footer(),
        CommandSpec::new(DESCRIBE, "describe the line", &[ch('d')], &[Mode::Browse]),
    ],
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("logs"),
    title: "Logs",
    commands: &[&LOGS, &OPENING, &SELECTED, &FILTERING, &MOVES, &SIDEWAYS],
    legend: legend::logs,
    open: |_| Box::<Logs>::default(),
};

/// Columns that a key shifts, and the most there are.
const SHIFT: usize = 20;
const LONGEST: usize = 10_000;

/// The logs screen.
#[derive(Debug, Default)]
pub struct Logs {
    /// The lines that keep the view in its place; `None` while it follows the newest.
    held: Option<Held>,
    filter: FilterInput,
    verdicts: Verdicts,
    /// Columns by which the messages are shifted to the left.
    shift: usize,
    /// Lines of the last frame, for moving by what is seen.
    height: Cell<usize>,
    /// Whether long lines go on in the next row.
    is_wrapped: bool,
    open: Option<OpenedLine>,
}

impl Logs {
    /// Returns the lines that pass the filter, the newest first.
    fn passing<'a>(&self, feed: &'a LogFeed) -> impl Iterator<Item = &'a LogLine> {
        feed.lines().numbered().filter(|(number, _)| self.verdicts.passes(*number)).map(|(_, line)| line)
    }

    /// Moves the cursor by lines that pass the filter; moving up holds the view, reaching the end follows again.
    fn go(&mut self, way: Move, feed: &LogFeed) {
        let lines: Vec<&LogLine> = self.passing(feed).collect();
        let Some(last) = lines.len().checked_sub(1) else { return };
        let height = self.height.get().max(1);
        let page = (height - 1).max(1);
        let (cursor, bottom) = self.places(&lines);
        let (cursor, bottom) = match way {
            Move::Up => (cursor + 1, bottom),
            Move::Down => (cursor.saturating_sub(1), bottom),
            Move::PageUp => (cursor + page, bottom + page),
            Move::PageDown => (cursor.saturating_sub(page), bottom.saturating_sub(page)),
            Move::Top => (last, last),
            Move::Bottom => (0, 0),
            Move::Left | Move::Right => (cursor, bottom),
        };
        let cursor = cursor.min(last);
        let bottom = first_in_view(cursor, bottom, lines.len(), height);
        self.held = (cursor > 0).then(|| Held { cursor: mark(lines[cursor]), bottom: mark(lines[bottom]) });
    }

    /// Holds the view where it is, or follows the newest lines again.
    fn hold_or_follow(&mut self, feed: &LogFeed) {
        self.held = match self.held {
            Some(_) => None,
            None => self.passing(feed).next().map(|line| Held { cursor: mark(line), bottom: mark(line) }),
        };
    }

    /// Returns where the cursor and the last line in view are among `lines`, newest first.
    fn places(&self, lines: &[&LogLine]) -> (usize, usize) {
        let place = |(id, at): &Mark| {
            let found = lines.iter().position(|line| line.id == *id);
            let found = found.unwrap_or_else(|| lines.partition_point(|line| line.at > *at));
            found.min(lines.len().saturating_sub(1))
        };
        self.held.as_ref().map_or((0, 0), |held| (place(&held.cursor), place(&held.bottom)))
    }

    /// Returns the line at the cursor: the newest one while the view follows.
    fn selected<'a>(&self, feed: &'a LogFeed) -> Option<&'a LogLine> {
        if self.held.is_none() {
            return self.passing(feed).next();
        }
        let lines: Vec<&LogLine> = self.passing(feed).collect();
        lines.get(self.places(&lines).0).copied()
    }

    /// Returns the lines in view, newest first: as many as fit, also where those that were held have been forgotten.
    pub(super) fn in_view<'a>(&self, feed: &'a LogFeed, height: usize) -> Vec<&'a LogLine> {
        self.height.set(height);
        if self.held.is_none() {
            return self.passing(feed).take(height).collect();
        }
        let lines: Vec<&LogLine> = self.passing(feed).collect();
        let (cursor, bottom) = self.places(&lines);
        let first = first_in_view(cursor, bottom, lines.len(), height);
        lines.into_iter().skip(first).take(height).collect()
    }

    /// Reports whether a line is marked as the one at the cursor.
    fn is_at_cursor(&self, line: &LogLine) -> bool {
        self.held.as_ref().is_some_and(|held| held.cursor.0 == line.id)
    }

    fn act_on(&mut self, command: CommandId, feed: &LogFeed) -> Vec<Request> {
        match movement(command) {
            Some(Move::Left) => self.shift = self.shift.saturating_sub(SHIFT),
            Some(Move::Right) => self.shift = (self.shift + SHIFT).min(LONGEST),
            Some(way) => self.go(way, feed),
            None if command == FOLLOW => self.hold_or_follow(feed),
            None if matches!(command, OPEN | DESCRIBE) => {
                return self.selected(feed).map(|line| Request::Open(line.id.clone())).into_iter().collect();
            }
            None => {}
        }
        Vec::new()
    }

    /// Opens the line of a route, or closes what is open. An open line stays as it is when it is forgotten.
    fn show(&mut self, subject: Option<&str>, cx: &Cx<'_>) {
        let open = self.open.take().filter(|open| Some(open.line.id.as_str()) == subject);
        let find = |id: &str| cx.logs()?.lines().numbered().map(|(_, line)| line).find(|line| line.id == id);
        let found = || subject.and_then(find).map(|line| OpenedLine::new(line, cx));
        self.open = open.or_else(found);
        if let Some(open) = &self.open {
            let cursor = mark(&open.line);
            let bottom = self.held.take().map_or_else(|| cursor.clone(), |held| held.bottom);
            self.held = Some(Held { cursor, bottom });
        }
    }

    /// Judges the lines by the filter: all of them if the filter has changed.
    fn judge(&mut self, filter_has_changed: bool, cx: &Cx<'_>) {
        if filter_has_changed {
            self.verdicts.restart();
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
        match () {
            () if self.open.is_some() => Mode::Detail,
            () if self.filter.is_typing() => Mode::Typing,
            () => Mode::Browse,
        }
    }

    fn unavailable(&self, command: CommandId, cx: &Cx<'_>) -> Option<String> {
        let needs_line =
            matches!(command, OPEN | DESCRIBE | WRAP) || (command == FOLLOW && self.held.is_none());
        let has_line = || cx.logs().is_some_and(|feed| self.selected(feed).is_some());
        (needs_line && !has_line()).then(|| "there is no log line".to_owned())
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        let open = self.open.as_ref().map(|open| &open.line);
        match open.or_else(|| self.selected(cx.logs()?)) {
            Some(line) => Selection::of(CopyText::new(line.message.as_str(), "the log line"))
                .url(page(cx))
                .page(line.message.clone()),
            None => Selection { url: page(cx), ..Selection::nothing("there is no log line") },
        }
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        if let Some(open) = &self.open {
            match movement(command) {
                Some(way) => open.state.go(way),
                None if command == CLOSE => return vec![Request::Close],
                None => {}
            }
            return Vec::new();
        }
        let is_filter = self.filter.act(command);
        self.judge(is_filter, cx);
        if command == BACK && !is_filter {
            return vec![Request::Close];
        }
        if command == WRAP {
            self.is_wrapped = !self.is_wrapped;
        }
        match cx.logs().filter(|_| !is_filter) {
            Some(feed) => self.act_on(command, feed),
            None => Vec::new(),
        }
    }

    fn on(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        match event {
            Event::Updated(Query::Logs(_)) => self.judge(false, cx),
            Event::Opened(subject) => self.show(*subject, cx),
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

/// Names a line also when it is forgotten: by its id, and by its time.
type Mark = (String, Timestamp);

/// A view that does not follow.
#[derive(Debug)]
struct Held {
    /// The line at the cursor.
    cursor: Mark,
    /// The last line in view. Lines that come late are sorted in above it or below it.
    bottom: Mark,
}

fn mark(line: &LogLine) -> Mark {
    (line.id.clone(), line.at)
}

/// Returns the place of the last line in view, counted from the newest: near `bottom`, with the cursor in view, and so
/// that the view is full.
fn first_in_view(cursor: usize, bottom: usize, count: usize, height: usize) -> usize {
    let highest = cursor.saturating_sub(height.saturating_sub(1));
    bottom.clamp(highest, cursor).min(count.saturating_sub(height))
}

/// Returns the page of the log group in the AWS console. The sandbox has none.
fn page(cx: &Cx<'_>) -> Result<String, String> {
    match cx.log_source() {
        _ if cx.world.sandbox.is_some() => Err("the sandbox has no AWS console".to_owned()),
        Some(source) => link::log_group(source, cx.logs().and_then(LogFeed::group), cx.service_ref()),
        None => Err("the log group is not known".to_owned()),
    }
}
