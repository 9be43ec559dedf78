//! The last lines: the keys that apply, or a notice in their place.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    text::{span, toned},
    wrap::wrapped,
};
use crate::{click::Click, command::CommandSpec, commands::HELP, cx::Cx, keymap::Chord, theme::Tone};

/// The maximum number of lines of a notice.
const MAX_LINES: usize = 3;

/// The columns between two hints.
const GAP: u16 = 2;

/// Returns the lines that a footer needs.
pub fn height(notice: Option<&str>, width: u16) -> u16 {
    let lines = notice.map_or(1, |text| wrapped(text, room(width)).len().clamp(1, MAX_LINES));
    u16::try_from(lines).unwrap_or(1)
}

/// Draws the keys of the commands for the footer, as many as fit, or a notice.
pub fn draw(
    commands: impl Iterator<Item = CommandSpec>,
    notice: Option<(&str, Tone)>,
    area: Rect,
    buf: &mut Buffer,
    cx: &Cx<'_>,
) {
    if let Some((text, tone)) = notice {
        for (y, text) in (area.y..area.bottom()).zip(wrapped(text, room(area.width))) {
            let line = Line::from(vec![span(" ", Style::new()), toned(cx.theme, &text, tone)]);
            line.render(Rect { y, height: 1, ..area }, buf);
        }
        return;
    }
    let hints: Vec<(CommandSpec, Line<'static>)> = commands
        .filter(|command| command.in_footer && (command.unavailable)(cx).is_none())
        .map(|command| (command, Line::from(hint(&command, cx))))
        .collect();
    let mut x = area.x.saturating_add(1);
    for (command, hint) in fitting(hints, usize::from(area.width.saturating_sub(2))) {
        let width = u16::try_from(hint.width()).unwrap_or(u16::MAX);
        let place = Rect { x, width, height: 1, ..area }.intersection(area);
        hint.render(place, buf);
        cx.zones.add(place, Click::Command(command.id));
        x = x.saturating_add(width).saturating_add(GAP);
    }
}

/// Returns the hints that fit, from the first on. Two stay in any case: the help, which leads to all others, and the key
/// that leads out.
fn fitting(mut hints: Vec<(CommandSpec, Line<'static>)>, width: usize) -> Vec<(CommandSpec, Line<'static>)> {
    let total = |hints: &[(CommandSpec, Line<'static>)]| {
        hints.iter().map(|(_, hint)| hint.width() + usize::from(GAP)).sum::<usize>()
    };
    while total(&hints) > width + usize::from(GAP) {
        let Some(last) = hints.iter().rposition(|(command, _)| !stays(command)) else { break };
        hints.remove(last);
    }
    hints
}

fn stays(command: &CommandSpec) -> bool {
    command.id == HELP || command.keys.first().is_some_and(Chord::is_esc)
}

fn hint(command: &CommandSpec, cx: &Cx<'_>) -> Vec<Span<'static>> {
    vec![
        span(&format!("{} ", command.key_name()), cx.theme.tone(Tone::Accent)),
        span(command.hint, Style::new()),
    ]
}

fn room(width: u16) -> usize {
    usize::from(width.saturating_sub(2)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::Mode,
        cx::fixture::Fixture,
        registry,
        screens::{PAGES, SCREENS},
    };

    #[test]
    fn a_narrow_footer_names_the_way_out() {
        let fixture = Fixture::new();
        let screens = SCREENS.iter().chain(PAGES);
        for (spec, mode) in screens.flat_map(|spec| Mode::ALL.map(|mode| (spec, mode))) {
            let hints: Vec<CommandSpec> =
                registry::in_mode(spec.id, mode).filter(|command| command.in_footer).collect();
            let mut buf = Buffer::empty(Rect::new(0, 0, 40, 1));
            draw(hints.iter().copied(), None, buf.area, &mut buf, &fixture.cx());
            let drawn: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
            let first = hints.first().map(|command| format!("{} {}", command.key_name(), command.hint));
            let out = hints.iter().filter(|command| stays(command)).map(|command| command.hint);
            for hint in out.chain(first.as_deref()) {
                assert!(drawn.contains(hint), "{hint} is missing in {mode:?} of {}: {drawn}", spec.title);
            }
        }
    }
}
