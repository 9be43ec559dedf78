//! What lies over a screen: a dialog, a question.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::{Clear, Paragraph, Widget, Wrap},
};
use tui_input::Input;

use super::{
    chrome, form,
    text::{line, span, toned, wrapped_height},
};
use crate::theme::{Theme, Tone};

/// Clears and frames a box of at most the given size in the middle of `area`; returns its inside.
///
/// Where it would be higher than there is room, its corner says that there is more.
pub fn dialog(title: &str, width: u16, height: u16, area: Rect, buf: &mut Buffer, theme: &Theme) -> Rect {
    let note = if height > area.height {
        Line::from(toned(theme, "↓ more ", Tone::Faint))
    } else {
        Line::default()
    };
    let middle =
        area.centered(Constraint::Length(width.min(area.width)), Constraint::Length(height.min(area.height)));
    Clear.render(middle, buf);
    chrome::pane(title, note, true, middle, buf, theme)
}

/// Draws a question: what follows from a yes, and where a name must be typed, the field for it.
pub fn question(
    question: &str,
    consequence: &str,
    name: Option<(&str, &Input)>,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let mut lines = vec![Line::from(span(question, theme.title())), Line::default(), line(consequence)];
    match name {
        None => lines.extend([Line::default(), Line::from(toned(theme, "y yes   esc no", Tone::Accent))]),
        Some((name, _)) => {
            let text = format!("Type {name} to confirm; esc cancels.");
            lines.extend([Line::default(), Line::from(toned(theme, &text, Tone::Warning))]);
        }
    }
    let width = 66.min(area.width);
    let rows = wrapped_height(&lines, width.saturating_sub(4));
    let height = rows.saturating_add(if name.is_some() { 4 } else { 2 });
    let inner = dialog("Please confirm", width, height, area, buf, theme);
    let [above, field] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(u16::from(name.is_some()))]).areas(inner);
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(above, buf);
    if let Some((_, input)) = name {
        form::input(input, true, field, buf);
    }
}
