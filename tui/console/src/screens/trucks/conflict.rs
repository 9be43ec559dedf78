//! A truck that was changed by others meanwhile: yours, the service's now, and what you started from.

use hello_model::truck::{self, Truck, changes};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::Widget,
};

use super::editor::Editor;
use crate::{
    click::Click,
    command::CommandSpec,
    commands::CONFLICTS,
    cx::Cx,
    theme::{Theme, Tone},
    widgets::{
        overlay,
        scroll::Scroll,
        text::{line, span, toned},
        wrap::wrapped,
    },
};

const WIDTH: u16 = 72;

/// A field that differs between the three.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    field: &'static str,
    yours: String,
    now: String,
    started_from: String,
}

/// Draws the three versions where they differ.
pub(super) fn draw(
    form: &Editor,
    base: &Truck,
    now: Option<&Truck>,
    scroll: &Scroll,
    area: Rect,
    buf: &mut Buffer,
    cx: &Cx<'_>,
) {
    let theme = cx.theme;
    cx.zones.add(area, Click::Nothing);
    let yours = form.patch(base).apply_to(base);
    let width = WIDTH.min(area.width);
    let lines = lines(base, &yours, now, usize::from(width.saturating_sub(4)), theme);
    let keys = keys(usize::from(width.saturating_sub(4)));
    let rows = u16::try_from(lines.len() + 1 + keys.len()).unwrap_or(u16::MAX);
    let title = format!("Changed meanwhile: {}", truck::name(base));
    let inner = overlay::dialog(&title, width, rows.saturating_add(2), area, buf, theme);
    let below = u16::try_from(keys.len()).unwrap_or(u16::MAX).min(inner.height);
    let gap = u16::from(inner.height == rows);
    let [above, _, answer] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(gap), Constraint::Length(below)])
            .areas(inner);
    scroll.draw(&lines, above, buf);
    for (row, keys) in answer.rows().zip(keys) {
        Line::from(toned(theme, &keys, Tone::Accent)).render(row, buf);
    }
}

/// Returns the keys with what they do, one below the other where they do not fit beside each other.
fn keys(width: usize) -> Vec<String> {
    let in_words = |command: &CommandSpec| format!("{} {}", command.key_name(), command.title);
    let keys: Vec<String> = CONFLICTS.commands.iter().map(in_words).collect();
    let beside = keys.join("   ");
    if beside.len() <= width { vec![beside] } else { keys }
}

fn lines(
    base: &Truck,
    yours: &Truck,
    now: Option<&Truck>,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let wrapped_line = |text: &str| wrapped(text, width).iter().map(|row| line(row)).collect::<Vec<_>>();
    let Some(now) = now.filter(|now| now.version > base.version) else {
        return wrapped_line(
            "The truck was changed after you opened the form. Its newer version is being read.",
        );
    };
    let mut lines = wrapped_line("The truck was changed after you opened the form. Nothing was saved.");
    for Difference { field, yours, now, started_from } in differences(base, yours, now) {
        lines.push(Line::default());
        lines.push(Line::from(span(field, theme.title())));
        let is_contested = yours != now && yours != started_from && now != started_from;
        for (label, value, tone) in [
            ("yours", yours, Tone::Accent),
            ("the service's", now, if is_contested { Tone::Warning } else { Tone::Plain }),
            ("started from", started_from, Tone::Plain),
        ] {
            let rows = wrapped(&value, width.saturating_sub(16));
            lines.extend(rows.iter().enumerate().map(|(at, row)| {
                let label = if at == 0 { label } else { "" };
                Line::from(vec![
                    span(&format!("  {label:<13} "), theme.tone(Tone::Plain)),
                    toned(theme, row, tone),
                ])
            }));
        }
    }
    lines
}

/// Returns the fields in which any of the three differs from another.
fn differences(base: &Truck, yours: &Truck, now: &Truck) -> Vec<Difference> {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
    let (by_you, by_others) = (changes(base, yours), changes(base, now));
    ["make", "model", "licensePlate", "status"]
        .into_iter()
        .filter_map(|field| {
            let yours = by_you.iter().find(|change| change.field == field);
            let now = by_others.iter().find(|change| change.field == field);
            let before = shown(&yours.or(now)?.before);
            let after = |change: Option<&truck::FieldChange>| {
                change.map_or_else(|| before.clone(), |change| shown(&change.after))
            };
            Some(Difference { field, yours: after(yours), now: after(now), started_from: before.clone() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use hello_model::truck::NewTruck;

    use super::*;

    #[test]
    fn fields_that_differ_show_all_three_values() {
        let base = NewTruck::new("Scania", "V8").into_truck("0190".into(), jiff::Timestamp::UNIX_EPOCH);
        let yours = Truck { model: "V9".to_owned(), ..base.clone() };
        let now = Truck { license_plate: Some("B-1".to_owned()), version: 2, ..base.clone() };
        let difference = |field, yours: &str, now: &str, started_from: &str| Difference {
            field,
            yours: yours.to_owned(),
            now: now.to_owned(),
            started_from: started_from.to_owned(),
        };
        assert_eq!(
            differences(&base, &yours, &now),
            [difference("model", "V9", "V8", "V8"), difference("licensePlate", "(none)", "B-1", "(none)")]
        );
    }
}
