//! Observability and configuration: what an operator sees and sets.

use std::{fs, num::NonZeroU32, path::Path, process::Command};

use axum::http::Request;
use hello_server::{AppState, Limits, Options, Store, Tokens, app};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    api::Api,
    load::within,
    running::{Server, command},
};

const SCANIA: &str = r#"{"make": "Scania", "model": "V8"}"#;
/// `printf %s w | sha256sum`
const W: &str = "50e721e49c013f00c62cf59f2163542a9d8df02464efeb615d31051b0fddc326";
/// `printf %s r | sha256sum`
const R: &str = "454349e422f05297191ead13e21d3db520e5abef52055e4964b82fb213f593a1";

async fn with(options: Options) -> (Api, AppState) {
    let state = AppState::with(Store::open(Store::IN_MEMORY).await.unwrap(), options);
    (Api::of(app(state.clone())), state)
}

async fn limited(limits: Limits) -> Api {
    with(Options { limits, ..Options::default() }).await.0
}

fn write(token: Option<&str>) -> axum::http::request::Builder {
    let post = Request::post("/trucks").header("content-type", "application/json");
    match token {
        Some(token) => post.header("authorization", format!("Bearer {token}")),
        None => post,
    }
}

#[tokio::test]
async fn readiness_follows_the_store_and_the_shutdown() {
    let store = Store::open(Store::IN_MEMORY).await.unwrap();
    let state = AppState::new(store.clone());
    let api = Api::of(app(state.clone()));
    assert_eq!(api.get("/readyz").await.status, 200);
    state.drain();
    let _ = api.get("/readyz").await.problem(503);
    assert_eq!(api.get("/healthz").await.status, 200);

    let api = Api::over(store.clone());
    assert_eq!(api.get("/readyz").await.status, 200);
    store.close().await;
    let _ = api.get("/readyz").await.problem(503);
}

#[tokio::test]
async fn metrics_count_by_route_and_not_by_what_callers_invent() {
    let api = Api::start().await;
    let _ = api.post("/trucks", SCANIA).await;
    for path in ["/trucks/1", "/trucks/2", "/no/such", "/nor/this"] {
        let _ = api.get(path).await;
    }
    let strange = Request::builder().method("BREW").uri("/trucks");
    let _ = api.send(strange, "").await;
    let answer = api.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let text = String::from_utf8(answer.body).unwrap();
    for line in [
        r#"hello_http_requests_total{method="POST",route="/trucks",status="201"} 1"#,
        r#"hello_http_requests_total{method="GET",route="/trucks/{id}",status="404"} 2"#,
        r#"hello_http_requests_total{method="GET",route="none",status="404"} 2"#,
        r#"hello_http_requests_total{method="other",route="/trucks",status="405"} 1"#,
        r#"hello_http_request_duration_seconds_count{method="POST",route="/trucks"} 1"#,
        "hello_store_revision 1",
        "hello_store_heard 1",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let api = Api::start().await;
    for path in ["/trucks", "/trucks/1", "/healthz", "/nowhere"] {
        let answer = api.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn pages_of_named_origins_may_call_and_others_may_not() {
    let cors_origins = vec!["https://fleet.example".parse().unwrap()];
    let (api, _) = with(Options { cors_origins, ..Options::default() }).await;
    let from = |origin: &str| Request::get("/trucks").header("origin", origin);
    // The second time, the list comes from the cache.
    for _ in 0..2 {
        let answer = api.send(from("https://fleet.example"), "").await;
        assert_eq!(answer.header("access-control-allow-origin"), "https://fleet.example");
        assert!(answer.header("access-control-expose-headers").contains("x-total-count"));
    }
    assert_eq!(api.send(from("https://evil.example"), "").await.header("access-control-allow-origin"), "");

    let preflight = |origin: &str| {
        let request = Request::options("/trucks").header("origin", origin);
        request.header("access-control-request-method", "POST")
    };
    let allowed = api.send(preflight("https://fleet.example"), "").await;
    assert_eq!(allowed.status, 200);
    assert!(allowed.header("access-control-allow-methods").contains("POST"));
    assert!(allowed.header("access-control-allow-headers").contains("idempotency-key"));
    assert!(allowed.header("vary").contains("origin"), "a cache keeps the answers of origins apart");
    assert_eq!(
        api.send(preflight("https://evil.example"), "").await.header("access-control-allow-origin"),
        ""
    );
}

#[tokio::test]
async fn the_documentation_needs_no_other_host() {
    let api = Api::start().await;
    let page = api.get("/docs").await;
    assert!(page.header("content-security-policy").contains("connect-src 'self'"));
    let text = String::from_utf8(page.body).unwrap();
    assert!(!text.contains("http://") && !text.contains("https://"), "{text}");
    for asset in ["/docs/docs.js", "/docs/docs.css"] {
        assert!(text.contains(asset));
        assert_eq!(api.get(asset).await.status, 200);
    }
    assert_eq!(api.get("/openapi.json").await.json()["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_bare_address_leads_to_the_documentation() {
    let tokens = Tokens::read(&format!("read {R}\nwrite {W}")).unwrap();
    for api in [Api::start().await, with(Options { tokens, ..Options::default() }).await.0] {
        let bare = api.get("/").await;
        assert_eq!((bare.status.as_u16(), bare.header("location")), (307, "/docs"));
        assert_eq!(api.get(bare.header("location")).await.status, 200);
    }
}

#[tokio::test]
async fn a_write_token_leaves_reads_open() {
    let tokens = Tokens::read(&format!("write {W}")).unwrap();
    let (api, state) = with(Options { tokens, ..Options::default() }).await;
    assert_eq!(api.get("/trucks").await.status, 200);
    assert_eq!(api.send(write(Some("w")), SCANIA).await.status, 201);
    for wrong in [None, Some("x"), Some(""), Some(W)] {
        let answer = api.send(write(wrong), SCANIA).await;
        let _ = answer.problem(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }

    state.replace_tokens(Tokens::read(&format!("write {W}\nread {R}")).unwrap());
    let _ = api.get("/trucks").await.problem(401);
    let _ = api.get("/metrics").await.problem(401);
    assert_eq!(api.get("/readyz").await.status, 200);
    let read = |token: &str| Request::get("/trucks").header("authorization", format!("bearer {token}"));
    assert_eq!(api.send(read("r"), "").await.status, 200);
    assert_eq!(api.send(read("w"), "").await.status, 200);
    let _ = api.send(write(Some("r")), SCANIA).await.problem(403);

    state.replace_tokens(Tokens::read(&format!("read {R}")).unwrap());
    let refusals = [(None, 401), (Some("r"), 403), (Some("w"), 401)];
    for (token, status) in refusals {
        let _ = api.send(write(token), SCANIA).await.problem(status);
    }
}

#[tokio::test]
async fn a_list_from_the_cache_needs_a_token_too() {
    let tokens = Tokens::read(&format!("write {W}\nread {R}")).unwrap();
    let (api, state) = with(Options { tokens, ..Options::default() }).await;
    assert_eq!(api.send(write(Some("w")), SCANIA).await.status, 201);
    for path in ["/trucks", "/trucks/", "/trucks?limit=1", "/trucks?status=active"] {
        let list = |token: &str| Request::get(path).header("authorization", format!("Bearer {token}"));
        let mut tag = String::new();
        for _ in 0..3 {
            let listed = api.send(list("r"), "").await;
            assert_eq!(listed.status, 200, "{path}");
            listed.header("etag").clone_into(&mut tag);
        }
        let known = || Request::get(path).header("if-none-match", &tag);
        for refused in [Request::get(path), Request::head(path), known(), list("x"), list(R), list("")] {
            let way = format!("{path}: {:?}", refused.headers_ref());
            assert_eq!(api.send(refused, "").await.status, 401, "{way}");
        }
        assert_eq!(api.send(list("r").header("if-none-match", &tag), "").await.status, 304, "{path}");
    }
    state.replace_tokens(Tokens::read(&format!("read {W}")).unwrap());
    let revoked = Request::get("/trucks").header("authorization", "Bearer r");
    let _ = api.send(revoked, "").await.problem(401);
}

#[tokio::test]
async fn a_rate_limited_client_gets_retry_after() {
    let api = limited(Limits { rate: NonZeroU32::new(1), ..Limits::default() }).await;
    assert_eq!(api.get("/trucks").await.status, 200);
    let answer = api.get("/trucks").await;
    let _ = answer.problem(429);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(api.get("/healthz").await.status, 200, "probes are not counted");
}

#[tokio::test]
async fn preflights_count_towards_the_rate_limit() {
    let limits = Limits { rate: NonZeroU32::new(1), ..Limits::default() };
    let cors_origins = vec!["https://fleet.example".parse().unwrap()];
    let (api, _) = with(Options { limits, cors_origins, ..Options::default() }).await;
    let preflight = || {
        let request = Request::options("/trucks").header("origin", "https://fleet.example");
        request.header("access-control-request-method", "POST")
    };
    assert_eq!(api.send(preflight(), "").await.status, 200);
    let _ = api.send(preflight(), "").await.problem(429);
    let _ = api.get("/trucks").await.problem(429);
}

#[tokio::test]
async fn a_busy_service_refuses_at_once() {
    let api = limited(Limits { requests: 1, ..Limits::default() }).await;
    let body = axum::body::Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>());
    let slow = api.send(write(None), body);
    tokio::pin!(slow);
    assert!(futures::poll!(slow.as_mut()).is_pending());
    let answer = api.get("/trucks").await;
    let _ = answer.problem(503);
    assert_eq!(answer.header("retry-after"), "1");
}

#[tokio::test]
async fn a_body_that_never_ends_is_not_waited_for() {
    let state = AppState::new(Store::open(Store::IN_MEMORY).await.unwrap());
    let api = Api::of(app(state));
    tokio::time::pause();
    let body = axum::body::Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>());
    let answer = api.send(write(None), body).await;
    let _ = answer.problem(408);
    assert_eq!(answer.header("connection"), "close");
}

/// Adds a truck with this token, and returns the status.
async fn post_with(trucks: &str, token: &str) -> u16 {
    let post = reqwest::Client::new().post(trucks).bearer_auth(token);
    post.json(&json!({"make": "a", "model": "b"})).send().await.unwrap().status().as_u16()
}

/// Replaces a file atomically, so that no reader sees part of it.
fn replace(file: &Path, text: &str) {
    let new = file.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, file).unwrap();
}

#[tokio::test]
async fn tokens_are_reloaded_and_a_bad_file_is_ignored() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("tokens");
    fs::write(&file, format!("write {W}\n")).unwrap();
    let mut server = Server::start_with(folder.path(), &[("HELLO_API_TOKENS_FILE", file.to_str().unwrap())]);
    let trucks = server.url("/trucks");
    let post = async |token| post_with(&trucks, token).await;
    assert_eq!((post("w").await, post("r").await), (201, 401));
    replace(&file, &format!("write {R}\n# the other one is gone\n"));
    within("the tokens are read again", async || post("r").await == 201).await;
    assert_eq!(post("w").await, 401);
    for bad in ["write nonsense", "", "# all are revoked"] {
        replace(&file, bad);
        server.logged("the tokens cannot be read again; those of before stay");
        assert_eq!((post("r").await, post("w").await), (201, 401), "{bad}");
    }
}

/// Opening a named pipe without a writer would block the reader forever.
#[tokio::test]
async fn a_token_file_that_becomes_a_pipe_stops_nothing() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("tokens");
    fs::write(&file, format!("write {W}\n")).unwrap();
    let mut server = Server::start_with(folder.path(), &[("HELLO_API_TOKENS_FILE", file.to_str().unwrap())]);
    let trucks = server.url("/trucks");
    let post = async |token| post_with(&trucks, token).await;
    let becomes_pipe = || {
        let pipe = file.with_extension("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        fs::rename(pipe, &file).unwrap();
    };
    becomes_pipe();
    let line = server.logged("the tokens cannot be read again; those of before stay");
    assert_eq!(line["error"], "is a named pipe, not a regular file");
    assert_eq!(post("w").await, 201);
    replace(&file, &format!("write {R}\n"));
    within("the first token is revoked", async || post("w").await == 401).await;
    assert_eq!(post("r").await, 201);

    becomes_pipe();
    server.logged("the tokens cannot be read again; those of before stay");
    server.signal("TERM");
    server.logged("stopped");
    assert!(server.wait().success());

    let started = command(folder.path()).env("HELLO_API_TOKENS_FILE", &file).output().unwrap();
    assert_eq!(started.status.code(), Some(2));
    let said = String::from_utf8(started.stderr).unwrap();
    assert!(said.contains("must be a regular file that can be read; found is a named pipe"), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_token_file_of_any_other_kind_keeps_the_tokens() {
    use std::os::unix::{fs::symlink, net::UnixListener};

    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("good"), format!("write {W}\n")).unwrap();
    symlink(at("good"), at("tokens")).unwrap();
    let mut server =
        Server::start_with(folder.path(), &[("HELLO_API_TOKENS_FILE", at("tokens").to_str().unwrap())]);
    let trucks = server.url("/trucks");
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("large"), format!("write {R}\n").repeat(20_000)).unwrap();
    fs::write(at("binary"), b"write \xff\n").unwrap();
    let _socket = UnixListener::bind(at("socket")).unwrap();
    for (target, why) in [
        (Path::new("/dev/zero").to_owned(), "is a device, not a regular file"),
        (at("socket"), "is a socket, not a regular file"),
        (at("folder"), "is a folder, not a regular file"),
        (at("large"), "is larger than 1048576 bytes"),
        (at("binary"), "is not UTF-8"),
        (at("missing"), "No such file"),
    ] {
        symlink(&target, at("new")).unwrap();
        fs::rename(at("new"), at("tokens")).unwrap();
        let line = server.logged("the tokens cannot be read again; those of before stay");
        assert!(line["error"].as_str().unwrap().starts_with(why), "{line}");
        assert_eq!((post_with(&trucks, "w").await, post_with(&trucks, "r").await), (201, 401), "{why}");
    }
}

#[tokio::test]
async fn a_client_that_leaves_early_is_counted() {
    let api = Api::start().await;
    {
        let body =
            axum::body::Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>());
        let given_up = api.send(write(None), body);
        tokio::pin!(given_up);
        assert!(futures::poll!(given_up.as_mut()).is_pending());
    }
    let metrics = String::from_utf8(api.get("/metrics").await.body).unwrap();
    let left = r#"hello_http_requests_total{method="POST",route="/trucks",status="499"} 1"#;
    assert!(metrics.contains(left), "{metrics}");
}

#[tokio::test]
async fn a_log_line_has_the_trace_of_its_request() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path());
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let get = reqwest::Client::new().get(server.url("/trucks/1")).header("traceparent", trace);
    assert_eq!(get.send().await.unwrap().status(), 404);
    let line = server.logged("answered");
    assert_eq!(line["trace.id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(line["trace.parent"], "00f067aa0ba902b7");
}

#[test]
fn the_healthcheck_of_a_container_needs_no_other_program() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path());
    let port = server.address.rsplit(':').next().unwrap().to_owned();
    let check = || command(folder.path()).args(["healthcheck", "--port", &port]).output().unwrap();
    assert!(check().status.success());
    drop(server);
    let failed = check();
    assert_eq!(failed.status.code(), Some(1));
    let said = String::from_utf8(failed.stderr).unwrap();
    assert!(said.starts_with(&format!("error: no service answers on port {port}\n")), "{said}");
}

#[test]
fn migrate_makes_the_tables_and_ends() {
    let folder = TempDir::new().unwrap();
    let migrate = || command(folder.path()).arg("migrate").status().unwrap();
    assert!(migrate().success() && migrate().success());
    assert!(folder.path().join("hello-trucks.db").exists());
}

#[test]
fn the_contract_is_written_to_stdout() {
    let folder = TempDir::new().unwrap();
    let run = command(folder.path()).arg("openapi").output().unwrap();
    assert_eq!(String::from_utf8(run.stdout).unwrap(), hello_server::contract());
}

#[tokio::test]
async fn shutdown_ends_the_event_streams() {
    let folder = TempDir::new().unwrap();
    // Longer than these requests take on any machine.
    let mut server = Server::start_with(folder.path(), &[("HELLO_DRAIN_DELAY", "300")]);
    let mut followed = reqwest::get(server.url("/trucks/events")).await.unwrap();
    server.signal("TERM");
    server.logged("not ready any more");
    assert_eq!(reqwest::get(server.url("/readyz")).await.unwrap().status(), 503);
    assert_eq!(reqwest::get(server.url("/trucks")).await.unwrap().json::<Value>().await.unwrap(), json!([]));
    assert!(followed.chunk().await.unwrap().is_none(), "the stream has ended");
}

#[test]
fn a_service_ends_after_its_delay() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start_with(folder.path(), &[("HELLO_DRAIN_DELAY", "1")]);
    server.signal("TERM");
    assert_eq!(server.logged("not ready any more")["delay_s"], 1);
    server.logged("stopped");
    assert!(server.wait().success());
}
