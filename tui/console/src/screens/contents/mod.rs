//! What is known of a component, in short: its last runs, its rollout and the errors in its logs.
//!
//! Home and the page of an entity show the same.

pub(in crate::screens) mod deployment;
pub(in crate::screens) mod errors;
pub(in crate::screens) mod runs;

use hello_model::{
    failure::{Failure, Kind},
    time::Timestamp,
};
use hello_state::remote::Remote;
use ratatui::text::{Line, Span};

use crate::{
    cx::Cx,
    route::{Route, ScreenId},
    screen::Request,
    theme::{self, Tone},
    widgets::{remote, text::toned},
};

/// What stands in a pane.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// How it stands, in one line.
    pub(super) status: Vec<Span<'static>>,
    /// For the corner of the pane.
    pub(super) note: Line<'static>,
    pub(super) rows: Vec<Row>,
}

/// A row, which can be selected.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// What it keeps when its place or its text changes.
    pub(super) key: String,
    pub(super) line: Line<'static>,
    /// Whether all of its text is shown although it is not selected.
    pub(super) is_whole: bool,
    /// Where it leads; `None`: to the screen of the pane.
    pub(super) request: Option<Request>,
}

/// Makes the content of an answer, or of what stands in for it: waiting, or why there is none.
pub(super) fn filled<T>(answer: Remote<'_, T>, cx: &Cx<'_>, fill: impl FnOnce(&T) -> Content) -> Content {
    let note = remote::note(answer, cx);
    let content = match (answer.value(), answer.failure()) {
        (Some(value), _) => fill(value),
        (None, Some(failure)) => missing(failure, cx),
        (None, None) => Content { status: vec![waiting(answer, cx)], ..Content::default() },
    };
    Content { note, ..content }
}

/// Tells why there is nothing, and what to type.
fn missing(failure: &Failure, cx: &Cx<'_>) -> Content {
    let (sign, tone) =
        if failure.kind == Kind::NotConfigured { ("–", Tone::Plain) } else { ("✗", Tone::Bad) };
    let why = toned(cx.theme, &format!("{sign} {}: {}", remote::word(failure), failure.why), tone);
    let hint = failure.hint.as_ref().map(|hint| toned(cx.theme, &format!("→ {hint}"), Tone::Accent));
    let lines = [Some(why.clone()), hint].into_iter().flatten();
    let rows = lines.zip(["why", "hint"]).map(|(text, key)| row(key, text.into(), None).whole());
    Content { status: vec![why], rows: rows.collect(), ..Content::default() }
}

fn waiting<T>(answer: Remote<'_, T>, cx: &Cx<'_>) -> Span<'static> {
    let text = match remote::spinner_step(answer, cx) {
        Some(step) => format!("{} loading", theme::spinner(step)),
        None if answer.is_untouched() => "waiting for the catalog".to_owned(),
        None => String::new(),
    };
    toned(cx.theme, &text, Tone::Busy)
}

/// Writes how old something is, and draws again when that changes.
pub(super) fn age(at: Timestamp, cx: &Cx<'_>) -> String {
    cx.wake_for_age(at);
    cx.format().age(Some(at))
}

pub(super) fn row(key: impl Into<String>, line: Line<'static>, request: Option<Request>) -> Row {
    Row { key: key.into(), line, is_whole: false, request }
}

impl Row {
    /// Shows all of its text, in several lines where one is too short.
    pub(super) fn whole(self) -> Self {
        Self { is_whole: true, ..self }
    }
}

/// Asks for something on a screen.
fn opened(screen: ScreenId, subject: impl Into<String>) -> Request {
    Request::Go(Route { subject: Some(subject.into()), ..Route::from(screen) })
}
