//! How things look: the theme, and the words and glyphs for states.
//!
//! Only the terminal's own sixteen colours, so that light and dark terminals stay readable; a state is always a glyph
//! and a word too, never a colour alone.

use hello_model::{
    deployment,
    log::Level,
    run,
    time::{self, Timestamp},
    truck::TruckStatus,
};
use jiff::tz::TimeZone;
use ratatui::style::{Color, Modifier, Style};

/// The theme and the zone in which times are shown.
#[derive(Debug, Clone)]
pub struct Theme {
    coloured: bool,
    zone: TimeZone,
}

/// What a colour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Bad,
    Warning,
    Busy,
    Faint,
    Accent,
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

    /// Writes a moment in the user's zone: `11-23 14:03:20`.
    pub fn moment(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%m-%d %H:%M:%S").to_string()
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

/// A state as a glyph, a word and a tone.
pub type StatusBadge = (&'static str, String, Tone);

/// Returns the glyph and tone of a truck's status; its word is the status's own.
pub fn truck_badge(status: TruckStatus) -> (&'static str, Tone) {
    match status {
        TruckStatus::Active => ("●", Tone::Good),
        TruckStatus::Maintenance => ("◐", Tone::Warning),
        TruckStatus::Retired => ("○", Tone::Faint),
    }
}

/// Returns how a run's, job's or step's state is shown.
pub fn run_badge(state: &run::State) -> StatusBadge {
    use run::{Conclusion, State};
    let (glyph, tone) = match state {
        State::Queued => ("○", Tone::Faint),
        State::InProgress => ("◐", Tone::Busy),
        State::Waiting => ("‖", Tone::Warning),
        State::Done(Conclusion::Success) => ("✓", Tone::Good),
        State::Done(Conclusion::Skipped | Conclusion::Neutral | Conclusion::Stale) => ("–", Tone::Faint),
        State::Done(Conclusion::Cancelled) => ("⊘", Tone::Faint),
        State::Done(Conclusion::ActionRequired) => ("!", Tone::Warning),
        State::Done(_) if state.is_failure() => ("✗", Tone::Bad),
        State::Done(_) | State::Unknown(_) => ("?", Tone::Plain),
    };
    (glyph, state.word().replace('_', " "), tone)
}

/// Returns how a deployment's status is shown.
pub fn deployment_badge(status: &deployment::Status) -> StatusBadge {
    use deployment::Status;
    let (glyph, tone) = match status {
        Status::Pending => ("○", Tone::Faint),
        Status::InProgress => ("◐", Tone::Busy),
        Status::Successful => ("✓", Tone::Good),
        Status::StopRequested | Status::RollbackRequested | Status::RollbackInProgress => ("↺", Tone::Bad),
        Status::Stopped => ("⊘", Tone::Bad),
        Status::RollbackSuccessful | Status::RollbackFailed => ("✗", Tone::Bad),
        Status::Unknown(_) => ("?", Tone::Plain),
    };
    (glyph, status.word().to_lowercase().replace('_', " "), tone)
}

/// Returns the tone of a log level.
pub fn level_tone(level: Level) -> Tone {
    match level {
        Level::Error => Tone::Bad,
        Level::Warn => Tone::Warning,
        Level::Trace | Level::Debug => Tone::Faint,
        Level::Info | Level::Unknown => Tone::Plain,
    }
}
