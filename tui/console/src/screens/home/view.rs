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

use super::{Home, PANES, Sights, needs, panes};
use crate::{
    action::Place,
    widgets::{
        chrome,
        look::{Look, Tone},
        text::toned,
    },
};

/// Below this height or width, panes stand one under another, and only the selected one is whole.
const SMALLEST: (u16, u16) = (60, 18);

pub(super) fn draw(home: &Home, sights: Sights<'_>, area: Rect, buf: &mut Buffer, look: &Look) {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        pane(home.selected(), true, sights, area, buf, look);
        return;
    }
    let needs = needs_lines(sights, look);
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
            let place = PANES[row * 2 + column];
            pane(place, place == home.selected(), sights, area, buf, look);
        }
    }
    draw_needs(needs, bottom, buf, look);
}

fn pane(place: Place, focused: bool, sights: Sights<'_>, area: Rect, buf: &mut Buffer, look: &Look) {
    let (title, note, text) = match place {
        Place::Trucks => panes::service(sights.trucks, area, look),
        Place::Runs => panes::runs(sights.runs, area, look),
        Place::Deployments => panes::deployment(sights.deployments, area, look),
        _ => panes::errors(sights.logs, area, look),
    };
    let inner = chrome::pane(title, note, focused, area, buf, look);
    match text {
        panes::Text::Rows(rows) => Paragraph::new(rows).render(inner, buf),
        panes::Text::Prose(prose) => Paragraph::new(prose).wrap(Wrap { trim: false }).render(inner, buf),
    }
}

/// What stands in the way of everything else comes first.
fn needs_lines(sights: Sights<'_>, look: &Look) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if !sights.in_sandbox && panes::is_anything_missing(sights) {
        let text = "Not everything is connected: S starts a sandbox instead, ? shows the keys.";
        lines.push(Line::from(toned(look, text, Tone::Accent)));
    }
    lines.extend(needs(sights).iter().map(|need| {
        Line::from(if need.is_broken {
            toned(look, &format!("✗ {}", need.what), Tone::Bad)
        } else {
            toned(look, &format!("‖ {} → {}", need.what, need.place.title()), Tone::Warning)
        })
    }));
    if lines.is_empty() {
        lines.push(Line::from(toned(look, "✓ Nothing.", Tone::Good)));
    }
    lines
}

fn draw_needs(mut lines: Vec<Line<'static>>, area: Rect, buf: &mut Buffer, look: &Look) {
    let inner = chrome::pane("Needs you", Line::default(), false, area, buf, look);
    let room = usize::from(inner.height).max(1);
    if lines.len() > room {
        let more = lines.len() - room + 1;
        lines.truncate(room - 1);
        lines.push(Line::from(toned(look, &format!("and {more} more"), Tone::Warning)));
    }
    Paragraph::new(lines).render(inner, buf);
}
