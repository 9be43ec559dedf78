//! Shell completions. The shell runs this program for each TAB, so candidates can come from catalog and settings.
//!
//! Candidates are read from disk only and within a fraction of a second. Whatever fails completes nothing and prints
//! nothing.

mod bash;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use clap::CommandFactory;
use clap_complete::{
    CompleteEnv,
    env::{Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh},
};

use self::bash::Bash;
pub(super) use self::bash::quoted;
use super::{Error, args::Cli, output::Out};

/// The variable by which a registration script asks for candidates. It holds the name of the shell.
const VARIABLE: &str = "HELLO_TUI_COMPLETE";

const NAME: &str = "hello-tui";

/// Print the script by which a shell completes commands, flags, entities, workflows and contexts
///
/// bash: add to ~/.bashrc: source <(hello-tui completions bash)
///
/// zsh: add to ~/.zshrc, after compinit: source <(hello-tui completions zsh)
///
/// fish: add to ~/.config/fish/completions/hello-tui.fish: hello-tui completions fish | source
///
/// powershell: add to $PROFILE: hello-tui completions powershell | Out-String | Invoke-Expression
///
/// elvish: add to ~/.config/elvish/rc.elv: eval (hello-tui completions elvish | slurp)
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

impl Shell {
    fn completer(self) -> &'static dyn EnvCompleter {
        match self {
            Self::Bash => &Bash,
            Self::Zsh => &Zsh,
            Self::Fish => &Fish,
            Self::Powershell => &Powershell,
            Self::Elvish => &Elvish,
        }
    }
}

/// Answers a shell that asks for candidates. Reports whether one did.
pub(super) fn answer() -> bool {
    let shells = Shells(&[&Bash, &Elvish, &Fish, &Powershell, &Zsh]);
    let completion = CompleteEnv::with_factory(Cli::command).var(VARIABLE).shells(shells);
    let folder = env::current_dir().ok();
    // A failure must not appear between what the user types.
    completion.try_complete(env::args_os(), folder.as_deref()).unwrap_or(true)
}

/// Prints the registration script.
pub(super) fn run(args: &Args, out: &Out) -> Result<(), Error> {
    let mut script = Vec::new();
    args.shell.completer().write_registration(VARIABLE, NAME, NAME, &program()?, &mut script)?;
    Ok(out.text(&String::from_utf8_lossy(&script))?)
}

/// Returns how the script calls this program: by its name if the shell finds it so, otherwise by its path.
fn program() -> io::Result<String> {
    let program = env::current_exe()?;
    let is_found = on_path(env::var_os("PATH").unwrap_or_default().as_os_str())
        .is_some_and(|found| is_same(&found, &program));
    Ok(if is_found { NAME.to_owned() } else { program.to_string_lossy().into_owned() })
}

fn on_path(path: &std::ffi::OsStr) -> Option<PathBuf> {
    env::split_paths(path).map(|folder| folder.join(NAME)).find(|program| program.is_file())
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}
