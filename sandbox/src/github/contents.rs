//! The contents of the repository: workflow files at a branch or commit.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State as Shared};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::repository::File;
use crate::scenario::Commit;
use crate::seeded_rng::SeededRng;
use crate::simulation::World;
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;

/// The length of a line of Base64 in a response.
const LINE: usize = 60;

#[derive(Debug, Deserialize)]
pub(super) struct At {
    r#ref: Option<String>,
}

impl At {
    fn commit<'w>(&self, world: &'w World) -> Result<&'w Commit, Refused> {
        let reference = self.r#ref.as_deref().filter(|name| !name.is_empty()).unwrap_or("main");
        world.commit(reference).ok_or_else(|| {
            Refused::new(http::StatusCode::NOT_FOUND, format!("No commit found for the ref {reference}"))
        })
    }
}

/// Answers `GET …/contents`: the root, which has one folder.
pub(super) async fn root(
    shared: Shared<Arc<State>>,
    origin: Origin,
    Path((owner, repo)): Path<(String, String)>,
    at: Query<At>,
    headers: HeaderMap,
) -> Answer {
    show(shared, origin, Path((owner, repo, String::new())), at, headers).await
}

/// Answers `GET …/contents/{path}`: a file, or the entries of a folder.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, path)): Path<(String, String, String)>,
    Query(at): Query<At>,
    headers: HeaderMap,
) -> Answer {
    let world = state.world();
    let commit = at.commit(&world)?;
    let path = path.trim_matches('/');
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    if let Some(text) = commit.files.read(path) {
        if accepts_raw(&headers) {
            let kind = [(header::CONTENT_TYPE, "application/vnd.github.raw+json; charset=utf-8")];
            return Ok((kind, text).into_response());
        }
        return Ok(Json(file(&writer, commit, path, text)).into_response());
    }
    folder(&writer, commit, path).ok_or_else(Refused::not_found)
}

fn accepts_raw(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|kinds| kinds.split(',')).any(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.starts_with("application/vnd.github") && kind.contains("raw")
    })
}

fn file(writer: &Writer<'_>, commit: &Commit, path: &str, text: &str) -> Value {
    let encoded = STANDARD.encode(text);
    let lines = encoded.as_bytes().chunks(LINE).map(String::from_utf8_lossy);
    let content = lines.fold(String::with_capacity(encoded.len() * 2), |text, line| text + &line + "\n");
    let mut object = entry(writer, commit, path, "file", text);
    object["encoding"] = json!("base64");
    object["content"] = json!(content);
    object
}

fn entry(writer: &Writer<'_>, commit: &Commit, path: &str, kind: &str, text: &str) -> Value {
    let (repo, slug) = (writer.repo_url(), writer.names.slug());
    let sha = blob_sha(path, text);
    let is_file = kind == "file";
    let page = if is_file { "blob" } else { "tree" };
    let url = format!("{repo}/contents/{path}?ref={}", commit.branch);
    let git = format!("{repo}/git/{page}s/{sha}");
    let html = format!("https://github.com/{slug}/{page}/{}/{path}", commit.sha);
    let raw = is_file.then(|| format!("https://raw.githubusercontent.com/{slug}/{}/{path}", commit.sha));
    json!({
        "type": kind, "name": path.rsplit('/').next(), "path": path, "size": text.len(), "sha": sha,
        "url": url, "git_url": git, "html_url": html, "download_url": raw,
        "_links": {"self": url, "git": git, "html": html},
    })
}

fn folder(writer: &Writer<'_>, commit: &Commit, path: &str) -> Option<Response> {
    let start = if path.is_empty() { String::new() } else { format!("{path}/") };
    let files = commit.files.files();
    let mut entries = Vec::<Value>::new();
    for File { path, text } in &files {
        let Some(rest) = path.strip_prefix(start.as_str()) else { continue };
        let found = match rest.split_once('/') {
            Some((name, _)) => entry(writer, commit, &format!("{start}{name}"), "dir", ""),
            None => entry(writer, commit, path, "file", text),
        };
        if entries.last().is_none_or(|last| last["path"] != found["path"]) {
            entries.push(found);
        }
    }
    (!entries.is_empty()).then(|| Json(Value::Array(entries)).into_response())
}

/// Returns the id of a file's content: equal texts have equal ids.
pub(super) fn blob_sha(path: &str, text: &str) -> String {
    let kind = if text.is_empty() { path } else { text };
    SeededRng::of(0, kind, &[]).hex(40)
}
