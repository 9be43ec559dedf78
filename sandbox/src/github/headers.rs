//! Middleware for every GitHub response: rate limit and entity tag, and the check of the repository's name.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use axum::body::HttpBody as _;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Shared};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::quota::{LIMIT, Usage};
use crate::state::State;

use super::answer::{Refused, rate_limited};

/// The header with the version of the API that the client asks for.
pub(super) const VERSION: &str = "x-github-api-version";

/// Wraps a handler: an unknown repository is 404; an unchanged response is 304 and does not count against the limit.
pub(super) async fn wrap(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let conditional = request.method() == Method::GET;
    let free = request.uri().path() == "/rate_limit";
    let client = Client::of(&state, &request);
    let token = token(request.headers()).to_owned();
    let mut response = if !free && state.quota.is_used_up(&token, state.now()) {
        rate_limited().into_response()
    } else if !client.knows_version() {
        let message = format!("API version '{}' is not supported", client.version);
        Refused::new(StatusCode::BAD_REQUEST, message).into_response()
    } else if !is_known_repository(&state, request.uri().path()) {
        Refused::not_found().into_response()
    } else if is_write_without_json(&request) {
        let message = "Unsupported Media Type: send a body as application/json";
        Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into_response()
    } else {
        next.run(request).await
    };
    if conditional && response.status() == StatusCode::OK {
        response = tagged(response, known.as_ref(), &client.variant).await;
    }
    let counts = !free && response.status() != StatusCode::NOT_MODIFIED;
    let remaining = state.quota.count(&token, state.now(), i64::from(counts));
    common(response.headers_mut(), &remaining);
    client.describe(response.headers_mut());
    response
}

/// Returns the token of a request, without its scheme; an empty text if there is none.
pub(super) fn token(headers: &HeaderMap) -> &str {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value.and_then(|value| value.split_once(' ')).map_or("", |(_, token)| token.trim())
}

/// The versions of the API that GitHub supports; the first is the default.
const VERSIONS: [&str; 2] = ["2022-11-28", "2026-03-10"];

/// What a response depends on beside its path.
struct Client {
    version: String,
    /// The scopes of the token.
    scopes: String,
    /// Token, media type and version: an entity tag belongs to them.
    variant: String,
}

impl Client {
    fn of(state: &State, request: &Request) -> Self {
        let text = |name: &str| {
            let value = request.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (authorization, version) = (text("authorization"), text(VERSION));
        let issued = state.sign_in.scope(token(request.headers()));
        let scopes = issued.map(|scope| scope.split_whitespace().collect::<Vec<_>>().join(", "));
        Self {
            scopes: scopes.unwrap_or_else(|| "repo, workflow".to_owned()),
            variant: format!("{authorization} {} {version}", text("accept")),
            version: if version.is_empty() { VERSIONS[0].to_owned() } else { version },
        }
    }

    fn knows_version(&self) -> bool {
        VERSIONS.contains(&self.version.as_str())
    }

    fn describe(&self, headers: &mut HeaderMap) {
        for (name, value) in
            [("x-oauth-scopes", &self.scopes), ("x-github-api-version-selected", &self.version)]
        {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        headers.insert("x-accepted-oauth-scopes", HeaderValue::from_static("repo"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept, Authorization, Cookie, X-GitHub-OTP"));
    }
}

/// Reports whether a request that changes something has a body that is not declared as JSON. A foreign web page can
/// send such a body without a CORS preflight.
fn is_write_without_json(request: &Request) -> bool {
    let headers = request.headers();
    let is_change = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    match headers.get(header::CONTENT_TYPE) {
        Some(kind) => is_change && !kind.to_str().is_ok_and(is_json),
        None => is_change && !request.body().is_end_stream(),
    }
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn is_known_repository(state: &State, path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/repos/") else { return true };
    let mut parts = rest.split('/');
    let (owner, repo) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    owner.eq_ignore_ascii_case(&state.names().owner) && repo.eq_ignore_ascii_case(&state.names().repo)
}

async fn tagged(response: Response, known: Option<&HeaderValue>, variant: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "Server Error").into_response();
    };
    let mut hasher = DefaultHasher::new();
    (&bytes, variant).hash(&mut hasher);
    let tag = format!("W/\"{:016x}\"", hasher.finish());
    let same = known.and_then(|tags| tags.to_str().ok()).is_some_and(|tags| matches(tags, &tag));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    if same {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Compares weakly, as `If-None-Match` requires.
fn matches(tags: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.split(',').any(|candidate| candidate.trim() == "*" || opaque(candidate) == opaque(tag))
}

fn common(headers: &mut HeaderMap, remaining: &Usage) {
    let left = LIMIT - remaining.used;
    let numbers = [
        ("x-ratelimit-limit", LIMIT),
        ("x-ratelimit-remaining", left),
        ("x-ratelimit-used", remaining.used),
        ("x-ratelimit-reset", remaining.reset),
    ];
    for (name, number) in numbers {
        headers.insert(name, HeaderValue::from(number));
    }
    headers.insert("x-ratelimit-resource", HeaderValue::from_static("core"));
    headers.insert("x-github-media-type", HeaderValue::from_static("github.v3; format=json"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, max-age=60, s-maxage=60"));
}
