//! What surrounds every screen: the tabs above, the keys below, the frame of a pane.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::Line,
    widgets::{Block, BorderType, Widget},
};

use super::text::{span, toned};
use crate::{
    command::CommandSpec,
    theme::{Theme, Tone},
};

/// The three strips of the whole screen.
#[derive(Debug, Clone, Copy)]
pub struct Strips {
    pub tabs: Rect,
    pub body: Rect,
    pub keys: Rect,
}

/// Divides the terminal. On a very small one the body keeps the room.
pub fn strips(area: Rect) -> Strips {
    let edge = u16::from(area.height >= 6);
    let [tabs, body, keys] =
        Layout::vertical([Constraint::Length(edge), Constraint::Min(0), Constraint::Length(edge)])
            .areas(area);
    Strips { tabs, body, keys }
}

/// Draws the titles of the screens, the one at `current` reversed, and at the right as many of the last words of
/// `identity` as fit.
pub fn tabs(
    titles: &[&str],
    current: usize,
    identity: &[String],
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let mut line = Line::from(" ");
    let narrow = area.width < 62;
    let air = if area.width < 90 { "" } else { " " };
    for (index, title) in titles.iter().enumerate() {
        let (number, is_current) = (index + 1, index == current);
        let label =
            if narrow && !is_current { format!("{number} ") } else { format!("{air}{number} {title} ") };
        line.push_span(span(&label, if is_current { theme.selected() } else { Style::new() }));
    }
    let room = usize::from(area.width).saturating_sub(line.width());
    line.render(area, buf);
    let fitting = (0..identity.len()).map(|first| format!("{} ", identity[first..].join(" · ")));
    if let Some(words) =
        fitting.map(|words| toned(theme, &words, Tone::Accent)).find(|words| words.width() <= room)
    {
        let width = u16::try_from(words.width()).unwrap_or(0);
        words.render(Rect { x: area.right() - width, width, ..area }, buf);
    }
}

/// Draws the keys of the commands for the footer, as many as fit, or a notice in their place.
pub fn footer(
    commands: impl Iterator<Item = CommandSpec>,
    notice: Option<(&str, Tone)>,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    if let Some((text, tone)) = notice {
        Line::from(vec![span(" ", Style::new()), toned(theme, text, tone)]).render(area, buf);
        return;
    }
    let mut line = Line::from(" ");
    for command in commands.filter(|command| command.in_footer) {
        let (key, does) = (format!("{} ", command.key_name()), format!("{}  ", command.title));
        if line.width() + key.chars().count() + does.chars().count() > usize::from(area.width) {
            break;
        }
        line.push_span(span(&key, theme.tone(Tone::Accent)));
        line.push_span(span(&does, theme.tone(Tone::Faint)));
    }
    line.render(area, buf);
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
        .border_style(theme.tone(if focused { Tone::Accent } else { Tone::Faint }))
        .title(Line::from(span(&format!(" {title} "), theme.title())))
        .title(note.right_aligned());
    let inner = block.inner(area);
    block.render(area, buf);
    // A column of air on both sides, where there is room for it.
    if inner.width > 4 { Rect { x: inner.x + 1, width: inner.width - 2, ..inner } } else { inner }
}
