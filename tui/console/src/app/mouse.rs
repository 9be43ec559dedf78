//! The mouse: a click selects, a double click opens, the wheel scrolls.

use std::time::{Duration, Instant};

use ratatui::layout::Position;

use super::{App, Sort, overlay::Overlay};
use crate::{
    click::Click,
    command::Mode,
    commands,
    effect::Effect,
    screen::{Event, Request},
    wheel::Wheel,
};

/// Two clicks on one row within this time open it.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// The lines that one step of the wheel moves.
const WHEEL_LINES: usize = 3;

impl App {
    /// Does what a click at a position of the last picture stands for.
    pub(super) fn click(&mut self, position: Position) -> Vec<Effect> {
        self.notice = None;
        self.version += 1;
        let click = self.data.zones.borrow().at(position);
        let is_double = self.is_double(click);
        match click {
            Click::Command(command) => self.run(command),
            Click::Row(row) => self.click_row(row, is_double),
            Click::Sort { noun, column } => self.sort_by(noun, column),
            Click::Nothing => Vec::new(),
        }
    }

    /// Scrolls what is in front.
    pub(super) fn wheel(&mut self, wheel: Wheel) -> Vec<Effect> {
        self.version += 1;
        let (command, times) = match (&self.overlay, self.mode()) {
            (Some(Overlay::Palette(_)), _) => (wheel.command_in_palette(), 1),
            (_, Mode::Browse | Mode::Detail | Mode::Help | Mode::Conflict) => (wheel.movement(), WHEEL_LINES),
            _ => return Vec::new(),
        };
        (0..times).flat_map(|_| self.run(command)).collect()
    }

    fn click_row(&mut self, row: usize, is_double: bool) -> Vec<Effect> {
        match &mut self.overlay {
            Some(Overlay::Palette(palette)) => {
                palette.select(row);
                return if is_double { self.run(commands::RUN_SELECTED) } else { Vec::new() };
            }
            Some(_) => return Vec::new(),
            None => {}
        }
        // A filter that is typed is complete once its rows are clicked.
        if self.screen_mode() == Mode::Typing {
            self.run(commands::KEEP_FILTER);
        }
        self.tell_current(&Event::Clicked(row));
        match self.screen_mode() {
            Mode::Browse if is_double => self.run(commands::OPEN),
            Mode::Detail if is_double => self.run(commands::GO_TO),
            _ => Vec::new(),
        }
    }

    fn sort_by(&mut self, noun: &'static str, column: &'static str) -> Vec<Effect> {
        let mut layout = self.data.layouts.get(noun).cloned().unwrap_or_default();
        layout.sort = Sort::after(layout.sort.as_ref(), column);
        self.fulfil(&self.current(), Request::Arrange(noun, layout))
    }

    /// Reports whether a click is the second on the same row. A third one is a first again.
    fn is_double(&mut self, click: Click) -> bool {
        let now = self.data.now.instant;
        let is_second =
            |(last, at): (Click, Instant)| last == click && now.saturating_duration_since(at) <= DOUBLE_CLICK;
        let is_double = self.last_click.take().is_some_and(is_second);
        self.last_click = (!is_double).then_some((click, now));
        is_double
    }
}
