//! The division of the terminal, and the frame of a pane.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::{Block, BorderType, Widget},
};

use super::text::span;
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

/// Draws the frame of a pane and returns its inside.
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
            &format!(" {title} "),
            if focused { theme.title() } else { ratatui::style::Style::new() },
        )))
        .title(note.right_aligned());
    let inner = block.inner(area);
    block.render(area, buf);
    // A column of air on both sides, where there is room for it.
    if inner.width > 4 { Rect { x: inner.x + 1, width: inner.width - 2, ..inner } } else { inner }
}
