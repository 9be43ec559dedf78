//! What lies over a screen: a dialog, a question.

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
    text::{line, span, toned},
    wrap::wrapped,
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

/// A question, ready to be drawn.
#[derive(Debug)]
pub struct Question<'a> {
    pub question: &'a str,
    /// What it is about, one line for each, if the question does not tell all.
    pub targets: &'a [String],
    /// What follows from a yes.
    pub consequence: &'a str,
    pub scroll: &'a Scroll,
    /// The name that must be typed, and what is typed so far.
    pub name: Option<(&'a str, &'a Input)>,
}

impl Question<'_> {
    /// Draws the question. How it is answered stays in view; the rest scrolls where it does not fit.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let width = 66.min(area.width);
        let inside = usize::from(width.saturating_sub(4));
        let text = self.text(inside, theme);
        let answer = match self.name {
            None => vec![Line::from(toned(theme, "y yes   esc no", Tone::Accent))],
            Some((name, _)) => {
                let how = wrapped(&format!("Type {name} to confirm; esc cancels."), inside);
                how.iter().map(|row| Line::from(toned(theme, row, Tone::Warning))).collect()
            }
        };
        let below = answer.len() + usize::from(self.name.is_some());
        let rows = u16::try_from(text.len() + 1 + below).unwrap_or(u16::MAX);
        let inner = dialog("Please confirm", width, rows.saturating_add(2), area, buf, theme);
        let below = u16::try_from(below).unwrap_or(u16::MAX).min(inner.height);
        let gap = u16::from(inner.height == rows);
        let [above, _, answered] =
            Layout::vertical([Constraint::Min(0), Constraint::Length(gap), Constraint::Length(below)])
                .areas(inner);
        self.scroll.draw(&text, above, buf);
        for (row, line) in answered.rows().zip(answer) {
            line.render(row, buf);
        }
        if let (Some((_, input)), Some(row)) = (self.name, answered.rows().next_back()) {
            form::input(input, true, row, buf);
        }
    }

    fn text(&self, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        let rows = |text: &str| wrapped(text, width);
        let mut lines: Vec<Line<'static>> =
            rows(self.question).iter().map(|row| Line::from(span(row, theme.title()))).collect();
        lines.push(Line::default());
        if !self.targets.is_empty() {
            for target in self.targets {
                lines.extend(
                    wrapped(target, width.saturating_sub(2))
                        .iter()
                        .enumerate()
                        .map(|(at, row)| line(&format!("{}{row}", if at == 0 { "• " } else { "  " }))),
                );
            }
            lines.push(Line::default());
        }
        lines.extend(rows(self.consequence).iter().map(|row| line(row)));
        lines
    }
}
