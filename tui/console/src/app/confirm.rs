//! The question before something risky: answered with yes or no, or by typing a name.

use crossterm::event::KeyEvent;
use hello_model::{
    world::Connection,
    write::{Risk, Write},
};
use tui_input::Input;

use crate::{command::Mode, line_input, route::InstanceId, widgets::scroll::Scroll};

/// A question, and what is done if the answer is yes.
#[derive(Debug)]
pub(super) struct Confirm {
    pub(super) question: String,
    /// A line for each object of the write.
    pub(super) targets: Vec<String>,
    /// What follows from a yes.
    pub(super) consequence: String,
    /// How far the targets are scrolled.
    pub(super) scroll: Scroll,
    /// The text that must be typed, if a yes is not enough.
    pub(super) name: Option<String>,
    pub(super) input: Input,
    pub(super) pending: Pending,
}

/// What is done after a yes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Pending {
    Write { origin: InstanceId, write: Box<Write> },
    Connect(Connection),
}

impl Confirm {
    /// Asks before a write.
    pub(super) fn write(
        origin: InstanceId,
        write: Write,
        risk: Risk,
        place: &str,
        notes: Vec<String>,
    ) -> Self {
        let changes = format!("This changes {place}.");
        Self {
            question: write.question(),
            targets: write.targets(),
            consequence: notes.into_iter().chain([changes]).collect::<Vec<_>>().join(" "),
            scroll: Scroll::default(),
            name: (risk == Risk::TypeName).then(|| write.target()),
            input: Input::default(),
            pending: Pending::Write { origin, write: Box::new(write) },
        }
    }

    /// Asks before everything is read from elsewhere.
    pub(super) fn connect(question: String, consequence: String, to: Connection) -> Self {
        let pending = Pending::Connect(to);
        Self {
            question,
            targets: Vec::new(),
            consequence,
            scroll: Scroll::default(),
            name: None,
            input: Input::default(),
            pending,
        }
    }

    pub(super) fn mode(&self) -> Mode {
        if self.name.is_some() { Mode::TypeName } else { Mode::Confirm }
    }

    pub(super) fn typed(&mut self, key: KeyEvent) {
        if self.name.is_some() {
            line_input::typed(&mut self.input, key);
        }
    }

    /// Reports whether what was typed is the name, where one is needed.
    pub(super) fn is_answered(&self) -> bool {
        self.name.as_ref().is_none_or(|name| self.input.value() == name)
    }
}
