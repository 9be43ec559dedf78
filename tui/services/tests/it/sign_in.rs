//! Signing in and out, over scripted answers and a keyring in memory.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, header},
    routing::{get, post},
};
use hello_model::failure::{Failure, Kind};
use hello_services::{
    Connections, GitHubAccess, Keyring, TrucksToken,
    sign_in::{SignIn, typed_token},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use crate::answering::{TIMEOUTS, closed_port, connections, keyring, lock, serve};

/// What a server was asked in its forms.
type Asked = Arc<Mutex<Vec<Vec<(String, String)>>>>;

/// A GitHub that knows the token `sesame`, and a trucks service that wants it.
fn routes() -> Router {
    let is_known = |headers: &HeaderMap| {
        headers.get(header::AUTHORIZATION).is_some_and(|token| token == "Bearer sesame")
    };
    let user = async move |headers: HeaderMap| {
        let scopes = [("x-oauth-scopes", "repo, workflow")];
        if is_known(&headers) {
            (StatusCode::OK, scopes, Json(json!({"login": "octocat"})))
        } else {
            (StatusCode::UNAUTHORIZED, scopes, Json(json!({"message": "Bad credentials"})))
        }
    };
    let trucks = async move |headers: HeaderMap| {
        if is_known(&headers) { (StatusCode::OK, "[]") } else { (StatusCode::UNAUTHORIZED, "") }
    };
    Router::new().route("/user", get(user)).route("/trucks", get(trucks))
}

/// Adds the device flow, which answers the questions for a token one after the other. The code is entered on `page`, or
/// on the server's own page.
async fn device_flow(page: Option<&'static str>, answers: Vec<Value>) -> (Url, Asked) {
    let asked = Asked::default();
    let [of_code, of_token] = [(); 2].map(|()| Arc::clone(&asked));
    let answers = Arc::new(Mutex::new(VecDeque::from(answers)));
    let give_code = async move |headers: HeaderMap, body: String| {
        of_code.lock().unwrap().push(fields(&body));
        let own = format!("http://{}/login/device", headers[header::HOST].to_str().unwrap());
        Json(json!({
            "device_code": "hidden", "user_code": "WDJB-MJHT", "expires_in": 900, "interval": 5,
            "verification_uri": page.unwrap_or(&own)
        }))
    };
    let give_token = async move |body: String| {
        of_token.lock().unwrap().push(fields(&body));
        Json(answers.lock().unwrap().pop_front().expect("no more questions"))
    };
    let routes = routes()
        .route("/login/device/code", post(give_code))
        .route("/login/oauth/access_token", post(give_token));
    (serve(routes).await, asked)
}

fn fields(form: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(form.as_bytes()).into_owned().collect()
}

fn says(error: &str) -> Value {
    json!({"error": error, "error_description": "said GitHub", "error_uri": "https://docs.github.com"})
}

/// All services at one address, under the name of its host, with this keyring.
fn at(url: &Url, keyring: &Keyring) -> Connections {
    let mut connections = connections(url);
    let host = GitHubAccess::host_of(url);
    connections.github = GitHubAccess { keyring: keyring.clone(), ..GitHubAccess::new(url.clone(), host) };
    connections.trucks.token = TrucksToken { keyring: keyring.clone(), ..TrucksToken::default() };
    connections
}

fn sign_in(connections: &Connections) -> SignIn {
    SignIn::with_timeouts(connections, false, TIMEOUTS)
}

fn kept(keyring: &Keyring, account: &str) -> Option<String> {
    let Keyring::Store(store) = keyring else { panic!("{keyring:?}") };
    store.build("hello-tui", account, None).unwrap().get_password().ok()
}

fn account(url: &Url) -> String {
    format!("github:{}", GitHubAccess::host_of(url))
}

fn token(text: &str) -> SecretString {
    typed_token(text).unwrap()
}

#[tokio::test]
async fn an_accepted_token_is_kept_and_its_account_named() {
    let (url, keyring) = (serve(routes()).await, keyring(&[]));
    let done = sign_in(&at(&url, &keyring)).keep_github(token("sesame\n")).await.unwrap();
    assert_eq!((done.login.as_deref(), done.is_kept, done.goes_first), (Some("octocat"), true, None));
    assert_eq!(kept(&keyring, &account(&url)).as_deref(), Some("sesame"));
}

#[tokio::test]
async fn a_refused_token_is_not_kept() {
    let (url, keyring) = (serve(routes()).await, keyring(&[]));
    let sign_in = sign_in(&at(&url, &keyring));
    for failure in [
        sign_in.keep_github(token("wrong-secret")).await.unwrap_err(),
        sign_in.keep_trucks(token("wrong-secret")).await.unwrap_err(),
    ] {
        assert_eq!((&failure.kind, failure.exit_code()), (&Kind::Unauthorized, 3), "{failure}");
        assert!(failure.hint.as_deref().unwrap().contains("nothing was kept"), "{failure:?}");
        assert!(!format!("{failure:?}").contains("wrong-secret"), "{failure:?}");
    }
    assert_eq!(kept(&keyring, &account(&url)), None);
    assert_eq!(kept(&keyring, "trucks:127.0.0.1"), None);
}

#[tokio::test]
async fn the_token_for_trucks_is_kept_by_host() {
    let (url, keyring) = (serve(routes()).await, keyring(&[]));
    let done = sign_in(&at(&url, &keyring)).keep_trucks(token("sesame")).await.unwrap();
    assert!(done.is_kept && done.place.starts_with("http://127.0.0.1"), "{done:?}");
    assert_eq!(kept(&keyring, "trucks:127.0.0.1").as_deref(), Some("sesame"));
}

#[tokio::test]
async fn a_locked_keyring_is_named_when_a_token_is_kept() {
    let (url, keyring) = (serve(routes()).await, keyring(&[]));
    lock(&keyring, &account(&url));
    let failure = sign_in(&at(&url, &keyring)).keep_github(token("sesame")).await.unwrap_err();
    assert!(failure.why.starts_with("the keyring is locked"), "{failure}");
    assert_eq!(failure.hint.as_deref(), Some("unlock the keyring, or export GH_TOKEN=TOKEN"));
}

#[tokio::test]
async fn what_goes_before_the_kept_token_is_named() {
    let (url, keyring) = (serve(routes()).await, keyring(&[]));
    let mut connections = at(&url, &keyring);
    connections.github = connections.github.with_token("GH_TOKEN", "other".into());
    let done = sign_in(&connections).keep_github(token("sesame")).await.unwrap();
    assert_eq!(done.goes_first.as_deref(), Some("the token of GH_TOKEN"));
    let out = sign_in(&connections).forget_github().await.unwrap();
    assert_eq!((out.was_kept, out.next.as_deref()), (true, Some("unset GH_TOKEN")));
    assert_eq!(kept(&keyring, &account(&url)), None);
}

#[tokio::test]
async fn signing_out_twice_is_no_failure() {
    let (url, keyring) = (serve(routes()).await, keyring(&[("trucks:127.0.0.1", "sesame")]));
    let sign_in = sign_in(&at(&url, &keyring));
    assert!(sign_in.forget_trucks().await.unwrap().was_kept);
    let again = sign_in.forget_trucks().await.unwrap();
    assert_eq!((again.was_kept, again.remains), (false, None));
    assert!(!sign_in.forget_github().await.unwrap().was_kept);
}

#[tokio::test]
async fn read_only_mode_changes_no_keyring() {
    let (url, keyring) = (serve(routes()).await, keyring(&[("trucks:127.0.0.1", "sesame")]));
    let sign_in = SignIn::with_timeouts(&at(&url, &keyring), true, TIMEOUTS);
    let refused: [Failure; 5] = [
        sign_in.keep_github(token("sesame")).await.unwrap_err(),
        sign_in.keep_trucks(token("other")).await.unwrap_err(),
        sign_in.forget_github().await.unwrap_err(),
        sign_in.forget_trucks().await.unwrap_err(),
        sign_in.request_code("Iv1.0").await.unwrap_err(),
    ];
    assert!(refused.iter().all(|failure| failure.why.contains("read-only")), "{refused:?}");
    assert_eq!(kept(&keyring, "trucks:127.0.0.1").as_deref(), Some("sesame"));
}

#[test]
fn a_text_that_is_no_token_is_refused_without_quoting_it() {
    for bad in ["", " \n", "two secret", "secret\nlines", "sécret", &"secret".repeat(10_000)] {
        let failure = typed_token(bad).unwrap_err();
        assert!(!format!("{failure:?}").contains("secret"), "{failure:?}");
    }
}

#[tokio::test]
async fn the_device_flow_ends_with_a_token_in_the_keyring() {
    let granted =
        json!({"access_token": "sesame", "token_type": "bearer", "scope": "repo,workflow,read:org"});
    let answers = vec![says("authorization_pending"), says("slow_down"), granted];
    let (url, asked) = device_flow(None, answers).await;
    let keyring = keyring(&[]);
    let sign_in = sign_in(&at(&url, &keyring));
    let mut pending = sign_in.request_code("Iv1.0").await.unwrap();
    assert_eq!(pending.user_code, "WDJB-MJHT");
    assert_eq!(pending.page, url.join("login/device").unwrap());
    assert!(sign_in.poll(&mut pending).await.unwrap().is_none());
    assert!(sign_in.poll(&mut pending).await.unwrap().is_none());
    let token = sign_in.poll(&mut pending).await.unwrap().unwrap();
    assert_eq!(token.expose_secret(), "sesame");
    assert_eq!(sign_in.keep_github(token).await.unwrap().login.as_deref(), Some("octocat"));
    assert_eq!(kept(&keyring, &account(&url)).as_deref(), Some("sesame"));

    let asked = asked.lock().unwrap();
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(asked[0], pairs(&[("client_id", "Iv1.0"), ("scope", "repo workflow read:org")]));
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let question = [("client_id", "Iv1.0"), ("device_code", "hidden"), ("grant_type", grant)];
    assert_eq!((&asked[1], asked.len()), (&pairs(&question), 4));
}

#[tokio::test]
async fn a_refused_or_expired_code_says_what_to_do() {
    for (answer, why) in [
        (says("access_denied"), "it was refused on the page of GitHub"),
        (says("expired_token"), "the code was not entered in time, and has expired"),
    ] {
        let (url, _) = device_flow(None, vec![answer]).await;
        let sign_in = sign_in(&at(&url, &keyring(&[])));
        let mut pending = sign_in.request_code("Iv1.0").await.unwrap();
        let failure = sign_in.poll(&mut pending).await.unwrap_err();
        assert_eq!((failure.why.as_str(), failure.exit_code()), (why, 3));
        assert!(failure.hint.unwrap().starts_with("hello-tui auth login"));
    }
}

#[tokio::test]
async fn an_unknown_answer_of_the_device_flow_is_reported() {
    for answer in [says("incorrect_device_code"), json!({}), json!({"access_token": ""}), json!(["secret"])] {
        let (url, _) = device_flow(None, vec![answer]).await;
        let sign_in = sign_in(&at(&url, &keyring(&[])));
        let mut pending = sign_in.request_code("Iv1.0").await.unwrap();
        let failure = sign_in.poll(&mut pending).await.unwrap_err();
        assert_eq!(failure.kind, Kind::Unexpected, "{failure}");
        assert!(!failure.why.contains("secret"), "{failure}");
    }
}

#[tokio::test]
async fn a_page_on_another_host_is_not_opened() {
    for page in ["https://github.test/login/device", "javascript:alert(1)", "", "http://127.0.0.1:1/"] {
        let (url, _) = device_flow(Some(page), Vec::new()).await;
        let failure = sign_in(&at(&url, &keyring(&[]))).request_code("Iv1.0").await.unwrap_err();
        assert!(failure.why.contains("names a page of another host"), "{failure}");
    }
}

#[tokio::test]
async fn an_unknown_client_id_is_named() {
    for (status, body) in [
        (StatusCode::NOT_FOUND, json!({"error": "Not Found"})),
        (StatusCode::OK, says("incorrect_client_credentials")),
        (StatusCode::BAD_REQUEST, says("device_flow_disabled")),
    ] {
        let routes = Router::new().route("/login/device/code", post((status, Json(body))));
        let connections = at(&serve(routes).await, &keyring(&[]));
        let failure = sign_in(&connections).request_code("Iv1.0").await.unwrap_err();
        assert_eq!(failure.kind, Kind::NotConfigured, "{failure}");
        assert!(failure.hint.unwrap().contains("HELLO_GITHUB_CLIENT_ID"));
    }
    let failure = sign_in(&at(&closed_port().await, &keyring(&[]))).request_code("Iv1.0").await.unwrap_err();
    assert_eq!(failure.kind, Kind::Offline, "{failure}");
}
