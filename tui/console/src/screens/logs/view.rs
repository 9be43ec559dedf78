//! The picture of the logs screen.

use hello_model::log::{LogLine, summary};
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
    screens::{filter_bar, list::LoadedRows},
    theme::{Theme, Tone, level_tone},
    widgets::{
        chrome, remote,
        text::{span, toned},
    },
};

pub(super) fn draw(logs: &Logs, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (theme, feed) = (cx.theme, cx.logs());
    let group = feed.and_then(LogFeed::group).map(|group| format!(" of {group}")).unwrap_or_default();
    let count = feed.map(|feed| format!(", {}", count(logs, feed))).unwrap_or_default();
    let title = format!("Logs{group}{count}");
    let inner = chrome::pane(&title, note(logs, cx), true, area, buf, theme);
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
    let lines: Vec<Line<'static>> =
        in_view.into_iter().map(|line| draw_line(line, logs.shift, usize::from(body.width), theme)).collect();
    if lines.is_empty() {
        toned(theme, nothing(cx), Tone::Faint).render(body, buf);
    }
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    for (y, line) in (body.y..body.y + count).zip(lines.into_iter().rev()) {
        line.render(Rect { y, height: 1, ..body }, buf);
    }
}

/// Counts the lines like the rows of a list: `17 of 2,406`.
fn count(logs: &Logs, feed: &LogFeed) -> String {
    let passing = (!logs.filter.filter().is_empty()).then(|| logs.passing(feed).count());
    LoadedRows::whole(feed.lines().len()).label(passing)
}

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
