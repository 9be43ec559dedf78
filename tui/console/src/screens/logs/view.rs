//! The picture of the logs screen.

use hello_model::{
    log::{LogLine, summary},
    text,
};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::Line,
    widgets::{Paragraph, Widget, Wrap},
};

use hello_state::log_feed::{LogFeed, TailStatus};

use super::Logs;
use crate::{
    cx::Cx,
    screens::{filter_bar, list::LoadedRows, split::split},
    theme::{Theme, Tone, level_tone},
    widgets::{
        chrome,
        details::{self, Part},
        remote,
        text::{fitted, span, toned},
    },
};

pub(super) fn draw(logs: &Logs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let room = split(area, logs.open.is_some());
    if let Some(area) = room.list {
        list(logs, cx, area, buf);
    }
    if let (Some(open), Some(area)) = (&logs.open, room.opened) {
        open.draw(area, buf, cx.theme);
    }
}

fn list(logs: &Logs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, feed) = (cx.theme, cx.logs());
    let note = note(logs, cx);
    let title = title(logs, feed, chrome::title_room(area.width, &note));
    let inner = chrome::pane(&title, note, logs.open.is_none(), area, buf, theme);
    let mut body = filter_bar::typed(&logs.filter, inner, buf, theme);
    let feed = feed.filter(|feed| !feed.lines().is_empty());
    match (cx.logs_failure(), feed) {
        (Some(failure), None) => {
            Paragraph::new(remote::failure_text(failure, theme)).wrap(Wrap { trim: false }).render(body, buf);
            return;
        }
        (Some(failure), Some(_)) => body = filter_bar::told(failure, body, buf, theme),
        (None, _) => {}
    }
    let in_view = feed.map(|feed| logs.in_view(feed, usize::from(body.height))).unwrap_or_default();
    if in_view.is_empty() {
        toned(theme, nothing(cx), Tone::Faint).render(body, buf);
    }
    draw_rows(&rows(logs, &in_view, body, theme), body, buf, theme);
}

/// A row of the picture, and whether it is of the line at the cursor.
type Row = (Line<'static>, bool);

/// Makes the rows that fit, the newest last. The line at the cursor is among them.
fn rows(logs: &Logs, in_view: &[&LogLine], body: Rect, theme: &Theme) -> Vec<Row> {
    let (width, height) = (usize::from(body.width), usize::from(body.height));
    let mut rows: Vec<Row> = Vec::new();
    let mut is_cursor_above = in_view.iter().any(|line| logs.is_at_cursor(line));
    for line in in_view {
        if rows.len() >= height && !is_cursor_above {
            break;
        }
        let is_selected = logs.is_at_cursor(line);
        let of_line = if logs.is_wrapped {
            wrapped(line, width, height, theme)
        } else {
            vec![fitted(draw_line(line, logs.shift, width, theme), width)]
        };
        rows.extend(of_line.into_iter().rev().map(|row| (row, is_selected)));
        if is_selected {
            is_cursor_above = false;
            // What is newer gives way to it.
            rows.drain(..rows.len().saturating_sub(height));
        }
    }
    rows.truncate(height);
    rows.reverse();
    rows
}

fn draw_rows(rows: &[Row], body: Rect, buf: &mut Buffer, theme: &Theme) {
    for (y, (line, is_selected)) in (body.y..body.bottom()).zip(rows) {
        let area = Rect { y, height: 1, ..body };
        line.render(area, buf);
        if *is_selected {
            theme.select(area, buf);
        }
    }
}

/// Writes the title with the count. Where there is no room, the log group is left out.
fn title(logs: &Logs, feed: Option<&LogFeed>, room: usize) -> String {
    let count = feed.map(|feed| count(logs, feed)).unwrap_or_default();
    let whole = feed.and_then(LogFeed::group).map(|group| format!("Logs of {group}, {count}"));
    whole.filter(|whole| text::width(whole) <= room).unwrap_or_else(|| format!("Logs {count}"))
}

/// Counts the lines like the rows of a list: `17 of 2,406`.
fn count(logs: &Logs, feed: &LogFeed) -> String {
    let passing = (!logs.filter.filter().is_empty()).then(|| logs.passing(feed).count());
    LoadedRows::whole(feed.lines().len()).label(passing)
}

/// Makes the rows of a line, as many as a screen has. The last one ends with `…` where the line goes on.
fn wrapped(line: &LogLine, width: usize, height: usize, theme: &Theme) -> Vec<Line<'static>> {
    let whole = draw_line(line, 0, width.saturating_mul(height), theme);
    let parts = whole.spans.into_iter().map(|span| Part::new(span.content, span.style));
    let mut rows = details::wrap(parts, LINE_INDENT, width);
    if rows.len() > height {
        rows.truncate(height);
        if let Some(mut last) = rows.pop() {
            last.push_span(span("…", Style::new()));
            rows.push(fitted(last, width));
        }
    }
    rows
}

/// Columns before the message of a line: time, stream and level.
const LINE_INDENT: usize = 24;

fn nothing(cx: &Cx<'_>) -> &'static str {
    match cx.logs() {
        _ if cx.log_source().is_none() => "waiting for the catalog",
        Some(feed) if !feed.lines().is_empty() => "No line passes the filter; esc drops it.",
        Some(feed) if *feed.status() == TailStatus::Live => {
            "No line in the last ten minutes; waiting for the next."
        }
        _ => "Reading…",
    }
}

/// Returns the note in the corner: how the tail is doing, and how complete the picture is.
fn note(logs: &Logs, cx: &Cx<'_>) -> Line<'static> {
    let theme = cx.theme;
    let forgotten = match cx.logs().map_or(0, |feed| feed.lines().forgotten()) {
        0 => String::new(),
        count => format!(" {count} older forgotten · "),
    };
    let mut line = Line::from(toned(theme, &forgotten, Tone::Faint));
    let is_troubled = cx.logs_failure().is_some()
        || cx.logs().is_some_and(|feed| matches!(feed.status(), TailStatus::Throttled { .. }));
    if logs.held.is_some() && !is_troubled {
        line.push_span(toned(theme, "held · f follows ", Tone::Warning));
    } else {
        line.extend(status(cx));
    }
    line
}

/// Returns in a word how the tail is doing.
pub(in crate::screens) fn status(cx: &Cx<'_>) -> Line<'static> {
    let theme = cx.theme;
    let (word, tone) = match (cx.logs_failure(), cx.logs().map(LogFeed::status)) {
        (Some(failure), _) => (format!("⚠ {}", remote::word(failure)), Tone::Warning),
        (None, Some(TailStatus::Throttled { until })) => {
            (format!("throttled until {}", theme.clock(*until)), Tone::Warning)
        }
        (None, Some(TailStatus::Live)) => ("live".to_owned(), Tone::Good),
        (None, _) => ("reading".to_owned(), Tone::Busy),
    };
    Line::from(toned(theme, &format!("{word} "), tone))
}

fn draw_line(line: &LogLine, shift: usize, width: usize, theme: &Theme) -> Line<'static> {
    let stream = line.stream.rsplit('/').next().unwrap_or(&line.stream);
    let stream: String = stream.chars().take(8).collect();
    let tone = theme.tone(level_tone(line.level));
    Line::from(vec![
        span(&format!("{} ", theme.clock(line.at)), theme.tone(Tone::Faint)),
        span(&format!("{stream:<8} "), theme.distinct(&stream)),
        span(&format!("{:<5} ", line.level.word()), tone),
        // Cut before it is styled: a message may have a million characters. Some of them may have no width.
        span(&summary(&line.message).chars().skip(shift).take(4 * width).collect::<String>(), Style::new()),
    ])
}
