//! Usage errors in the form of every other failure: what failed, why, and what to type next.

use std::ffi::OsString;

use clap::CommandFactory;
use hello_model::failure::{Failure, Kind};

use super::args::Cli;

/// The last line of a message of clap, which our hint replaces.
const TRY_HELP: &str = "For more information, try";

/// Converts a message of clap about these arguments, of which the first is the program.
pub(super) fn failure(error: &clap::Error, arguments: impl IntoIterator<Item = OsString>) -> Failure {
    let command = named(arguments);
    Failure::new(Kind::NotConfigured, "reading the command line", why(&error.render().to_string()))
        .hint(format!("{command} --help"))
}

/// Returns the message without its label and its advice, one statement a line.
fn why(message: &str) -> String {
    let lines = message.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(TRY_HELP));
    let lines: Vec<_> = lines.map(|line| line.strip_prefix("error: ").unwrap_or(line)).collect();
    lines.join("\n")
}

/// Returns the innermost command that the arguments name: `hello-tui trucks add`.
fn named(arguments: impl IntoIterator<Item = OsString>) -> String {
    let mut command = Cli::command();
    let mut path = command.get_name().to_owned();
    for argument in arguments.into_iter().skip(1) {
        let Some(inner) = argument.to_str().and_then(|name| command.find_subcommand(name)).cloned() else {
            continue;
        };
        path = format!("{path} {}", inner.get_name());
        command = inner;
    }
    path
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn refused(line: &str) -> Failure {
        let arguments = || line.split_whitespace().map(OsString::from);
        failure(&Cli::try_parse_from(arguments()).unwrap_err(), arguments())
    }

    #[test]
    fn a_usage_error_names_the_help_of_its_command() {
        for (line, hint) in [
            ("hello-tui no-such-command", "hello-tui --help"),
            ("hello-tui --frobnicate", "hello-tui --help"),
            ("hello-tui trucks lst", "hello-tui trucks --help"),
            ("hello-tui trucks show", "hello-tui trucks show --help"),
            ("hello-tui -o json trucks add --mak Scania", "hello-tui trucks add --help"),
            ("hello-tui trucks list --status flying", "hello-tui trucks list --help"),
            ("hello-tui logs --since yesterday", "hello-tui logs --help"),
            ("hello-tui runs watch --timeout -1", "hello-tui runs watch --help"),
        ] {
            let failure = refused(line);
            assert_eq!(failure.hint.as_deref(), Some(hint), "{line}");
            assert!(
                !failure.why.is_empty() && !failure.why.contains("try '--help'"),
                "{line}: {}",
                failure.why
            );
        }
    }

    #[test]
    fn a_usage_error_keeps_the_suggestions_of_clap() {
        let failure = refused("hello-tui trucks add --mak Scania");
        assert!(failure.why.starts_with("unexpected argument '--mak' found"), "{}", failure.why);
        assert!(failure.why.contains("'--make'"), "{}", failure.why);
    }
}
