//! An artifact becomes a file only once it is whole.

use std::{fs, path::Path};

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header},
    response::IntoResponse,
};
use futures::{StreamExt, stream};
use hello_model::{
    failure::{Failure, Kind},
    run::{Artifact, ArtifactEvent, MAX_ARTIFACT},
};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    answering::services,
    storage_host::{Net, breaks_off_after, xml},
};

fn artifact(name: &str) -> Artifact {
    Artifact { id: 7, name: name.to_owned(), bytes: 3, is_expired: false, expires_at: None }
}

/// Downloads artifact 7, to the end or until `stop` says so.
async fn download(
    net: &Net,
    name: &str,
    folder: &Path,
    stop: impl Fn(&ArtifactEvent) -> bool,
) -> Result<Vec<ArtifactEvent>, Failure> {
    let github = services(&net.api_url).github;
    let repo = "hello-truck/hello-truck".parse().unwrap();
    let mut events = Box::pin(github.download_artifact(&repo, &artifact(name), folder.to_owned()));
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        seen.push(event?);
        if seen.last().is_some_and(&stop) {
            break;
        }
    }
    Ok(seen)
}

/// Downloads artifact 7, and returns why that has failed. Nothing is left in the folder.
async fn refusal(net: &Net) -> Failure {
    let folder = TempDir::new().unwrap();
    let failure = download(net, "report", folder.path(), |_| false).await.unwrap_err();
    assert_eq!(names(folder.path()), [""; 0], "{failure}");
    failure
}

/// Returns the names of all files of a folder, also of hidden ones.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn an_artifact_is_saved_without_credentials_for_the_storage() {
    let (net, folder) = (Net::start().await, TempDir::new().unwrap());
    net.redirect();
    net.storage.answers("zip");
    let events = download(&net, "report", folder.path(), |_| false).await.unwrap();
    let path = folder.path().join("report.zip");
    let begun = ArtifactEvent::Received { bytes: 0, total: Some(3) };
    assert_eq!(events, [begun, ArtifactEvent::Saved(path.clone())]);
    assert_eq!(fs::read_to_string(path).unwrap(), "zip");
    let seen = net.api.seen.lock().unwrap().clone();
    assert_eq!(seen[0].0, "/repos/hello-truck/hello-truck/actions/artifacts/7/zip");
    assert_eq!(seen[0].1.get("authorization").unwrap(), "Bearer sandbox-token");
    net.assert_storage_got_no_credentials();
}

#[tokio::test]
async fn an_existing_file_stays_and_names_stay_in_the_folder() {
    let (net, folder) = (Net::start().await, TempDir::new().unwrap());
    fs::write(folder.path().join("_.._x.zip"), "mine").unwrap();
    net.redirect();
    net.storage.answers("zip");
    download(&net, "../../x", folder.path(), |_| false).await.unwrap();
    assert_eq!(names(folder.path()), ["_.._x-2.zip", "_.._x.zip"]);
    assert_eq!(fs::read_to_string(folder.path().join("_.._x.zip")).unwrap(), "mine");
}

#[tokio::test]
async fn a_download_that_breaks_off_leaves_no_file() {
    let net = Net::start().await;
    net.redirect();
    net.storage.answers(breaks_off_after("half"));
    let failure = refusal(&net).await;
    assert!(failure.kind == Kind::Offline && failure.why.contains("broke off"), "{failure}");
}

#[tokio::test]
async fn a_download_that_is_cancelled_leaves_no_file() {
    let (net, folder) = (Net::start().await, TempDir::new().unwrap());
    net.redirect();
    let endless = stream::repeat("a part of an archive\n".repeat(1_000)).take(4_000);
    net.storage.answers(Body::from_stream(endless.map(Ok::<_, std::io::Error>)).into_response());
    let path = folder.path().to_owned();
    // The temporary file is there while the archive arrives.
    let stop = move |event: &ArtifactEvent| {
        assert!(matches!(event, ArtifactEvent::Received { .. }), "{event:?}");
        assert_eq!(names(&path).len(), 1);
        true
    };
    download(&net, "report", folder.path(), stop).await.unwrap();
    assert_eq!(names(folder.path()), [""; 0]);
}

#[tokio::test]
async fn what_github_and_the_storage_refuse_is_told() {
    let net = Net::start().await;
    net.api.answers((StatusCode::GONE, Json(json!({"message": "Artifact has expired"}))));
    let failure = refusal(&net).await;
    assert!(failure.kind == Kind::NotFound && failure.why.contains("has expired"), "{failure}");

    net.api.answers((StatusCode::NOT_FOUND, Json(json!({"message": "Not Found"}))));
    assert!(refusal(&net).await.why.contains("no such artifact"));

    net.api.answers((StatusCode::FORBIDDEN, Json(json!({"message": "Must have admin rights"}))));
    assert_eq!(refusal(&net).await.kind, Kind::Unauthorized);

    net.redirect();
    net.storage.answers(xml(404, "BlobNotFound"));
    assert!(refusal(&net).await.why.contains("does not have it"));

    net.redirect();
    net.storage.answers(([(header::CONTENT_TYPE, "text/html")], "<html>sign in to the proxy</html>"));
    assert!(refusal(&net).await.why.contains("text/html"));
}

#[tokio::test]
async fn an_expired_address_of_an_artifact_is_renewed() {
    let (net, folder) = (Net::start().await, TempDir::new().unwrap());
    net.redirect();
    net.storage.answers(xml(403, "AuthenticationFailed"));
    net.redirect();
    net.storage.answers("zip");
    download(&net, "report", folder.path(), |_| false).await.unwrap();
    assert_eq!(names(folder.path()), ["report.zip"]);
}

#[tokio::test]
async fn an_artifact_over_the_limit_is_not_begun() {
    let net = Net::start().await;
    net.redirect();
    let body = Body::from_stream(stream::pending::<std::io::Result<&str>>());
    net.storage.answers(([(header::CONTENT_LENGTH, (MAX_ARTIFACT + 1).to_string())], body));
    let failure = refusal(&net).await;
    assert!(failure.why.contains("larger than 2 GiB"), "{failure}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let (net, folder) = (Net::start().await, TempDir::new().unwrap());
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    net.redirect();
    net.storage.answers("zip");
    let failure = download(&net, "report", &file, |_| false).await.unwrap_err();
    assert!(failure.why.contains(file.to_str().unwrap()) && failure.hint.is_some(), "{failure}");
}
