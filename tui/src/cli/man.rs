//! `hello-tui man`: the manual pages, generated from the same declarations as the help.

use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_mangen::Man;
use hello_model::failure::{Failure, Kind};

use super::{Error, args::Cli, output::Out};

/// Print the manual page of hello-tui, or of one of its commands
///
/// To read it: hello-tui man | man -l -
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The command, as in: trucks add [default: hello-tui itself]
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    /// Write a page for each command into this folder, as in ~/.local/share/man/man1
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath, conflicts_with = "command")]
    into: Option<PathBuf>,
}

/// Prints a page, or writes all of them.
pub(super) fn run(args: &Args, out: &Out) -> Result<(), Error> {
    if let Some(folder) = &args.into {
        return write(folder, out);
    }
    let mut page = Vec::new();
    manual(find(&args.command)?).render(&mut page)?;
    Ok(out.text(&String::from_utf8_lossy(&page))?)
}

/// Returns hello-tui with the names that pages need.
fn built() -> clap::Command {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    command
}

fn manual(command: clap::Command) -> Man {
    Man::new(command).source(concat!("hello-tui ", env!("CARGO_PKG_VERSION"))).manual("Hello Truck")
}

/// Returns the command with this path: `trucks add`.
fn find(path: &[String]) -> Result<clap::Command, Failure> {
    let mut command = built();
    for name in path {
        let Some(found) = command.find_subcommand(name) else {
            let known: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
            let why = match known.join(", ") {
                known if known.is_empty() => format!("`{}` has no commands", command.get_name()),
                known => format!("there is no command `{name}`; known: {known}"),
            };
            let hint = format!("{} --help", command.get_bin_name().unwrap_or("hello-tui"));
            return Err(Failure::new(Kind::NotConfigured, "printing a manual page", why).hint(hint));
        };
        command = found.clone();
    }
    Ok(command)
}

#[expect(clippy::disallowed_methods, reason = "manual pages are for every user of the machine")]
fn write(folder: &Path, out: &Out) -> Result<(), Error> {
    let failed = |error: std::io::Error| {
        Failure::new(
            Kind::NotConfigured,
            "writing the manual pages",
            format!("{}: {error}", folder.display()),
        )
        .hint("name a folder that you may write to, with --into DIR")
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut commands = vec![built()];
    while let Some(command) = commands.pop() {
        commands.extend(command.get_subcommands().cloned());
        manual(command).generate_to(folder).map_err(failed)?;
    }
    Ok(out.text(&format!("The pages are in {}.\n", folder.display()))?)
}
