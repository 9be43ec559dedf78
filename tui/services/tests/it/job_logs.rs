//! The log of a job comes from a host that GitHub names, which gets no credentials.

use crate::{
    answering::services,
    storage_host::{Net, breaks_off_after, xml},
};
use axum::{
    Json,
    body::Body,
    http::{StatusCode, header},
    response::IntoResponse,
};
use futures::{StreamExt, stream};
use hello_model::{
    failure::{Failure, Kind},
    job_log::{JobLog, JobLogEvent, LogEnd, MAX_LOG},
    run::JobId,
};
use serde_json::json;

/// Reads the log of job 7. Returns it with the other events, or the failure.
async fn read(net: &Net) -> (JobLog, Vec<JobLogEvent>, Option<Failure>) {
    let github = services(&net.api_url).github;
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

const COMPLETE: [JobLogEvent; 1] = [JobLogEvent::Ended(LogEnd::Complete)];

#[tokio::test]
async fn the_storage_host_gets_no_credentials() {
    let net = Net::start().await;
    net.redirect();
    net.storage.answers("2026-09-10T08:00:00.0000000Z one\r\n2026-09-10T08:00:01.0000000Z ##[error]two");
    let (log, others, failed) = read(&net).await;
    assert_eq!((log.len(), log.errors(), others.as_slice(), failed), (2, 1, &COMPLETE[..], None));
    let seen = net.api.seen.lock().unwrap().clone();
    assert_eq!(seen[0].0, "/repos/hello-truck/hello-truck/actions/jobs/7/logs");
    assert_eq!(seen[0].1.get("authorization").unwrap(), "Bearer sandbox-token");
    net.assert_storage_got_no_credentials();
}

#[tokio::test]
async fn an_expired_address_is_renewed_once() {
    let net = Net::start().await;
    net.redirect();
    net.storage.answers(xml(403, "AuthenticationFailed"));
    net.redirect();
    net.storage.answers("whole\n");
    let (log, others, failed) = read(&net).await;
    assert_eq!((log.len(), others.as_slice(), failed), (1, &COMPLETE[..], None));

    for _ in 0..2 {
        net.redirect();
        net.storage.answers(xml(403, "AuthenticationFailed"));
    }
    let failure = read(&net).await.2.unwrap();
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
    let (log, others, failed) = read(&net).await;
    let [ended] = COMPLETE;
    assert_eq!((log.len(), others, failed), (1, vec![JobLogEvent::NotStored, ended], None));
}

#[tokio::test]
async fn what_github_refuses_is_told() {
    let net = Net::start().await;
    net.api.answers((StatusCode::GONE, Json(json!({"message": "Server Error"}))));
    let (_, others, failed) = read(&net).await;
    assert_eq!((others, failed), (vec![JobLogEvent::Ended(LogEnd::Expired)], None));

    net.api.answers((StatusCode::NOT_FOUND, Json(json!({"message": "Not Found"}))));
    let failure = read(&net).await.2.unwrap();
    assert!(failure.kind == Kind::NotFound && failure.why.contains("none while it runs"), "{failure}");

    net.api.answers((StatusCode::FORBIDDEN, Json(json!({"message": "Must have admin rights"}))));
    let failure = read(&net).await.2.unwrap();
    assert!(failure.kind == Kind::Unauthorized && failure.why.contains("Must have admin"), "{failure}");

    net.redirect();
    net.storage.answers(xml(401, "InvalidAuthenticationInfo"));
    let failure = read(&net).await.2.unwrap();
    assert!(failure.why.contains("it answers InvalidAuthenticationInfo"), "{failure}");

    net.redirect();
    net.storage.answers(([(header::CONTENT_TYPE, "text/html")], "<html>sign in to the proxy</html>"));
    let failure = read(&net).await.2.unwrap();
    assert!(failure.kind == Kind::Unexpected && failure.why.contains("text/html"), "{failure}");
}

#[tokio::test]
async fn a_log_without_end_is_cut_at_its_limit() {
    let net = Net::start().await;
    net.redirect();
    let chunk = "a line of an endless log\n".repeat(200_000);
    let chunks = stream::repeat(chunk).map(Ok::<_, std::io::Error>);
    net.storage.answers(Body::from_stream(chunks).into_response());
    let (log, others, failed) = read(&net).await;
    assert_eq!((others, failed), (vec![JobLogEvent::Ended(LogEnd::Cut)], None));
    assert_eq!(log.bytes(), MAX_LOG);
}

#[tokio::test]
async fn a_download_that_breaks_off_says_so() {
    let net = Net::start().await;
    net.redirect();
    net.storage.answers(breaks_off_after("one\ntwo\n"));
    let (_, others, failed) = read(&net).await;
    assert_eq!(others, []);
    let failure = failed.unwrap();
    assert!(failure.kind == Kind::Offline && failure.why.contains("broke off"), "{failure}");
}
