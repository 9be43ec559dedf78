//! Titles of tabs beside each other, each of which opens its screen with a click.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, widgets::Widget};

use super::text::span;
use crate::{click::Click, command::CommandId, cx::Cx};

/// A screen that can be gone to.
#[derive(Debug, Clone, Copy)]
pub struct Tab {
    pub title: &'static str,
    /// Opens the screen.
    pub command: CommandId,
    pub is_current: bool,
}

/// The letters of a short title.
const SHORT: usize = 4;

impl Tab {
    /// Returns the title in a few letters, or as a whole if the tab is the current one.
    pub(super) fn short_title(&self) -> String {
        self.title.chars().take(if self.is_current { usize::MAX } else { SHORT }).collect()
    }
}

/// Returns the columns of all labels.
pub(super) fn width(labels: &[String]) -> usize {
    labels.iter().map(|label| label.chars().count()).sum()
}

/// Draws the labels of tabs, as many as fit, and notes where clicks open them.
pub(super) fn draw(tabs: &[Tab], labels: &[String], area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
    let mut x = area.x;
    for (tab, label) in tabs.iter().zip(labels) {
        let style = if tab.is_current { cx.theme.selected() } else { Style::new() };
        let label = span(label, style);
        let width = u16::try_from(label.width()).unwrap_or(0);
        let place = Rect { x, width, height: 1, ..area }.intersection(area);
        label.render(place, buf);
        cx.zones.add(place, Click::Command(tab.command));
        x = x.saturating_add(width);
    }
}
