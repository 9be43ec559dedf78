//! Runs other programs as from a shell; an error shows the command line.

use std::{
    env,
    ffi::OsStr,
    fmt::{Display, Write as _},
    process::{Command, ExitStatus, Stdio},
};

use crate::{failure::Failure, workspace};

/// Prepares a cargo command in the workspace's root.
///
/// `cargo xtask` sets variables such as `CARGO_PKG_NAME` for xtask. Build scripts depend on some of them, so passing
/// them on would recompile crates each time a developer switches between `cargo test` and `cargo xtask test`.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(arguments).current_dir(workspace::root());
    for (name, _) in env::vars_os() {
        if is_set_by_cargo_run(&name) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Prepares a call of the workspace's compiler.
pub(crate) fn rustc(arguments: &[&str]) -> Command {
    let mut rustc = Command::new("rustc");
    rustc.args(arguments).current_dir(workspace::root());
    rustc
}

fn is_set_by_cargo_run(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name == "CARGO"
        || ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|p| name.starts_with(p))
}

/// Runs a command to its end; it inherits xtask's output streams.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus, Failure> {
    command.status().map_err(|source| Failure::Start { command: line(command), source })
}

/// Runs a command that must succeed.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = status(command)?;
    if status.success() { Ok(()) } else { Err(Failure::Command { command: line(command), status }) }
}

/// Runs a command that must succeed, and returns its standard output; it inherits the other streams.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Failure::Start { command: line(command), source })?;
    if !output.status.success() {
        return Err(Failure::Command { command: line(command), status: output.status });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Formats a command as typed in a shell, without its environment variables.
pub(crate) fn line(command: &Command) -> String {
    let mut line = typed(command.get_program());
    for argument in command.get_args() {
        let _ = write!(line, " {}", typed(argument));
    }
    line
}

fn typed(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.contains(|c: char| c.is_whitespace() || "'\"$&|;<>*?()".contains(c)) || word.is_empty() {
        quoted(word)
    } else {
        word.into_owned()
    }
}

fn quoted(word: impl Display) -> String {
    format!("'{}'", word.to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_started_without_what_it_told_xtask_about_itself() {
        for variable in ["CARGO", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_BIN_NAME"] {
            assert!(is_set_by_cargo_run(OsStr::new(variable)), "{variable} is passed on");
        }
        for chosen in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_INCREMENTAL", "PATH"] {
            assert!(!is_set_by_cargo_run(OsStr::new(chosen)), "{chosen} is lost");
        }
    }

    #[test]
    fn a_command_is_named_as_it_would_be_typed() {
        let mut command = Command::new("cargo");
        command.args(["test", "a name", "it's"]);
        assert_eq!(line(&command), r"cargo test 'a name' 'it'\''s'");
    }

    #[test]
    fn a_failing_command_is_named_with_its_status() {
        let failure = run(cargo(&["no-such-command"]).stderr(std::process::Stdio::null())).unwrap_err();
        assert!(failure.to_string().contains("exit status: 101): cargo no-such-command"), "{failure}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = run(&mut Command::new("no-such-program")).unwrap_err();
        assert!(failure.to_string().starts_with("cannot start `no-such-program`: "), "{failure}");
    }
}
