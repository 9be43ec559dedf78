//! What is drawn on a terminal that has ASCII characters only.
//!
//! Screens and widgets draw as usual. When a picture is complete, [`replace`] changes each character into its ASCII
//! form, so this is the only place that knows of them.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};
use unicode_width::UnicodeWidthStr;

/// What stands for a character without an ASCII form, as in a name from outside.
const UNKNOWN: &str = "?";

/// An ellipsis, which has three ASCII characters where there is room for them.
const ELLIPSIS: &str = "…";

/// Changes every character in the area into its ASCII form.
pub fn replace(area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    for position in area.positions() {
        let has_room = has_room_for_dots(position, area, buf);
        let Some(cell) = buf.cell_mut(position) else { continue };
        if cell.symbol().is_ascii() {
            continue;
        }
        if has_room && cell.symbol() == ELLIPSIS {
            let style = cell.style();
            for x in position.x..position.x + 3 {
                if let Some(cell) = buf.cell_mut((x, position.y)) {
                    cell.set_symbol(".").set_style(style);
                }
            }
            continue;
        }
        let form = form(cell.symbol()).unwrap_or(UNKNOWN);
        let is_wide = cell.symbol().width() > 1;
        cell.set_symbol(form);
        // The second cell of a wide character is not drawn as long as the character is there.
        let next = (position.x + 1, position.y);
        if is_wide && let Some(second) = buf.cell_mut(next).filter(|second| second.symbol().trim().is_empty())
        {
            second.set_symbol(" ");
        }
    }
}

/// Reports whether the three cells after this one are blank: two for the dots, and one that keeps them apart from what
/// follows.
fn has_room_for_dots(Position { x, y }: Position, area: Rect, buf: &Buffer) -> bool {
    (1..=3).all(|distance| {
        let after = Position { x: x + distance, y };
        area.contains(after) && buf.cell(after).is_some_and(|cell| cell.symbol() == " ")
    })
}

/// Returns the ASCII form of a glyph that the console draws.
#[expect(clippy::match_same_arms, reason = "the glyphs are grouped by what they are for")]
pub fn form(glyph: &str) -> Option<&'static str> {
    Some(match glyph {
        // Status: no two that can stand in one column are alike.
        "✓" => "+",
        "✗" => "x",
        "⚠" => "!",
        "●" => "*",
        "◐" => "%",
        "○" => "o",
        "⊘" => "/",
        "‖" | "═" => "=",
        "↺" => "<",
        // Marks and directions.
        "▸" | "►" | "▶" | "→" | "›" | "╸" | "»" => ">",
        "◂" | "◄" | "◀" | "←" | "‹" | "«" => "<",
        "↑" | "▲" | "▴" => "^",
        "↓" | "▼" | "▾" => "v",
        // Borders and bars.
        "╭" | "╮" | "╰" | "╯" | "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼" => {
            "+"
        }
        "│" | "┃" | "║" | "▏" | "▎" | "▌" | "▐" => "|",
        "─" | "–" | "—" | "╌" => "-",
        "━" => "=",
        "█" | "▓" | "■" => "#",
        "░" | "▒" | "·" | "•" => ".",
        // Where three dots do not fit. One would look like the end of a sentence.
        ELLIPSIS => "~",
        // The spinner.
        "⠋" | "⠼" | "⠇" => "|",
        "⠙" | "⠴" | "⠏" => "/",
        "⠹" | "⠦" => "-",
        "⠸" | "⠧" => "\\",
        // Punctuation.
        "“" | "”" | "„" => "\"",
        "‘" | "’" | "‚" => "'",
        "×" => "x",
        "\u{a0}" => " ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use ratatui::{text::Line, widgets::Widget};

    use super::*;

    #[test]
    fn the_states_of_a_noun_stay_apart() {
        let nouns: [&[&str]; 4] = [
            &["○", "◐", "‖", "✓", "–", "⊘", "!", "✗", "?"],
            &["○", "◐", "✓", "↺", "⊘", "✗", "?"],
            &["●", "◐", "○"],
            &["▸", "✗", "⚠"],
        ];
        for glyphs in nouns {
            let forms = glyphs.iter().map(|glyph| form(glyph).unwrap_or(glyph));
            let forms: std::collections::HashSet<&str> = forms.collect();
            assert_eq!(forms.len(), glyphs.len(), "{forms:?}");
        }
    }

    #[test]
    fn only_ascii_is_left() {
        assert_eq!(replaced("✓ ok… 日本 é ╭─").trim_end(), "+ ok~ ? ?  ? +-");
    }

    #[test]
    fn an_ellipsis_has_three_dots_where_they_fit() {
        for (text, form) in [
            ("loading…", "loading...       "),
            ("cut off…  next", "cut off~  next   "),
            ("at the very end…", "at the very end~ "),
            ("name=…, or not", "name=~, or not   "),
        ] {
            assert_eq!(replaced(text), form);
        }
    }

    fn replaced(text: &str) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, 17, 1));
        Line::from(text).render(buf.area, &mut buf);
        replace(buf.area, &mut buf);
        buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }
}
