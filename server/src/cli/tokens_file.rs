//! The file of tokens: read at the start, and again whenever it changes.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{task, time};

use crate::{AppState, Tokens, error_chain::error_chain};

/// How large the file may be: room for more than 10,000 tokens.
const LIMIT: u64 = 1024 * 1024;

/// How often the file is read while the service runs.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Reads the file, which must be a regular one: a named pipe would keep its reader waiting.
pub(super) fn read(file: &Path) -> io::Result<String> {
    hello_files::read_to_string(file, LIMIT)
}

/// Replaces the tokens whenever their file changes.
///
/// While it is missing, holds no token, or is anything but a regular file, the tokens that were read last stay: a file
/// that is being written must neither refuse every client nor admit every client. Each such change is logged as an
/// error.
pub(super) async fn watch(file: PathBuf, state: AppState) {
    // Empty at first, because the file may have changed since it was read at the start.
    let mut seen = None;
    let mut polls = time::interval(POLL_INTERVAL);
    loop {
        polls.tick().await;
        let path = file.clone();
        let read = task::spawn_blocking(move || read(&path).map_err(|error| error.to_string())).await;
        // The runtime shuts down, and this task with it.
        let Ok(now) = read else { return };
        if seen.as_ref() == Some(&now) {
            continue;
        }
        let tokens = now.as_deref().map_err(Clone::clone);
        match tokens.and_then(|text| Tokens::read(text).map_err(|error| error_chain(&error))) {
            Ok(tokens) if tokens == **state.tokens() => {}
            Ok(tokens) => {
                state.replace_tokens(tokens);
                tracing::info!("the tokens were read again");
            }
            Err(error) => tracing::error!(error, "the tokens cannot be read again; those of before stay"),
        }
        seen = Some(now);
    }
}
