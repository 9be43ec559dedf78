//! A form: labelled fields, the one being typed in, and what the service said of each.

use hello_model::text::stand_in;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::{Modifier, Style},
    text::Line,
    widgets::{Paragraph, Widget, Wrap},
};
use tui_input::Input;
use unicode_width::UnicodeWidthChar;

use super::text::{span, toned};
use crate::theme::{Theme, Tone};

/// One field, ready to be drawn.
#[derive(Debug)]
pub struct FormField<'a> {
    pub label: &'a str,
    pub input: &'a Input,
    pub hint: &'a str,
    pub fault: Option<&'a str>,
    pub focused: bool,
}

/// Rows that a field takes: the value, and two for its hint or fault.
pub const FIELD_HEIGHT: u16 = 3;

/// Draws fields one under another.
pub fn fields(fields: &[FormField<'_>], area: Rect, buf: &mut Buffer, theme: &Theme) {
    let labels = fields.iter().map(|field| field.label.chars().count()).max().unwrap_or(0);
    let indent = u16::try_from(labels).unwrap_or(0) + 2;
    for (index, field) in (0_u16..).zip(fields) {
        let y = area.y + index * FIELD_HEIGHT;
        if y >= area.bottom() {
            break;
        }
        let row = Rect { y, height: 1, ..area };
        Line::from(toned(theme, field.label, if field.focused { Tone::Accent } else { Tone::Faint }))
            .render(row, buf);
        let value = Rect { x: area.x + indent, width: area.width.saturating_sub(indent), ..row };
        input(field.input, field.focused, value, buf);
        if y + 1 < area.bottom() {
            let height = (FIELD_HEIGHT - 1).min(area.bottom() - y - 1);
            let below = Rect { y: y + 1, height, ..value };
            match field.fault {
                Some(fault) => Paragraph::new(Line::from(toned(theme, &format!("✗ {fault}"), Tone::Bad)))
                    .wrap(Wrap { trim: false })
                    .render(below, buf),
                None => Line::from(toned(theme, field.hint, Tone::Faint)).render(below, buf),
            }
        }
    }
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
