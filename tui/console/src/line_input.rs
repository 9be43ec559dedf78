//! A line of text that is typed or pasted.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use hello_model::text::is_invisible;
use tui_input::{Input, backend::crossterm::EventHandler};

/// The maximum length of a line, in characters: longer than any name, and short enough to be searched for in one turn.
const MAX_LENGTH: usize = 1_000;

/// Takes a key; returns whether the text has changed. A letter that makes the line too long is left out.
pub fn typed(input: &mut Input, key: KeyEvent) -> bool {
    let is_letter = matches!(key.code, KeyCode::Char(_))
        && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    if is_letter && room(input) == 0 {
        return false;
    }
    input.handle_event(&Event::Key(key)).is_some_and(|changed| changed.value)
}

/// Inserts pasted text at the cursor, as much of it as the line has room for; returns whether the text has changed.
pub fn pasted(input: &mut Input, text: &str) -> bool {
    let new: String = visible(text).take(room(input)).collect();
    let (value, cursor) = (input.value(), input.cursor());
    let at = value.char_indices().nth(cursor).map_or(value.len(), |(at, _)| at);
    let (before, after) = value.split_at(at);
    let line = Input::new([before, &new, after].concat());
    *input = line.with_cursor(cursor + new.chars().count());
    !new.is_empty()
}

/// Returns the characters of a pasted text that can be seen. Line ends and tabs become spaces.
pub fn visible(text: &str) -> impl Iterator<Item = char> {
    let spaced = text.trim_end().chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    spaced.filter(|c| !c.is_control() && !is_invisible(*c))
}

fn room(input: &Input) -> usize {
    MAX_LENGTH.saturating_sub(input.value().chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_goes_to_the_cursor_as_one_line() {
        let mut input = Input::new("é!".to_owned()).with_cursor(1);
        assert!(pasted(&mut input, "a\tb\r\nc\u{1b}\u{202e}\n"));
        assert_eq!((input.value(), input.cursor()), ("éa b  c!", 7));
        assert!(!pasted(&mut input, "\u{200b}\n"), "nothing of it can be seen");
    }

    #[test]
    fn a_line_has_a_bounded_length() {
        let mut input = Input::default();
        pasted(&mut input, &"漢".repeat(1_000_000));
        assert_eq!(input.value().chars().count(), MAX_LENGTH);
        assert!(!typed(&mut input, KeyCode::Char('a').into()));
        assert!(!pasted(&mut input, "a"));
        assert!(typed(&mut input, KeyCode::Backspace.into()), "it can be made shorter");
        assert!(typed(&mut input, KeyCode::Char('a').into()));
    }
}
