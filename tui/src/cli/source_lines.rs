//! Lines of source files, with a caret below a column.

use std::{collections::HashMap, iter, path::Path};

use hello_catalog::MAX_SOURCE_BYTES;
use hello_model::text::{visible, width};

/// The maximum length of a shown line, in characters.
const LINE_LIMIT: usize = 120;

/// The local sources, each read and indexed once. Fetched sources are not fetched again.
#[derive(Default)]
pub(super) struct SourceLines(HashMap<String, Option<Lines>>);

impl SourceLines {
    /// Returns a line of a source, or `None` if the source has no such line. Lines count from 1.
    pub(super) fn get(&mut self, source: &str, line: usize) -> Option<&str> {
        if !self.0.contains_key(source) {
            self.0.insert(source.to_owned(), Lines::read(Path::new(source)));
        }
        self.0.get(source)?.as_ref()?.get(line)
    }
}

/// A text and where its lines begin.
struct Lines {
    text: String,
    starts: Vec<usize>,
}

impl Lines {
    fn read(path: &Path) -> Option<Self> {
        let bytes = hello_files::read(path, MAX_SOURCE_BYTES as u64).ok()?;
        Some(Self::of(&String::from_utf8_lossy(&bytes)))
    }

    fn of(text: &str) -> Self {
        // A byte order mark takes no column.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let bytes = text.as_bytes();
        // As in YAML, a line ends with LF, CR LF or CR.
        let ends = (0..bytes.len())
            .filter(|at| bytes[*at] == b'\n' || (bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n')));
        let starts = iter::once(0).chain(ends.map(|end| end + 1)).collect();
        Self { text, starts }
    }

    fn get(&self, line: usize) -> Option<&str> {
        let index = line.checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        Some(self.text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }
}

/// Returns the part of a line around a column, and the number of cells in front of the column.
///
/// A tab is shown as one cell.
pub(super) fn around(line: &str, column: usize) -> (String, usize) {
    let index = column.saturating_sub(1);
    let start = if index > LINE_LIMIT * 2 / 3 { index - LINE_LIMIT / 3 } else { 0 };
    let begin = byte_of(line, start);
    let middle = begin + byte_of(&line[begin..], index - start);
    let end = begin + byte_of(&line[begin..], LINE_LIMIT);
    let lead = if start > 0 { "…" } else { "" };
    let tail = if end < line.len() { "…" } else { "" };
    let plain = |text: &str| text.replace('\t', " ");
    let before = format!("{lead}{}", visible(&plain(&line[begin..middle])));
    let after = visible(&plain(&line[middle..end.max(middle)])).into_owned();
    let cells = width(&before);
    (format!("{before}{after}{tail}").trim_end().to_owned(), cells)
}

/// Returns the position of a character in bytes, at most the length of the line.
fn byte_of(line: &str, index: usize) -> usize {
    if line.len() > index && line.as_bytes()[..index].is_ascii() {
        return (index..line.len()).find(|at| line.is_char_boundary(*at)).unwrap_or(line.len());
    }
    line.char_indices().nth(index).map_or(line.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_take_one_cell_and_wide_characters_two() {
        assert_eq!(around("a: b", 4), ("a: b".to_owned(), 3));
        assert_eq!(around("\ta: b", 2), (" a: b".to_owned(), 1));
        assert_eq!(around("\u{8eca}: b", 4), ("\u{8eca}: b".to_owned(), 4));
        assert_eq!(around("a", 9), ("a".to_owned(), 1));
    }

    #[test]
    fn a_long_line_is_shown_around_its_column() {
        let line = format!("{}here{}", "x".repeat(5_000), "y".repeat(5_000));
        let (shown, cells) = around(&line, 5_001);
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.chars().count() < 125, "{shown}");
        assert!(shown.chars().skip(cells).collect::<String>().starts_with("here"), "{shown}");
    }

    #[test]
    fn lines_end_as_in_yaml() {
        let lines = Lines::of("\u{feff}a\r\nb\rc\n\nd");
        let all: Vec<_> = (0..=6).map(|line| lines.get(line)).collect();
        assert_eq!(all, [None, Some("a"), Some("b"), Some("c"), Some(""), Some("d"), None]);
    }
}
