//! The errors that end a command: what failed, why, and in some cases what to type next.

use std::{io, path::PathBuf, process::ExitStatus};

/// The reason for which a command ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("failed ({status}): {command}")]
    Command { command: String, status: ExitStatus },

    #[error("cannot start `{command}`: {source}")]
    Start { command: String, source: io::Error },

    #[error("cannot {what} {}: {source}", path.display())]
    File { what: &'static str, path: PathBuf, source: io::Error },

    #[error("third-party programs are missing: {why}\n  {hint}")]
    ThirdParty { why: String, hint: &'static str },

    #[error("{why}\n  {hint}")]
    Stress { why: String, hint: &'static str },

    #[error("{program} printed no measurement: {line}")]
    Measurement { program: String, line: String },

    #[error("no terminal for {program}: {why}")]
    Terminal { program: String, why: String },

    #[error("never saw {}: {why}; the screen shows\n{}", quoted(missing), screen.trim_end())]
    Unseen { missing: Vec<String>, why: String, screen: String },
}

impl Failure {
    /// Returns a closure that adds the failed operation and the path to an I/O error:
    /// `.map_err(Failure::file("write", path))`.
    pub(crate) fn file(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { what, path, source }
    }
}

fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", ")
}
