//! The one table of keys.
//!
//! Keys are resolved, help is shown, the footer is drawn and `docs/keys.md` is written from [`KEYS`]; a key that is not
//! here does not exist.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::action::{Action, Move, ScreenId};

/// What is in front of the user, as far as keys are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// The dashboard's panes.
    Home,
    /// A list of things with a selection.
    List,
    /// The list of trucks, which can grow.
    Fleet,
    /// One thing, opened.
    Detail,
    /// An entity of the catalog, opened.
    Entity,
    /// The flowing log.
    Tail,
    /// A line of text being typed: a filter.
    Typing,
    Form,
    Palette,
    Help,
}

impl Context {
    const ALL: [Self; 10] = [
        Self::Home,
        Self::List,
        Self::Fleet,
        Self::Detail,
        Self::Entity,
        Self::Tail,
        Self::Typing,
        Self::Form,
        Self::Palette,
        Self::Help,
    ];

    /// Says whether letters are text here, and not commands.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Typing | Self::Form | Self::Palette)
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::List => "Lists",
            Self::Fleet => "Trucks",
            Self::Detail => "Details",
            Self::Entity => "Entity",
            Self::Tail => "Logs",
            Self::Typing => "Filter",
            Self::Form => "Form",
            Self::Palette => "Palette",
            Self::Help => "Help",
        }
    }
}

/// A key as it is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// One row of the table.
#[derive(Debug)]
pub struct Binding {
    contexts: &'static [Context],
    chords: &'static [Chord],
    pub action: Action,
    /// What it does, in the fewest words.
    pub does: &'static str,
    /// Shown in the footer, not only in the help.
    pub footer: bool,
}

const fn key(code: KeyCode) -> Chord {
    Chord { code, modifiers: KeyModifiers::NONE }
}

const fn ch(c: char) -> Chord {
    key(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Chord {
    Chord { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
}

use Context::{Detail, Entity, Fleet, Form, Help, Home, List, Palette, Tail, Typing};

const ANYWHERE: &[Context] = &Context::ALL;
const BROWSING: &[Context] = &[Home, List, Fleet, Detail, Entity, Tail];
const MOVING: &[Context] = &[Home, List, Fleet, Detail, Entity, Tail, Help];

const fn row(
    contexts: &'static [Context],
    chords: &'static [Chord],
    action: Action,
    does: &'static str,
) -> Binding {
    Binding { contexts, chords, action, does, footer: false }
}

const fn shown(
    contexts: &'static [Context],
    chords: &'static [Chord],
    action: Action,
    does: &'static str,
) -> Binding {
    Binding { contexts, chords, action, does, footer: true }
}

/// Every key there is. The first row that fits wins.
pub const KEYS: &[Binding] = &[
    shown(&[Home, List], &[key(KeyCode::Enter)], Action::Open, "open"),
    shown(&[Fleet], &[ch('n')], Action::New, "new truck"),
    shown(&[Entity], &[ch('u')], Action::SelectComponent, "use this component"),
    shown(&[Tail], &[ch('f')], Action::Follow, "follow"),
    shown(&[Detail, Entity], &[key(KeyCode::Esc)], Action::Back, "back"),
    row(&[Home, List, Fleet, Tail], &[key(KeyCode::Esc)], Action::Back, "back, or drop the filter"),
    shown(&[List, Fleet, Tail], &[ch('/')], Action::Filter, "filter"),
    shown(&[Typing], &[key(KeyCode::Enter)], Action::Submit, "keep the filter"),
    shown(&[Typing], &[key(KeyCode::Esc)], Action::Back, "drop the filter"),
    shown(&[Form], &[key(KeyCode::Enter)], Action::Submit, "save"),
    shown(&[Form], &[key(KeyCode::Esc)], Action::Back, "close, keeping the draft"),
    shown(&[Form], &[key(KeyCode::Tab), key(KeyCode::Down)], Action::NextField, "next field"),
    shown(&[Form], &[key(KeyCode::BackTab), key(KeyCode::Up)], Action::PreviousField, "previous field"),
    shown(&[Palette], &[key(KeyCode::Enter)], Action::Submit, "do it"),
    row(&[Palette], &[key(KeyCode::Down), key(KeyCode::Tab)], Action::Move(Move::Down), "next"),
    row(&[Palette], &[key(KeyCode::Up), key(KeyCode::BackTab)], Action::Move(Move::Up), "previous"),
    shown(&[Palette], &[key(KeyCode::Esc)], Action::Back, "close"),
    shown(&[Help], &[key(KeyCode::Esc), ch('?'), ch('q')], Action::Back, "close"),
    shown(BROWSING, &[ch('r')], Action::Refresh, "refresh"),
    row(BROWSING, &[ch('S')], Action::StartSandbox, "start the sandbox and use it for everything"),
    shown(BROWSING, &[ch(':')], Action::Palette, "palette"),
    shown(BROWSING, &[ch('?')], Action::Help, "keys"),
    shown(BROWSING, &[ch('q')], Action::Quit, "quit"),
    row(MOVING, &[key(KeyCode::Up), ch('k')], Action::Move(Move::Up), "up"),
    row(MOVING, &[key(KeyCode::Down), ch('j')], Action::Move(Move::Down), "down"),
    row(&[Home, Tail], &[key(KeyCode::Left), ch('h')], Action::Move(Move::Left), "left"),
    row(&[Home, Tail], &[key(KeyCode::Right), ch('l')], Action::Move(Move::Right), "right"),
    row(MOVING, &[key(KeyCode::PageUp), ctrl('u')], Action::Move(Move::PageUp), "a page up"),
    row(MOVING, &[key(KeyCode::PageDown), ctrl('d')], Action::Move(Move::PageDown), "a page down"),
    row(MOVING, &[key(KeyCode::Home), ch('g')], Action::Move(Move::Top), "to the top"),
    row(MOVING, &[key(KeyCode::End), ch('G')], Action::Move(Move::Bottom), "to the bottom"),
    row(BROWSING, &[ch('1')], Action::Show(ScreenId::Home), "Home"),
    row(BROWSING, &[ch('2')], Action::Show(ScreenId::Catalog), "Catalog"),
    row(BROWSING, &[ch('3')], Action::Show(ScreenId::Trucks), "Trucks"),
    row(BROWSING, &[ch('4')], Action::Show(ScreenId::Runs), "Runs"),
    row(BROWSING, &[ch('5')], Action::Show(ScreenId::Deployments), "Deployments"),
    row(BROWSING, &[ch('6')], Action::Show(ScreenId::Logs), "Logs"),
    row(BROWSING, &[key(KeyCode::Tab)], Action::NextScreen, "next screen"),
    row(BROWSING, &[key(KeyCode::BackTab)], Action::PreviousScreen, "previous screen"),
    row(ANYWHERE, &[ctrl('c')], Action::Quit, "quit, always"),
    row(ANYWHERE, &[ctrl('z')], Action::Suspend, "put the console to sleep; `fg` wakes it"),
];

/// Returns what `key` means in `context`: a row of the table, or text where text is typed.
pub fn resolve(context: Context, key: KeyEvent) -> Option<Action> {
    let bound = KEYS
        .iter()
        .find(|binding| {
            binding.contexts.contains(&context) && binding.chords.iter().any(|chord| chord.is(key))
        })
        .map(|binding| binding.action.clone());
    bound.or_else(|| context.takes_text().then_some(Action::Type(key)))
}

/// Returns the rows that apply in `context`, in the table's order.
pub fn in_context(context: Context) -> impl Iterator<Item = &'static Binding> {
    KEYS.iter().filter(move |binding| binding.contexts.contains(&context))
}

impl Binding {
    fn document(&self) -> String {
        format!("| `{}` | {} |\n", self.keys().replace(' ', "` `"), self.does)
    }

    /// Writes the keys as a person reads them: `↑ k`.
    pub fn keys(&self) -> String {
        self.chords.iter().map(Chord::name).collect::<Vec<_>>().join(" ")
    }

    /// Writes the first of the keys.
    pub fn key(&self) -> String {
        self.chords.first().map(Chord::name).unwrap_or_default()
    }
}

impl Chord {
    /// Shift is part of a character already, so it is not compared for those.
    fn is(&self, key: KeyEvent) -> bool {
        let modifiers = match key.code {
            KeyCode::Char(_) | KeyCode::BackTab => key.modifiers - KeyModifiers::SHIFT,
            _ => key.modifiers,
        };
        self.code == key.code && self.modifiers == modifiers
    }

    fn name(&self) -> String {
        let name = match self.code {
            KeyCode::Char(c) => c.to_string(),
            KeyCode::Enter => "enter".to_owned(),
            KeyCode::Esc => "esc".to_owned(),
            KeyCode::Tab => "tab".to_owned(),
            KeyCode::BackTab => "shift-tab".to_owned(),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::PageUp => "pgup".to_owned(),
            KeyCode::PageDown => "pgdn".to_owned(),
            KeyCode::Home => "home".to_owned(),
            KeyCode::End => "end".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        if self.modifiers.contains(KeyModifiers::CONTROL) { format!("ctrl-{name}") } else { name }
    }
}

/// Writes the table as the page `docs/keys.md`.
pub fn document() -> String {
    let opening =
        "# Keys\n\nWritten from the key table by `cargo xtask docs`; `?` shows the ones that apply.\n";
    let rows = |context| in_context(context).map(Binding::document).collect::<String>();
    let section = |context: Context| {
        format!("\n## {}\n\n| key | does |\n|---|---|\n{}", context.title(), rows(context))
    };
    [opening.to_owned()].into_iter().chain(Context::ALL.map(section)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn no_key_means_two_things_in_one_context() {
        for context in Context::ALL {
            let mut seen: Vec<&Chord> = Vec::new();
            for chord in in_context(context).flat_map(|binding| binding.chords) {
                assert!(!seen.contains(&chord), "{} twice in {}", chord.name(), context.title());
                seen.push(chord);
            }
        }
    }

    #[test]
    fn ctrl_c_quits_everywhere() {
        for context in Context::ALL {
            let key = press(KeyCode::Char('c'), KeyModifiers::CONTROL);
            assert_eq!(resolve(context, key), Some(Action::Quit), "{}", context.title());
        }
    }

    #[test]
    fn a_letter_is_text_where_text_is_typed() {
        let q = press(KeyCode::Char('q'), KeyModifiers::NONE);
        assert_eq!(resolve(Context::Form, q), Some(Action::Type(q)));
        assert_eq!(resolve(Context::List, q), Some(Action::Quit));
    }

    #[test]
    fn a_capital_is_found_whether_or_not_the_terminal_tells_of_shift() {
        for modifiers in [KeyModifiers::NONE, KeyModifiers::SHIFT] {
            let g = press(KeyCode::Char('G'), modifiers);
            assert_eq!(resolve(Context::List, g), Some(Action::Move(Move::Bottom)));
        }
    }
}
