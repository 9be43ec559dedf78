//! The picture of how far a deployment is.

use ratatui::text::{Line, Span};

use crate::{
    domain::deployment::{Deployment, Stage},
    widgets::{
        look::{Look, Tone},
        text::toned,
    },
};

/// Returns the stage bar of a deployment: a mark for each stage, and the current one's name and place.
///
/// `━━━╸···` counts for people who see no colours; a rolling update has no stages, there the running tasks count.
pub fn bar(deployment: &Deployment, look: &Look) -> Line<'static> {
    match deployment.stage.as_ref().filter(|_| deployment.status.is_active()) {
        Some(stage) => stage_bar(stage, look),
        None => task_bar(deployment, look),
    }
}

fn stage_bar(stage: &Stage, look: &Look) -> Line<'static> {
    let count = Stage::ORDER.len();
    let name = stage.0.to_lowercase().replace('_', " ");
    match stage.place() {
        Some(place) => {
            let mut spans = marks(place, count, look);
            spans.push(toned(look, &format!("  {name} {}/{count}", place + 1), Tone::Busy));
            Line::from(spans)
        }
        // A stage that is newer than this console.
        None => Line::from(toned(look, &name, Tone::Busy)),
    }
}

fn task_bar(deployment: &Deployment, look: &Look) -> Line<'static> {
    let Some(target) = &deployment.target else { return Line::default() };
    let wanted = usize::try_from(target.requested).unwrap_or(0).min(20);
    let running = usize::try_from(target.running).unwrap_or(0).min(wanted);
    let mut spans = marks(running, wanted, look);
    spans.push(toned(look, &format!("  {}/{} tasks running", target.running, target.requested), Tone::Plain));
    Line::from(spans)
}

fn marks(done: usize, count: usize, look: &Look) -> Vec<Span<'static>> {
    let (here, ahead) = if done < count { ("━━╸", count - done - 1) } else { ("", 0) };
    vec![
        toned(look, &"━━━".repeat(done), Tone::Good),
        toned(look, here, Tone::Busy),
        toned(look, &" ··".repeat(ahead), Tone::Faint),
    ]
}
