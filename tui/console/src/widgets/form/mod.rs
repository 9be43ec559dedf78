//! A form: labelled fields, the one being typed in, and what is wrong with each.
//!
//! A form is declared as a list of [`FieldSpec`]s. Its state checks each field from its first edit on, and all of them
//! when the form is to be saved. Where the form does not fit, it scrolls to the field being typed in.

mod field;
mod rows;
mod state;
#[cfg(test)]
mod tests;

use hello_model::text::stand_in;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Position, Rect},
    style::{Modifier, Style},
    text::Line,
    widgets::{Clear, Widget},
};
use tui_input::Input;
use unicode_width::UnicodeWidthChar;

use self::rows::Rows;
pub use self::{
    field::{FieldKind, FieldSpec},
    state::FormState,
};
use super::{
    chrome,
    text::{span, toned},
};
use crate::{click::Click, cx::Cx, theme::Tone};

/// The width of a form, where there is room.
const WIDTH: u16 = 72;

impl FormState {
    /// Draws the form over what is below.
    pub fn draw(&self, title: &str, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        cx.zones.add(area, Click::Nothing);
        let width = WIDTH.min(area.width);
        let inside = width.saturating_sub(4);
        let roomy = Rows::of(self, inside, true, cx);
        let fits = roomy.height() + 2 <= area.height;
        let rows = if fits { roomy } else { Rows::of(self, inside, false, cx) };
        let height = (rows.height() + 2).min(area.height);
        let view = height.saturating_sub(2);
        self.scroll(&rows, view);
        let frame = area.centered(Constraint::Length(width), Constraint::Length(height));
        Clear.render(frame, buf);
        let note = toned(cx.theme, &position(self.top.get(), view, rows.height()), Tone::Faint);
        let inner = chrome::pane(title, Line::from(note), true, frame, buf, cx.theme);
        rows.draw(self.top.get(), inner, buf, cx);
    }

    /// Keeps the field that is typed in, or the failure, in view.
    fn scroll(&self, rows: &Rows, view: u16) {
        let (begin, end) = if self.shows_failure { rows.failure() } else { rows.field(self.focus) };
        let last = rows.height().saturating_sub(view);
        let top = self.top.get().max(end.saturating_sub(view)).min(begin);
        self.top.set(top.min(last));
    }
}

/// Returns which rows are in view, if there are others: ` 3–8 of 14 `.
fn position(top: u16, view: u16, all: u16) -> String {
    if all <= view {
        return String::new();
    }
    format!(" {}–{} of {all} ", top + 1, (top + view).min(all))
}

/// Draws a line being typed: underlined, scrolled so that the cursor is in view, which is drawn as a reversed cell.
pub fn input(input: &Input, focused: bool, area: Rect, buf: &mut Buffer) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    let text: Vec<(char, usize)> =
        input.value().chars().map(stand_in).map(|c| (c, UnicodeWidthChar::width(c).unwrap_or(1))).collect();
    let before: usize = text.iter().take(input.cursor()).map(|(_, width)| width).sum();
    let room = usize::from(area.width) - 1;
    let (mut first, mut skipped) = (0, 0);
    while before - skipped > room {
        skipped += text[first].1;
        first += 1;
    }
    let shown: String = text.iter().skip(first).map(|(c, _)| c).collect();
    Line::from(span(&shown, Style::new())).render(area, buf);
    buf.set_style(area, Style::new().add_modifier(Modifier::UNDERLINED));
    let cursor = area.x + u16::try_from(before - skipped).unwrap_or(0);
    if let (true, Some(cell)) = (focused, buf.cell_mut(Position { x: cursor, y: area.y })) {
        cell.modifier.insert(Modifier::REVERSED);
    }
}
