//! A line of a file with a caret below a part of it.

use std::fmt;

use unicode_width::UnicodeWidthChar;

/// The number of columns that a tab takes.
const TAB: usize = 4;

/// A line of a file, and below it a line with carets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, with spaces for tabs, without characters that control a terminal, and cut to a width.
    pub source: String,
    /// Spaces, then `^` below each column of the part.
    pub caret: String,
}

/// Writes both lines.
impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.source, self.caret)
    }
}

/// A character as it is shown, and its width in columns.
type Cell = (char, usize);

/// Returns the part of `line` around `column` that fits into `width`, with carets below `length` characters.
///
/// `column` counts characters from 1. It may be one beyond the end of the line.
pub(crate) fn excerpt(line: &str, column: usize, length: usize, width: usize) -> Excerpt {
    let width = width.max(16);
    let mut cells: Vec<Cell> = Vec::new();
    let (mut from, mut to) = (None, None);
    for (index, c) in line.chars().enumerate() {
        if index + 1 == column {
            from = Some(cells.len());
        }
        if index + 1 == column.saturating_add(length) {
            to = Some(cells.len());
        }
        push(&mut cells, c);
    }
    let from = from.unwrap_or(cells.len());
    let to = to.unwrap_or(cells.len()).max(from);
    let (first, last) = window(&cells, from, width);
    let is_cut = (first > 0, last < cells.len());
    let mark = |is_cut: bool| if is_cut { "…" } else { "" };
    let text: String = cells[first..last].iter().map(|(c, _)| c).collect();
    let columns = |part: &[Cell]| part.iter().map(|(_, width)| width).sum::<usize>();
    let before = columns(&cells[first..from]) + usize::from(is_cut.0);
    let below = columns(&cells[from..to.clamp(from, last.max(from))]).max(1);
    Excerpt {
        source: format!("{}{text}{}", mark(is_cut.0), mark(is_cut.1)),
        caret: format!("{}{}", " ".repeat(before), "^".repeat(below)),
    }
}

fn push(cells: &mut Vec<Cell>, c: char) {
    match c {
        '\t' => cells.extend([(' ', 1); TAB]),
        c if controls_a_terminal(c) => cells.push(('\u{fffd}', 1)),
        c => cells.push((c, c.width().unwrap_or(1))),
    }
}

/// Reports whether a character moves the cursor, reorders the text after it, or displays nothing.
fn controls_a_terminal(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

/// Returns the range of cells to show: all of them, or those around `from`.
fn window(cells: &[Cell], from: usize, width: usize) -> (usize, usize) {
    let total: usize = cells.iter().map(|(_, width)| width).sum();
    if total <= width {
        return (0, cells.len());
    }
    // Both ends may be cut, and each then takes a column for its mark.
    let room = width - 2;
    let (mut first, mut used) = (from, 0);
    while first > 0 && used + cells[first - 1].1 <= room / 2 {
        first -= 1;
        used += cells[first].1;
    }
    let mut last = from;
    while last < cells.len() && used + cells[last].1 <= room {
        used += cells[last].1;
        last += 1;
    }
    while first > 0 && used + cells[first - 1].1 <= room {
        first -= 1;
        used += cells[first].1;
    }
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, column: usize, length: usize, width: usize) -> String {
        excerpt(line, column, length, width).to_string()
    }

    #[test]
    fn the_caret_is_below_the_part() {
        assert_eq!(shown("on: puhs", 5, 4, 80), "on: puhs\n    ^^^^");
        assert_eq!(shown("on:", 4, 1, 80), "on:\n   ^", "at the end of the line");
    }

    #[test]
    fn tabs_and_wide_characters_move_the_caret() {
        assert_eq!(shown("\ta: x", 5, 1, 80), "    a: x\n       ^");
        assert_eq!(shown("名前: x", 5, 1, 80), "名前: x\n      ^");
        assert_eq!(shown("a: 名前", 4, 2, 80), "a: 名前\n   ^^^^");
        assert_eq!(shown("e\u{301}: x", 5, 1, 80), "e\u{301}: x\n   ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_part() {
        let line = format!("{}HERE{}", "a".repeat(100), "b".repeat(100));
        assert_eq!(
            shown(&line, 101, 4, 20),
            format!("…{}HERE{}…\n{}^^^^", "a".repeat(9), "b".repeat(5), " ".repeat(10))
        );
        assert_eq!(shown(&line, 1, 3, 20), format!("{}…\n^^^", "a".repeat(18)));
        assert_eq!(shown(&line, 204, 9, 20), format!("…{}\n{}^", "b".repeat(18), " ".repeat(18)));
    }

    #[test]
    fn an_escape_sequence_is_not_shown() {
        assert_eq!(shown("a\u{1b}[31m\u{202e}: x", 9, 1, 80), "a\u{fffd}[31m\u{fffd}: x\n        ^");
    }
}
