//! A log line that was opened: all that is known of it.

use hello_model::log::LogLine;
use hello_state::present::log_line;
use ratatui::{buffer::Buffer, layout::Rect, text::Line};

use crate::{
    cx::Cx,
    theme::Theme,
    widgets::{
        chrome,
        details::{Details, DetailsState},
    },
};

/// A line, kept also when the buffer has forgotten it. Its text is made once: a line can have a megabyte.
#[derive(Debug)]
pub(super) struct OpenedLine {
    pub(super) line: LogLine,
    pub(super) state: DetailsState,
    details: Details<'static>,
}

impl OpenedLine {
    pub(super) fn new(line: &LogLine, cx: &Cx<'_>) -> Self {
        Self { line: line.clone(), state: DetailsState::default(), details: details(line, cx) }
    }

    pub(super) fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let inner = chrome::pane("Log line", Line::default(), true, area, buf, theme);
        self.details.draw(&self.state, inner, area, buf, theme);
    }
}

/// Returns when and where the line was written, its fields, and the line as it is.
fn details(line: &LogLine, cx: &Cx<'_>) -> Details<'static> {
    let mut details = Details::default();
    details.facts(cx.theme, &log_line::facts(line, &cx.format()));
    let fields = log_line::structured(line);
    if !fields.is_empty() {
        details.heading(cx.theme, "Fields");
        details.facts(cx.theme, &fields);
    }
    details.heading(cx.theme, "Message");
    details.text(line.message.clone());
    details
}
