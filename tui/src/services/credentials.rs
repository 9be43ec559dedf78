//! Credentials that other programs keep for us.
//!
//! Nothing is stored here, and nothing is shown.

use std::{process::Stdio, time::Duration};

use secrecy::SecretString;
use tokio::{process::Command, time};

/// `gh` reads a file or asks a keyring; a keyring that asks a person back is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks GitHub's own command line for the token of `host`; nothing when it is not there or not signed in.
pub(super) async fn gh_token(host: &str) -> Option<SecretString> {
    let mut gh = Command::new("gh");
    gh.args(["auth", "token", "--hostname", host])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let output = time::timeout(PATIENCE, gh.output()).await.ok()?.ok()?;
    let token = str::from_utf8(&output.stdout).ok()?.trim();
    (output.status.success() && !token.is_empty()).then(|| SecretString::from(token))
}
