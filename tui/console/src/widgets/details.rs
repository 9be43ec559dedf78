//! All that is known of one thing: facts, sentences and events, wrapped at words and scrolled.
//!
//! Where parts of it can be selected, a cursor moves from one to the next.

mod state;
#[cfg(test)]
mod tests;
mod wrapped;

use std::borrow::Cow;

use hello_model::text::width;
use hello_state::present::Fact;
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

pub use self::state::DetailsState;
use self::wrapped::Wrapped;
use super::text::toned;
use crate::theme::{StatusBadge, Theme, Tone};

/// The most columns of a label: the values of all facts begin below each other.
const MAX_LABEL: usize = 16;

/// The text of a pane, in the order in which it is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Details<'a> {
    blocks: Vec<Block<'a>>,
}

/// A text that begins on a row of its own. Line breaks in it are kept.
#[derive(Debug, Clone, PartialEq)]
struct Block<'a> {
    parts: Vec<Part<'a>>,
    /// Columns before each of its rows but the first.
    indent: usize,
    /// Whether the cursor stops here.
    is_stop: bool,
}

/// A text in one style.
#[derive(Debug, Clone, PartialEq)]
pub struct Part<'a> {
    text: Cow<'a, str>,
    style: Style,
    /// Whether its words stay in one row, if a row has room for them.
    is_kept_together: bool,
}

impl<'a> Part<'a> {
    pub fn new(text: impl Into<Cow<'a, str>>, style: Style) -> Self {
        Self { text: text.into(), style, is_kept_together: false }
    }

    pub fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(text, Style::new())
    }

    pub fn toned(theme: &Theme, text: impl Into<Cow<'a, str>>, tone: Tone) -> Self {
        Self::new(text, theme.tone(tone))
    }

    /// Keeps the words in one row.
    #[must_use]
    pub fn kept_together(mut self) -> Self {
        self.is_kept_together = true;
        self
    }

    /// Returns the columns that it takes in one row.
    pub fn width(&self) -> usize {
        width(&self.text)
    }

    /// Makes a span of it, for a row that is not wrapped.
    pub fn span(&self) -> Span<'static> {
        super::text::span(&self.text, self.style)
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Makes the part of a status: glyph and word.
    pub fn badge(theme: &Theme, (glyph, word, tone): &StatusBadge) -> Self {
        Self::toned(theme, format!("{glyph} {word}"), *tone)
    }
}

impl<'a> Details<'a> {
    /// Adds a text of several parts. Its further rows are indented.
    pub fn parts(&mut self, parts: impl IntoIterator<Item = Part<'a>>, indent: usize) {
        self.blocks.push(Block { parts: parts.into_iter().collect(), indent, is_stop: false });
    }

    /// Adds a plain text.
    pub fn text(&mut self, text: impl Into<Cow<'a, str>>) {
        self.parts([Part::plain(text)], 0);
    }

    pub fn toned(&mut self, theme: &Theme, text: impl Into<Cow<'a, str>>, tone: Tone) {
        self.parts([Part::toned(theme, text, tone)], 0);
    }

    /// Adds an empty row, unless there is nothing above it.
    pub fn gap(&mut self) {
        if !self.blocks.is_empty() {
            self.parts([], 0);
        }
    }

    /// Adds a title with an empty row above it.
    pub fn heading(&mut self, theme: &Theme, title: impl Into<Cow<'a, str>>) {
        self.gap();
        self.parts([Part::new(title, theme.title())], 0);
    }

    /// Adds facts, with their values below each other.
    pub fn facts(&mut self, theme: &Theme, facts: &[Fact]) {
        let column = facts.iter().map(|fact| width(&fact.label)).max().unwrap_or(0).min(MAX_LABEL);
        for fact in facts {
            let padding = " ".repeat(column.saturating_sub(width(&fact.label)) + 2);
            let label = Part::toned(theme, format!("{}{padding}", fact.label), Tone::Faint);
            let value = Part::toned(theme, fact.value.with_glyph(), fact.value.tone);
            self.parts([label, value], column + 2);
        }
    }

    /// Lets the cursor stop at what was added last.
    pub fn stop(&mut self) {
        if let Some(last) = self.blocks.last_mut() {
            last.is_stop = true;
        }
    }

    /// Writes the whole text, not wrapped, for the clipboard and the pager.
    pub fn to_text(&self) -> String {
        let block = |block: &Block<'a>| block.parts.iter().map(|part| &*part.text).collect();
        self.blocks.iter().map(block).collect::<Vec<String>>().join("\n")
    }

    /// Draws what is in view into `body`, and on the lower border of `pane` which part of the whole that is.
    pub fn draw(&self, state: &DetailsState, body: Rect, pane: Rect, buf: &mut Buffer, theme: &Theme) {
        state.wrap(self, usize::from(body.width));
        state.place(usize::from(body.height));
        let wrapped = state.wrapped();
        let mut skipped = state.top();
        let mut y = body.y;
        let mut stops = 0;
        for block in wrapped.iter() {
            let is_selected = block.is_stop() && state.selected() == Some(stops);
            stops += usize::from(block.is_stop());
            for row in skipped.min(block.rows())..block.rows() {
                if y >= body.bottom() {
                    break;
                }
                let area = Rect { y, height: 1, ..body };
                block.line(row).render(area, buf);
                if is_selected {
                    theme.select(area, buf);
                }
                y += 1;
            }
            skipped = skipped.saturating_sub(block.rows());
        }
        draw_position(state, pane, buf, theme);
    }
}

/// Wraps a text of several parts. Its further rows are indented.
pub fn wrap<'a>(
    parts: impl IntoIterator<Item = Part<'a>>,
    indent: usize,
    width: usize,
) -> Vec<Line<'static>> {
    let block = Block { parts: parts.into_iter().collect(), indent, is_stop: false };
    let wrapped = Wrapped::new(&block, width);
    (0..wrapped.rows()).map(|row| wrapped.line(row)).collect()
}

/// Says on the lower border which rows are in view, if there are others: `12–40 of 96 ↓`.
fn draw_position(state: &DetailsState, pane: Rect, buf: &mut Buffer, theme: &Theme) {
    let Some(position) = state.position() else { return };
    if pane.height < 2 || pane.width < 6 {
        return;
    }
    let short = position.rsplit(' ').next().unwrap_or_default();
    let room = usize::from(pane.width - 4);
    let text = if width(&position) + 2 <= room { &position } else { short };
    let span: Span<'static> = toned(theme, &format!(" {text} "), Tone::Accent);
    let columns = u16::try_from(span.width()).unwrap_or(0).min(pane.width - 4);
    let area = Rect { x: pane.right() - 2 - columns, y: pane.bottom() - 1, width: columns, height: 1 };
    Line::from(span).render(area, buf);
}
