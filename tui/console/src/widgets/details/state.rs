//! Which part of a text is in view, and where the cursor is.

use std::cell::{Cell, Ref, RefCell};

use ratatui::layout::Rect;

use super::{Details, Wrapped};
use crate::{
    click::{Click, Zones},
    commands::Move,
};

/// How a text is looked at. What only drawing knows is in cells: the size of the pane and the rows of the text.
///
/// It outlives the text, so a refresh keeps the place. Rows are kept, too: only what has changed is wrapped again.
#[derive(Debug, Default)]
pub struct DetailsState {
    /// The first row in view.
    top: Cell<usize>,
    /// The rows in view of the last frame, and of the whole text.
    height: Cell<usize>,
    total: Cell<usize>,
    /// The stop at which the cursor is.
    cursor: Cell<usize>,
    /// The rows of each stop: the first one, and the one after the last.
    stops: RefCell<Vec<(usize, usize)>>,
    wrapped: RefCell<Vec<Wrapped>>,
    /// The stop that the next frame brings into view.
    revealed: Cell<Option<usize>>,
}

impl DetailsState {
    /// Moves the cursor to the next part that can be selected, if it is near, or else the view.
    pub fn go(&self, way: Move) {
        let page = self.height.get().saturating_sub(1).max(1);
        match way {
            Move::Up => self.step_up(),
            Move::Down => self.step_down(),
            Move::PageUp => self.scroll_to(self.top.get().saturating_sub(page)),
            Move::PageDown => self.scroll_to(self.top.get() + page),
            Move::Top => {
                self.cursor.set(0);
                self.top.set(0);
            }
            Move::Bottom => {
                self.cursor.set(self.stops.borrow().len().saturating_sub(1));
                self.top.set(self.last_top());
            }
            Move::Left | Move::Right => {}
        }
    }

    /// Returns the number of the selected stop, from 0; `None` if there is none.
    pub fn selected(&self) -> Option<usize> {
        let stops = self.stops.borrow().len();
        stops.checked_sub(1).map(|last| self.cursor.get().min(last))
    }

    /// Puts the cursor on a stop that is in view.
    pub fn select(&self, stop: usize) {
        self.cursor.set(stop);
    }

    /// Puts the cursor on a stop, and brings it into view with the next frame.
    pub fn reveal(&self, stop: usize) {
        self.cursor.set(stop);
        self.revealed.set(Some(stop));
    }

    /// Notes that a click on a stop selects it. `body` is where the text was drawn.
    pub fn note_clicks(&self, body: Rect, zones: &Zones) {
        let row = |row: usize| body.y.saturating_add(u16::try_from(row).unwrap_or(u16::MAX));
        for (stop, first, last) in self.stops_in_view() {
            let zone = Rect { y: row(first), height: row(last) - row(first) + 1, ..body };
            zones.add(zone.intersection(body), Click::Row(stop));
        }
    }

    /// Returns the stops in view: the number of each, and its first and last row below the upper edge.
    fn stops_in_view(&self) -> Vec<(usize, usize, usize)> {
        let (top, end) = (self.top.get(), self.top.get() + self.height.get());
        let stops = self.stops.borrow();
        let in_view = |(stop, (begin, after)): (usize, &(usize, usize))| {
            let (begin, after) = ((*begin).max(top), (*after).min(end));
            (begin < after).then(|| (stop, begin - top, after - top - 1))
        };
        stops.iter().enumerate().filter_map(in_view).collect()
    }

    /// Returns which rows are in view, if there are others: `12–40 of 96 ↓`.
    pub fn position(&self) -> Option<String> {
        let (top, height, total) = (self.top.get(), self.height.get(), self.total.get());
        if total <= height || height == 0 {
            return None;
        }
        let end = (top + height).min(total);
        let arrow = match (top > 0, end < total) {
            (true, true) => "↕",
            (true, false) => "↑",
            (false, _) => "↓",
        };
        Some(format!("{}–{end} of {total} {arrow}", top + 1))
    }

    pub(super) fn top(&self) -> usize {
        self.top.get()
    }

    pub(super) fn wrapped(&self) -> Ref<'_, Vec<Wrapped>> {
        self.wrapped.borrow()
    }

    /// Wraps what has changed.
    pub(super) fn wrap(&self, details: &Details<'_>, width: usize) {
        let mut wrapped = self.wrapped.borrow_mut();
        wrapped.truncate(details.blocks.len());
        let mut stops = self.stops.borrow_mut();
        stops.clear();
        let mut row = 0;
        for (index, block) in details.blocks.iter().enumerate() {
            match wrapped.get_mut(index) {
                Some(known) if known.is_of(block, width) => {}
                Some(known) => *known = Wrapped::new(block, width),
                None => wrapped.push(Wrapped::new(block, width)),
            }
            let rows = wrapped[index].rows();
            if block.is_stop {
                stops.push((row, row + rows));
            }
            row += rows;
        }
        self.total.set(row);
    }

    /// Keeps the view within the text, and the cursor within the view.
    pub(super) fn place(&self, height: usize) {
        self.height.set(height);
        if let Some(stop) = self.revealed.take() {
            let begin = self.stops.borrow().get(stop).map_or(0, |(begin, _)| *begin);
            // Some of what is above it is context.
            self.top.set(begin.saturating_sub(height / 4));
        }
        self.top.set(self.top.get().min(self.last_top()));
        let (top, stops) = (self.top.get(), self.stops.borrow());
        let Some((begin, end)) = self.selected().and_then(|at| stops.get(at).copied()) else { return };
        if end <= top {
            let below = stops.iter().position(|(_, end)| *end > top);
            self.cursor.set(below.unwrap_or(stops.len() - 1));
        } else if begin >= top + height {
            let above = stops.iter().rposition(|(begin, _)| *begin < top + height);
            self.cursor.set(above.unwrap_or(0));
        }
    }

    fn last_top(&self) -> usize {
        self.total.get().saturating_sub(self.height.get())
    }

    fn scroll_to(&self, top: usize) {
        self.top.set(top.min(self.last_top()));
    }

    fn step_down(&self) {
        let (top, height) = (self.top.get(), self.height.get());
        let stops = self.stops.borrow();
        let next = self.selected().and_then(|at| Some((at + 1, *stops.get(at + 1)?)));
        match next {
            // What is selected is read to its end before the cursor goes on.
            Some((at, (begin, end))) if begin < top + height + 1 => {
                self.cursor.set(at);
                self.scroll_to(top.max(end.saturating_sub(height)).min(begin.max(top)));
            }
            _ => self.scroll_to(top + 1),
        }
    }

    fn step_up(&self) {
        let top = self.top.get();
        let stops = self.stops.borrow();
        let before = self.selected().and_then(|at| at.checked_sub(1));
        match before.and_then(|at| Some((at, stops.get(at)?.0))) {
            Some((at, begin)) if begin + 1 >= top => {
                self.cursor.set(at);
                self.scroll_to(top.min(begin));
            }
            _ => self.scroll_to(top.saturating_sub(1)),
        }
    }
}
