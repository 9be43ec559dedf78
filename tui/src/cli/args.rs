//! The whole command line. Doc comments become help texts.

use clap::Parser;

use super::{Command, options::Global};

/// A developer portal in the terminal: catalog, trucks, runs, deployments and logs in one place.
///
/// Without a command it opens the dashboard.
#[derive(Debug, Parser)]
#[command(name = "hello-tui", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_shows_no_value_of_a_variable() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments().filter(|argument| argument.get_env().is_some()) {
                assert!(argument.is_hide_env_values_set(), "{}: hide_env_values = true", argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
