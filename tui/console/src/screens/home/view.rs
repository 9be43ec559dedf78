//! The picture of the dashboard.
//!
//! ```text
//! ┌ Service ─────┐┌ Last runs ───┐
//! └──────────────┘└──────────────┘
//! ┌ Deployment ──┐┌ Errors ──────┐
//! └──────────────┘└──────────────┘
//! ┌ Needs you ───────────────────┐
//! └──────────────────────────────┘
//! ```

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::{Paragraph, Widget, Wrap},
};

use super::{Home, PANES, needs, panes, pending};
use crate::{
    cx::Cx,
    screen::ScreenSpec,
    screens::{deployments, runs, trucks},
    theme::{Theme, Tone},
    widgets::{chrome, text::toned},
};

/// Below this height or width, panes stand one under another, and only the selected one is whole.
const SMALLEST: (u16, u16) = (60, 18);

pub(super) fn draw(home: &Home, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        pane(home.selected(), true, cx, area, buf);
        return;
    }
    let needs = needs_lines(cx);
    let wanted = u16::try_from(needs.len()).unwrap_or(u16::MAX).saturating_add(2);
    let [top, middle, bottom] = Layout::vertical([
        Constraint::Fill(1),
        Constraint::Fill(1),
        Constraint::Length(wanted.min(area.height / 3)),
    ])
    .areas(area);
    for (row, area) in [top, middle].into_iter().enumerate() {
        let halves: [Rect; 2] = Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(area);
        for (column, area) in halves.into_iter().enumerate() {
            let screen = PANES[row * 2 + column];
            pane(screen, screen.id == home.selected().id, cx, area, buf);
        }
    }
    draw_needs(needs, needs_note(cx), bottom, buf, cx.theme);
}

fn pane(screen: &ScreenSpec, focused: bool, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let (title, note, text) = match screen.id {
        id if id == trucks::SPEC.id => panes::service(cx, area),
        id if id == runs::SPEC.id => panes::runs(cx, area),
        id if id == deployments::SPEC.id => panes::deployment(cx, area),
        _ => panes::errors(cx, area),
    };
    let inner = chrome::pane(title, note, focused, area, buf, cx.theme);
    match text {
        panes::Text::Rows(rows) => Paragraph::new(rows).render(inner, buf),
        panes::Text::Prose(prose) => Paragraph::new(prose).wrap(Wrap { trim: false }).render(inner, buf),
    }
}

/// What stands in the way of everything else comes first.
fn needs_lines(cx: &Cx<'_>) -> Vec<Line<'static>> {
    let theme = cx.theme;
    let mut lines = Vec::new();
    if cx.world.sandbox.is_none() && panes::is_anything_missing(cx) {
        let text = "Not everything is connected: S starts a sandbox instead, ? shows the keys.";
        lines.push(Line::from(toned(theme, text, Tone::Accent)));
    }
    lines.extend(needs(cx).iter().map(|need| {
        Line::from(if need.is_broken {
            toned(theme, &format!("✗ {}", need.what), Tone::Bad)
        } else {
            toned(theme, &format!("‖ {} → {}", need.what, need.screen.title), Tone::Warning)
        })
    }));
    if lines.is_empty() {
        let is_complete = pending(cx).is_empty();
        let (text, tone) =
            if is_complete { ("✓ Nothing.", Tone::Good) } else { ("Loading…", Tone::Busy) };
        lines.push(Line::from(toned(theme, text, tone)));
    }
    lines
}

/// Names the sources that may still add something.
fn needs_note(cx: &Cx<'_>) -> Line<'static> {
    let titles: Vec<&str> = pending(cx).iter().map(|screen| screen.title).collect();
    if titles.is_empty() {
        return Line::default();
    }
    Line::from(toned(cx.theme, &format!("loading {} ", titles.join(", ")), Tone::Busy))
}

fn draw_needs(
    mut lines: Vec<Line<'static>>,
    note: Line<'static>,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let inner = chrome::pane("Needs you", note, false, area, buf, theme);
    let room = usize::from(inner.height).max(1);
    if lines.len() > room {
        let more = lines.len() - room + 1;
        lines.truncate(room - 1);
        lines.push(Line::from(toned(theme, &format!("and {more} more"), Tone::Warning)));
    }
    Paragraph::new(lines).render(inner, buf);
}
