//! What is wrong with the descriptors: the first problems below the list, and all of them on their own.

use hello_catalog::Problem;
use hello_state::present::problem;
use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Line};

use crate::{
    theme::{Theme, Tone},
    widgets::{
        chrome,
        scroll::Scroll,
        text::{span, toned},
        wrap::wrapped,
    },
};

/// The maximum number of problems that are shown, because all are wrapped for each picture.
const MAX_SHOWN: usize = 1_000;

/// What stands before the further lines of a problem.
const INDENT: &str = "  ";

/// Draws the first problems, as many as fit.
pub(super) fn draw_first(problems: &[Problem], area: Rect, buf: &mut Buffer, theme: &Theme) {
    let key = toned(theme, " p shows all ", Tone::Faint);
    let inner = chrome::pane(&title(problems), Line::from(key), false, area, buf, theme);
    // Each takes a row at least: no more are made than fit.
    let lines = lines(problems, usize::from(inner.height), inner.width, theme);
    Scroll::default().draw(&lines, inner, buf);
}

/// Draws all problems, scrolled.
pub(super) fn draw_all(problems: &[Problem], scroll: &Scroll, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let inner = chrome::pane(&title(problems), Line::default(), true, area, buf, theme);
    let mut lines = lines(problems, MAX_SHOWN, inner.width, theme);
    if problems.is_empty() {
        lines.push(Line::from(toned(theme, "There is no problem any more.", Tone::Faint)));
    }
    if let Some(more) = problems.len().checked_sub(MAX_SHOWN).filter(|more| *more > 0) {
        let rest = format!("There are {more} more: hello-tui catalog validate");
        lines.push(Line::from(toned(theme, &rest, Tone::Accent)));
    }
    scroll.draw(&lines, inner, buf);
}

fn title(problems: &[Problem]) -> String {
    match problems.len() {
        0 => "No problem".to_owned(),
        _ => format!("Problems {}", problem::count(problems)),
    }
}

fn lines(problems: &[Problem], most: usize, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let ordered = problem::in_order(problems).into_iter().take(most);
    ordered.flat_map(|problem| problem_lines(problem, usize::from(width), theme)).collect()
}

/// Makes the lines of a problem: where it is, what is wrong, what follows, and what to do.
fn problem_lines(problem: &Problem, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let (glyph, tone) = problem::badge(problem.severity);
    let mut lines = vec![Line::from(toned(theme, &format!("{glyph} {}", problem::place(problem)), tone))];
    let room = width.saturating_sub(INDENT.len());
    let mut add = |text: &str, style: Style| {
        for text in wrapped(text, room) {
            lines.push(Line::from(vec![span(INDENT, Style::new()), span(&text, style)]));
        }
    };
    add(&problem::rule(problem), Style::new());
    if let Some(consequence) = &problem.consequence {
        add(consequence, theme.tone(Tone::Faint));
    }
    if let Some(hint) = &problem.hint {
        add(&format!("→ {hint}"), theme.tone(Tone::Accent));
    }
    lines
}
