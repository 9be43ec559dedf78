//! The picture of a log.

use hello_model::job_log::{LogEnd, MAX_LOG};
use hello_state::job_log_feed::{JobLogFeed, JobLogStatus};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout as Areas, Rect},
    text::Line,
    widgets::{Paragraph, Widget, Wrap},
};

use super::{
    JobLogView,
    outline::Entry,
    rows::{Layout, sentence},
};
use crate::{
    click::Click,
    cx::Cx,
    screens::{filter_bar, list::grouped},
    theme::Tone,
    widgets::{
        chrome, form, remote,
        text::{toned, wrapped_height},
    },
};

pub(super) fn draw(view: &JobLogView, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let inner = chrome::pane(&title(view, cx), note(view, cx), true, area, buf, theme);
    let inner = search_bar(view, cx, inner, buf);
    let body = told(view, cx, inner, buf);
    entries(view, cx, body, buf);
}

fn title(view: &JobLogView, cx: &Cx<'_>) -> String {
    match (view.job(cx), view.subject) {
        (Some(job), _) => format!("Log of {}", job.name),
        (None, Some(subject)) => format!("Log of job {}", subject.job),
        (None, None) => "Log of a job".to_owned(),
    }
}

/// Returns the note in the corner: how large the log is, and how its download is doing.
fn note(view: &JobLogView, cx: &Cx<'_>) -> Line<'static> {
    let (theme, log) = (cx.theme, view.log(cx));
    let counted = |count: usize, noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        count => Some(format!("{} {noun}s", grouped(count))),
    };
    let facts = [
        counted(log.len(), "line").map(|text| (text, Tone::Faint)),
        counted(log.errors(), "error").map(|text| (text, Tone::Bad)),
        counted(log.warnings(), "warning").map(|text| (text, Tone::Warning)),
        status(view, cx).map(|(text, tone)| (text.to_owned(), tone)),
    ];
    let mut line = Line::default();
    for (text, tone) in facts.into_iter().flatten() {
        if !line.spans.is_empty() {
            line.push_span(toned(theme, "· ", Tone::Faint));
        }
        line.push_span(toned(theme, &format!("{text} "), tone));
    }
    line
}

fn status(view: &JobLogView, cx: &Cx<'_>) -> Option<(&'static str, Tone)> {
    match view.feed(cx)?.status() {
        JobLogStatus::Reading => Some(("reading", Tone::Busy)),
        JobLogStatus::NotStored => Some(("not stored yet", Tone::Busy)),
        JobLogStatus::Ended(LogEnd::Cut) => Some(("cut", Tone::Warning)),
        JobLogStatus::Failed { failure, .. } => Some((remote::word(failure), Tone::Warning)),
        JobLogStatus::Ended(LogEnd::Complete | LogEnd::Expired) | JobLogStatus::Stopped => None,
    }
}

/// Draws the text that is searched for, and how often it was found.
fn search_bar(view: &JobLogView, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) -> Rect {
    let (search, Some(subject)) = (&view.search, view.subject) else { return area };
    if !search.is_shown() {
        return area;
    }
    let count = format!("  {}", search.count(subject.job, view.line()));
    let room = u16::try_from(count.chars().count()).unwrap_or(u16::MAX);
    let [top, body] = Areas::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let parts = [Constraint::Length(2), Constraint::Min(0), Constraint::Length(room)];
    let [label, value, result] = Areas::horizontal(parts).areas(top);
    toned(cx.theme, "/", Tone::Accent).render(label, buf);
    form::input(&search.input, search.is_typing, value, buf);
    toned(cx.theme, &count, Tone::Faint).render(result, buf);
    body
}

/// Says what is special about the log, or why there is none.
fn told(view: &JobLogView, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) -> Rect {
    if let Some(JobLogStatus::Failed { failure, .. }) = view.feed(cx).map(JobLogFeed::status) {
        return filter_bar::told(failure, area, buf, cx.theme);
    }
    let Some((text, tone)) = sentence_of(view, cx) else { return area };
    let lines = [sentence(&text, tone, cx.theme)];
    let rows = wrapped_height(&lines, area.width).min(area.height);
    let [top, body] = Areas::vertical([Constraint::Length(rows), Constraint::Min(0)]).areas(area);
    Paragraph::new(lines.to_vec()).wrap(Wrap { trim: false }).render(top, buf);
    body
}

fn sentence_of(view: &JobLogView, cx: &Cx<'_>) -> Option<(String, Tone)> {
    let run = view.run().map(|run| cx.run(run));
    let is_running = view.job(cx).is_some_and(|job| job.state.is_active());
    let status = view.feed(cx).map(JobLogFeed::status);
    let text = |text: &str, tone| Some((text.to_owned(), tone));
    match status {
        _ if is_running => {
            text("GitHub has no log of a running job: it is shown here when the job has ended.", Tone::Faint)
        }
        Some(JobLogStatus::NotStored) => {
            text("The job has ended, but GitHub has not stored its log yet: trying again.", Tone::Busy)
        }
        Some(JobLogStatus::Ended(LogEnd::Expired)) => text(
            "The log has expired: GitHub keeps logs for 90 days, or as the repository says.",
            Tone::Warning,
        ),
        Some(JobLogStatus::Ended(LogEnd::Cut)) => Some((
            format!("The log is larger than {} MiB: only its beginning is shown.", MAX_LOG / 1024 / 1024),
            Tone::Warning,
        )),
        Some(JobLogStatus::Ended(LogEnd::Complete)) if view.log(cx).is_empty() => {
            text("The log is empty.", Tone::Faint)
        }
        None | Some(JobLogStatus::Stopped | JobLogStatus::Reading) if view.log(cx).is_empty() => {
            match run.and_then(|run| run.failure()) {
                Some(failure) => Some((format!("✗ {failure}"), Tone::Bad)),
                None => text("Reading the log…", Tone::Busy),
            }
        }
        _ => None,
    }
}

/// Draws the entries in view.
fn entries(view: &JobLogView, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let height = usize::from(area.height);
    view.height.set(height);
    if area.is_empty() {
        return;
    }
    let layout = Layout {
        width: usize::from(area.width),
        height,
        shift: view.shift,
        is_wrapped: view.is_wrapped,
        has_times: view.has_times,
        has_steps: !view.sections.is_empty(),
        needle: view.search.needle(),
    };
    let cursor = view.place();
    let (mut y, top) = (area.y, top(view, cx, &layout, cursor));
    view.top.set(top);
    for place in top..view.outline.len() {
        for row in rows(view, cx, &layout, place) {
            if y >= area.bottom() {
                return;
            }
            let area = Rect { y, height: 1, ..area };
            row.render(area, buf);
            if place == cursor {
                cx.theme.select(area, buf);
            }
            cx.zones.add(area, Click::Row(place));
            y += 1;
        }
    }
}

/// Returns the place of the first entry in view: as before, but with the cursor in view. A cursor that has gone far is
/// shown with what is above it.
fn top(view: &JobLogView, cx: &Cx<'_>, layout: &Layout<'_>, cursor: usize) -> usize {
    let (height, before) = (layout.height, view.top.get());
    let mut top = match () {
        () if cursor + 1 == before => cursor,
        () if cursor == before + height => before + 1,
        () if (before..before + height).contains(&cursor) => before,
        () => cursor.saturating_sub(height / 3),
    };
    if !layout.is_wrapped {
        top = top.min(view.outline.len().saturating_sub(height));
    }
    // A line can have several rows.
    let mut needed: usize = (top..=cursor).map(|place| rows(view, cx, layout, place).len()).sum();
    while needed > height && top < cursor {
        needed -= rows(view, cx, layout, top).len();
        top += 1;
    }
    top
}

fn rows(view: &JobLogView, cx: &Cx<'_>, layout: &Layout<'_>, place: usize) -> Vec<Line<'static>> {
    let Some(shown) = view.outline.at(place) else { return Vec::new() };
    match shown.entry {
        Entry::Step(step) => {
            let step = view.job(cx).and_then(|job| job.steps.get(step));
            step.map(|step| layout.step(shown, step, cx)).unwrap_or_default()
        }
        Entry::Line(line) => {
            let line = view.log(cx).line(line);
            line.map(|line| layout.line(shown, &line, cx.theme)).unwrap_or_default()
        }
    }
}
