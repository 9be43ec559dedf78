//! GitHub's responses: JSON bodies, and errors in GitHub's format.

use axum::Json;
use axum::extract::{FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{StatusCode, header};
use serde_json::json;

use crate::scenario::OPERATOR;
use crate::state::TooManyCommands;

/// An error response of GitHub.
#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    message: String,
}

pub(super) type Answer = Result<Response, Refused>;

impl Refused {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }
}

impl From<TooManyCommands> for Refused {
    fn from(why: TooManyCommands) -> Self {
        Self::new(StatusCode::FORBIDDEN, why.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = json!({
            "message": self.message,
            "documentation_url": "https://docs.github.com/rest",
            "status": self.status.as_u16().to_string(),
        });
        (self.status, Json(body)).into_response()
    }
}

/// Returns GitHub's response to a request beyond the primary rate limit.
pub(crate) fn rate_limited() -> Refused {
    Refused::new(StatusCode::FORBIDDEN, format!("API rate limit exceeded for user ID {}.", OPERATOR.id))
}

/// Returns GitHub's response to a path that the sandbox does not know.
pub(crate) fn unknown_path() -> Refused {
    Refused::not_found()
}

/// Marks a request whose path had the prefix of GitHub Enterprise.
#[derive(Clone, Copy, Debug)]
struct EnterprisePrefix;

/// The base URL that the client used, without a trailing slash: the start of every `url` in a response.
#[derive(Clone, Debug)]
pub(super) struct Origin(pub String);

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let named = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = parts.uri.authority().map(http::uri::Authority::as_str).or(named).unwrap_or("127.0.0.1");
        let prefix = if parts.extensions.get::<EnterprisePrefix>().is_some() { "/api/v3" } else { "" };
        Ok(Self(format!("http://{host}{prefix}")))
    }
}

/// Reports whether a path without a route belongs to GitHub rather than to the trucks API.
pub(crate) fn is_github_path(path: &str) -> bool {
    ["/repos", "/orgs", "/users", "/api/v3", "/graphql"].iter().any(|start| path.starts_with(start))
}

/// Removes `/api/v3`, the prefix of GitHub Enterprise's paths, from a request and marks the request.
pub(crate) fn without_enterprise_prefix(mut request: Request) -> Request {
    let uri = request.uri();
    let rest = uri.path_and_query().and_then(|path| path.as_str().strip_prefix("/api/v3"));
    let Some(rest) = rest.filter(|rest| rest.starts_with('/')).and_then(|rest| rest.parse().ok()) else {
        return request;
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(rest);
    if let Ok(uri) = http::Uri::from_parts(parts) {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(EnterprisePrefix);
    }
    request
}
