//! How things look: the theme turns a tone into a style.
//!
//! Only the terminal's own sixteen colours, and of those only the eight that are readable on their background: bright
//! colours are greys in some palettes. Nothing is dim. The words and glyphs of each status are those of
//! [`hello_state::present`], so no status depends on its colour.

pub mod ascii;

use hello_model::{
    filter::Clock,
    time::{self, Timestamp},
};
use hello_state::present::Format;
pub use hello_state::present::{
    Tone,
    badge::{StatusBadge, deployment_badge, level_tone, run_badge, truck_badge},
};
use jiff::tz::TimeZone;
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};

/// The background for which the colours are readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    #[default]
    Dark,
    /// White, or another light colour, on which yellow and cyan are hard to read.
    Light,
}

/// The theme and the zone in which times are shown.
#[derive(Debug, Clone)]
pub struct Theme {
    coloured: bool,
    background: Background,
    is_ascii: bool,
    zone: TimeZone,
}

impl Theme {
    /// Makes the theme for a dark background; `coloured` is off under `NO_COLOR`.
    pub fn new(coloured: bool, zone: TimeZone) -> Self {
        Self { coloured, background: Background::default(), is_ascii: false, zone }
    }

    /// Sets the background for which colours are chosen.
    #[must_use]
    pub fn on(self, background: Background) -> Self {
        Self { background, ..self }
    }

    /// Sets whether only ASCII characters are drawn.
    #[must_use]
    pub fn in_ascii(self, is_ascii: bool) -> Self {
        Self { is_ascii, ..self }
    }

    pub fn tone(&self, tone: Tone) -> Style {
        let is_dark = self.background == Background::Dark;
        let colour = match tone {
            Tone::Plain | Tone::Faint => return Style::new(),
            Tone::Good => Color::Green,
            Tone::Bad => Color::Red,
            Tone::Warning if is_dark => Color::Yellow,
            Tone::Warning => Color::Magenta,
            Tone::Busy | Tone::Accent if is_dark => Color::Cyan,
            Tone::Busy | Tone::Accent => Color::Blue,
        };
        self.coloured(colour)
    }

    /// Returns a style for a text like the id of a task: equal texts have equal styles, and most others another one.
    pub fn distinct(&self, text: &str) -> Style {
        let colours = match self.background {
            Background::Dark => [Color::Cyan, Color::Magenta, Color::Green, Color::Yellow],
            Background::Light => [Color::Blue, Color::Magenta, Color::Green, Color::Reset],
        };
        let number = hash(text);
        let place = usize::try_from(number % 8).unwrap_or_default();
        let style = self.coloured(colours[place % colours.len()]);
        if place < colours.len() { style } else { style.add_modifier(Modifier::BOLD) }
    }

    fn coloured(&self, colour: Color) -> Style {
        if self.coloured { Style::new().fg(colour) } else { Style::new() }
    }

    pub fn title(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub fn heading(&self) -> Style {
        self.title()
    }

    pub fn selected(&self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The style of what must not be overlooked: production.
    pub fn alarm(&self) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        if self.coloured {
            bold.fg(Color::White).bg(Color::Red)
        } else {
            bold.add_modifier(Modifier::REVERSED)
        }
    }

    /// Gives a selected row its style, in place of the styles of its cells: colours in reverse are hard to read.
    pub fn select(&self, row: Rect, buf: &mut Buffer) {
        let row = row.intersection(buf.area);
        for position in row.positions() {
            if let Some(cell) = buf.cell_mut(position) {
                cell.set_style(Style::reset().patch(self.selected()));
            }
        }
    }

    /// Draws what is in the buffer again with the characters that the terminal has.
    pub fn finish(&self, area: Rect, buf: &mut Buffer) {
        if self.is_ascii {
            ascii::replace(area, buf);
        }
    }

    /// Returns how times are written, in the user's zone and without the year.
    pub fn format(&self, now: Timestamp) -> Format {
        Format { clock: Clock { now, zone: self.zone.clone() }, has_year: false }
    }

    /// Writes a moment in the user's zone: `11-23 14:03:20`.
    pub fn moment(&self, at: Timestamp) -> String {
        self.format(at).moment(Some(at))
    }

    /// Writes a moment of today: `14:03:20`.
    pub fn clock(&self, at: Timestamp) -> String {
        time::clock(at, &self.zone)
    }
}

/// Returns a number that a text always has (FNV-1a).
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// Returns the spinner's picture at a step.
pub fn spinner(step: usize) -> &'static str {
    SPINNER[step % SPINNER.len()]
}

#[cfg(test)]
mod tests {
    use ratatui::{text::Line, widgets::Widget};

    use super::*;

    const TONES: [Tone; 7] =
        [Tone::Plain, Tone::Good, Tone::Bad, Tone::Warning, Tone::Busy, Tone::Faint, Tone::Accent];

    fn theme(background: Background) -> Theme {
        Theme::new(true, TimeZone::UTC).on(background)
    }

    #[test]
    fn nothing_is_dim_or_hard_to_read() {
        for background in [Background::Dark, Background::Light] {
            let theme = theme(background);
            let tones = TONES.map(|tone| theme.tone(tone));
            let others = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|text| theme.distinct(text));
            for style in tones.into_iter().chain(others) {
                assert!(!style.add_modifier.contains(Modifier::DIM));
                let is_readable = match background {
                    Background::Dark => style.fg != Some(Color::Blue) && style.fg != Some(Color::Black),
                    Background::Light => {
                        !matches!(style.fg, Some(Color::Yellow | Color::Cyan | Color::White))
                    }
                };
                assert!(is_readable && style.fg != Some(Color::DarkGray), "{style:?} on {background:?}");
            }
        }
    }

    #[test]
    fn a_selected_row_has_one_plain_style() {
        let theme = theme(Background::Dark);
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 1));
        let spans = [("ok", Tone::Good), ("bad", Tone::Bad), ("plain", Tone::Plain)]
            .map(|(text, tone)| crate::widgets::text::toned(&theme, text, tone));
        Line::from(spans.to_vec()).render(buf.area, &mut buf);
        buf.set_style(
            Rect::new(0, 0, 3, 1),
            Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        );
        theme.select(Rect::new(0, 0, 40, 3), &mut buf);
        for cell in &buf.content {
            assert_eq!((cell.fg, cell.bg, cell.modifier), (Color::Reset, Color::Reset, Modifier::REVERSED));
        }
    }

    #[test]
    fn tasks_differ_in_their_styles() {
        let theme = theme(Background::Dark);
        let styles = ["0a1b2c3d", "1f2e3d4c", "77aa88bb", "c0ffee00"].map(|task| theme.distinct(task));
        assert_eq!(theme.distinct("0a1b2c3d"), styles[0]);
        assert!(styles.iter().any(|style| *style != styles[0]), "{styles:?}");
    }
}
