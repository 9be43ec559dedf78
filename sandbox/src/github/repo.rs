//! The repository's own objects.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, RawQuery, State as Shared};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::names::Names;
use crate::scenario::User;
use crate::simulation::World;
use crate::state::State;

use super::account::account;
use super::answer::Origin;
use super::page::{Page, without_page};

pub(super) const ID: u64 = 901_204_417;
const FORK_ID: u64 = 902_660_108;
const OWNER_ID: u64 = 4_210_001;

/// The URL fields of a repository: name, and suffix to the repository's URL.
const ADDRESSES: &[(&str, &str)] = &[
    ("url", ""),
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

/// Writes the owner of the repository.
pub(super) fn owner(names: &Names, origin: &str) -> Value {
    Value::Object(account(origin, &names.owner, OWNER_ID, "Organization"))
}

/// Writes the repository as it appears inside other objects.
pub(super) fn minimal(names: &Names, origin: &str) -> Value {
    brief(names, origin, ID, &owner(names, origin))
}

/// Writes a user's fork as it appears inside other objects.
pub(super) fn minimal_fork(names: &Names, origin: &str, user: &User) -> Value {
    let forked = Names { owner: user.login.to_owned(), ..names.clone() };
    brief(&forked, origin, FORK_ID, &Value::Object(account(origin, user.login, user.id, "User")))
}

fn brief(names: &Names, origin: &str, id: u64, owner: &Value) -> Value {
    let url = format!("{origin}/repos/{}", names.slug());
    let mut object = json!({
        "id": id, "node_id": format!("R_kgDO{id:x}"), "name": names.repo, "full_name": names.slug(),
        "private": false, "owner": owner,
        "html_url": format!("https://github.com/{}", names.slug()), "fork": id == FORK_ID,
        "description": "Trucks, from the catalog to the road",
    });
    for (field, end) in ADDRESSES {
        object[*field] = Value::String(format!("{url}{end}"));
    }
    object
}

/// Answers `GET /repos/{owner}/{repo}`.
pub(super) async fn show(Shared(state): Shared<Arc<State>>, Origin(origin): Origin) -> Response {
    Json(full(state.names(), &origin, &state.world())).into_response()
}

/// Writes the repository with all its fields.
pub(super) fn full(names: &Names, origin: &str, world: &World) -> Value {
    with_details(minimal(names, origin), &names.slug(), world)
}

/// Writes a user's fork with all its fields.
pub(super) fn fork(names: &Names, origin: &str, world: &World, user: &User) -> Value {
    with_details(minimal_fork(names, origin, user), &format!("{}/{}", user.login, names.repo), world)
}

fn with_details(mut object: Value, slug: &str, world: &World) -> Value {
    let pushed = world.head("main").map_or(world.resources_created_at, |commit| commit.at);
    let more = json!({
        "git_url": format!("git://github.com/{slug}.git"), "ssh_url": format!("git@github.com:{slug}.git"),
        "clone_url": format!("https://github.com/{slug}.git"), "svn_url": format!("https://github.com/{slug}"),
        "mirror_url": null, "homepage": null, "language": "Rust", "license": null, "default_branch": "main",
        "forks_count": 3, "forks": 3, "stargazers_count": 41, "watchers_count": 41, "watchers": 41,
        "size": 1204, "open_issues_count": 6, "open_issues": 6, "subscribers_count": 5, "network_count": 3,
        "has_issues": true, "has_projects": false, "has_wiki": false, "has_pages": false, "has_downloads": true,
        "has_discussions": false, "is_template": false, "archived": false, "disabled": false,
        "allow_forking": true, "web_commit_signoff_required": false, "visibility": "public", "topics": ["trucks"],
        "created_at": world.resources_created_at.rfc3339(), "updated_at": pushed.rfc3339(), "pushed_at": pushed.rfc3339(),
        "permissions": {"admin": false, "maintain": true, "push": true, "triage": true, "pull": true},
    });
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}

/// Answers `GET …/branches`: the branches that a workflow can be dispatched on.
pub(super) async fn branches(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Response {
    let world = state.world();
    let url = format!("{origin}/repos/{}/commits", state.names().slug());
    let heads = world.heads();
    let branches = page.of(heads).iter().map(|commit| {
        let (sha, name) = (&commit.sha, &commit.branch);
        json!({"name": name, "protected": name == "main", "commit": {"sha": sha, "url": format!("{url}/{sha}")}})
    });
    let all = without_page(&format!("{origin}/repos/{}/branches", state.names().slug()), query.as_deref());
    (page.links(heads.len(), &all), Json(Value::Array(branches.collect()))).into_response()
}
