//! The commands that several screens share, and those of the console itself.

use crossterm::event::KeyCode;

use crate::{
    command::{
        CommandId, CommandSpec, Group,
        Mode::{self, Browse, Columns, Confirm, Conflict, Detail, Form, Help, Palette, TypeName, Typing},
    },
    cx::Cx,
    keymap::{Chord, ch, ctrl, key},
};

pub const QUIT: CommandId = CommandId("console.quit");
pub const FORCE_QUIT: CommandId = CommandId("console.force-quit");
pub const SUSPEND: CommandId = CommandId("console.suspend");
pub const REFRESH: CommandId = CommandId("console.refresh");
pub const SANDBOX: CommandId = CommandId("console.sandbox");
pub const PALETTE: CommandId = CommandId("console.palette");
pub const HELP: CommandId = CommandId("console.help");
pub const NEXT_SCREEN: CommandId = CommandId("console.next-screen");
pub const PREVIOUS_SCREEN: CommandId = CommandId("console.previous-screen");
pub const HISTORY_BACK: CommandId = CommandId("history.back");
pub const HISTORY_FORWARD: CommandId = CommandId("history.forward");

pub const UP: CommandId = CommandId("move.up");
pub const DOWN: CommandId = CommandId("move.down");
pub const LEFT: CommandId = CommandId("move.left");
pub const RIGHT: CommandId = CommandId("move.right");
pub const PAGE_UP: CommandId = CommandId("move.page-up");
pub const PAGE_DOWN: CommandId = CommandId("move.page-down");
pub const TOP: CommandId = CommandId("move.top");
pub const BOTTOM: CommandId = CommandId("move.bottom");

pub const OPEN: CommandId = CommandId("list.open");
pub const BACK: CommandId = CommandId("list.back");
pub const FILTER: CommandId = CommandId("list.filter");
pub const MARK: CommandId = CommandId("list.mark");
pub const CHOOSE_COLUMNS: CommandId = CommandId("list.columns");
pub const CLOSE: CommandId = CommandId("detail.close");
pub const GO_TO: CommandId = CommandId("detail.go-to");
pub const COPY: CommandId = CommandId("selected.copy");
pub const BROWSE: CommandId = CommandId("selected.browse");
pub const EDIT: CommandId = CommandId("selected.edit");
pub const KEEP_FILTER: CommandId = CommandId("filter.keep");
pub const DROP_FILTER: CommandId = CommandId("filter.drop");

pub const SORT: CommandId = CommandId("columns.sort");
pub const TOGGLE_COLUMN: CommandId = CommandId("columns.toggle");
pub const NARROWER: CommandId = CommandId("columns.narrower");
pub const WIDER: CommandId = CommandId("columns.wider");
pub const RESET_COLUMNS: CommandId = CommandId("columns.reset");
pub const CLOSE_COLUMNS: CommandId = CommandId("columns.close");

pub const SAVE: CommandId = CommandId("form.save");
pub const CLOSE_FORM: CommandId = CommandId("form.close");
pub const NEXT_FIELD: CommandId = CommandId("form.next-field");
pub const PREVIOUS_FIELD: CommandId = CommandId("form.previous-field");
pub const RESET_FORM: CommandId = CommandId("form.reset");
pub const APPLY_YOURS: CommandId = CommandId("conflict.apply-yours");
pub const BACK_TO_FORM: CommandId = CommandId("conflict.back-to-form");

pub const RUN_SELECTED: CommandId = CommandId("palette.run");
pub const NEXT_COMMAND: CommandId = CommandId("palette.next");
pub const PREVIOUS_COMMAND: CommandId = CommandId("palette.previous");
pub const CLOSE_PALETTE: CommandId = CommandId("palette.close");
pub const CLOSE_HELP: CommandId = CommandId("help.close");
pub const YES: CommandId = CommandId("question.yes");
pub const NO: CommandId = CommandId("question.no");
pub const SUBMIT_NAME: CommandId = CommandId("question.submit-name");
pub const CANCEL: CommandId = CommandId("question.cancel");
pub const QUESTION_UP: CommandId = CommandId("question.up");
pub const QUESTION_DOWN: CommandId = CommandId("question.down");

const BOTH: &[Mode] = &[Browse, Detail];
const MOVING: &[Mode] = &[Browse, Detail, Help, Columns, Conflict];

/// A movement of the selection or of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Top,
    Bottom,
}

/// Returns the movement that a command makes, if it makes one.
pub fn movement(command: CommandId) -> Option<Move> {
    Some(match command {
        UP => Move::Up,
        DOWN => Move::Down,
        LEFT => Move::Left,
        RIGHT => Move::Right,
        PAGE_UP => Move::PageUp,
        PAGE_DOWN => Move::PageDown,
        TOP => Move::Top,
        BOTTOM => Move::Bottom,
        _ => return None,
    })
}

/// The keys that open the screens, in the order of the tabs.
pub const DIGITS: [[Chord; 1]; 9] =
    [[ch('1')], [ch('2')], [ch('3')], [ch('4')], [ch('5')], [ch('6')], [ch('7')], [ch('8')], [ch('9')]];

/// The commands of the console itself.
pub static CONSOLE: Group = Group {
    title: "Every screen",
    commands: &[
        CommandSpec::new(REFRESH, "refresh", &[ch('r')], BOTH).in_footer(),
        CommandSpec::new(PALETTE, "palette", &[ch(':')], BOTH).in_footer(),
        CommandSpec::new(HELP, "keys", &[ch('?')], BOTH).in_footer(),
        CommandSpec::new(QUIT, "quit", &[ch('q')], BOTH).in_footer(),
        CommandSpec::new(HISTORY_BACK, "go back in the history", &[ch('[')], BOTH),
        CommandSpec::new(HISTORY_FORWARD, "go forward in the history", &[ch(']')], BOTH),
        CommandSpec::new(SANDBOX, "use a sandbox for everything, or leave it", &[ch('S')], BOTH),
        CommandSpec::new(NEXT_SCREEN, "next screen, or tab of a page", &[key(KeyCode::Tab)], BOTH),
        CommandSpec::new(
            PREVIOUS_SCREEN,
            "previous screen, or tab of a page",
            &[key(KeyCode::BackTab)],
            BOTH,
        ),
        CommandSpec::new(FORCE_QUIT, "quit, always", &[ctrl('c')], &Mode::ALL),
        CommandSpec::new(SUSPEND, "suspend the console; `fg` continues it", &[ctrl('z')], &Mode::ALL),
    ],
};

/// Moving a selection or a view.
pub static MOVES: Group = Group {
    title: "Moving",
    commands: &[
        CommandSpec::new(UP, "up", &[key(KeyCode::Up), ch('k')], MOVING),
        CommandSpec::new(DOWN, "down", &[key(KeyCode::Down), ch('j')], MOVING),
        CommandSpec::new(PAGE_UP, "a page up", &[key(KeyCode::PageUp), ctrl('u')], MOVING),
        CommandSpec::new(PAGE_DOWN, "a page down", &[key(KeyCode::PageDown), ctrl('d')], MOVING),
        CommandSpec::new(TOP, "to the top", &[key(KeyCode::Home), ch('g')], MOVING),
        CommandSpec::new(BOTTOM, "to the bottom", &[key(KeyCode::End), ch('G')], MOVING),
    ],
};

/// Moving to the sides, on the screens where that is possible.
pub static SIDEWAYS: Group = Group {
    title: "Moving to the sides",
    commands: &[
        CommandSpec::new(LEFT, "left", &[key(KeyCode::Left), ch('h')], &[Browse]),
        CommandSpec::new(RIGHT, "right", &[key(KeyCode::Right), ch('l')], &[Browse]),
    ],
};

/// Opening what is selected.
pub static OPENING: Group = Group {
    title: "Lists whose rows open",
    commands: &[
        CommandSpec::new(OPEN, "open", &[key(KeyCode::Enter)], &[Browse]).in_footer(),
        CommandSpec::new(CLOSE, "back", &[key(KeyCode::Esc)], &[Detail]).in_footer(),
    ],
};

/// Copying the selected row, or what is opened.
pub const COPYING: CommandSpec = CommandSpec::new(COPY, "copy", &[ch('y')], BOTH).in_footer();

/// Opening the page of it on the web.
pub const BROWSING: CommandSpec = CommandSpec::new(BROWSE, "open in the browser", &[ch('o')], BOTH);

/// Editing its file, or paging its text.
pub const EDITING: CommandSpec = CommandSpec::new(EDIT, "edit, or show in the pager", &[ch('e')], BOTH);

/// What is done with the selected row, or with what is opened.
pub static SELECTED: Group =
    Group { title: "What is selected or opened", commands: &[COPYING, BROWSING, EDITING] };

/// Following what the cursor is at.
pub static LINKS: Group = Group {
    title: "Details with a cursor",
    commands: &[CommandSpec::new(GO_TO, "go to it", &[key(KeyCode::Enter)], &[Detail]).in_footer()],
};

/// Filtering a list or a log.
pub static FILTERING: Group = Group {
    title: "Lists and logs",
    commands: &[
        CommandSpec::new(FILTER, "filter", &[ch('/')], &[Browse]).in_footer(),
        CommandSpec::new(
            BACK,
            "drop the filter, then the marks, then go back",
            &[key(KeyCode::Esc)],
            &[Browse],
        ),
        CommandSpec::new(KEEP_FILTER, "keep the filter", &[key(KeyCode::Enter)], &[Typing])
            .in_footer_as("keep filter"),
        CommandSpec::new(DROP_FILTER, "drop the filter", &[key(KeyCode::Esc)], &[Typing])
            .in_footer_as("drop filter"),
    ],
};

/// Marking the rows of a list, sorting it, and choosing its columns.
pub static LISTS: Group = Group {
    title: "Lists: marks, order and columns",
    commands: &[
        CommandSpec::new(MARK, "mark the row, or take its mark away", &[ch(' ')], &[Browse]),
        CommandSpec::new(CHOOSE_COLUMNS, "sort", &[ch('s'), ch('C')], &[Browse]).in_footer(),
        CommandSpec::new(SORT, "sort, reverse, unsort", &[key(KeyCode::Enter)], &[Columns])
            .in_footer_as("sort"),
        CommandSpec::new(TOGGLE_COLUMN, "show or hide", &[ch(' ')], &[Columns]).in_footer_as("show/hide"),
        CommandSpec::new(NARROWER, "narrower", &[ch('<')], &[Columns]).in_footer_as("narrow"),
        CommandSpec::new(WIDER, "wider", &[ch('>')], &[Columns]).in_footer_as("widen"),
        CommandSpec::new(RESET_COLUMNS, "as at first", &[key(KeyCode::Backspace)], &[Columns]).in_footer(),
        CommandSpec::new(CLOSE_COLUMNS, "close", &[key(KeyCode::Esc), ch('s'), ch('C'), ch('q')], &[Columns])
            .in_footer(),
    ],
};

/// Filling in a form.
pub static FORMS: Group = Group {
    title: "Forms",
    commands: &[
        CommandSpec::new(SAVE, "save or send", &[key(KeyCode::Enter)], &[Form]).in_footer_as("save"),
        CommandSpec::new(CLOSE_FORM, "close, keeping the draft", &[key(KeyCode::Esc)], &[Form])
            .in_footer_as("close, keep draft"),
        CommandSpec::new(NEXT_FIELD, "next field", &[key(KeyCode::Tab), key(KeyCode::Down)], &[Form])
            .in_footer(),
        CommandSpec::new(
            PREVIOUS_FIELD,
            "previous field",
            &[key(KeyCode::BackTab), key(KeyCode::Up)],
            &[Form],
        )
        .in_footer(),
        CommandSpec::new(RESET_FORM, "drop the draft", &[ctrl('r')], &[Form]).in_footer(),
    ],
};

/// Deciding what becomes of a change whose truck was changed meanwhile.
pub static CONFLICTS: Group = Group {
    title: "A truck that was changed meanwhile",
    commands: &[
        CommandSpec::new(APPLY_YOURS, "apply yours", &[key(KeyCode::Enter)], &[Conflict]).in_footer(),
        CommandSpec::new(BACK_TO_FORM, "back to the form", &[key(KeyCode::Esc)], &[Conflict])
            .in_footer_as("back"),
    ],
};

/// The commands of what lies over a screen: palette, help and questions.
pub static OVERLAYS: Group = Group {
    title: "Palette, help and questions",
    commands: &[
        CommandSpec::new(RUN_SELECTED, "do it", &[key(KeyCode::Enter)], &[Palette]).in_footer(),
        CommandSpec::new(NEXT_COMMAND, "next", &[key(KeyCode::Down), key(KeyCode::Tab)], &[Palette]),
        CommandSpec::new(
            PREVIOUS_COMMAND,
            "previous",
            &[key(KeyCode::Up), key(KeyCode::BackTab)],
            &[Palette],
        ),
        CommandSpec::new(CLOSE_PALETTE, "close", &[key(KeyCode::Esc)], &[Palette]).in_footer(),
        CommandSpec::new(CLOSE_HELP, "close", &[key(KeyCode::Esc), ch('?'), ch('q')], &[Help]).in_footer(),
        CommandSpec::new(YES, "yes", &[ch('y')], &[Confirm]).in_footer(),
        CommandSpec::new(NO, "no", &[key(KeyCode::Esc), ch('n'), ch('q')], &[Confirm]).in_footer(),
        CommandSpec::new(SUBMIT_NAME, "go ahead", &[key(KeyCode::Enter)], &[TypeName]).in_footer(),
        CommandSpec::new(CANCEL, "cancel", &[key(KeyCode::Esc)], &[TypeName]).in_footer(),
        CommandSpec::new(QUESTION_UP, "scroll a question up", &[key(KeyCode::Up)], &[Confirm, TypeName]),
        CommandSpec::new(
            QUESTION_DOWN,
            "scroll a question down",
            &[key(KeyCode::Down)],
            &[Confirm, TypeName],
        ),
    ],
};

/// Reports whether a command confirms something: a question, a form, a conflict, or the choice of the palette.
pub fn is_confirmation(command: CommandId) -> bool {
    [YES, SUBMIT_NAME, SAVE, APPLY_YOURS, RUN_SELECTED].contains(&command)
}

/// Returns why a write is not possible at present, if it is not.
pub fn unless_writable(cx: &Cx<'_>) -> Option<String> {
    cx.world.read_only.then(|| "this console is read-only; start it without --read-only".to_owned())
}
