//! Lines of text, the only way in which text from outside gets onto the screen.

use hello_model::text::visible;
use hello_state::present::Cell;
use ratatui::{
    style::Style,
    text::{Line, Span},
};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::theme::{StatusBadge, Theme, Tone};

/// The longest text of a span, in bytes: more than a screen shows, little enough to look at in each frame.
const LENGTH_LIMIT: usize = 64 * 1024;

/// The longest text in a row of a list, in bytes: wider than any screen. A frame has many rows.
const ROW_LIMIT: usize = 4 * 1024;

/// Makes a span of any text, remote text included: control characters are shown, not obeyed.
pub fn span(text: &str, style: Style) -> Span<'static> {
    bounded(text, LENGTH_LIMIT, style)
}

/// Makes a span of a text that has one row, however long it is.
pub fn row_span(text: &str, style: Style) -> Span<'static> {
    bounded(text, ROW_LIMIT, style)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place, and the text is made safe")]
fn bounded(text: &str, limit: usize, style: Style) -> Span<'static> {
    let end = text.floor_char_boundary(limit);
    let mut shown = visible(&text[..end]).into_owned();
    if end < text.len() {
        shown.push('…');
    }
    Span::styled(shown, style)
}

/// Makes a span in a tone.
pub fn toned(theme: &Theme, text: &str, tone: Tone) -> Span<'static> {
    span(text, theme.tone(tone))
}

/// Makes a plain line.
pub fn line(text: &str) -> Line<'static> {
    Line::from(span(text, Style::new()))
}

/// Makes `label  value`, the label faint and padded to `width`.
pub fn fact(theme: &Theme, label: &str, width: usize, value: &str) -> Line<'static> {
    Line::from(vec![span(&format!("{label:<width$}  "), theme.tone(Tone::Faint)), span(value, Style::new())])
}

/// Makes the span of a cell: the sign of a status, if it has one, and its text in its tone.
pub fn cell(theme: &Theme, cell: &Cell) -> Span<'static> {
    row_span(&cell.with_glyph(), theme.tone(cell.tone))
}

/// Makes the spans of a state: glyph and word, in its tone.
pub fn status_badge(theme: &Theme, (glyph, word, tone): &StatusBadge) -> Span<'static> {
    span(&format!("{glyph} {word}"), theme.tone(*tone))
}

/// Cuts a line after so many columns, with an ellipsis where something is missing.
pub fn fitted(line: Line<'static>, width: usize) -> Line<'static> {
    if line.width() <= width {
        return line;
    }
    let mut room = width.saturating_sub(1);
    let mut kept = Vec::new();
    for part in line.spans {
        let mut end = 0;
        for (place, grapheme) in part.content.grapheme_indices(true) {
            let columns = grapheme.width();
            if columns > room {
                break;
            }
            room -= columns;
            end = place + grapheme.len();
        }
        let is_whole = end == part.content.len();
        kept.push(span(&part.content[..end], part.style));
        if !is_whole {
            break;
        }
    }
    if width > 0 {
        kept.push(span("…", Style::new()));
    }
    Line::from(kept).style(line.style)
}

/// Estimates the rows of lines whose words are wrapped: one more than the length of a line needs if its last row is
/// nearly full, because words are not cut.
pub fn wrapped_height(lines: &[Line<'_>], width: u16) -> u16 {
    let width = usize::from(width).max(1);
    let rows = |line: &Line<'_>| {
        let least = line.width().div_ceil(width).max(1);
        if least > 1 && line.width() + 12 > least * width { least + 1 } else { least }
    };
    u16::try_from(lines.iter().map(rows).sum::<usize>()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use ratatui::{buffer::Buffer, layout::Rect, widgets::Widget};

    use super::*;

    #[test]
    fn a_cell_holds_only_a_small_cluster() {
        for run in [
            "\u{301}",
            "\u{200b}",
            "\u{200d}",
            "\u{11a8}\u{1161}",
            "\u{600}",
            "\u{1100}",
            "\u{e0041}",
            "\u{ff9e}",
        ] {
            let text = format!("a{}b", run.repeat(20_000));
            let mut buf = Buffer::empty(Rect::new(0, 0, 80, 1));
            line(&text).render(buf.area, &mut buf);
            let largest = buf.content.iter().map(|cell| cell.symbol().len()).max();
            assert!(largest < Some(80), "{run:?}: {largest:?} bytes");
        }
    }

    #[test]
    fn a_line_is_cut_with_an_ellipsis() {
        let cut = |text: &str, width| fitted(line(text), width).to_string();
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("too long", 5), "too …");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!((cut("x", 0), cut("xy", 1)), (String::new(), "…".to_owned()));
    }

    #[test]
    fn a_text_that_no_screen_can_show_is_cut() {
        let span = span(&"ü".repeat(LENGTH_LIMIT), Style::new());
        assert!(span.content.len() <= LENGTH_LIMIT + '…'.len_utf8() && span.content.ends_with('…'));
    }
}
