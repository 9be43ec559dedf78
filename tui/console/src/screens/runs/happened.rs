//! What happened to a run that is followed.

use hello_state::flow::{self, Change, Verdict};
use ratatui::style::Style;

use super::opened::Opened;
use crate::{
    cx::Cx,
    theme::{Theme, Tone},
    widgets::details::{Details, Part},
};

/// Adds all lines under a title, and the result beside it.
pub(super) fn add(details: &mut Details<'_>, open: &Opened, cx: &Cx<'_>) {
    if open.lines().is_empty() {
        return;
    }
    details.gap();
    details.parts([Part::new("What happened  ", cx.theme.title()), result(open, cx.theme)], 2);
    for line in open.lines() {
        match line {
            flow::Line::Changed(change) => changed(details, change, cx.theme),
            flow::Line::Retrying(failure) => {
                let text = format!("⚠ {failure}; trying again");
                details.parts([Part::toned(cx.theme, text, Tone::Warning)], 2);
            }
            flow::Line::Remark(text) => {
                details.parts([Part::toned(cx.theme, text.clone(), Tone::Warning)], 2);
            }
        }
    }
}

fn changed(details: &mut Details<'_>, change: &Change, theme: &Theme) {
    let time = format!("{}  ", theme.clock(change.at));
    let indent = time.len();
    let parts = [
        Part::toned(theme, time, Tone::Faint),
        Part::new(format!("{}: ", change.part()), Style::new()),
        Part::toned(theme, change.status(), change.tone),
    ];
    details.parts(parts, indent);
}

/// Returns in words how the run ended, or that it has not.
fn result(open: &Opened, theme: &Theme) -> Part<'static> {
    let (text, tone) = match open.verdict() {
        None => ("◐ following the run", Tone::Busy),
        Some(Verdict::Succeeded) => ("✓ the run has succeeded", Tone::Good),
        Some(Verdict::Failed) => ("✗ the run has ended without success", Tone::Bad),
        Some(Verdict::Unknown(_) | Verdict::TimedOut(_)) => ("? the result is not known", Tone::Warning),
    };
    Part::toned(theme, text, tone)
}
