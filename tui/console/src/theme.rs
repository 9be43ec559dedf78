//! How things look: the theme turns a tone into a style.
//!
//! Only the terminal's own sixteen colours, so that light and dark terminals stay readable. The words and glyphs of each
//! status are those of [`hello_state::present`].

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
use ratatui::style::{Color, Modifier, Style};

/// The theme and the zone in which times are shown.
#[derive(Debug, Clone)]
pub struct Theme {
    coloured: bool,
    zone: TimeZone,
}

impl Theme {
    /// Makes the look; `coloured` is off under `NO_COLOR`.
    pub fn new(coloured: bool, zone: TimeZone) -> Self {
        Self { coloured, zone }
    }

    pub fn tone(&self, tone: Tone) -> Style {
        let colour = match tone {
            Tone::Plain => return Style::new(),
            Tone::Faint => return Style::new().add_modifier(Modifier::DIM),
            Tone::Good => Color::Green,
            Tone::Bad => Color::Red,
            Tone::Warning => Color::Yellow,
            Tone::Busy => Color::Blue,
            Tone::Accent => Color::Cyan,
        };
        if self.coloured { Style::new().fg(colour) } else { Style::new() }
    }

    pub fn title(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub fn heading(&self) -> Style {
        self.tone(Tone::Faint)
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

const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// Returns the spinner's picture at a step.
pub fn spinner(step: usize) -> &'static str {
    SPINNER[step % SPINNER.len()]
}
