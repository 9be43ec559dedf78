//! The log of a job comes from a host that GitHub names, which gets no credentials.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use crate::answering::{serve, services};
use axum::{
    Json, Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use hello_model::{
    failure::{Failure, Kind},
    job_log::{JobLog, JobLogEvent, LogEnd, MAX_LOG},
    run::JobId,
};
use serde_json::json;
use url::Url;

/// A server with answers in their order, and the requests that it got.
#[derive(Clone, Default)]
struct Host {
    script: Arc<Mutex<VecDeque<Response>>>,
    seen: Arc<Mutex<Vec<(String, HeaderMap)>>>,
}

impl Host {
    async fn start(&self) -> Url {
        async fn answer(State(host): State<Host>, uri: Uri, headers: HeaderMap) -> Response {
            host.seen.lock().unwrap().push((uri.path().to_owned(), headers));
            let scripted = host.script.lock().unwrap().pop_front();
            scripted.unwrap_or_else(|| StatusCode::IM_A_TEAPOT.into_response())
        }
        serve(Router::new().fallback(answer).with_state(self.clone())).await
    }

    fn answers(&self, response: impl IntoResponse) {
        self.script.lock().unwrap().push_back(response.into_response());
    }

    fn seen(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

/// GitHub's API, and the storage host that it names.
struct Net {
    api: Host,
    storage: Host,
    api_url: Url,
    storage_url: Url,
}

impl Net {
    async fn start() -> Self {
        let (api, storage) = (Host::default(), Host::default());
        let (api_url, storage_url) = (api.start().await, storage.start().await);
        Self { api, storage, api_url, storage_url }
    }

    /// Lets the API name the storage host once.
    fn redirect(&self) {
        let place = self.storage_url.join("logs/7?sig=AAAA").unwrap();
        self.api.answers((StatusCode::FOUND, [(header::LOCATION, place.to_string())]));
    }

    /// Reads the log of job 7. Returns it with the other events, or the failure.
    async fn read(&self) -> (JobLog, Vec<JobLogEvent>, Option<Failure>) {
        let github = services(&self.api_url).github;
        let repo = "hello-truck/hello-truck".parse().unwrap();
        let (mut log, mut others, mut failed) = (JobLog::new(), Vec::new(), None);
        let mut events = Box::pin(github.job_log(&repo, JobId(7)));
        while let Some(event) = events.next().await {
            match event {
                Ok(JobLogEvent::Segment(segment)) => log.push(segment),
                Ok(other) => others.push(other),
                Err(failure) => failed = Some(failure),
            }
        }
        (log, others, failed)
    }
}

fn xml(status: u16, code: &str) -> (StatusCode, String) {
    let body =
        format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code></Error>");
    (StatusCode::from_u16(status).unwrap(), body)
}

const COMPLETE: [JobLogEvent; 1] = [JobLogEvent::Ended(LogEnd::Complete)];

#[tokio::test]
async fn the_storage_host_gets_no_credentials() {
    let net = Net::start().await;
    net.redirect();
    net.storage.answers("2026-09-10T08:00:00.0000000Z one\r\n2026-09-10T08:00:01.0000000Z ##[error]two");
    let (log, others, failed) = net.read().await;
    assert_eq!((log.len(), log.errors(), others.as_slice(), failed), (2, 1, &COMPLETE[..], None));
    let seen = net.api.seen.lock().unwrap().clone();
    assert_eq!(seen[0].0, "/repos/hello-truck/hello-truck/actions/jobs/7/logs");
    assert_eq!(seen[0].1.get("authorization").unwrap(), "Bearer sandbox-token");
    let (path, headers) = net.storage.seen.lock().unwrap()[0].clone();
    assert_eq!(path, "/logs/7");
    let is_secret = |name: &str| {
        ["authorization", "cookie", "proxy-authorization"].contains(&name) || name.starts_with("x-github")
    };
    assert!(!headers.keys().any(|name| is_secret(name.as_str())), "{headers:?}");
}

#[tokio::test]
async fn an_expired_address_is_renewed_once() {
    let net = Net::start().await;
    net.redirect();
    net.storage.answers(xml(403, "AuthenticationFailed"));
    net.redirect();
    net.storage.answers("whole\n");
    let (log, others, failed) = net.read().await;
    assert_eq!((log.len(), others.as_slice(), failed), (1, &COMPLETE[..], None));

    for _ in 0..2 {
        net.redirect();
        net.storage.answers(xml(403, "AuthenticationFailed"));
    }
    let failure = net.read().await.2.unwrap();
    assert!(failure.why.contains("expires before it can be read"), "{failure}");
    assert_eq!(net.api.seen(), 4, "not a third time");
}

#[tokio::test]
async fn a_log_that_is_not_stored_yet_is_asked_for_again() {
    let net = Net::start().await;
    net.redirect();
    net.storage.answers(xml(404, "BlobNotFound"));
    net.redirect();
    net.storage.answers("there\n");
    let (log, others, failed) = net.read().await;
    let [ended] = COMPLETE;
    assert_eq!((log.len(), others, failed), (1, vec![JobLogEvent::NotStored, ended], None));
}

#[tokio::test]
async fn what_github_refuses_is_told() {
    let net = Net::start().await;
    net.api.answers((StatusCode::GONE, Json(json!({"message": "Server Error"}))));
    let (_, others, failed) = net.read().await;
    assert_eq!((others, failed), (vec![JobLogEvent::Ended(LogEnd::Expired)], None));

    net.api.answers((StatusCode::NOT_FOUND, Json(json!({"message": "Not Found"}))));
    let failure = net.read().await.2.unwrap();
    assert!(failure.kind == Kind::NotFound && failure.why.contains("none while it runs"), "{failure}");

    net.api.answers((StatusCode::FORBIDDEN, Json(json!({"message": "Must have admin rights"}))));
    let failure = net.read().await.2.unwrap();
    assert!(failure.kind == Kind::Unauthorized && failure.why.contains("Must have admin"), "{failure}");

    net.redirect();
    net.storage.answers(xml(401, "InvalidAuthenticationInfo"));
    let failure = net.read().await.2.unwrap();
    assert!(failure.why.contains("it answers InvalidAuthenticationInfo"), "{failure}");

    net.redirect();
    net.storage.answers(([(header::CONTENT_TYPE, "text/html")], "<html>sign in to the proxy</html>"));
    let failure = net.read().await.2.unwrap();
    assert!(failure.kind == Kind::Unexpected && failure.why.contains("text/html"), "{failure}");
}

#[tokio::test]
async fn a_log_without_end_is_cut_at_its_limit() {
    let net = Net::start().await;
    net.redirect();
    let chunk = "a line of an endless log\n".repeat(200_000);
    let chunks = stream::repeat(chunk).map(Ok::<_, std::io::Error>);
    net.storage.answers(Body::from_stream(chunks).into_response());
    let (log, others, failed) = net.read().await;
    assert_eq!((others, failed), (vec![JobLogEvent::Ended(LogEnd::Cut)], None));
    assert_eq!(log.bytes(), MAX_LOG);
}

#[tokio::test]
async fn a_download_that_breaks_off_says_so() {
    let net = Net::start().await;
    net.redirect();
    // The server sends what it has when the body makes it wait.
    let gone = async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("gone"))
    };
    let broken = stream::iter([Ok("one\ntwo\n")]).chain(stream::once(gone));
    net.storage.answers(Body::from_stream(broken).into_response());
    let (_, others, failed) = net.read().await;
    assert_eq!(others, []);
    let failure = failed.unwrap();
    assert!(failure.kind == Kind::Offline && failure.why.contains("broke off"), "{failure}");
}
