//! The user's own machine: the clipboard, the browser, and programs that get the terminal.

use std::{
    env,
    io::{self, IsTerminal, stdin},
    path::Path,
    process::Stdio,
    time::Duration,
};

use futures::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use hello_console::{
    effect::Effect,
    local::{CopyText, LocalResult, Program, web_url},
    msg::Msg,
};
use hello_model::{
    failure::{Failure, Kind},
    text::marked,
};
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use super::keyboard;
use crate::user_program::UserProgram;

/// How long a tool of the clipboard may take.
const CLIPBOARD_TIMEOUT: Duration = Duration::from_secs(3);
/// How long starting a browser is waited for. One that runs in the foreground goes on after that.
const BROWSER_TIMEOUT: Duration = Duration::from_secs(3);

/// What the environment says of the machine that the user sits at.
#[derive(Debug, Clone, Default)]
struct Machine {
    is_remote: bool,
    in_tmux: bool,
    /// The systems of windows that can be reached, the best first.
    displays: Vec<Display>,
}

/// A system of windows, which has a clipboard and shows a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Display {
    MacOs,
    Wayland,
    X11,
    /// Windows, under which this Linux runs.
    Wsl,
}

/// Returns what an effect of this kind brings; nothing for others.
pub(super) fn run(effect: Effect) -> BoxStream<'static, Msg> {
    let result: BoxFuture<'static, LocalResult> = match effect {
        Effect::Copy(text) => async move { copy(text, &Machine::of_environment()).await }.boxed(),
        Effect::OpenUrl(url) => async move { open_url(url, &Machine::of_environment()).await }.boxed(),
        Effect::HandOver(program) => hand_over(program).boxed(),
        _ => return stream::empty().boxed(),
    };
    stream::once(result).map(Msg::Local).boxed()
}

impl Machine {
    fn of_environment() -> Self {
        let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            is_remote: ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].into_iter().any(is_set),
            in_tmux: is_set("TMUX"),
            displays: [
                (cfg!(target_os = "macos"), Display::MacOs),
                (is_set("WAYLAND_DISPLAY"), Display::Wayland),
                (is_set("DISPLAY"), Display::X11),
                (is_set("WSL_DISTRO_NAME"), Display::Wsl),
            ]
            .into_iter()
            .filter_map(|(is_there, display)| is_there.then_some(display))
            .collect(),
        }
    }

    /// Returns the tools that can reach the user's clipboard, the best first.
    fn clipboard_tools(&self, is_ascii: bool) -> Vec<&'static [&'static str]> {
        let of_display = |display: &Display| -> &[&'static [&'static str]] {
            match display {
                Display::MacOs => &[&["pbcopy"]],
                Display::Wayland => &[&["wl-copy"]],
                Display::X11 => &[&["xclip", "-selection", "clipboard"], &["xsel", "--clipboard", "--input"]],
                Display::Wsl if is_ascii => &[&["clip.exe"]],
                // It takes other characters for those of a code page.
                Display::Wsl => &[],
            }
        };
        let displays = if self.is_remote { &[] } else { self.displays.as_slice() };
        displays.iter().flat_map(of_display).copied().collect()
    }

    /// Returns why no browser can be started here.
    fn lacks_browser(&self) -> Option<&'static str> {
        match (self.is_remote, self.displays.is_empty()) {
            (true, _) => Some("this is another machine, over SSH"),
            (false, true) => Some("there is no display; export BROWSER names a browser"),
            (false, false) => None,
        }
    }
}

async fn copy(text: CopyText, machine: &Machine) -> LocalResult {
    for tool in machine.clipboard_tools(text.text.is_ascii()).into_iter().filter(|tool| is_there(tool[0])) {
        if matches!(timeout(CLIPBOARD_TIMEOUT, give(tool, &text.text)).await, Ok(Ok(true))) {
            return LocalResult::Copied { what: text.what };
        }
    }
    LocalResult::NoClipboard { text, in_tmux: machine.in_tmux }
}

/// Gives a text to a tool, and reports whether it took it.
async fn give(tool: &[&str], text: &str) -> io::Result<bool> {
    let mut command = Command::new(tool[0]);
    let mut child = detached(command.args(&tool[1..])).stdin(Stdio::piped()).kill_on_drop(true).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes()).await?;
    }
    Ok(child.wait().await?.success())
}

/// Opens a page in the user's browser, for a command.
pub(crate) async fn open_page(url: String) -> LocalResult {
    open_url(url, &Machine::of_environment()).await
}

async fn open_url(url: String, machine: &Machine) -> LocalResult {
    let url = match web_url(url) {
        Ok(url) => url,
        Err(why) => return LocalResult::Failed(Failure::new(Kind::NotConfigured, "opening a page", why)),
    };
    let commands = match (UserProgram::browser(), machine.lacks_browser()) {
        (Some(browser), _) => vec![browser.command([&url])],
        (None, Some(why)) => {
            return LocalResult::NoBrowser { url, why: why.to_owned(), in_tmux: machine.in_tmux };
        }
        (None, None) => open::commands(&url),
    };
    for command in commands {
        if starts(&mut Command::from(command)).await {
            return LocalResult::Opened;
        }
    }
    let why = "no browser could be started; export BROWSER names one".to_owned();
    LocalResult::NoBrowser { url, why, in_tmux: machine.in_tmux }
}

/// Starts a browser and reports whether that has succeeded. The runtime collects it when it ends.
async fn starts(command: &mut Command) -> bool {
    let Ok(mut child) = detached(command).stdin(Stdio::null()).spawn() else { return false };
    match timeout(BROWSER_TIMEOUT, child.wait()).await {
        Ok(ended) => ended.is_ok_and(|status| status.success()),
        Err(_) => true,
    }
}

/// Takes the terminal away from a program: neither its output nor a key may cross with the console's.
fn detached(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0)
}

/// Runs a program in the terminal until it ends.
async fn hand_over(program: Program) -> LocalResult {
    let ended = match &program {
        Program::Edit { path, line } => edit(path, *line).await,
        Program::Page { text } => page(text).await,
    };
    match ended {
        Ok(()) => LocalResult::Returned(program),
        Err(failure) => LocalResult::Failed(failure),
    }
}

async fn edit(path: &Path, line: usize) -> Result<(), Failure> {
    if !path.is_file() {
        let why = format!("there is no file {}", path.display());
        return Err(Failure::new(Kind::NotFound, "editing a file", why));
    }
    let editor = UserProgram::editor();
    let mut command = Command::from(editor.command(editor.at_line(path, line)));
    if !stdin().is_terminal() {
        let terminal = keyboard::open().map_err(|error| failed(&editor, &error.to_string()))?;
        command.stdin(Stdio::from(terminal));
    }
    judge(&editor, command.status().await)
}

/// Shows a text in the pager. A pager may obey what a terminal obeys, so the text has nothing of that.
async fn page(text: &str) -> Result<(), Failure> {
    let pager = UserProgram::pager();
    let mut command = Command::from(pager.command::<&str>([]));
    let mut child =
        command.stdin(Stdio::piped()).spawn().map_err(|error| failed(&pager, &error.to_string()))?;
    let input = child.stdin.take();
    let write = async {
        if let Some(mut input) = input {
            for line in text.lines() {
                // A pager that was left reads no more.
                if input.write_all(format!("{}\n", marked(line)).as_bytes()).await.is_err() {
                    return;
                }
            }
        }
    };
    let (status, ()) = tokio::join!(child.wait(), write);
    judge(&pager, status)
}

fn judge(program: &UserProgram, status: io::Result<std::process::ExitStatus>) -> Result<(), Failure> {
    match status {
        Ok(status) if status.success() => Ok(()),
        // The shell's code for a program that it does not find.
        Ok(status) if status.code() == Some(127) => Err(failed(program, "it is not installed")),
        Ok(status) => Err(failed(program, &format!("it ended with {status}"))),
        Err(error) => Err(failed(program, &format!("it cannot be started: {error}"))),
    }
}

fn failed(program: &UserProgram, why: &str) -> Failure {
    let why = format!("`{}`: {why}", program.name());
    Failure::new(Kind::NotConfigured, "running a program", why)
        .hint(format!("export {} names another", program.variables))
}

/// Reports whether a program is on the path.
fn is_there(name: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clipboard_of_another_machine_is_the_terminals() {
        let here = Machine { displays: vec![Display::Wayland, Display::X11], ..Machine::default() };
        let tools: Vec<&str> = here.clipboard_tools(true).into_iter().map(|tool| tool[0]).collect();
        assert_eq!(tools, ["wl-copy", "xclip", "xsel"]);
        assert_eq!(Machine { is_remote: true, ..here }.clipboard_tools(true), Vec::<&[&str]>::new());
        let wsl = Machine { displays: vec![Display::Wsl], ..Machine::default() };
        assert_eq!(wsl.clipboard_tools(true), [["clip.exe"]]);
        assert!(wsl.clipboard_tools(false).is_empty(), "a code page is not Unicode");
    }

    #[tokio::test]
    async fn only_a_page_of_the_web_reaches_a_browser() {
        let here = Machine { displays: vec![Display::X11], ..Machine::default() };
        for url in ["file:///etc/passwd", "ssh://host", "-flag", "javascript:x"] {
            let result = open_url(url.to_owned(), &here).await;
            assert!(matches!(result, LocalResult::Failed(_)), "{url}: {result:?}");
        }
        let remote = Machine { is_remote: true, in_tmux: true, ..here };
        let url = "https://github.com/a/b";
        let result = open_url(url.to_owned(), &remote).await;
        assert!(
            matches!(&result, LocalResult::NoBrowser { url: shown, in_tmux: true, .. } if shown == url),
            "{result:?}"
        );
    }

    #[tokio::test]
    async fn a_file_that_is_gone_starts_no_editor() {
        let failure = edit(Path::new("/nowhere/catalog-info.yaml"), 1).await.unwrap_err();
        assert_eq!(failure.why, "there is no file /nowhere/catalog-info.yaml");
    }

    #[test]
    fn a_failed_program_is_named_with_its_variable() {
        let status = std::process::Command::new("sh").args(["-c", "exit 127"]).status();
        let failure = judge(&UserProgram::pager(), status).unwrap_err();
        assert!(failure.why.contains("not installed"), "{}", failure.why);
        assert!(failure.hint.unwrap().contains("PAGER"));
    }
}
