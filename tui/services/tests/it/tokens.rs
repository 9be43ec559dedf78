//! The token for the trucks service: its sources, where it is sent, and the hint if there is none.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::answering::{TIMEOUTS, connections, keyring, lock, serve};
use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use hello_model::failure::{Failure, Kind};
use hello_services::{Services, TokenCommand, TrucksToken};
use secrecy::SecretString;
use url::Url;

/// Serves trucks to requests with the token `wanted`, and records the token of every request.
async fn guarded(wanted: &'static str) -> (Url, Arc<Mutex<Vec<String>>>) {
    let shown = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&shown);
    let list = async move |headers: HeaderMap| -> Response {
        let token = headers.get(header::AUTHORIZATION).map_or("", |value| value.to_str().unwrap());
        seen.lock().unwrap().push(token.to_owned());
        match token.strip_prefix("Bearer ") {
            Some(token) if token == wanted => "[]".into_response(),
            Some("reader") => StatusCode::FORBIDDEN.into_response(),
            _ => StatusCode::UNAUTHORIZED.into_response(),
        }
    };
    (serve(Router::new().route("/trucks", get(list))).await, shown)
}

async fn list(url: &Url, token: TrucksToken) -> Result<(), Failure> {
    let mut connections = connections(url);
    connections.trucks.token = token;
    Services::with_timeouts(&connections, TIMEOUTS).trucks.list().await.map(drop)
}

fn given(token: &str) -> TrucksToken {
    TrucksToken { given: Some(SecretString::from(token)), ..TrucksToken::default() }
}

fn command(line: &str) -> TrucksToken {
    TrucksToken { command: Some(TokenCommand::Shell(line.to_owned())), ..TrucksToken::default() }
}

#[tokio::test]
async fn a_given_token_is_sent_as_a_bearer_token() {
    let (url, shown) = guarded("sesame").await;
    list(&url, given("sesame")).await.unwrap();
    assert_eq!(*shown.lock().unwrap(), ["Bearer sesame"]);
}

#[tokio::test]
async fn the_token_of_a_command_is_sent() {
    let (url, shown) = guarded("sesame").await;
    list(&url, command("printf 'sesame\\n'")).await.unwrap();
    assert_eq!(*shown.lock().unwrap(), ["Bearer sesame"]);
}

#[tokio::test]
async fn a_token_that_the_command_renews_is_sent_again() {
    let (url, shown) = guarded("sesame").await;
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "old").unwrap();
    let mut connections = connections(&url);
    connections.trucks.token = command(&format!("cat {}", token.display()));
    let trucks = Services::with_timeouts(&connections, TIMEOUTS).trucks;
    trucks.list().await.unwrap_err();
    std::fs::write(&token, "sesame").unwrap();
    // A refused token is looked for again, but not at every request.
    tokio::time::pause();
    tokio::time::advance(Duration::from_mins(2)).await;
    tokio::time::resume();
    trucks.list().await.unwrap();
    assert_eq!(shown.lock().unwrap().last().unwrap(), "Bearer sesame");
}

#[tokio::test]
async fn a_missing_token_has_a_hint() {
    let (url, _) = guarded("sesame").await;
    let failure = list(&url, TrucksToken::default()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unauthorized);
    let hint = failure.hint.unwrap();
    assert!(hint.contains("HELLO_TRUCKS_TOKEN") && hint.contains("auth login --trucks"), "{hint}");
}

#[tokio::test]
async fn the_keyring_is_read_after_a_refusal() {
    let (url, shown) = guarded("sesame").await;
    let token = TrucksToken {
        keyring: keyring(&[("trucks:127.0.0.1", "sesame"), ("trucks:other.test", "other")]),
        ..TrucksToken::default()
    };
    list(&url, token).await.unwrap();
    assert_eq!(*shown.lock().unwrap(), ["", "Bearer sesame"]);
}

#[tokio::test]
async fn a_locked_keyring_is_named_instead_of_a_missing_token() {
    let (url, _) = guarded("sesame").await;
    let keyring = keyring(&[("trucks:127.0.0.1", "sesame")]);
    lock(&keyring, "trucks:127.0.0.1");
    let failure = list(&url, TrucksToken { keyring, ..TrucksToken::default() }).await.unwrap_err();
    let hint = failure.hint.unwrap();
    assert!(hint.contains("unlock the keyring: the keyring is locked"), "{hint}");
}

#[tokio::test]
async fn a_refused_token_is_named_by_its_source() {
    let (url, _) = guarded("sesame").await;
    for (token, expected) in [
        (given("wrong-secret"), "does not accept the token of HELLO_TRUCKS_TOKEN"),
        (given("reader"), "the token of HELLO_TRUCKS_TOKEN may not do this: use a token that may read"),
        (command("echo wrong-secret"), "does not accept the token of trucks-token-command"),
    ] {
        let failure = list(&url, token).await.unwrap_err();
        assert_eq!(failure.kind, Kind::Unauthorized);
        assert!(failure.hint.as_deref().unwrap().contains(expected), "{failure:?}");
        assert!(!format!("{failure:?}").contains("wrong-secret"), "{failure:?}");
    }
}

#[tokio::test]
async fn a_failed_token_command_sends_no_request() {
    let (url, shown) = guarded("sesame").await;
    let failure = list(&url, command("echo secret; exit 7")).await.unwrap_err();
    assert!(
        failure.why.contains("trucks-token-command ended with") && failure.why.contains('7'),
        "{failure}"
    );
    assert!(!format!("{failure:?}").contains("secret"), "{failure:?}");
    assert!(shown.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_token_with_invalid_characters_is_reported() {
    let (url, _) = guarded("sesame").await;
    let failure = list(&url, given("two\nlines")).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotConfigured);
    assert!(!failure.to_string().contains("lines"), "{failure}");
}
