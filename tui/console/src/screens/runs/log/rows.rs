//! How an entry of a log is written: its rows of a width.

use hello_model::{
    job_log::{JobLogLine, LineKind, Needle},
    run::Step,
    time,
};
use ratatui::{
    style::{Modifier, Style},
    text::Line,
};

use super::outline::{Entry, Shown};
use crate::{
    cx::Cx,
    screens::list::grouped,
    theme::{Theme, Tone, run_badge},
    widgets::{
        details::{self, Part},
        text::{fitted, span},
    },
};

/// How rows are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'a> {
    pub(super) width: usize,
    /// The most rows of one entry: as many as a screen has.
    pub(super) height: usize,
    /// Columns by which texts are shifted to the left.
    pub(super) shift: usize,
    pub(super) is_wrapped: bool,
    pub(super) has_times: bool,
    /// Whether lines stand under the headings of steps.
    pub(super) has_steps: bool,
    pub(super) needle: Option<&'a Needle>,
}

impl Layout<'_> {
    /// Writes the heading of a step: its sign, its name, how long it took, and how many lines it has.
    pub(super) fn step(&self, shown: Shown, step: &Step, cx: &Cx<'_>) -> Vec<Line<'static>> {
        let theme = cx.theme;
        let (glyph, _, tone) = run_badge(&step.state);
        let mut facts = Vec::new();
        if let Some(since) = step.started_at {
            let is_over = !step.state.is_active();
            let until = step.completed_at.or(is_over.then_some(since));
            facts.push(time::short(cx.elapsed(since, until)));
        }
        facts.extend(shown.heading.and_then(|(_, lines)| count_of_lines(lines)));
        let parts = [
            Part::new(fold_sign(shown), Style::new()),
            Part::toned(theme, format!("{glyph} "), tone),
            Part::new(step.name.clone(), theme.title()),
            Part::toned(theme, format!("  {}", facts.join(" · ")), Tone::Faint),
        ];
        vec![self.one_row(parts)]
    }

    /// Writes a line: as one row, or where lines are wrapped or a message has several, in more.
    pub(super) fn line(&self, shown: Shown, line: &JobLogLine<'_>, theme: &Theme) -> Vec<Line<'static>> {
        let begin = self.begin(shown, line, theme);
        let indent = begin.iter().map(Part::width).sum();
        let style = style(line.kind, theme);
        let mut written: Vec<Line<'static>> = Vec::new();
        for (place, row) in line.rows().take(self.height).enumerate() {
            let begin =
                if place == 0 { begin.clone() } else { vec![Part::new(" ".repeat(indent), Style::new())] };
            let mut parts = begin;
            parts.extend(self.text(row, style, theme));
            if place == 0
                && let Some((_, lines)) = shown.heading
            {
                let count = count_of_lines(lines).unwrap_or_default();
                parts.push(Part::toned(theme, format!("  {count}"), Tone::Faint));
            }
            if self.is_wrapped {
                written.extend(details::wrap(parts, indent, self.width).into_iter().take(self.height));
            } else {
                written.push(self.one_row(parts));
            }
        }
        written.truncate(self.height);
        written
    }

    /// Returns what stands before the text: the time, the indent, and a sign.
    fn begin(&self, shown: Shown, line: &JobLogLine<'_>, theme: &Theme) -> Vec<Part<'static>> {
        let mut parts = Vec::new();
        if self.has_times {
            let time = line.time.map_or_else(|| " ".repeat(8), |at| theme.clock(at));
            parts.push(Part::toned(theme, format!("{time} "), Tone::Faint));
        }
        let depth = usize::from(self.has_steps) + usize::from(shown.is_in_group);
        let sign = match line.kind {
            LineKind::Error => "✗ ",
            LineKind::Warning => "⚠ ",
            LineKind::Command => "$ ",
            _ => fold_sign(shown),
        };
        parts.push(Part::new(format!("{}{sign}", "  ".repeat(depth)), style(line.kind, theme)));
        parts
    }

    /// Returns the part of a text that may be in view, with the matches of the search marked.
    fn text(&self, text: &str, style: Style, theme: &Theme) -> Vec<Part<'static>> {
        let rest = text.char_indices().nth(self.shift).map_or("", |(at, _)| &text[at..]);
        let rest = if self.shift == 0 { text } else { rest };
        let rows = if self.is_wrapped { self.height } else { 1 };
        let room = (self.width + 1).saturating_mul(rows);
        let rest = rest.char_indices().nth(room).map_or(rest, |(end, _)| &rest[..end]);
        let mut parts = Vec::new();
        let mut from = 0;
        for range in self.needle.map(|needle| needle.ranges_in(rest)).unwrap_or_default() {
            parts.push(Part::new(rest[from..range.start].to_owned(), style));
            let found = theme.tone(Tone::Warning).add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
            parts.push(Part::new(rest[range.clone()].to_owned(), found));
            from = range.end;
        }
        parts.push(Part::new(rest[from..].to_owned(), style));
        parts
    }

    fn one_row<'p>(&self, parts: impl IntoIterator<Item = Part<'p>>) -> Line<'static> {
        let spans: Vec<_> = parts.into_iter().map(|part| part.span()).collect();
        fitted(Line::from(spans), self.width)
    }
}

fn fold_sign(shown: Shown) -> &'static str {
    match (shown.heading, shown.entry) {
        (Some((_, 0)), Entry::Step(_)) | (None, _) => "  ",
        (Some((true, _)), _) => "▾ ",
        (Some((false, _)), _) => "▸ ",
    }
}

fn count_of_lines(lines: usize) -> Option<String> {
    match lines {
        0 => None,
        1 => Some("1 line".to_owned()),
        lines => Some(format!("{} lines", grouped(lines))),
    }
}

/// Returns the style that the runner's command gives a line.
fn style(kind: LineKind, theme: &Theme) -> Style {
    match kind {
        LineKind::Error => theme.tone(Tone::Bad),
        LineKind::Warning => theme.tone(Tone::Warning),
        LineKind::Notice | LineKind::Command => theme.tone(Tone::Accent),
        LineKind::Section => theme.tone(Tone::Good),
        LineKind::Debug => theme.tone(Tone::Faint),
        LineKind::Group => theme.title(),
        LineKind::Text | LineKind::EndGroup => Style::new(),
    }
}

/// Returns a text as a line of its own.
pub(super) fn sentence(text: &str, tone: Tone, theme: &Theme) -> Line<'static> {
    Line::from(span(text, theme.tone(tone)))
}
