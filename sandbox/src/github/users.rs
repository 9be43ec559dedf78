//! The account that the token belongs to, and its rate limit.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use serde_json::{Value, json};

use crate::scenario::OPERATOR;
use crate::state::State;

use super::account::account;
use super::answer::Origin;
use super::headers::{VERSION, token};

/// The first version of the API without `rate`.
const WITHOUT_RATE: &[u8] = b"2026-03-10";

/// Answers `GET /user`.
pub(super) async fn me(Shared(state): Shared<Arc<State>>, Origin(origin): Origin) -> Response {
    let mut user = account(&origin, OPERATOR.login, OPERATOR.id, "User");
    let resources_created_at = state.scenario.resources_created_at().rfc3339();
    let more = json!({
        "name": OPERATOR.name, "company": null, "blog": "", "location": null, "email": null, "hireable": null,
        "bio": null, "twitter_username": null, "public_repos": 4, "public_gists": 0, "followers": 12,
        "following": 9, "created_at": resources_created_at, "updated_at": resources_created_at, "private_gists": 0,
        "total_private_repos": 0, "owned_private_repos": 0, "disk_usage": 1204, "collaborators": 0,
        "two_factor_authentication": true,
    });
    if let Value::Object(more) = more {
        user.extend(more);
    }
    Json(user).into_response()
}

/// Answers `GET /rate_limit`, which does not count against the limit.
///
/// Newer versions of the API do not repeat the core limit as `rate`.
pub(super) async fn rate_limit(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let core = state.quota.show(token(&headers), state.now());
    let search = json!({"limit": 30, "used": 0, "remaining": 30, "reset": core["reset"]});
    let mut limits = json!({"resources": {"core": core, "search": search}});
    if headers.get(VERSION).is_none_or(|version| version.as_bytes() < WITHOUT_RATE) {
        limits["rate"] = core;
    }
    Json(limits).into_response()
}
