//! The SVG document: a window's frame with the screen's contents inside.

use std::fmt::{self, Display, Write as _};

use vt100::Screen;

use super::{
    CELL,
    cells::{self, Run, Stretch},
    lines::{self, Shape},
    palette::{Palette, Rgb},
};

const FONTS: &str =
    "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const FONT_SIZE: f32 = 15.0;
/// The distance from the top of a cell to the baseline of the text.
const BASELINE: f32 = 15.0;
/// The space around the screen; `TITLE_BAR` is the space above it for the title.
const PADDING: f32 = 14.0;
const TITLE_BAR: f32 = 34.0;

/// Draws a screen in a window with a title.
pub(crate) fn svg(screen: &Screen, title: &str, palette: &Palette) -> String {
    let mut document = String::new();
    write(&mut document, screen, title, palette).expect("a string takes whatever is written");
    document
}

fn write(to: &mut String, screen: &Screen, title: &str, palette: &Palette) -> fmt::Result {
    let (rows, columns) = screen.size();
    let width = f32::from(columns.get()) * CELL.0 + 2.0 * PADDING;
    let height = f32::from(rows.get()) * CELL.1 + TITLE_BAR + PADDING;
    frame(to, width, height, title, palette)?;
    writeln!(to, r#"<g transform="translate({PADDING} {TITLE_BAR})">"#)?;
    for stretch in cells::backgrounds(screen, palette) {
        rectangle(to, &stretch, 0.0, CELL.1)?;
    }
    for run in cells::runs(screen, palette, |c| lines::shape(c, 1, 0.0, 0.0).is_some()) {
        match drawn(&run) {
            Some(shape) => outline(to, &shape, &run)?,
            None => text(to, &run, palette)?,
        }
    }
    for stretch in cells::underlines(screen, palette) {
        rectangle(to, &stretch, BASELINE + 2.0, 1.0)?;
    }
    cursor(to, screen, palette)?;
    writeln!(to, "</g>\n</svg>")
}

fn frame(to: &mut String, width: f32, height: f32, title: &str, palette: &Palette) -> fmt::Result {
    let Palette { background, foreground, frame, title: title_colour, .. } = palette;
    let title = Escaped(title);
    writeln!(
        to,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" font-family="{FONTS}" font-size="{FONT_SIZE}" fill="{foreground}">"#
    )?;
    writeln!(to, "<title>{title}</title>")?;
    writeln!(
        to,
        r#"<rect x=".5" y=".5" width="{}" height="{}" rx="9" fill="{background}" stroke="{frame}"/>"#,
        width - 1.0,
        height - 1.0
    )?;
    for dot in 0..3_u8 {
        writeln!(to, r#"<circle cx="{}" cy="17" r="5" fill="{frame}"/>"#, 20.0 + 18.0 * f32::from(dot))?;
    }
    writeln!(
        to,
        r#"<text x="{}" y="22" text-anchor="middle" font-size="13" fill="{title_colour}">{title}</text>"#,
        width / 2.0
    )
}

/// Returns the shape of a run of lines or blocks.
fn drawn(run: &Run) -> Option<Shape> {
    let (x, y) = corner(run.row, run.column);
    lines::shape(run.text.chars().next()?, run.columns, x, y)
}

fn outline(to: &mut String, shape: &Shape, run: &Run) -> fmt::Result {
    let colour = run.style.foreground;
    match shape {
        Shape::Stroke { path, width } => {
            writeln!(to, r#"<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>"#)
        }
        Shape::Fill { path, percent } => {
            let colour = colour.towards(run.style.background, 100 - percent);
            writeln!(to, r#"<path d="{path}" fill="{colour}" shape-rendering="crispEdges"/>"#)
        }
    }
}

fn text(to: &mut String, run: &Run, palette: &Palette) -> fmt::Result {
    let (x, y) = corner(run.row, run.column);
    let width = f32::from(run.columns) * CELL.0;
    write!(to, r#"<text x="{x}" y="{}" textLength="{width}""#, y + BASELINE)?;
    if run.style.foreground != palette.foreground {
        write!(to, r#" fill="{}""#, run.style.foreground)?;
    }
    if run.style.bold {
        write!(to, r#" font-weight="bold""#)?;
    }
    if run.style.italic {
        write!(to, r#" font-style="italic""#)?;
    }
    writeln!(to, ">{}</text>", Escaped(&run.text))
}

fn rectangle(to: &mut String, stretch: &Stretch, from_top: f32, height: f32) -> fmt::Result {
    let Stretch { row, column, columns, colour } = *stretch;
    let (x, y) = corner(row, column);
    fill(to, (x, y + from_top), (f32::from(columns) * CELL.0, height), colour)
}

/// Draws the cursor as a bar at the left of its cell, unless the program hides it.
fn cursor(to: &mut String, screen: &Screen, palette: &Palette) -> fmt::Result {
    if screen.hide_cursor() {
        return Ok(());
    }
    let (row, column) = screen.cursor_position();
    fill(to, corner(row, column), (2.0, CELL.1), palette.foreground)
}

fn fill(to: &mut String, (x, y): (f32, f32), (width, height): (f32, f32), colour: Rgb) -> fmt::Result {
    writeln!(
        to,
        r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}" shape-rendering="crispEdges"/>"#
    )
}

fn corner(row: u16, column: u16) -> (f32, f32) {
    (f32::from(column) * CELL.0, f32::from(row) * CELL.1)
}

/// Text, escaped for any place in the document.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            // XML cannot represent control characters.
            c if c.is_control() => f.write_char(char::REPLACEMENT_CHARACTER),
            c => f.write_char(c),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(written: &str) -> String {
        let mut parser = vt100::Parser::new(2.try_into().unwrap(), 10.try_into().unwrap(), 0);
        parser.process(b"\x1b[?25l");
        parser.process(written.as_bytes());
        svg(parser.screen(), "a & b", &crate::picture::DARK)
    }

    #[test]
    fn text_says_where_it_starts_and_how_wide_it_is() {
        let text = r##"<text x="18" y="35" textLength="36" fill="#e06c75" font-weight="bold">late</text>"##;
        assert!(picture("\r\n  \x1b[1;31mlate").contains(text), "{}", picture("\r\n  \x1b[1;31mlate"));
    }

    #[test]
    fn the_window_fits_its_screen_and_has_a_title() {
        let drawn = picture("");
        assert!(drawn.contains(r#"viewBox="0 0 118 88""#), "{drawn}");
        assert!(drawn.contains("<title>a &amp; b</title>"), "{drawn}");
    }

    #[test]
    fn markup_on_the_screen_is_text_in_the_picture() {
        assert!(picture(r#"<b a="&">"#).contains(">&lt;b a=&quot;&amp;&quot;&gt;</text>"));
        assert_eq!(Escaped("a\u{1b}b").to_string(), "a\u{fffd}b");
    }

    #[test]
    fn borders_are_drawn_and_never_written() {
        let drawn = picture("╭──╮\r\n│██│");
        assert!(!drawn.contains(['╭', '─', '│', '█']), "{drawn}");
        assert!(drawn.contains(r#"<path d="M9 10h18""#), "{drawn}");
    }

    #[test]
    fn the_cursor_shows_where_the_program_shows_it() {
        let bar = r#"<rect x="27" y="0" width="2" height="20""#;
        assert!(picture("abc\x1b[?25h").contains(bar));
        assert!(!picture("abc").contains(bar));
    }
}
