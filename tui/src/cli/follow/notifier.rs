//! Tells of the progress in the tab of the terminal, and of the end with its bell and a desktop notification.
//!
//! Nothing of it is written to a file or a pipe: it goes to standard error if only that is a terminal.

use std::{fmt, io};

use crossterm::Command;
use hello_model::{run::RunDetail, text::visible};
use hello_state::{
    flow::Verdict,
    present::{badge::run_badge, run_tree},
};

use crate::cli::{
    options::When,
    writer::{self, Writer},
};

/// The title of a notification.
const TITLE: &str = "hello-tui";

/// Writes to the terminal until dropped; then the progress is taken away.
#[derive(Debug)]
pub(super) struct Notifier {
    color: When,
    is_on_output: bool,
    abilities: Abilities,
    percent: Option<u8>,
    /// What is followed, with its status.
    summary: Option<String>,
}

/// What a terminal knows beside the bell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Abilities {
    /// Whether it ignores or obeys operating system commands (OSC).
    has_osc: bool,
    /// Whether it knows OSC 777, as rxvt does, rather than OSC 9.
    has_titles: bool,
    /// Whether OSC 9;4 is progress, and not a notification.
    has_progress: bool,
}

impl Abilities {
    /// Reads them from the environment.
    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let (term, program) = (variable("TERM").unwrap_or_default(), variable("TERM_PROGRAM"));
        let features = variable("TERM_FEATURES").unwrap_or_default();
        let knows_777 = ["rxvt", "foot"].iter().any(|name| term.starts_with(name));
        Self {
            has_osc: !matches!(term.as_str(), "" | "dumb" | "linux"),
            has_titles: knows_777 || variable("VTE_VERSION").is_some_and(|version| !version.is_empty()),
            // An earlier iTerm2 would show each step as a notification.
            has_progress: program.as_deref() != Some("iTerm.app") || features.contains('P'),
        }
    }
}

impl Notifier {
    /// Makes one if standard output or standard error is a terminal.
    pub(super) fn open(color: When) -> Option<Self> {
        let (is_on_output, is_on_errors) = writer::are_terminals();
        let abilities = Abilities::of(|name| std::env::var(name).ok());
        let notifier = Self { color, is_on_output, abilities, percent: None, summary: None };
        (is_on_output || is_on_errors).then_some(notifier)
    }

    /// Shows how far the runs have come.
    pub(super) fn update(&mut self, runs: &[&RunDetail]) -> io::Result<()> {
        self.summary = summary(runs);
        let percent = run_tree::percent(runs);
        if percent == self.percent || !(self.abilities.has_osc && self.abilities.has_progress) {
            return Ok(());
        }
        self.percent = percent;
        self.send(Progress(percent))
    }

    /// Tells how it ended.
    pub(super) fn finish(mut self, verdict: &Verdict) -> io::Result<()> {
        let text = match (verdict, self.summary.take()) {
            (Verdict::Unknown(failure) | Verdict::TimedOut(failure), _) => failure.to_string(),
            (Verdict::Succeeded, None) => "success".to_owned(),
            (Verdict::Failed, None) => "failure".to_owned(),
            (Verdict::Succeeded | Verdict::Failed, Some(summary)) => summary,
        };
        if self.abilities.has_osc {
            self.send(Notification { text: &text, has_title: self.abilities.has_titles })?;
        }
        self.send(Bell)
    }

    fn send(&self, command: impl Command) -> io::Result<()> {
        if self.is_on_output {
            let mut out = Writer::output(self.color);
            out.control(command).and_then(|()| out.finish())
        } else {
            let mut out = Writer::errors(self.color);
            out.control(command).and_then(|()| out.finish())
        }
    }
}

impl Drop for Notifier {
    fn drop(&mut self) {
        if self.percent.is_some() {
            // The terminal may be closed.
            let _ = self.send(Progress(None));
        }
    }
}

/// Names the runs with their states: `Check #42: failure`.
fn summary(runs: &[&RunDetail]) -> Option<String> {
    let state =
        |detail: &&RunDetail| format!("{}: {}", detail.run.reference().name, run_badge(&detail.run.state).1);
    (!runs.is_empty()).then(|| runs.iter().map(state).collect::<Vec<_>>().join(", "))
}

/// The progress in the tab of the terminal in percent, or none.
struct Progress(Option<u8>);

impl Command for Progress {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self.0 {
            Some(percent) => write!(f, "\x1b]9;4;1;{percent}\x1b\\"),
            None => f.write_str("\x1b]9;4;0;\x1b\\"),
        }
    }
}

/// A notification on the desktop.
struct Notification<'t> {
    text: &'t str,
    has_title: bool,
}

impl Command for Notification<'_> {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let text = visible(self.text);
        if self.has_title {
            // A semicolon would begin another field.
            return write!(f, "\x1b]777;notify;{TITLE};{}\x1b\\", text.replace(';', ","));
        }
        // With the title first, the text is never taken as the number of another command.
        write!(f, "\x1b]9;{TITLE}: {text}\x1b\\")
    }
}

/// The bell of the terminal.
struct Bell;

impl Command for Bell {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_char('\x07')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(command: impl Command) -> String {
        let mut text = String::new();
        command.write_ansi(&mut text).unwrap();
        text
    }

    #[test]
    fn a_text_cannot_leave_its_notification() {
        let text = "4;1;50\u{1b}\\\u{7}\u{9c};b\n";
        for (has_title, shown) in [
            (false, "\u{1b}]9;hello-tui: 4;1;50␛\\␇\u{fffd};b␊\u{1b}\\"),
            (true, "\u{1b}]777;notify;hello-tui;4,1,50␛\\␇\u{fffd},b␊\u{1b}\\"),
        ] {
            assert_eq!(written(Notification { text, has_title }), shown);
        }
    }

    #[test]
    fn a_terminal_gets_what_it_knows() {
        let with = |variables: &[(&str, &str)]| {
            let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
            Abilities::of(|name| find(name).map(|(_, value)| (*value).to_owned()))
        };
        let usual = with(&[("TERM", "xterm-256color")]);
        assert_eq!(usual, Abilities { has_osc: true, has_titles: false, has_progress: true });
        assert!(with(&[("TERM", "foot")]).has_titles);
        assert!(with(&[("TERM", "xterm-256color"), ("VTE_VERSION", "7800")]).has_titles);
        assert!(
            !with(&[("TERM", "dumb")]).has_osc && !with(&[]).has_osc && !with(&[("TERM", "linux")]).has_osc
        );
        let iterm = [("TERM", "xterm"), ("TERM_PROGRAM", "iTerm.app")];
        assert!(!with(&iterm).has_progress);
    }
}
