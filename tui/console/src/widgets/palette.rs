//! The palette: what was typed, and the rows that match it.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::Line,
    widgets::Widget,
};
use tui_input::Input;

use super::{
    form, overlay,
    text::{fitted, span, toned},
};
use crate::{
    click::Click,
    cx::Cx,
    theme::{Theme, Tone},
};

/// The columns of the palette.
const WIDTH: u16 = 76;

/// The columns of the keys.
const KEYS: usize = 11;

/// A row of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteRow {
    pub title: String,
    pub keys: String,
    /// Why the command does nothing at present.
    pub unavailable: Option<String>,
}

/// Draws the palette. It keeps its size while there are fewer rows than fit. `row` makes one of the `count` rows, of which
/// few are in view.
pub fn draw(
    input: &Input,
    count: usize,
    row: impl Fn(usize) -> Option<PaletteRow>,
    selected: usize,
    area: Rect,
    buf: &mut Buffer,
    cx: &Cx<'_>,
) {
    let inner = overlay::dialog("Palette", WIDTH, area.height, area, buf, cx.theme);
    let [typed, _, list] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(0)]).areas(inner);
    form::input(input, true, typed, buf);
    if count == 0 {
        Line::from("Nothing matches; esc closes.").render(list, buf);
    }
    let first = (selected + 1).saturating_sub(usize::from(list.height));
    for (y, index) in (list.y..list.bottom()).zip(first..count) {
        let Some(row) = row(index) else { break };
        let place = Rect { y, height: 1, ..list };
        fitted(line(&row, cx.theme), usize::from(place.width)).render(place, buf);
        if index == selected {
            cx.theme.select(place, buf);
        }
        cx.zones.add(place, Click::Row(index));
    }
}

/// Writes the keys and the sentence of a row, and why it is unavailable.
fn line(row: &PaletteRow, theme: &Theme) -> Line<'static> {
    let keys = span(&format!("{:<KEYS$} ", row.keys), theme.tone(Tone::Accent));
    match &row.unavailable {
        None => Line::from(vec![keys, span(&row.title, Style::new())]),
        Some(why) => Line::from(vec![keys, toned(theme, &format!("{} – {why}", row.title), Tone::Faint)]),
    }
}
