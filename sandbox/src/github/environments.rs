//! The environments of the repository.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State as Shared};
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use crate::scenario::OPERATOR;
use crate::simulation::{ENVIRONMENTS, Environment, Reviewer};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;
use super::page::{Page, without_page};

/// Answers `GET …/environments`.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let url = without_page(&format!("{}/environments", writer.repo_url()), query.as_deref());
    let shown = page.of(&ENVIRONMENTS).iter().map(|known| full(&writer, known)).collect::<Vec<_>>();
    let body = json!({"total_count": ENVIRONMENTS.len(), "environments": shown});
    Ok((page.links(ENVIRONMENTS.len(), &url), Json(body)).into_response())
}

/// Answers `GET …/environments/{name}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, name)): Path<(String, String, String)>,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let known = ENVIRONMENTS.into_iter().find(|known| known.name == name).ok_or_else(Refused::not_found)?;
    Ok(Json(full(&writer, known)).into_response())
}

/// Writes an environment as it appears inside other objects.
pub(super) fn brief(writer: &Writer<'_>, environment: &Environment) -> Value {
    let Environment { id, name, .. } = environment;
    // A name may contain a slash, which is escaped in the path.
    let path = url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
    let made = writer.world.resources_created_at.rfc3339();
    json!({
        "id": id, "node_id": format!("EN_kwDO{id:x}"), "name": name,
        "url": format!("{}/environments/{path}", writer.repo_url()),
        "html_url": format!(
            "https://github.com/{}/deployments/activity_log?environments_filter={path}",
            writer.names.slug()
        ),
        "created_at": made, "updated_at": made,
    })
}

/// Writes the reviewers that an environment requires.
pub(super) fn reviewers(writer: &Writer<'_>, environment: &Environment) -> Value {
    match environment.reviewer {
        None => json!([]),
        Some(Reviewer::Operator) => json!([{"type": "User", "reviewer": writer.user(OPERATOR)}]),
        Some(Reviewer::Team) => json!([{"type": "Team", "reviewer": team(writer)}]),
    }
}

fn team(writer: &Writer<'_>) -> Value {
    const ID: u64 = 1_200_417;
    let url = format!("{}/teams/{ID}", writer.origin);
    json!({
        "id": ID, "node_id": format!("T_kwDO{ID:x}"), "name": "release crew", "slug": "release-crew",
        "description": "Releases to production in Europe", "privacy": "closed", "permission": "pull",
        "notification_setting": "notifications_enabled", "url": url, "members_url": format!("{url}/members{{/member}}"),
        "repositories_url": format!("{url}/repos"), "parent": null, "type": "organization",
        "html_url": format!("https://github.com/orgs/{}/teams/release-crew", writer.names.owner),
    })
}

fn full(writer: &Writer<'_>, environment: &Environment) -> Value {
    let mut object = brief(writer, environment);
    let id = environment.id;
    let mut rules = Vec::new();
    if environment.wait_minutes > 0 {
        let node = format!("GA_kwDO{:x}", id * 2);
        rules.push(json!({
            "id": id * 2, "node_id": node, "type": "wait_timer", "wait_timer": environment.wait_minutes,
        }));
    }
    if environment.reviewer.is_some() {
        let node = format!("GA_kwDO{:x}", id * 2 + 1);
        rules.push(json!({
            "id": id * 2 + 1, "node_id": node, "type": "required_reviewers", "prevent_self_review": false,
            "reviewers": reviewers(writer, environment),
        }));
    }
    object["protection_rules"] = Value::Array(rules);
    object["deployment_branch_policy"] = Value::Null;
    object["can_admins_bypass"] = json!(true);
    object
}
