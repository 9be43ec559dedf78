//! Tokens that other programs print.

use std::{
    fmt,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use secrecy::SecretString;
use tokio::{
    io::AsyncReadExt,
    process::{Child, Command},
    time,
};

/// `gh` reads a file or the keyring. A keyring that prompts the user is not waited for.
const GH_TIMEOUT: Duration = Duration::from_secs(5);

/// A user-defined command may need to contact a server.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum size of a token, in bytes.
const MAX_TOKEN_BYTES: u64 = 16 * 1024;

/// A command that prints a token.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub enum TokenCommand {
    /// A command line for the shell.
    Shell(String),
    /// A program and its arguments, run without a shell.
    Words(Vec<String>),
}

impl fmt::Debug for TokenCommand {
    /// Omits the command, which may contain a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenCommand")
    }
}

/// The reason why a command returned no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenCommandError {
    #[error("names no command")]
    Empty,
    #[error("cannot be started: {0}")]
    NotStarted(std::io::Error),
    #[error("did not end within {0:?}")]
    TooSlow(Duration),
    #[error("ended with {0}")]
    Failed(ExitStatus),
    #[error("printed no token")]
    NothingPrinted,
}

/// Asks the GitHub CLI for the token of `host`. Returns `None` if `gh` is not installed or not signed in.
pub(crate) async fn gh_token(host: &str) -> Option<SecretString> {
    let mut gh = Command::new("gh");
    gh.args(["auth", "token", "--hostname", host]);
    printed(gh, GH_TIMEOUT).await.ok()
}

/// Runs the user's command and returns the token that it prints.
pub(crate) async fn token_of(command: &TokenCommand) -> Result<SecretString, TokenCommandError> {
    let command = match command {
        TokenCommand::Shell(line) if line.trim().is_empty() => return Err(TokenCommandError::Empty),
        TokenCommand::Shell(line) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", line]);
            shell
        }
        TokenCommand::Words(words) => {
            let (program, arguments) = words.split_first().ok_or(TokenCommandError::Empty)?;
            let mut command = Command::new(program);
            command.args(arguments);
            command
        }
    };
    printed(command, COMMAND_TIMEOUT).await
}

/// Runs a command and returns its output.
///
/// The command has no input and no terminal for prompts, because the console uses the terminal. After the timeout, it
/// is killed together with its child processes.
async fn printed(mut command: Command, limit: Duration) -> Result<SecretString, TokenCommandError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(TokenCommandError::NotStarted)?;
    let ended = time::timeout(limit, output(&mut child)).await;
    if ended.is_err() {
        end_group(&child);
    }
    let (status, text) =
        ended.map_err(|_| TokenCommandError::TooSlow(limit))?.map_err(TokenCommandError::NotStarted)?;
    if !status.success() {
        return Err(TokenCommandError::Failed(status));
    }
    let token = str::from_utf8(&text).unwrap_or_default().trim();
    if token.is_empty() || text.len() as u64 > MAX_TOKEN_BYTES {
        return Err(TokenCommandError::NothingPrinted);
    }
    Ok(SecretString::from(token))
}

/// Reads slightly more than the maximum token size, then waits for the command to exit.
async fn output(child: &mut Child) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let mut text = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(MAX_TOKEN_BYTES + 1).read_to_end(&mut text).await?;
    }
    Ok((child.wait().await?, text))
}

#[cfg(unix)]
fn end_group(child: &Child) {
    let group = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
    if let Some(group) = group {
        // The group may have exited already.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group(_: &Child) {}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    async fn printed_by(line: &str) -> Result<String, String> {
        let token = token_of(&TokenCommand::Shell(line.to_owned())).await;
        token.map(|token| token.expose_secret().to_owned()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_line_uses_the_shell_and_words_do_not() {
        assert_eq!(printed_by("printf '%s\\n' \"$((1 + 1))\"").await, Ok("2".to_owned()));
        let words = ["printf", "%s", "$((1 + 1))"].map(str::to_owned).to_vec();
        let token = token_of(&TokenCommand::Words(words)).await.unwrap();
        assert_eq!(token.expose_secret(), "$((1 + 1))");
    }

    #[tokio::test]
    async fn a_failed_or_verbose_command_gives_no_token() {
        assert!(printed_by("exit 3").await.unwrap_err().contains('3'));
        assert!(printed_by("true").await.unwrap_err().contains("no token"));
        assert!(printed_by("  ").await.unwrap_err().contains("no command"));
        assert!(printed_by("head -c 100000 /dev/zero | tr '\\0' x").await.is_err());
        let nothing = token_of(&TokenCommand::Words(vec!["/nonexistent".to_owned()])).await;
        assert!(nothing.unwrap_err().to_string().contains("cannot be started"));
    }

    #[test]
    fn a_command_is_not_shown() {
        let line = TokenCommand::Shell("curl -u me:secret".to_owned());
        let words = TokenCommand::Words(vec!["curl".to_owned(), "secret".to_owned()]);
        assert!(!format!("{line:?} {words:?}").contains("secret"));
    }

    #[tokio::test]
    async fn a_hanging_command_is_ended() {
        let mut hanging = Command::new("sleep");
        hanging.arg("600");
        assert!(matches!(
            printed(hanging, Duration::from_millis(1)).await,
            Err(TokenCommandError::TooSlow(_))
        ));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_command_is_ended_with_its_children() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo $! && wait"]).stdout(Stdio::piped()).process_group(0);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        tokio::io::AsyncBufReadExt::read_line(&mut tokio::io::BufReader::new(stdout), &mut line)
            .await
            .unwrap();
        end_group(&child);
        assert!(!child.wait().await.unwrap().success());
        let sleeper = format!("/proc/{}/stat", line.trim());
        // A process that was killed may wait for its parent to notice.
        while std::fs::read_to_string(&sleeper).is_ok_and(|stat| !stat.contains(") Z ")) {
            time::sleep(Duration::from_millis(5)).await;
        }
    }
}
