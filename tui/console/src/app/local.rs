//! What is copied, opened and edited on the user's own machine, and how that ended.

use hello_model::query::Query;

use super::App;
use crate::{
    command::CommandId,
    commands,
    effect::Effect,
    local::{CopyText, LocalResult, MAX_BY_TERMINAL, Program, Selection},
    theme::Tone,
};

impl App {
    /// Returns what the commands that copy, open and edit apply to.
    pub(super) fn selection(&self) -> Selection {
        let cx = self.data.cx(&self.history.current().scope);
        let nothing = || Selection::nothing("nothing is selected");
        self.screen().map_or_else(nothing, |screen| screen.selection(&cx))
    }

    /// Returns why one of these commands does nothing.
    pub(super) fn local_unavailable(&self, command: CommandId) -> Option<String> {
        match command {
            commands::COPY => self.selection().text.err(),
            commands::BROWSE => self.selection().url.err(),
            commands::EDIT => self.selection().program.err(),
            _ => None,
        }
    }

    /// Executes one of these commands; `None` for others.
    pub(super) fn run_local(&mut self, command: CommandId) -> Option<Vec<Effect>> {
        let selection = matches!(command, commands::COPY | commands::BROWSE | commands::EDIT);
        let selection = selection.then(|| self.selection())?;
        let effect = match command {
            commands::COPY => selection.text.map(Effect::Copy),
            commands::BROWSE => selection.url.map(Effect::OpenUrl),
            _ => selection.program.map(Effect::HandOver),
        };
        match effect {
            Ok(effect) => Some(vec![effect]),
            Err(why) => {
                self.notify(format!("Not available: {why}."), Tone::Warning);
                Some(Vec::new())
            }
        }
    }

    /// Takes in how it ended.
    pub(super) fn local_ended(&mut self, result: LocalResult) -> Vec<Effect> {
        match result {
            LocalResult::Copied { what } => self.notify(format!("Copied {what}."), Tone::Good),
            LocalResult::NoClipboard { text, in_tmux } => return self.copy_by_terminal(text, in_tmux),
            LocalResult::Opened => self.notify("Opened in the browser.".to_owned(), Tone::Good),
            LocalResult::NoBrowser { url, why, in_tmux } => {
                let effects = self.copy_by_terminal(CopyText::new(url.clone(), "the URL"), in_tmux);
                self.notify(format!("{url} is copied: {why}"), Tone::Warning);
                return effects;
            }
            LocalResult::Returned(Program::Edit { .. }) => {
                let world = self.data.world.id;
                let wants = self.wants_of_screen();
                let descriptors = wants.iter().map(|want| &want.query);
                let descriptors = descriptors.filter(|query| matches!(query, Query::Descriptor(_)));
                let queries = [&Query::Catalog].into_iter().chain(descriptors);
                let fetches = self.data.cache.refresh(queries, self.data.now);
                self.notify("The catalog is read again.".to_owned(), Tone::Good);
                return fetches.into_iter().map(|fetch| Effect::Read { world, fetch }).collect();
            }
            LocalResult::Returned(Program::Page { .. }) => {}
            LocalResult::Failed(failure) => {
                let hint = failure.hint.as_ref().map(|hint| format!(" → {hint}")).unwrap_or_default();
                self.notify(format!("{}{hint}", failure.why), Tone::Bad);
            }
        }
        Vec::new()
    }

    /// Gives a text to the terminal, which does not say whether it takes it.
    fn copy_by_terminal(&mut self, text: CopyText, in_tmux: bool) -> Vec<Effect> {
        let CopyText { text, what } = text;
        if text.len() > MAX_BY_TERMINAL {
            let why = format!(
                "Not copied: a terminal takes {MAX_BY_TERMINAL} bytes at most, and {what} has {}.",
                text.len()
            );
            self.notify(why, Tone::Warning);
            return Vec::new();
        }
        let tmux = if in_tmux { " (tmux needs `set-clipboard on`)" } else { "" };
        self.notify(format!("Copied {what} to the terminal's clipboard{tmux}."), Tone::Good);
        vec![Effect::CopyByTerminal(text)]
    }
}
