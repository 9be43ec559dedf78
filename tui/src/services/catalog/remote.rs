//! Fetches the descriptors that the user named by URL.

use std::{error::Error, time::Duration};

use reqwest::{Client, Response, redirect};
use url::Url;

use crate::catalog::LARGEST_SOURCE;

/// How long one descriptor may take, from the first byte sent to the last received.
const PATIENCE: Duration = Duration::from_secs(10);

const MOST_REDIRECTS: usize = 5;

/// Returns the URL as people may see it: without user, password and query, where tokens hide.
pub(super) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    // They fail only for URLs without a host, which hold neither.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_query(None);
    shown.set_fragment(None);
    shown.into()
}

/// Fetches one descriptor; of one that is too large just enough to see that it is.
pub(super) async fn fetch(url: &Url) -> Result<Vec<u8>, String> {
    fetch_whole(url).await.map_err(|error| format!("cannot be fetched: {}", reason(error)))?
}

async fn fetch_whole(url: &Url) -> Result<Result<Vec<u8>, String>, reqwest::Error> {
    let client = Client::builder()
        .timeout(PATIENCE)
        .redirect(redirect::Policy::custom(stay_on_host))
        .user_agent(concat!("hello-tui/", env!("CARGO_PKG_VERSION")))
        .build()?;
    let mut response: Response = client.get(url.clone()).send().await?;
    if !response.status().is_success() {
        return Ok(Err(format!("cannot be fetched: the server answered {}", response.status())));
    }
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        text.extend_from_slice(&chunk);
        if text.len() > LARGEST_SOURCE {
            text.truncate(LARGEST_SOURCE + 1);
            break;
        }
    }
    Ok(Ok(text))
}

/// Follows redirects on the same host only: no other was named by the user.
fn stay_on_host(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let previous = attempt.previous();
    let same = previous.first().is_some_and(|first| first.host() == attempt.url().host());
    if previous.len() > MOST_REDIRECTS {
        attempt.error("too many redirects")
    } else if same {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

/// Returns the innermost cause, which is the one that a person can act on.
fn reason(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} seconds", PATIENCE.as_secs());
    }
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
