//! Every command of every screen, in one place.

use std::fmt::Write as _;

use crossterm::event::KeyEvent;

use crate::{
    command::{CommandId, CommandSpec, Group, Mode},
    commands::{self, CONSOLE, DIGITS, OVERLAYS},
    route::ScreenId,
    screen::ScreenSpec,
    screens::{PAGES, SCREENS},
    widgets::help::HelpGroup,
};

/// Returns the declarations of all screens.
fn all() -> impl Iterator<Item = &'static ScreenSpec> {
    SCREENS.iter().chain(PAGES)
}

/// Returns the declaration of a screen.
pub fn screen(id: ScreenId) -> Option<&'static ScreenSpec> {
    all().find(|spec| spec.id == id)
}

/// Returns the screen that a command opens, if it opens one.
pub fn opened_by(command: CommandId) -> Option<ScreenId> {
    SCREENS.iter().map(|spec| spec.id).find(|id| id.command() == command)
}

/// Returns the screen `steps` to the right of another, round the end.
pub fn neighbour(id: ScreenId, steps: isize) -> ScreenId {
    let at = SCREENS.iter().position(|spec| spec.id == id).unwrap_or(0);
    SCREENS[at.wrapping_add_signed(steps + SCREENS.len().cast_signed()) % SCREENS.len()].id
}

/// Returns all commands of a screen: its own, those of the console, and those that open a screen.
pub fn commands_of(id: ScreenId) -> impl Iterator<Item = CommandSpec> {
    let own = screen(id).map(|spec| spec.commands).unwrap_or_default();
    let groups = own.iter().copied().chain([&CONSOLE, &OVERLAYS]);
    groups.flat_map(|group| group.commands.iter().copied()).chain(openers())
}

/// Returns the commands of a screen that have keys in a mode, in the order in which they are shown.
pub fn in_mode(id: ScreenId, mode: Mode) -> impl Iterator<Item = CommandSpec> {
    commands_of(id).filter(move |command| command.modes.contains(&mode))
}

/// Returns the commands of a screen that have keys in a mode, in groups: the screen's own first.
pub fn groups_in_mode(id: ScreenId, mode: Mode) -> Vec<HelpGroup> {
    let own = screen(id).map(|spec| spec.commands).unwrap_or_default();
    let groups = own.iter().copied().chain([&OVERLAYS, &CONSOLE]);
    let groups = groups.map(|group| (group.title, group.commands.to_vec()));
    let groups = groups.chain([("Screens", openers().collect())]);
    let groups = groups.map(|(title, mut commands)| {
        commands.retain(|command| command.modes.contains(&mode));
        HelpGroup { title, commands: commands.into_iter().map(|command| (command, None)).collect() }
    });
    groups.filter(|group| !group.commands.is_empty()).collect()
}

/// Returns the command that a key stands for.
pub fn resolve(id: ScreenId, mode: Mode, key: KeyEvent) -> Option<CommandSpec> {
    in_mode(id, mode).find(|command| command.keys.iter().any(|chord| chord.is(key)))
}

/// Reports whether a key quits wherever it is pressed.
pub fn always_quits(key: KeyEvent) -> bool {
    let quits = |command: &CommandSpec| matches!(command.id, commands::QUIT | commands::FORCE_QUIT);
    CONSOLE.commands.iter().filter(|command| quits(command)).any(|c| c.keys.iter().any(|k| k.is(key)))
}

/// Returns the commands that the palette offers on every screen, with the screen that each belongs to.
pub fn everywhere() -> impl Iterator<Item = (ScreenId, CommandSpec)> {
    SCREENS.iter().flat_map(|spec| {
        let commands = spec.commands.iter().flat_map(|group| group.commands);
        commands.filter(|command| command.is_everywhere).map(|command| (spec.id, *command))
    })
}

/// Returns the commands that open a screen.
fn openers() -> impl Iterator<Item = CommandSpec> {
    SCREENS.iter().enumerate().map(|(index, spec)| {
        let keys: &'static [_] = DIGITS.get(index).map_or(&[], |digit| digit);
        CommandSpec::new(spec.id.command(), spec.title, keys, &[Mode::Browse, Mode::Detail])
    })
}

/// Writes all keys as the page `docs/keys.md`.
pub fn document() -> String {
    let mut page =
        "# Keys\n\nWritten from the commands by `cargo xtask docs`; `?` shows the keys that apply.\n"
            .to_owned();
    section(&mut page, "Screens", openers());
    for group in groups() {
        section(&mut page, group.title, group.commands.iter().copied());
    }
    page
}

/// Returns every group of commands once: those of the console, of several screens, then of one.
fn groups() -> Vec<&'static Group> {
    let mut groups: Vec<&'static Group> = vec![&CONSOLE];
    let shared = [
        &commands::MOVES,
        &commands::SIDEWAYS,
        &commands::OPENING,
        &commands::SELECTED,
        &commands::FILTERING,
        &commands::LISTS,
    ];
    let own = all().flat_map(|spec| spec.commands.iter().copied());
    for group in shared.into_iter().chain(own).chain([&OVERLAYS]) {
        if !groups.iter().any(|known| std::ptr::eq(*known, group)) {
            groups.push(group);
        }
    }
    groups
}

fn section(page: &mut String, title: &str, commands: impl Iterator<Item = CommandSpec>) {
    let _ = write!(page, "\n## {title}\n\n| key | does |\n|---|---|\n");
    for command in commands {
        let _ = writeln!(page, "| `{}` | {} |", command.key_names().replace(' ', "` `"), command.title);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;
    use crate::keymap::Chord;

    #[test]
    fn no_key_means_two_things_in_one_context() {
        for (spec, mode) in all().flat_map(|spec| Mode::ALL.map(|mode| (spec, mode))) {
            let mut seen: HashSet<String> = HashSet::new();
            for name in
                in_mode(spec.id, mode).flat_map(|c| c.keys.iter().map(Chord::name).collect::<Vec<_>>())
            {
                assert!(seen.insert(name.clone()), "{name} twice in {mode:?} of {}", spec.title);
            }
        }
    }

    #[test]
    fn a_name_stands_for_one_command() {
        let mut seen = HashMap::new();
        let all = groups().into_iter().flat_map(|group| group.commands).copied().chain(openers());
        for command in all {
            // A command may stand in several groups.
            let declared = (command.title, command.key_names());
            let known = seen.entry(command.id).or_insert_with(|| declared.clone());
            assert_eq!(*known, declared, "{:?}", command.id);
        }
    }

    #[test]
    fn ctrl_c_quits_everywhere() {
        let key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        for (spec, mode) in all().flat_map(|spec| Mode::ALL.map(|mode| (spec, mode))) {
            assert_eq!(resolve(spec.id, mode, key).map(|c| c.id), Some(commands::FORCE_QUIT), "{mode:?}");
        }
    }

    #[test]
    fn a_letter_is_no_command_where_text_is_typed() {
        let q = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        let typing = Mode::ALL.into_iter().filter(|mode| mode.takes_text());
        for (spec, mode) in all().flat_map(|spec| typing.clone().map(move |mode| (spec, mode))) {
            assert!(resolve(spec.id, mode, q).is_none(), "{mode:?} of {}", spec.title);
        }
    }
}
