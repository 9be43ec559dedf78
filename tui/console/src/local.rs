//! What is done on the user's own machine: in the clipboard, the browser, the editor and the pager.

use std::path::PathBuf;

use hello_model::failure::Failure;

/// A text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyText {
    /// Copied as it is, with its control characters.
    pub text: String,
    /// What it is: `the URL`.
    pub what: String,
}

/// A program that gets the terminal until it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// The user's editor, on a file at a line, counted from 1.
    Edit { path: PathBuf, line: usize },
    /// The user's pager, on a text.
    Page { text: String },
}

/// How it ended.
#[derive(Debug, Clone, PartialEq)]
pub enum LocalResult {
    /// A text is in the clipboard of the system.
    Copied {
        what: String,
    },
    /// No clipboard of the system can be reached: the terminal has one.
    NoClipboard {
        text: CopyText,
        /// Whether tmux is between the console and the terminal.
        in_tmux: bool,
    },
    /// The browser was told to open a page.
    Opened,
    /// There is no browser here, and why.
    NoBrowser {
        url: String,
        why: String,
        in_tmux: bool,
    },
    /// A program has ended, and the terminal is the console's again.
    Returned(Program),
    Failed(Failure),
}

/// What the commands that copy, open and edit apply to: the selected row, or what is opened. What is missing has the
/// reason in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    pub text: Result<CopyText, String>,
    pub url: Result<String, String>,
    pub program: Result<Program, String>,
}

/// The most bytes that terminals take for their clipboard: 74,994 in base64.
pub const MAX_BY_TERMINAL: usize = 74_994 / 4 * 3;

impl CopyText {
    pub fn new(text: impl Into<String>, what: impl Into<String>) -> Self {
        Self { text: text.into(), what: what.into() }
    }
}

impl Selection {
    /// Makes a selection of nothing. `why` is the predicate of a sentence: `no run is selected`.
    pub fn nothing(why: &str) -> Self {
        let why = why.to_owned();
        Self { text: Err(why.clone()), url: Err(why.clone()), program: Err(why) }
    }

    /// Makes a selection of a text.
    pub fn of(text: CopyText) -> Self {
        Self {
            text: Ok(text),
            url: Err("it has no page on the web".to_owned()),
            program: Err("there is nothing to edit or to page here".to_owned()),
        }
    }

    #[must_use]
    pub fn url(self, url: Result<String, String>) -> Self {
        Self { url: url.and_then(web_url), ..self }
    }

    #[must_use]
    pub fn program(self, program: Result<Program, String>) -> Self {
        Self { program, ..self }
    }

    /// Offers a text in the pager.
    #[must_use]
    pub fn page(self, text: String) -> Self {
        self.program(Ok(Program::Page { text }))
    }
}

/// Returns a URL if a browser may open it: text from outside must start no other program.
pub fn web_url(url: String) -> Result<String, String> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_web = matches!(scheme.as_deref(), Some("http" | "https"));
    let is_plain = url.chars().all(|c| c.is_ascii_graphic());
    match (is_web, is_plain) {
        (true, true) => Ok(url),
        (true, false) => Err("its URL has characters that do not belong there".to_owned()),
        (false, _) => Err("only http and https URLs are opened".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_web_are_opened() {
        for url in ["https://github.com/a/b", "HTTP://localhost:8080/x?y=z#w"] {
            assert_eq!(web_url(url.to_owned()).as_deref(), Ok(url));
        }
        for url in [
            "",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "vscode://x",
            "--new-window",
            "httpsx://a",
            "https://a/ b",
            "https://a/\u{1b}]52;c;",
            "https://a/\u{202e}x",
            "mailto:a@b",
        ] {
            assert!(web_url(url.to_owned()).is_err(), "{url} would be opened");
        }
    }
}
