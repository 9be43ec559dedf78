//! What lies over a screen: the help, the palette.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::{Clear, Widget},
};
use tui_input::Input;

use super::{
    chrome, form,
    scroll::Scroll,
    text::{span, toned},
};
use crate::keys::{self, Context};
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

/// Draws the keys that apply in `context`, in as many columns as it takes, from the one key table.
pub fn help(context: Context, scroll: &Scroll, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let lines: Vec<Line<'static>> = keys::in_context(context)
        .map(|binding| {
            Line::from(vec![
                span(&format!("{:>15}  ", binding.keys()), theme.tone(Tone::Accent)),
                span(binding.does, ratatui::style::Style::new()),
            ])
        })
        .collect();
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let inner = dialog(&format!("Keys: {}", context.title()), 66, rows.saturating_add(2), area, buf, theme);
    scroll.draw(&lines, inner, buf);
}

/// Draws the palette: what was typed, and the commands that fit it.
pub fn palette(
    input: &Input,
    commands: &[String],
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
        Line::from(toned(theme, "no command fits; esc closes", Tone::Faint)).render(list, buf);
    }
    let first = (selected + 1).saturating_sub(usize::from(list.height));
    for (y, (index, command)) in (list.y..list.bottom()).zip(commands.iter().enumerate().skip(first)) {
        let row = Rect { y, height: 1, ..list };
        Line::from(span(command, ratatui::style::Style::new())).render(row, buf);
        if index == selected {
            buf.set_style(row, theme.selected());
        }
    }
}
