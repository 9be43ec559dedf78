//! The contents of a screen: its cells, merged into the longest pieces of one style.

use vt100::{Cell, Screen};

use super::palette::{Palette, Rgb};

/// The appearance of a cell, with reverse and dim applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) foreground: Rgb,
    pub(super) background: Rgb,
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) underline: bool,
}

/// Text of one style in one row; it has no leading or trailing blank and no two consecutive blanks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) row: u16,
    pub(super) column: u16,
    pub(super) columns: u16,
    pub(super) text: String,
    pub(super) style: Style,
}

impl Run {
    /// Returns the first column after the run.
    fn end(&self) -> u16 {
        self.column + self.columns
    }
}

/// A range of cells in one row with one colour: a background or an underline.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stretch {
    pub(super) row: u16,
    pub(super) column: u16,
    pub(super) columns: u16,
    pub(super) colour: Rgb,
}

impl Style {
    fn of(cell: &Cell, palette: &Palette) -> Self {
        let mut foreground = palette.shown(cell.fgcolor(), palette.foreground);
        let mut background = palette.shown(cell.bgcolor(), palette.background);
        if cell.inverse() {
            (foreground, background) = (background, foreground);
        }
        if cell.dim() {
            foreground = foreground.towards(background, 40);
        }
        Self { foreground, background, bold: cell.bold(), italic: cell.italic(), underline: cell.underline() }
    }
}

/// Returns the backgrounds that differ from the window's.
pub(super) fn backgrounds(screen: &Screen, palette: &Palette) -> Vec<Stretch> {
    let is_seen = |colour: &Rgb| *colour != palette.background;
    stretches(screen, |cell| Some(Style::of(cell, palette).background).filter(is_seen))
}

/// Returns the underlines, which continue below blanks.
pub(super) fn underlines(screen: &Screen, palette: &Palette) -> Vec<Stretch> {
    stretches(screen, |cell| {
        Some(Style::of(cell, palette)).filter(|style| style.underline).map(|style| style.foreground)
    })
}

fn stretches(screen: &Screen, colour: impl Fn(&Cell) -> Option<Rgb>) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for (row, column, cell) in cells(screen) {
        let Some(colour) = colour(cell) else { continue };
        match found.last_mut() {
            Some(last)
                if last.row == row && last.column + last.columns == column && last.colour == colour =>
            {
                last.columns += 1;
            }
            _ => found.push(Stretch { row, column, columns: 1, colour }),
        }
    }
    found
}

/// Returns the text. Characters that `apart` selects form separate runs, because they are drawn as shapes.
pub(super) fn runs(screen: &Screen, palette: &Palette, apart: impl Fn(char) -> bool) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (row, column, cell) in cells(screen) {
        let text = cell.contents();
        let Some(first) = text.chars().next().filter(|first| !first.is_whitespace()) else { continue };
        let (columns, style) = (if cell.is_wide() { 2 } else { 1 }, Style::of(cell, palette));
        let goes_on = |run: &&mut Run| {
            let gap = (run.row == row).then(|| column - run.end());
            run.style == style
                && if apart(first) {
                    run.text.ends_with(first) && gap == Some(0)
                } else {
                    !run.text.starts_with(&apart) && gap.is_some_and(|gap| gap <= 1)
                }
        };
        if let Some(run) = runs.last_mut().filter(goes_on) {
            if run.end() < column {
                run.text.push(' ');
            }
            run.text.push_str(text);
            run.columns = column + columns - run.column;
        } else {
            runs.push(Run { row, column, columns, text: text.to_owned(), style });
        }
    }
    runs
}

/// Iterates over the cells in reading order; a wide character has one cell per column.
fn cells(screen: &Screen) -> impl Iterator<Item = (u16, u16, &Cell)> {
    let (rows, columns) = screen.size();
    (0..rows.get())
        .flat_map(move |row| (0..columns.get()).map(move |column| (row, column)))
        .filter_map(|(row, column)| Some((row, column, screen.cell(row, column)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::DARK;

    fn screen(written: &str) -> Screen {
        let (rows, columns) = (3.try_into().unwrap(), 20.try_into().unwrap());
        let mut parser = vt100::Parser::new(rows, columns, 0);
        parser.process(written.as_bytes());
        parser.screen().clone()
    }

    fn texts(written: &str) -> Vec<(u16, u16, u16, String)> {
        let runs = runs(&screen(written), &DARK, |c| c == '─');
        runs.into_iter().map(|run| (run.row, run.column, run.columns, run.text)).collect()
    }

    fn style(written: &str) -> Style {
        runs(&screen(written), &DARK, |_| false)[0].style
    }

    #[test]
    fn a_run_spans_single_blanks_and_ends_at_wider_gaps() {
        assert_eq!(texts("one two  three"), [(0, 0, 7, "one two".into()), (0, 9, 5, "three".into())]);
    }

    #[test]
    fn a_run_ends_where_the_style_or_the_row_does() {
        assert_eq!(
            texts("a\x1b[1mb\r\n\x1b[mc"),
            [(0, 0, 1, "a".into()), (0, 1, 1, "b".into()), (1, 0, 1, "c".into())]
        );
    }

    #[test]
    fn lines_stand_apart_from_text() {
        assert_eq!(
            texts("a──b─ ─"),
            [
                (0, 0, 1, "a".into()),
                (0, 1, 2, "──".into()),
                (0, 3, 1, "b".into()),
                (0, 4, 1, "─".into()),
                (0, 6, 1, "─".into())
            ]
        );
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(texts("卡车 x"), [(0, 0, 6, "卡车 x".into())]);
    }

    #[test]
    fn reverse_swaps_and_dim_fades() {
        let reversed = style("\x1b[7mx");
        assert_eq!((reversed.foreground, reversed.background), (DARK.background, DARK.foreground));
        assert_eq!(style("\x1b[2mx").foreground, DARK.foreground.towards(DARK.background, 40));
    }

    #[test]
    fn bold_italic_and_underline_are_kept() {
        let plain = style("x");
        assert_eq!(style("\x1b[1;3;4mx"), Style { bold: true, italic: true, underline: true, ..plain });
    }

    #[test]
    fn backgrounds_and_underlines_go_on_below_blanks() {
        let drawn = screen("x\x1b[48;2;1;2;3m a  \x1b[m");
        let stretch = Stretch { row: 0, column: 1, columns: 4, colour: Rgb(1, 2, 3) };
        assert_eq!(backgrounds(&drawn, &DARK), [stretch]);
        let stretch = Stretch { row: 0, column: 0, columns: 5, colour: DARK.foreground };
        assert_eq!(underlines(&screen("\x1b[4ma   b"), &DARK), [stretch]);
    }
}
