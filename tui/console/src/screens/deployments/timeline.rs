//! What ECS and CloudFormation say of a deployment, as one list.

use hello_model::{
    deployment::Deployment,
    event::{Event, merged},
};
use hello_state::present::{badge::stack_badge, deployment};

use crate::{
    cx::Cx,
    theme::Tone,
    widgets::details::{Details, Part},
};

/// The most events that are shown.
const MAX_EVENTS: usize = 200;

/// Adds the events from the time of a deployment, newest first.
pub(super) fn add(details: &mut Details<'_>, of: &Deployment, cx: &Cx<'_>) {
    let theme = cx.theme;
    details.heading(theme, "What happened");
    if let Some(failure) = cx.stack_events().failure() {
        details.toned(theme, format!("✗ {failure}"), Tone::Bad);
        if let Some(hint) = &failure.hint {
            details.toned(theme, format!("→ {hint}"), Tone::Accent);
        }
    }
    let Some(snapshot) = cx.service().value() else { return };
    let of_stack = cx.stack_events().value();
    let events = merged(snapshot, of_stack.map(|pages| pages.items.as_slice()).unwrap_or_default());
    let (begin, end) = deployment::window(of, &snapshot.deployments);
    let is_of_it = |event: &&Event| event.at >= begin && end.is_none_or(|end| event.at <= end);
    let mut shown = events.iter().filter(is_of_it).take(MAX_EVENTS).peekable();
    if shown.peek().is_none() {
        details.toned(theme, "No event of its time is loaded: services keep the latest only.", Tone::Faint);
    }
    for event in shown {
        let time = if of.status.is_active() { theme.clock(event.at) } else { theme.moment(event.at) };
        add_event(details, event, &time, cx);
    }
}

fn add_event(details: &mut Details<'_>, event: &Event, time: &str, cx: &Cx<'_>) {
    let theme = cx.theme;
    let mut parts = vec![Part::toned(theme, format!("{time}  "), Tone::Faint)];
    if let Some(status) = &event.status {
        let (glyph, word, tone) = stack_badge(status);
        parts.push(Part::toned(theme, format!("{glyph} {word}  "), tone));
    }
    let resource = event.resource.as_deref().unwrap_or_default();
    let message = match (resource, event.message.as_str()) {
        ("", message) => message.to_owned(),
        (resource, "") => resource.to_owned(),
        (resource, message) => format!("{resource}: {message}"),
    };
    parts.push(Part::plain(message));
    details.parts(parts, time.len() + 2);
}
