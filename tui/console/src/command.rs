//! Commands: everything that a user can make the console do, each declared once.
//!
//! Keys, footer, help, palette and `docs/keys.md` are made of these declarations.

pub use crate::command_id::CommandId;
use crate::{cx::Cx, keymap::Chord};

/// What has the user's attention, as far as keys are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A list, panes or a log: keys move a selection or the view.
    Browse,
    /// One thing, opened.
    Detail,
    /// A filter is typed.
    Typing,
    /// The columns of a list are chosen.
    Columns,
    Form,
    /// A form whose truck was changed meanwhile: the versions are compared.
    Conflict,
    Palette,
    Help,
    /// A question that is answered with yes or no.
    Confirm,
    /// A question that is answered with a name.
    TypeName,
}

/// A command, declared.
#[derive(Debug, Clone, Copy)]
pub struct CommandSpec {
    pub id: CommandId,
    /// What it does, in the fewest words.
    pub title: &'static str,
    pub keys: &'static [Chord],
    pub modes: &'static [Mode],
    /// The words in the footer.
    pub hint: &'static str,
    /// Shown in the footer, not only in the help.
    pub in_footer: bool,
    /// The palette offers it on every screen; it opens the screen that it belongs to.
    pub is_everywhere: bool,
    /// Returns why the command does nothing at present.
    pub unavailable: fn(&Cx<'_>) -> Option<String>,
}

/// Commands that are documented together.
#[derive(Debug)]
pub struct Group {
    pub title: &'static str,
    pub commands: &'static [CommandSpec],
}

impl Mode {
    pub const ALL: [Self; 10] = [
        Self::Browse,
        Self::Detail,
        Self::Typing,
        Self::Columns,
        Self::Form,
        Self::Conflict,
        Self::Palette,
        Self::Help,
        Self::Confirm,
        Self::TypeName,
    ];

    /// Reports whether letters are text here, and not commands.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Typing | Self::Form | Self::Palette | Self::TypeName)
    }

    /// Reports whether a form is open, also while its conflict is shown.
    pub fn is_form(self) -> bool {
        matches!(self, Self::Form | Self::Conflict)
    }

    /// Returns what to do first for a command of this mode.
    pub fn requirement(self) -> &'static str {
        match self {
            Self::Browse => "close what is open first",
            Self::Detail => "open a row first",
            Self::Typing => "begin a filter first",
            Self::Columns => "choose the columns first",
            Self::Form => "open the form first",
            Self::Conflict | Self::Palette | Self::Help | Self::Confirm | Self::TypeName => "not now",
        }
    }
}

impl CommandSpec {
    pub const fn new(
        id: CommandId,
        title: &'static str,
        keys: &'static [Chord],
        modes: &'static [Mode],
    ) -> Self {
        Self {
            id,
            title,
            keys,
            modes,
            hint: title,
            in_footer: false,
            is_everywhere: false,
            unavailable: |_| None,
        }
    }

    /// Shows the command in the footer.
    #[must_use]
    pub const fn in_footer(mut self) -> Self {
        self.in_footer = true;
        self
    }

    /// Shows the command in the footer, in fewer words than elsewhere.
    #[must_use]
    pub const fn in_footer_as(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self.in_footer()
    }

    /// Offers the command on every screen.
    #[must_use]
    pub const fn everywhere(mut self) -> Self {
        self.is_everywhere = true;
        self
    }

    /// Sets when the command does nothing, and why.
    #[must_use]
    pub const fn unless(mut self, unavailable: fn(&Cx<'_>) -> Option<String>) -> Self {
        self.unavailable = unavailable;
        self
    }

    /// Writes the keys: `↑ k`.
    pub fn key_names(&self) -> String {
        self.keys.iter().map(Chord::name).collect::<Vec<_>>().join(" ")
    }

    /// Writes the first of the keys.
    pub fn key_name(&self) -> String {
        self.keys.first().map(Chord::name).unwrap_or_default()
    }
}
