//! Fetches the descriptors that the user named by URL.

use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, stream};
use hello_catalog::MAX_SOURCE_BYTES;
pub(super) use hello_model::address::display_url as shown;
use http::{Response, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::super::http::{Client, Error, HttpRequest, Limits, Redirects, Transport, innermost};

/// The maximum number of concurrent fetches, which limits the number of connections.
const AT_A_TIME: usize = 16;

/// The maximum size of all fetched descriptors together, in bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Fetches descriptors within `limit` in total, and returns them in the order of their URLs.
pub(super) async fn fetch_all(urls: Vec<Url>, limit: Duration) -> Vec<Result<Vec<u8>, String>> {
    let until = Instant::now() + limit;
    let limits = Limits { bytes: MAX_SOURCE_BYTES, total: Some(limit) };
    // The user named no other host.
    let client = &Client::new(&Transport::default(), limits).follow(Redirects::SameHost);
    let mut left = MAX_BYTES;
    let answers = stream::iter(urls).map(async |url| {
        let answer = timeout_at(until, client.fetch(HttpRequest::get(url))).await;
        answer.unwrap_or(Err(Error::TooSlow(limit)))
    });
    let texts = answers.buffered(AT_A_TIME).map(|answer| {
        let text = text(answer)?;
        left =
            left.checked_sub(text.len()).ok_or("is left out: all fetched sources have more than 64 MiB")?;
        Ok(text)
    });
    texts.collect().await
}

fn text(answer: Result<Response<Bytes>, Error>) -> Result<Vec<u8>, String> {
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(answer.into_body().into()),
        Ok(answer) => Err(refused(answer.status())),
        Err(error) => Err(format!("cannot be fetched: {}", reason(&error))),
    }
}

fn refused(status: StatusCode) -> String {
    format!("cannot be fetched: the server answered {status}")
}

/// Returns a reason that the user can act on.
fn reason(error: &Error) -> String {
    match error {
        Error::TooSlow(limit) => format!("no answer within {} seconds", limit.as_secs()),
        error if error.is_offline() => innermost(error),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_fetched_texts_together_are_bounded() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let text = Bytes::from(vec![b'#'; MAX_SOURCE_BYTES / 10 * 9]);
        let routes = axum::Router::new().fallback(async move || text);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let fetched = fetch_all(vec![url; 8], Duration::from_mins(2)).await;
        let refused: Vec<_> = fetched.iter().filter_map(|text| text.as_ref().err()).collect();
        assert_eq!((fetched.len(), refused.len()), (8, 1), "seven texts of 9 MiB fit: {refused:?}");
        assert!(refused.iter().all(|why| why.contains("more than 64 MiB")), "{refused:?}");
    }
}
