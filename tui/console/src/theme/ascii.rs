//! What is drawn on a terminal that has ASCII characters only.
//!
//! Screens and widgets draw as usual. When a picture is complete, [`replace`] changes each character into its ASCII
//! form, so this is the only place that knows of them.

use ratatui::{buffer::Buffer, layout::Rect};
use unicode_width::UnicodeWidthStr;

/// What stands for a character without an ASCII form, as in a name from outside.
const UNKNOWN: &str = "?";

/// Changes every character in the area into its ASCII form.
pub fn replace(area: Rect, buf: &mut Buffer) {
    for position in area.intersection(buf.area).positions() {
        let Some(cell) = buf.cell_mut(position) else { continue };
        if cell.symbol().is_ascii() {
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
        "░" | "▒" | "·" | "…" | "•" => ".",
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
        let mut buf = Buffer::empty(Rect::new(0, 0, 16, 1));
        Line::from("✓ ok… 日本 é ╭─").render(buf.area, &mut buf);
        replace(buf.area, &mut buf);
        let seen: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(seen.trim_end(), "+ ok. ? ?  ? +-");
    }
}
