//! Credentials that other programs keep for us.
//!
//! Nothing is stored here, and nothing is shown.

use std::{
    fmt,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use secrecy::SecretString;
use tokio::{
    io::AsyncReadExt,
    process::{Child, Command},
    task::spawn_blocking,
    time,
};

/// The name under which the keyring knows this program.
pub(super) const SERVICE: &str = "hello-tui";

/// `gh` reads a file or asks a keyring; a keyring that asks a person back is not waited for.
const KEYRING_TIMEOUT: Duration = Duration::from_secs(5);

/// A command of the user may have to ask a server.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest token, in bytes.
const LARGEST_TOKEN: u64 = 16 * 1024;

/// A command that prints a token.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub enum TokenCommand {
    /// A line for the shell.
    Shell(String),
    /// A program and its arguments, as they are.
    Words(Vec<String>),
}

impl fmt::Debug for TokenCommand {
    /// Leaves out the words, which may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenCommand")
    }
}

/// Why a command brought no token.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoToken {
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

/// Asks GitHub's own command line for the token of `host`; nothing when it is not there or not signed in.
pub(super) async fn gh_token(host: &str) -> Option<SecretString> {
    let mut gh = Command::new("gh");
    gh.args(["auth", "token", "--hostname", host]);
    printed(gh, KEYRING_TIMEOUT).await.ok()
}

/// Runs the user's command for the token that it prints.
pub(super) async fn token_of(command: &TokenCommand) -> Result<SecretString, NoToken> {
    let command = match command {
        TokenCommand::Shell(line) if line.trim().is_empty() => return Err(NoToken::Empty),
        TokenCommand::Shell(line) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", line]);
            shell
        }
        TokenCommand::Words(words) => {
            let (program, arguments) = words.split_first().ok_or(NoToken::Empty)?;
            let mut command = Command::new(program);
            command.args(arguments);
            command
        }
    };
    printed(command, COMMAND_TIMEOUT).await
}

/// Looks into the keyring of the desktop; nothing where there is none, where it has no such entry, or where it does not
/// answer soon.
pub(super) async fn keyring(account: &str) -> Option<SecretString> {
    let account = account.to_owned();
    #[expect(
        clippy::disallowed_methods,
        reason = "the keyring has no other interface; one thread may wait for it"
    )]
    let password = spawn_blocking(move || keyring::v1::Entry::new(SERVICE, &account)?.get_password());
    let password = time::timeout(KEYRING_TIMEOUT, password).await.ok()?.ok()?.ok()?;
    let password = password.trim();
    (!password.is_empty()).then(|| SecretString::from(password))
}

/// Runs a command and returns what it prints.
///
/// It has no input and no terminal to ask on, since the console has that, and is ended with its children when it takes
/// too long.
async fn printed(mut command: Command, limit: Duration) -> Result<SecretString, NoToken> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(NoToken::NotStarted)?;
    let ended = time::timeout(limit, output(&mut child)).await;
    if ended.is_err() {
        end_group(&child);
    }
    let (status, text) = ended.map_err(|_| NoToken::TooSlow(limit))?.map_err(NoToken::NotStarted)?;
    if !status.success() {
        return Err(NoToken::Failed(status));
    }
    let token = str::from_utf8(&text).unwrap_or_default().trim();
    if token.is_empty() || text.len() as u64 > LARGEST_TOKEN {
        return Err(NoToken::NothingPrinted);
    }
    Ok(SecretString::from(token))
}

/// Reads a little more than the largest token, and waits for the end.
async fn output(child: &mut Child) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let mut text = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(LARGEST_TOKEN + 1).read_to_end(&mut text).await?;
    }
    Ok((child.wait().await?, text))
}

#[cfg(unix)]
fn end_group(child: &Child) {
    let group = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
    if let Some(group) = group {
        // It may have ended by itself.
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
    async fn a_line_goes_through_the_shell_and_words_do_not() {
        assert_eq!(printed_by("printf '%s\\n' \"$((1 + 1))\"").await, Ok("2".to_owned()));
        let words = ["printf", "%s", "$((1 + 1))"].map(str::to_owned).to_vec();
        let token = token_of(&TokenCommand::Words(words)).await.unwrap();
        assert_eq!(token.expose_secret(), "$((1 + 1))");
    }

    #[tokio::test]
    async fn a_command_that_fails_or_prints_too_much_brings_no_token() {
        assert!(printed_by("exit 3").await.unwrap_err().contains('3'));
        assert!(printed_by("true").await.unwrap_err().contains("no token"));
        assert!(printed_by("  ").await.unwrap_err().contains("no command"));
        assert!(printed_by("head -c 100000 /dev/zero | tr '\\0' x").await.is_err());
        let nothing = token_of(&TokenCommand::Words(vec!["/nonexistent".to_owned()])).await;
        assert!(nothing.unwrap_err().to_string().contains("cannot be started"));
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_not_waited_for() {
        let mut hanging = Command::new("sleep");
        hanging.arg("600");
        assert!(matches!(printed(hanging, Duration::from_millis(1)).await, Err(NoToken::TooSlow(_))));
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
