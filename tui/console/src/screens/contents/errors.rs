//! The errors of the last minutes, in groups.

use std::time::Duration;

use hello_model::log::{Level, LogLine};
use hello_state::{
    error_groups::{self, ErrorGroup},
    log_feed::LogFeed,
};
use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{Content, Row, missing, row};
use crate::{
    cx::Cx,
    screen::Request,
    screens::logs,
    theme::Tone,
    widgets::{
        remote,
        text::{row_span, toned},
    },
};

/// The last minutes of the log are those that count, up to its newest line.
const WINDOW: Duration = Duration::from_mins(10);

/// The maximum number of groups that are shown.
const MAX_ROWS: usize = 50;

/// Returns how many errors there are, and groups of them.
pub(in crate::screens) fn content(cx: &Cx<'_>) -> Content {
    let mut content = count(cx);
    if let Some(feed) = feed(cx) {
        let errors = feed.lines().newest_first().filter(|line: &&LogLine| line.level == Level::Error);
        let groups = error_groups::groups(errors);
        content.rows.extend(groups.iter().take(MAX_ROWS).map(|group| row_of(group, cx)));
    }
    content
}

/// Returns how many errors there are, without groups: to group them takes longer than to count them.
pub(in crate::screens) fn count(cx: &Cx<'_>) -> Content {
    let content = match (cx.logs_failure(), feed(cx)) {
        (failure, Some(feed)) => {
            let status = status(feed, cx);
            let all = Some(filtered("level:error".to_owned()));
            let mut rows = vec![row("count", Line::from(status.clone()), all)];
            if let Some(failure) = failure {
                let text = format!("⚠ {}: {}", remote::word(failure), failure.why);
                let line = Line::from(toned(cx.theme, &text, Tone::Warning));
                rows.insert(0, row("failure", line, None).whole());
            }
            Content { status: vec![status], rows, ..Content::default() }
        }
        (Some(failure), None) => missing(failure, cx),
        (None, None) => Content { status: vec![no_line(cx)], ..Content::default() },
    };
    Content { note: logs::status(cx), ..content }
}

fn feed<'a>(cx: &Cx<'a>) -> Option<&'a LogFeed> {
    cx.logs().filter(|feed| !feed.lines().is_empty())
}

/// Tells a log without lines from one that was not read yet.
fn no_line(cx: &Cx<'_>) -> Span<'static> {
    let (text, tone) = match cx.logs() {
        _ if cx.target.is_none() => ("waiting for the catalog", Tone::Busy),
        Some(feed) if feed.is_read() => ("no line yet", Tone::Plain),
        _ => ("loading…", Tone::Busy),
    };
    toned(cx.theme, text, tone)
}

fn status(feed: &LogFeed, cx: &Cx<'_>) -> Span<'static> {
    let minutes = WINDOW.as_secs() / 60;
    match feed.lines().errors_within(WINDOW) {
        0 => toned(cx.theme, &format!("✓ no errors in {minutes} minutes"), Tone::Good),
        1 => toned(cx.theme, &format!("✗ 1 error in {minutes} minutes"), Tone::Bad),
        n => toned(cx.theme, &format!("✗ {n} errors in {minutes} minutes"), Tone::Bad),
    }
}

/// Writes how often and when last, and an example.
fn row_of(group: &ErrorGroup<'_>, cx: &Cx<'_>) -> Row {
    let age = super::age(group.last, cx);
    let line = Line::from(vec![
        toned(cx.theme, &format!("✗ {:>4}×", group.count), Tone::Bad),
        row_span(&format!(" {age:>4}  {}", group.example), Style::new()),
    ]);
    row(group.pattern.clone(), line, Some(filtered(group.filter())))
}

fn filtered(filter: String) -> Request {
    Request::GoFiltered(logs::SPEC.id.into(), filter)
}
