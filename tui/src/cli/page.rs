//! The commands and their flags as the page `docs/commands.md`.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use super::args::Cli;

const HEAD: &str = "# Commands\n\nWritten from the command line by `cargo xtask docs`; `hello-tui COMMAND --help` shows the same. \
                    [The console](guide.md#on-the-command-line)\nhas examples, and says what all commands have in common: \
                    output, questions, failures and exit codes.\n";

/// Writes every command as the page `docs/commands.md`.
pub fn document() -> String {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut page = HEAD.to_owned();
    commands(&root, &mut page);
    // Writing to a string does not fail.
    let _ = write!(page, "\n## Global flags\n\nEvery command takes them.\n");
    let global = root.get_arguments().filter(|arg| arg.is_global_set() && !arg.is_hide_set());
    arguments(global, &mut page);
    page
}

/// Writes the commands that do something, in the order of the help.
fn commands(command: &Command, page: &mut String) {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        if inner.has_subcommands() {
            commands(inner, page);
        } else {
            section(inner, page);
        }
    }
}

fn section(command: &Command, page: &mut String) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = write!(page, "\n## `{name}`\n\n{}.\n\n```sh\n{usage}\n```\n", about.trim_end_matches('.'));
    arguments(command.get_arguments().filter(|arg| !arg.is_global_set() && is_shown(arg)), page);
}

/// Leaves out what every command of every program has.
fn is_shown(arg: &Arg) -> bool {
    !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version")
}

/// Writes a table, unless it would be empty.
fn arguments<'a>(arguments: impl Iterator<Item = &'a Arg>, page: &mut String) {
    let rows: Vec<_> = arguments.map(row).collect();
    if !rows.is_empty() {
        let _ = write!(page, "\n| argument | meaning |\n|---|---|\n{}", rows.concat());
    }
}

fn row(arg: &Arg) -> String {
    let values = arg.get_value_names().unwrap_or_default().join(" ");
    let takes_value = arg.get_action().takes_values();
    let name = match (arg.get_short(), arg.get_long()) {
        (Some(short), Some(long)) => format!("-{short}, --{long}"),
        (None, Some(long)) => format!("--{long}"),
        (Some(short), None) => format!("-{short}"),
        (None, None) => String::new(),
    };
    let name = match (name.is_empty(), takes_value) {
        (true, _) => values,
        (false, true) => format!("{name} {values}"),
        (false, false) => name,
    };
    let known: Vec<_> =
        arg.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    let known =
        if known.is_empty() || !takes_value { String::new() } else { format!(": {}", known.join(", ")) };
    let variable = arg.get_env().map(|name| format!(" (`{}`)", name.to_string_lossy())).unwrap_or_default();
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    format!("| `{}` | {}{known}{variable} |\n", cell(&name), cell(help.trim_end_matches('.')))
}

/// Escapes what would end a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
