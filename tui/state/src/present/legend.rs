//! What the signs of each screen mean.

use hello_model::{deployment, log::Level, run, truck::TruckStatus};

use super::{
    Tone,
    badge::{StatusBadge, deployment_badge, level_tone, run_badge, truck_badge},
};

/// Returns the signs of the catalog.
pub fn catalog() -> Vec<StatusBadge> {
    vec![
        sign("▸", "the component in use", Tone::Accent),
        sign("✗", "an error in the descriptor", Tone::Bad),
        sign("⚠", "a warning", Tone::Warning),
    ]
}

/// Returns the signs of trucks.
pub fn trucks() -> Vec<StatusBadge> {
    [TruckStatus::Active, TruckStatus::Maintenance, TruckStatus::Retired].map(truck_badge).into()
}

/// Returns the signs of runs, jobs and steps.
pub fn runs() -> Vec<StatusBadge> {
    use run::{Conclusion, State};
    let states = [
        State::Queued,
        State::InProgress,
        State::Waiting,
        State::Done(Conclusion::Success),
        State::Done(Conclusion::Failure),
        State::Done(Conclusion::Cancelled),
        State::Done(Conclusion::Skipped),
        State::Done(Conclusion::ActionRequired),
    ];
    let signs = states.iter().map(run_badge);
    signs.chain([sign("?", "a state that this version does not know", Tone::Plain)]).collect()
}

/// Returns the signs of deployments.
pub fn deployments() -> Vec<StatusBadge> {
    use deployment::Status;
    let statuses = [
        Status::Pending,
        Status::InProgress,
        Status::Successful,
        Status::RollbackInProgress,
        Status::RollbackSuccessful,
        Status::Stopped,
    ];
    let signs = statuses.iter().map(deployment_badge);
    signs.chain([sign("?", "a status that this version does not know", Tone::Plain)]).collect()
}

/// Returns the words of log levels. Their colours say no more than the words.
pub fn logs() -> Vec<StatusBadge> {
    let levels = [Level::Error, Level::Warn, Level::Info, Level::Debug];
    levels.map(|level| ("", level.word().to_owned(), level_tone(level))).into()
}

fn sign(glyph: &'static str, meaning: &str, tone: Tone) -> StatusBadge {
    (glyph, meaning.to_owned(), tone)
}
