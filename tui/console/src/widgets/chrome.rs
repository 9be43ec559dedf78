//! The division of the terminal, and the frame of a pane.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::{Block, BorderType, Widget},
};

use super::text::{fitted, line, span};
use crate::theme::{Theme, Tone};

/// The three strips of the whole screen.
#[derive(Debug, Clone, Copy)]
pub struct Strips {
    pub header: Rect,
    pub body: Rect,
    pub footer: Rect,
}

/// Divides the terminal, with so many lines for the footer. On a very small one the body keeps the room.
pub fn strips(area: Rect, footer: u16) -> Strips {
    let edge = u16::from(area.height >= 6);
    let [header, body, footer] =
        Layout::vertical([Constraint::Length(edge), Constraint::Min(0), Constraint::Length(edge * footer)])
            .areas(area);
    Strips { header, body, footer }
}

/// Draws the frame of a pane and returns its inside. A title that has no room beside the note is cut.
pub fn pane(
    title: &str,
    note: Line<'static>,
    focused: bool,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Rect {
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.tone(if focused { Tone::Accent } else { Tone::Plain }))
        .title(Line::from(span(
            &format!(" {} ", beside(title, note.width(), area.width)),
            if focused { theme.title() } else { ratatui::style::Style::new() },
        )))
        .title(note.right_aligned());
    let inner = block.inner(area);
    block.render(area, buf);
    // A column of air on both sides, where there is room for it.
    if inner.width > 4 { Rect { x: inner.x + 1, width: inner.width - 2, ..inner } } else { inner }
}

/// Cuts a title to the room that a note leaves in a frame. What follows the last comma is kept: it counts the rows.
fn beside(title: &str, note: usize, width: u16) -> String {
    // The corners, the blanks around the title, and one between title and note.
    let room = usize::from(width).saturating_sub(note + if note > 0 { 5 } else { 4 });
    let cut = |text: &str, room| fitted(line(text), room).to_string();
    match title.rsplit_once(", ") {
        Some((name, count)) if line(count).width() + 10 < room && line(title).width() > room => {
            format!("{}, {count}", cut(name, room - line(count).width() - 2))
        }
        _ => cut(title, room),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_beside_a_note_and_keeps_its_count() {
        assert_eq!(beside("Logs of /ecs/a/b, 3", 16, 60), "Logs of /ecs/a/b, 3");
        assert_eq!(beside("Logs of /ecs/hello/hello, 3 of 9", 16, 46), "Logs of /ecs/hel…, 3 of 9");
        assert_eq!(beside("Logs of /ecs/hello, 3 of 9", 16, 30), "Logs of …");
        assert_eq!(beside("Trucks", 0, 6), "T…");
    }
}
