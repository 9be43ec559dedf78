//! A view on more lines than fit.

use std::cell::Cell;

use ratatui::{buffer::Buffer, layout::Rect, text::Line, widgets::Widget};

use crate::commands::Move;

/// Lines that a page key moves.
const PAGE: usize = 10;

/// How far a text is scrolled. The end is only known while drawing, hence the cell.
#[derive(Debug, Clone, Default)]
pub struct Scroll {
    top: Cell<usize>,
}

impl Scroll {
    /// Moves the view; drawing stops it at the end.
    pub fn go(&self, way: Move) {
        let top = self.top.get();
        self.top.set(match way {
            Move::Up => top.saturating_sub(1),
            Move::Down => top.saturating_add(1),
            Move::PageUp => top.saturating_sub(PAGE),
            Move::PageDown => top.saturating_add(PAGE),
            Move::Top => 0,
            Move::Bottom => usize::MAX,
            Move::Left | Move::Right => top,
        });
    }

    /// Draws the lines that are in view.
    pub fn draw(&self, lines: &[Line<'_>], area: Rect, buf: &mut Buffer) {
        let height = usize::from(area.height);
        let top = self.top.get().min(lines.len().saturating_sub(height));
        self.top.set(top);
        for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(top)) {
            line.render(Rect { y, height: 1, ..area }, buf);
        }
    }
}
