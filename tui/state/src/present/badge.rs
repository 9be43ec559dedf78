//! The glyph, word and tone of each status. A status is always a word too, never a colour alone.

use hello_model::{check::CheckStatus, deployment, log::Level, run, truck::TruckStatus};

use super::Tone;

/// A status as a glyph, a word and a tone.
pub type StatusBadge = (&'static str, String, Tone);

/// Returns how a truck's status is shown.
pub fn truck_badge(status: TruckStatus) -> StatusBadge {
    let (glyph, tone) = match status {
        TruckStatus::Active => ("●", Tone::Good),
        TruckStatus::Maintenance => ("◐", Tone::Warning),
        TruckStatus::Retired => ("○", Tone::Faint),
    };
    (glyph, status.to_string(), tone)
}

/// Returns how the state of a run, job or step is shown.
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
    (glyph, words(status.word()), tone)
}

/// Returns how the status of a check is shown.
pub fn check_badge(status: CheckStatus) -> StatusBadge {
    let (glyph, word, tone) = match status {
        CheckStatus::Info => ("–", "info", Tone::Plain),
        CheckStatus::Ok => ("✓", "ok", Tone::Good),
        CheckStatus::Warning => ("⚠", "warning", Tone::Warning),
        CheckStatus::Failed => ("✗", "failed", Tone::Bad),
    };
    (glyph, word.to_owned(), tone)
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

/// Returns how CloudFormation's status of a resource is shown.
pub fn stack_badge(status: &str) -> StatusBadge {
    let (glyph, tone) = match () {
        () if deployment::is_stack_failure(status) => ("✗", Tone::Bad),
        () if status.ends_with("COMPLETE") => ("✓", Tone::Good),
        () => ("◐", Tone::Busy),
    };
    (glyph, words(status), tone)
}

/// Writes a constant of AWS as words: `ROLLBACK_FAILED` as `rollback failed`.
pub fn words(constant: &str) -> String {
    constant.to_lowercase().replace('_', " ")
}
