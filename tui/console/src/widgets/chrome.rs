//! The division of the terminal, and the frame of a pane.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::Line,
    widgets::{Block, BorderType, Widget},
};

use super::text::{fitted, span};
use crate::theme::{Theme, Tone};

/// The columns of the borders at both sides of a pane.
const BORDERS: u16 = 2;

/// The columns of a title that stay where a note needs the room.
const MIN_TITLE: usize = 12;

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

/// Draws the frame of a pane and returns its inside. A title that does not fit before the note ends with `…`.
pub fn pane(
    title: &str,
    note: Line<'static>,
    focused: bool,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Rect {
    let style = if focused { theme.title() } else { Style::new() };
    let title = Line::from(span(title, style));
    let room = usize::from(area.width.saturating_sub(BORDERS));
    let note = fitted(note, room.saturating_sub(title.width().min(MIN_TITLE) + 2));
    let mut title = fitted(title, title_room(area.width, &note));
    title.spans.insert(0, span(" ", style));
    title.push_span(span(" ", style));
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.tone(if focused { Tone::Accent } else { Tone::Plain }))
        .title(title)
        .title(note.right_aligned());
    let inner = block.inner(area);
    block.render(area, buf);
    // A column of air on both sides, where there is room for it.
    if inner.width > 4 { Rect { x: inner.x + 1, width: inner.width - 2, ..inner } } else { inner }
}

/// Returns the columns for the title of a pane beside a note.
pub fn title_room(width: u16, note: &Line<'_>) -> usize {
    usize::from(width.saturating_sub(BORDERS)).saturating_sub(note.width() + 2)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::widgets::text::line;

    fn edge(width: u16, title: &str, note: &str) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 3));
        pane(title, line(note), true, buf.area, &mut buf, &Theme::new(false, TimeZone::UTC));
        (0..width).map(|x| buf[(x, 0)].symbol()).collect()
    }

    #[test]
    fn title_and_note_never_overlap() {
        let title = "Logs of /ecs/hello-truck/hello-server, 2,340";
        for (width, edge_line) in [
            (66, "╭ Logs of /ecs/hello-truck/hello-server, 2,340 ─held · f follows ╮"),
            (50, "╭ Logs of /ecs/hello-truck/hel… held · f follows ╮"),
            (30, "╭ Logs of /ec… held · f foll…╮"),
            (20, "╭ Logs of /ec… hel…╮"),
            (6, "╭ L… ╮"),
            (2, "╭╮"),
        ] {
            let drawn = edge(width, title, "held · f follows ");
            assert_eq!(drawn, edge_line, "{width}");
        }
    }
}
