//! The picture of a descriptor.

use hello_catalog::Problem;
use hello_state::present::problem;
use ratatui::{buffer::Buffer, layout::Rect};

use super::Source;
use crate::{
    cx::Cx,
    theme::{Theme, Tone},
    widgets::{
        chrome,
        details::{Details, Part},
        remote,
    },
};

/// The maximum number of lines that are shown. Those around the entity are chosen.
const MAX_LINES: usize = 10_000;

/// The maximum number of problems that are shown.
const MAX_PROBLEMS: usize = 1_000;

/// Returns the first line that is shown, counted from 1.
pub(super) fn first_line(count: usize, line: usize) -> usize {
    let first = line.saturating_sub(MAX_LINES / 2).max(1);
    first.min((count + 1).saturating_sub(MAX_LINES).max(1))
}

pub(super) fn draw(source: &Source, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let (remote, problems) = (source.text(cx), source.problems(cx));
    let title = match &source.origin {
        Some(origin) => {
            format!("{} {}", origin.source, problem::count(problems.iter().copied())).trim_end().to_owned()
        }
        None => "Source".to_owned(),
    };
    let inner = chrome::pane(&title, remote::note(remote, cx), true, area, buf, theme);
    if source.origin.is_none() && cx.cache.catalog().value().is_some() {
        let mut details = Details::default();
        details.text("The entity is not in the catalog, so its descriptor is not known.");
        return details.draw(&source.state, inner, area, buf, theme);
    }
    if remote::placeholder(remote, "the descriptor", inner, buf, cx) {
        return;
    }
    let (Some(text), Some(origin)) = (remote.value(), &source.origin) else { return };
    details(&text.0, origin.line, &problems, theme).draw(&source.state, inner, area, buf, theme);
    source.state.note_clicks(inner, &cx.zones);
}

/// Writes the lines with their numbers, and below each its problems.
fn details(text: &str, line: usize, problems: &[&Problem], theme: &Theme) -> Details<'static> {
    let count = text.lines().count();
    let first = first_line(count, line);
    let last = count.min(first + MAX_LINES - 1);
    let column = last.to_string().len();
    let mut details = Details::default();
    let mut waiting = in_window(problems, first, last).into_iter().peekable();
    for (number, line) in (first..=last).zip(text.lines().skip(first - 1)) {
        let number_part = Part::toned(theme, format!("{number:>column$}  "), Tone::Faint);
        // Where a long value goes on, its row begins below the beginning of its line.
        let indent = line.len() - line.trim_start_matches(' ').len();
        details.parts([number_part, Part::plain(line.to_owned())], column + 2 + indent);
        details.stop();
        // A problem of the end of the file may be on a line that is not there.
        let is_here = |problem: &&Problem| problem.line <= number || (number == count && number == last);
        while let Some(problem) = waiting.next_if(is_here) {
            add_problem(&mut details, problem, column + 2, theme);
        }
    }
    if count == 0 {
        details.toned(theme, "The file is empty.", Tone::Faint);
        for problem in problems {
            add_problem(&mut details, problem, 2, theme);
        }
    }
    if (last + 1).saturating_sub(first) < count {
        let rest = format!("{count} lines, of which {first} to {last} are shown. → e opens the file");
        details.toned(theme, rest, Tone::Accent);
    }
    details
}

/// Returns the problems of the lines that are shown, in their order.
fn in_window<'p>(problems: &[&'p Problem], first: usize, last: usize) -> Vec<&'p Problem> {
    let is_shown = |problem: &&&Problem| first == 1 || problem.line >= first;
    let mut shown: Vec<&Problem> = problems.iter().filter(is_shown).take(MAX_PROBLEMS).copied().collect();
    shown.sort_by_key(|problem| problem.line.min(last + 1));
    shown
}

/// Adds a problem: its sign and what is wrong, what follows, and what to do.
fn add_problem(details: &mut Details<'_>, problem: &Problem, indent: usize, theme: &Theme) {
    let (glyph, tone) = problem::badge(problem.severity);
    let margin = " ".repeat(indent);
    let mut parts = vec![Part::toned(theme, format!("{margin}{glyph} {}", problem.rule), tone)];
    if let Some(consequence) = &problem.consequence {
        parts.push(Part::toned(theme, format!("\n{consequence}"), Tone::Faint));
    }
    if let Some(hint) = &problem.hint {
        parts.push(Part::toned(theme, format!("\n→ {hint}"), Tone::Accent));
    }
    details.parts(parts, indent);
}
