//! What a user, a mouse and a clipboard may send.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use fastrand::Rng;
use hello_console::{msg::Msg, wheel::Wheel};
use ratatui::layout::{Position, Rect};

/// Letters that mean something in some mode, more often than others.
const LETTERS: &str = "1234567jkhlgGnyyyoeruswfdzxq[]/:?S SVvtrbp-é漢";

const KEYS: &[KeyCode] = &[
    KeyCode::Enter,
    KeyCode::Enter,
    KeyCode::Enter,
    KeyCode::Esc,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Backspace,
    KeyCode::Delete,
    KeyCode::Insert,
    KeyCode::F(1),
    KeyCode::Null,
];

const PASTES: &[&str] = &[
    "",
    "y",
    "y\ny\n",
    "Scania V8\r\n",
    "\u{1b}[31mred\u{7} \u{202e}text\r\nline",
    "status:active make>\"",
    "\u{1f69a}\u{200d}\u{fe0f}\u{301}\u{301}\u{301}",
    "!\"\\ (unclosed [ :",
    "component hello-server",
];

/// Filters, commands and names that random letters would never make.
const PHRASES: &[&str] =
    &["3n", "/active", "Scania V8", ":trucks", "level:error", ":context live", ":read", "2/kind:component"];

/// Returns the next inputs; most are one message, a paste without brackets is several.
pub(super) fn next(rng: &mut Rng, area: Rect) -> Vec<Msg> {
    match rng.u32(..100) {
        0..42 => vec![Msg::Pressed(key(KeyCode::Char(letter(rng))))],
        42..46 => new_truck(rng),
        46..70 => vec![Msg::Pressed(modified(rng))],
        70..76 => typed(PHRASES[rng.usize(..PHRASES.len())], Msg::Pressed),
        76..80 => burst(rng),
        80..84 => vec![Msg::Pasted(paste(rng))],
        84..92 => vec![Msg::Clicked(position(rng, area))],
        92..98 => vec![Msg::Scrolled(if rng.bool() { Wheel::Up } else { Wheel::Down })],
        _ => vec![Msg::Resized],
    }
}

/// Returns another size of the terminal.
pub(super) fn area(rng: &mut Rng) -> Rect {
    let usual = [(80, 24), (120, 40), (60, 18), (200, 55)];
    let (width, height) =
        if rng.u8(..4) == 0 { (rng.u16(1..250), rng.u16(1..80)) } else { usual[rng.usize(..usual.len())] };
    Rect::new(0, 0, width, height)
}

fn key(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

fn letter(rng: &mut Rng) -> char {
    let count = LETTERS.chars().count();
    LETTERS.chars().nth(rng.usize(..count)).unwrap_or(' ')
}

fn modified(rng: &mut Rng) -> KeyEvent {
    let code =
        if rng.u8(..8) == 0 { KeyCode::Char(rng.char('a'..='z')) } else { KEYS[rng.usize(..KEYS.len())] };
    let modifiers = match rng.u8(..12) {
        0 => KeyModifiers::CONTROL,
        1 => KeyModifiers::ALT,
        2 => KeyModifiers::SHIFT,
        _ => KeyModifiers::NONE,
    };
    KeyEvent::new(code, modifiers)
}

fn typed(text: &str, make: fn(KeyEvent) -> Msg) -> Vec<Msg> {
    text.chars().map(|c| make(key(KeyCode::Char(c)))).collect()
}

/// Closes what is open, fills the form of a new truck and saves it; sometimes with a yes.
fn new_truck(rng: &mut Rng) -> Vec<Msg> {
    let mut keys = vec![Msg::Pressed(key(KeyCode::Esc)); 3];
    // The form keeps a draft, so a text every time would soon be too long.
    keys.extend(typed(if rng.u8(..8) == 0 { "3nScania" } else { "3n" }, Msg::Pressed));
    keys.push(Msg::Pressed(key(KeyCode::Enter)));
    match rng.u8(..4) {
        0 => keys.extend(typed("y", Msg::PressedInBurst)),
        1 => keys.push(Msg::Pasted("y".to_owned())),
        2 => keys.push(Msg::Pressed(key(KeyCode::Char('y')))),
        _ => {}
    }
    keys
}

/// A paste in a terminal without brackets: its first key is like one that was pressed.
fn burst(rng: &mut Rng) -> Vec<Msg> {
    let text = PASTES[rng.usize(..PASTES.len())];
    let code = |c: char| if matches!(c, '\r' | '\n') { KeyCode::Enter } else { KeyCode::Char(c) };
    text.chars().map(|c| Msg::PressedInBurst(key(code(c)))).collect()
}

fn paste(rng: &mut Rng) -> String {
    let text = PASTES[rng.usize(..PASTES.len())];
    text.repeat(if rng.u8(..20) == 0 { 500 } else { 1 })
}

fn position(rng: &mut Rng, area: Rect) -> Position {
    // One more than there are, as after a resize that has not been drawn.
    Position::new(rng.u16(..=area.width), rng.u16(..=area.height))
}
