//! What lies over a screen: the help, the palette, a question.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::{Clear, Paragraph, Widget, Wrap},
};
use tui_input::Input;

use super::{
    chrome, form,
    scroll::Scroll,
    text::{line, span, toned, wrapped_height},
};
use crate::{
    command::CommandSpec,
    theme::{Theme, Tone},
};

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

/// Draws the keys of the commands.
pub fn help(
    title: &str,
    commands: impl Iterator<Item = CommandSpec>,
    scroll: &Scroll,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let lines: Vec<Line<'static>> = commands
        .map(|command| {
            Line::from(vec![
                span(&format!("{:>15}  ", command.key_names()), theme.tone(Tone::Accent)),
                span(command.title, ratatui::style::Style::new()),
            ])
        })
        .collect();
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let inner = dialog(&format!("Keys: {title}"), 66, rows.saturating_add(2), area, buf, theme);
    scroll.draw(&lines, inner, buf);
}

/// A row of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteRow {
    pub title: String,
    pub keys: String,
    /// Why the command does nothing at present.
    pub unavailable: Option<String>,
}

/// Draws the palette: what was typed, and the commands that match it.
pub fn palette(
    input: &Input,
    commands: &[PaletteRow],
    selected: usize,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let rows = u16::try_from(commands.len()).unwrap_or(u16::MAX);
    let inner = dialog("Palette", 60, rows.saturating_add(4).max(6), area, buf, theme);
    let [typed, _, list] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(0)]).areas(inner);
    form::input(input, true, typed, buf);
    if commands.is_empty() {
        Line::from(toned(theme, "no command matches; esc closes", Tone::Faint)).render(list, buf);
    }
    let first = (selected + 1).saturating_sub(usize::from(list.height));
    for (y, (index, command)) in (list.y..list.bottom()).zip(commands.iter().enumerate().skip(first)) {
        let row = Rect { y, height: 1, ..list };
        row_line(command, theme).render(row, buf);
        let keys = toned(theme, &command.keys, Tone::Faint);
        Line::from(keys).right_aligned().render(row, buf);
        if index == selected {
            buf.set_style(row, theme.selected());
        }
    }
}

/// Writes a command, and why it is unavailable.
fn row_line(row: &PaletteRow, theme: &Theme) -> Line<'static> {
    match &row.unavailable {
        None => Line::from(span(&row.title, ratatui::style::Style::new())),
        Some(why) => Line::from(toned(theme, &format!("{} – {why}", row.title), Tone::Faint)),
    }
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
