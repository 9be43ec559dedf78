//! What is wrong with the descriptors: the first problems below the list, and all of them on their own.

use hello_catalog::Problem;
use hello_state::present::problem;
use ratatui::{buffer::Buffer, layout::Rect, text::Line};

use crate::{
    local::{CopyText, Selection},
    screens::editing::editor,
    theme::{Theme, Tone},
    widgets::{
        chrome,
        details::{Details, DetailsState, Part},
        text::toned,
    },
};

/// The maximum number of problems that are shown, because the text of all is made for each picture.
const MAX_SHOWN: usize = 1_000;

/// Columns before the further lines of a problem.
const INDENT: usize = 2;

/// Draws the first problems, as many as fit.
pub(super) fn draw_first(problems: &[Problem], area: Rect, buf: &mut Buffer, theme: &Theme) {
    let key = toned(theme, " p shows all ", Tone::Faint);
    let inner = chrome::pane(&title(problems), Line::from(key), false, area, buf, theme);
    // Each takes a row at least: no more are made than fit. The title counts them all.
    let details = details(problems, usize::from(inner.height), false, theme);
    details.draw(&DetailsState::default(), inner, Rect::ZERO, buf, theme);
}

/// Draws all problems, scrolled, with a cursor.
pub(super) fn draw_all(
    problems: &[Problem],
    state: &DetailsState,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let inner = chrome::pane(&title(problems), Line::default(), true, area, buf, theme);
    let mut details = details(problems, MAX_SHOWN, true, theme);
    if problems.is_empty() {
        details.toned(theme, "There is no problem any more.", Tone::Faint);
    }
    if let Some(more) = problems.len().checked_sub(MAX_SHOWN).filter(|more| *more > 0) {
        let rest = format!("There are {more} more: hello-tui catalog validate");
        details.toned(theme, rest, Tone::Accent);
    }
    details.draw(state, inner, area, buf, theme);
}

/// Returns what can be done with a problem.
pub(super) fn selection(problem: &Problem) -> Selection {
    let text = CopyText::new(problem.to_string(), "the problem");
    Selection::of(text).program(editor(&problem.source, problem.line))
}

fn title(problems: &[Problem]) -> String {
    match problems.len() {
        0 => "No problem".to_owned(),
        _ => format!("Problems {}", problem::count(problems)),
    }
}

fn details(problems: &[Problem], most: usize, has_cursor: bool, theme: &Theme) -> Details<'static> {
    let mut details = Details::default();
    for problem in problem::in_order(problems).into_iter().take(most) {
        add(&mut details, problem, theme);
        if has_cursor {
            details.stop();
        }
    }
    details
}

/// Adds a problem as one text: where it is, what is wrong, what follows, and what to do.
fn add(details: &mut Details<'_>, problem: &Problem, theme: &Theme) {
    let (glyph, tone) = problem::badge(problem.severity);
    let mut parts = vec![
        Part::toned(theme, format!("{glyph} {}", problem.place()), tone),
        Part::plain(format!("\n{}", problem::rule(problem))),
    ];
    if let Some(consequence) = &problem.consequence {
        parts.push(Part::toned(theme, format!("\n{consequence}"), Tone::Faint));
    }
    if let Some(hint) = &problem.hint {
        parts.push(Part::toned(theme, format!("\n→ {hint}"), Tone::Accent));
    }
    details.parts(parts, INDENT);
}
