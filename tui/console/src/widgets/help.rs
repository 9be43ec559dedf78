//! The help of a screen: its keys in groups, and what its signs mean.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Line};
use unicode_width::UnicodeWidthStr;

use super::{
    details::{self, Part},
    overlay,
    scroll::Scroll,
    text::{fitted, span, status_badge},
};
use crate::{
    command::CommandSpec,
    cx::Cx,
    theme::{StatusBadge, Tone},
};

/// The columns of the keys.
const KEYS: usize = 12;

/// The columns of a block.
const BLOCK: usize = 56;

/// The columns between two blocks.
const GAP: usize = 2;

/// Keys that are shown together.
#[derive(Debug)]
pub struct HelpGroup {
    pub title: &'static str,
    /// Each command, and why it does nothing at present.
    pub commands: Vec<(CommandSpec, Option<String>)>,
}

/// Draws the help, in two columns where there is room.
pub fn draw(
    title: &str,
    groups: &[HelpGroup],
    legend: &[StatusBadge],
    scroll: &Scroll,
    area: Rect,
    buf: &mut Buffer,
    cx: &Cx<'_>,
) {
    let width = BLOCK.min(usize::from(area.width.saturating_sub(4)));
    let mut blocks: Vec<Vec<Line<'static>>> = groups.iter().map(|group| keys(group, width, cx)).collect();
    if !legend.is_empty() {
        blocks.push(signs(legend, cx));
    }
    let columns = if usize::from(area.width) >= 2 * BLOCK + GAP + 4 { 2 } else { 1 };
    let lines = arranged(blocks, columns);
    let width = u16::try_from(columns * (BLOCK + GAP) + 2).unwrap_or(u16::MAX);
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inner = overlay::dialog(&format!("Help: {title}"), width, rows, area, buf, cx.theme);
    scroll.draw(&lines, inner, buf);
}

/// Writes the keys of a group and what they do, in lines of this width.
fn keys(group: &HelpGroup, width: usize, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let heading = Line::from(span(group.title, cx.theme.title()));
    let lines = |(command, unavailable): &(CommandSpec, Option<String>)| {
        let keys = format!("{:>KEYS$}  ", command.key_names());
        let does = match unavailable {
            None => Part::new(command.title, Style::new()),
            Some(why) => Part::toned(cx.theme, format!("{} – {why}", command.title), Tone::Faint),
        };
        details::wrap([Part::toned(cx.theme, keys, Tone::Accent), does], KEYS + 2, width)
    };
    [heading].into_iter().chain(group.commands.iter().flat_map(lines)).collect()
}

fn signs(legend: &[StatusBadge], cx: &Cx<'_>) -> Vec<Line<'static>> {
    let heading = Line::from(span("Signs", cx.theme.title()));
    let indent = " ".repeat(KEYS - 1);
    let line =
        |badge: &StatusBadge| Line::from(vec![span(&indent, Style::new()), status_badge(cx.theme, badge)]);
    [heading].into_iter().chain(legend.iter().map(line)).collect()
}

/// Puts blocks under one another, or into two columns of about the same height.
fn arranged(mut blocks: Vec<Vec<Line<'static>>>, columns: usize) -> Vec<Line<'static>> {
    if columns == 1 {
        return stacked(&blocks);
    }
    let heights: Vec<usize> = blocks.iter().map(|block| block.len() + 1).collect();
    let higher = |place: &usize| heights[..*place].iter().sum::<usize>().max(heights[*place..].iter().sum());
    let place = (0..=blocks.len()).min_by_key(higher).unwrap_or_default();
    let mut right = stacked(&blocks.split_off(place));
    let mut left = stacked(&blocks);
    let rows = left.len().max(right.len());
    left.resize(rows, Line::default());
    right.resize(rows, Line::default());
    left.into_iter().zip(right).map(|(left, right)| beside(left, right)).collect()
}

fn stacked(blocks: &[Vec<Line<'static>>]) -> Vec<Line<'static>> {
    blocks.join(&Line::default())
}

fn beside(left: Line<'static>, right: Line<'static>) -> Line<'static> {
    let mut spans = fitted(left, BLOCK).spans;
    let width: usize = spans.iter().map(|span| span.content.width()).sum();
    spans.push(span(&" ".repeat(BLOCK + GAP - width.min(BLOCK)), Style::new()));
    spans.extend(right.spans);
    Line::from(spans)
}
