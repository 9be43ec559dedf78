//! The picture of how far a deployment is.

use hello_model::deployment::{Deployment, Stage};
use hello_state::present::badge::words;
use ratatui::text::{Line, Span};

use crate::{
    theme::{Theme, Tone},
    widgets::{
        details::{Details, Part},
        text::toned,
    },
};

/// Returns the bar of a deployment: a mark for each stage, `━━━━╸· · ·`, so that it counts for people who see no colours.
///
/// Without stages, as in a rolling update, each wanted task is a mark.
pub(crate) fn bar(deployment: &Deployment, theme: &Theme) -> Line<'static> {
    let (done, count) = match (stage(deployment).and_then(Stage::place), &deployment.target) {
        (Some(place), _) => (place, Stage::ORDER.len()),
        (None, Some(target)) => (small(target.running.min(target.requested)), small(target.requested)),
        (None, None) => (0, 0),
    };
    Line::from(marks(done, count, theme))
}

/// Adds the stages of a deployment by name, or its bar where it has none.
pub(super) fn add(details: &mut Details<'_>, deployment: &Deployment, theme: &Theme) {
    // The tasks that are counted after the end are those of another deployment.
    if !deployment.status.is_active() {
        return;
    }
    let Some(here) = stage(deployment).and_then(Stage::place) else {
        let marks = bar(deployment, theme).spans.into_iter();
        let parts: Vec<Part<'_>> = marks.map(|mark| Part::new(mark.content, mark.style)).collect();
        if parts.iter().any(|part| !part.is_empty()) {
            details.parts(parts, 0);
        }
        return;
    };
    let mut parts = Vec::new();
    for (place, name) in Stage::ORDER.iter().enumerate() {
        let (glyph, tone) = match place.cmp(&here) {
            std::cmp::Ordering::Less => ("✓", Tone::Good),
            std::cmp::Ordering::Equal => ("◐", Tone::Busy),
            std::cmp::Ordering::Greater => ("·", Tone::Faint),
        };
        if place > 0 {
            parts.push(Part::plain("  "));
        }
        parts.push(Part::toned(theme, format!("{glyph} {}", words(name)), tone).kept_together());
    }
    details.parts(parts, 0);
}

/// Returns in words how far a deployment is: its stage and the stage's place, or its tasks.
pub(crate) fn progress(deployment: &Deployment) -> Option<String> {
    match (stage(deployment), &deployment.target) {
        (Some(stage), _) => {
            let name = stage.0.to_lowercase().replace('_', " ");
            // A stage that is newer than this console has no place.
            let place = stage.place().map(|place| format!(" {}/{}", place + 1, Stage::ORDER.len()));
            Some(format!("{name}{}", place.unwrap_or_default()))
        }
        (None, Some(target)) if deployment.status.is_active() => {
            Some(format!("{}/{} tasks", target.running, target.requested))
        }
        _ => None,
    }
}

fn stage(deployment: &Deployment) -> Option<&Stage> {
    deployment.stage.as_ref().filter(|_| deployment.status.is_active())
}

/// Bounds a count from outside to what a bar can show.
fn small(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX).min(20)
}

fn marks(done: usize, count: usize, theme: &Theme) -> Vec<Span<'static>> {
    let (here, ahead) = if done < count { ("━╸", count - done - 1) } else { ("", 0) };
    vec![
        toned(theme, &"━━".repeat(done), Tone::Good),
        toned(theme, here, Tone::Busy),
        toned(theme, &" ·".repeat(ahead), Tone::Faint),
    ]
}
