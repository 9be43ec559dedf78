//! The token for GitHub: its sources, and what is said if there is none.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use hello_model::failure::{Failure, Kind};
use hello_services::{GitHubAccess, Keyring, Services};
use serde_json::json;
use url::Url;

use crate::answering::{TIMEOUTS, connections, keyring, lock, serve};

/// Serves runs to requests with the token `sesame`, and records the token of every request.
async fn guarded() -> (Url, Arc<Mutex<Vec<String>>>) {
    let shown = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&shown);
    let answer = async move |headers: HeaderMap| -> Response {
        let token = headers.get(header::AUTHORIZATION).map_or("", |value| value.to_str().unwrap()).to_owned();
        seen.lock().unwrap().push(token.clone());
        match token.as_str() {
            "Bearer sesame" => Json(json!({"workflow_runs": []})).into_response(),
            "" => (StatusCode::NOT_FOUND, Json(json!({"message": "Not Found"}))).into_response(),
            _ => (StatusCode::UNAUTHORIZED, Json(json!({"message": "Bad credentials"}))).into_response(),
        }
    };
    (serve(Router::new().fallback(answer)).await, shown)
}

/// An access to the API under the name of its own host.
fn access(url: &Url, keyring: Keyring) -> GitHubAccess {
    GitHubAccess { keyring, ..GitHubAccess::new(url.clone(), GitHubAccess::host_of(url)) }
}

fn account(url: &Url) -> String {
    format!("github:{}", GitHubAccess::host_of(url))
}

fn services(url: &Url, github: GitHubAccess) -> Services {
    let mut connections = connections(url);
    connections.github = github;
    Services::with_timeouts(&connections, TIMEOUTS)
}

async fn runs(services: &Services) -> Result<(), Failure> {
    services.github.runs(&"hello/trucks".parse().unwrap()).await.map(drop)
}

#[tokio::test]
async fn the_token_of_the_keyring_is_sent() {
    let (url, shown) = guarded().await;
    let services = services(&url, access(&url, keyring(&[(&account(&url), "sesame")])));
    runs(&services).await.unwrap();
    assert_eq!(*shown.lock().unwrap(), ["Bearer sesame"]);
}

#[tokio::test]
async fn the_token_of_another_host_is_not_sent() {
    let (url, shown) = guarded().await;
    let entries = keyring(&[("github:github.com", "sesame"), ("github:127.0.0.1", "sesame")]);
    for host in [GitHubAccess::host_of(&url), "github.com".to_owned(), "127.0.0.1".to_owned()] {
        let access = GitHubAccess { host, ..access(&url, entries.clone()) };
        runs(&services(&url, access)).await.unwrap_err();
    }
    assert_eq!(*shown.lock().unwrap(), ["", "", ""]);
}

#[tokio::test]
async fn a_given_token_goes_before_the_keyring() {
    let (url, shown) = guarded().await;
    let kept = access(&url, keyring(&[(&account(&url), "sesame")]));
    let failure = runs(&services(&url, kept.with_token("GITHUB_TOKEN", "old".into()))).await.unwrap_err();
    assert_eq!(*shown.lock().unwrap(), ["Bearer old"]);
    assert!(failure.why.contains("does not accept the token of GITHUB_TOKEN"), "{failure}");
    assert!(failure.hint.unwrap().starts_with("renew GITHUB_TOKEN, or unset it"));
}

#[tokio::test]
async fn a_locked_keyring_is_not_an_invalid_token() {
    let (url, _) = guarded().await;
    let keyring = keyring(&[(&account(&url), "sesame")]);
    lock(&keyring, &account(&url));
    let failure = runs(&services(&url, access(&url, keyring))).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotFound);
    let hint = failure.hint.unwrap();
    assert!(hint.contains("the keyring is locked: unlock the keyring, or hello-tui auth login"), "{hint}");
}

#[tokio::test]
async fn a_keyring_that_was_unlocked_is_read_again() {
    let (url, shown) = guarded().await;
    let keyring = keyring(&[(&account(&url), "sesame")]);
    lock(&keyring, &account(&url));
    let services = services(&url, access(&url, keyring));
    runs(&services).await.unwrap_err();
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_mins(2)).await;
    tokio::time::resume();
    runs(&services).await.unwrap_err();
    runs(&services).await.unwrap();
    assert_eq!(*shown.lock().unwrap(), ["", "", "Bearer sesame"]);
}

#[tokio::test]
async fn signing_in_elsewhere_takes_effect_after_a_refusal() {
    let (url, shown) = guarded().await;
    let Keyring::Store(store) = keyring(&[(&account(&url), "old")]) else { panic!("a store") };
    let services = services(&url, access(&url, Keyring::Store(Arc::clone(&store))));
    let failure = runs(&services).await.unwrap_err();
    assert!(failure.why.contains("does not accept the token of the keyring"), "{failure}");
    store.build("hello-tui", &account(&url), None).unwrap().set_password("sesame").unwrap();
    runs(&services).await.unwrap();
    assert_eq!(*shown.lock().unwrap(), ["Bearer old", "Bearer sesame"]);
}

#[tokio::test]
async fn a_repository_of_another_host_is_asked_for_there_with_its_own_token() {
    let ((usual, asked_there), (other, shown)) = (guarded().await, guarded().await);
    let keyring = keyring(&[(&account(&other), "sesame")]);
    let services = services(&usual, access(&usual, keyring).with_token("GH_TOKEN", "given".into()));
    let repo = |url: &Url| format!("{}/hello/trucks", GitHubAccess::host_of(url)).parse().unwrap();
    services.github.runs(&repo(&other)).await.unwrap();
    assert_eq!(
        (shown.lock().unwrap().as_slice(), asked_there.lock().unwrap().len()),
        (["Bearer sesame".to_owned()].as_slice(), 0)
    );
    // The host of the settings needs no other client.
    services.github.runs(&repo(&usual)).await.unwrap_err();
    assert_eq!(*asked_there.lock().unwrap(), ["Bearer given"]);
}

#[tokio::test]
async fn nothing_is_sent_without_a_token_to_a_host_of_a_catalog() {
    let ((usual, asked_there), (other, shown)) = (guarded().await, guarded().await);
    let services = services(&usual, access(&usual, keyring(&[])).with_token("GH_TOKEN", "given".into()));
    let host = GitHubAccess::host_of(&other);
    let failure = services.github.runs(&format!("{host}/hello/trucks").parse().unwrap()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unauthorized);
    assert!(failure.hint.unwrap().starts_with(&format!("hello-tui auth login --hostname {host}")));
    assert!(shown.lock().unwrap().is_empty() && asked_there.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_sandbox_answers_for_all_hosts() {
    let (url, shown) = guarded().await;
    let access = access(&url, Keyring::Off).for_all_hosts().with_token("the sandbox", "sesame".into());
    services(&url, access).github.runs(&"ghe.test/hello/trucks".parse().unwrap()).await.unwrap();
    assert_eq!(*shown.lock().unwrap(), ["Bearer sesame"]);
}

/// Asks a GitHub that refuses with these headers.
async fn refused(status: StatusCode, headers: &'static [(&'static str, &'static str)]) -> Failure {
    let answer = async move || {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap()))
            .collect();
        (status, headers, Json(json!({"message": "No"})))
    };
    let url = serve(Router::new().fallback(answer)).await;
    let mut connections = connections(&url);
    connections.github = connections.github.with_token("GH_TOKEN", "sesame".into());
    runs(&Services::with_timeouts(&connections, TIMEOUTS)).await.unwrap_err()
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let scopes = &[("x-oauth-scopes", "read:org, gist"), ("x-accepted-oauth-scopes", "repo")];
    for status in [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND] {
        let failure = refused(status, scopes).await;
        assert!(
            failure.why.ends_with("the token has the scopes read:org, gist, and this needs repo"),
            "{failure}"
        );
        assert_eq!(failure.hint.as_deref(), Some("add the scope repo to the token of GH_TOKEN"));
    }
    let has_all = &[("x-oauth-scopes", "repo"), ("x-accepted-oauth-scopes", "repo")];
    let failure = refused(StatusCode::NOT_FOUND, has_all).await;
    assert!(!failure.why.contains("scopes"), "{failure}");
}

#[tokio::test]
async fn a_token_without_single_sign_on_says_where_to_authorize_it() {
    let sso = &[("x-github-sso", "required; url=https://github.com/orgs/fleet/sso?authorization_request=A1")];
    for status in [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND] {
        let failure = refused(status, sso).await;
        assert_eq!((&failure.kind, failure.exit_code()), (&Kind::Unauthorized, 3), "{failure}");
        let hint = failure.hint.unwrap();
        assert!(hint.ends_with("https://github.com/orgs/fleet/sso?authorization_request=A1"), "{hint}");
    }
    let odd = refused(StatusCode::FORBIDDEN, &[("x-github-sso", "required; url=javascript:alert(1)")]).await;
    assert!(!odd.hint.unwrap().contains("javascript"));
}

#[tokio::test]
async fn organizations_left_out_of_a_list_are_counted() {
    let answer = async move |headers: HeaderMap| -> Response {
        if headers.contains_key(header::IF_NONE_MATCH) {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        let partial = "partial-results; organizations=21955855,20582480";
        let headers = [("x-github-sso", partial), ("etag", "\"1\"")];
        (headers, Json(json!({"workflow_runs": []}))).into_response()
    };
    let github = crate::answering::services(&serve(Router::new().fallback(answer)).await).github;
    for _ in 0..2 {
        let list = github.runs(&"hello/trucks".parse().unwrap()).await.unwrap();
        assert_eq!(list.runs.left_out, 2, "an unchanged answer says no less");
    }
}
