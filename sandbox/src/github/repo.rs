//! The repository's own objects.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::names::Names;
use crate::state::State;

use super::account::account;
use super::answer::Origin;

const ID: u64 = 901_204_417;
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

/// Writes the repository as it appears inside other objects.
pub(super) fn minimal(names: &Names, origin: &str) -> Value {
    let url = format!("{origin}/repos/{}", names.slug());
    let mut object = json!({
        "id": ID, "node_id": format!("R_kgDO{ID:x}"), "name": names.repo, "full_name": names.slug(),
        "private": false, "owner": account(origin, &names.owner, OWNER_ID, "Organization"),
        "html_url": format!("https://github.com/{}", names.slug()), "fork": false,
        "description": "Trucks, from the catalog to the road",
    });
    for (field, end) in ADDRESSES {
        object[*field] = Value::String(format!("{url}{end}"));
    }
    object
}

/// Answers `GET /repos/{owner}/{repo}`.
pub(super) async fn show(Shared(state): Shared<Arc<State>>, Origin(origin): Origin) -> Response {
    let names = state.names();
    let slug = names.slug();
    let world = state.world();
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
    let mut object = minimal(names, &origin);
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    Json(object).into_response()
}

/// Answers `GET …/branches`: the branches that a workflow can be dispatched on.
pub(super) async fn branches(Shared(state): Shared<Arc<State>>, Origin(origin): Origin) -> Response {
    let world = state.world();
    let url = format!("{origin}/repos/{}/commits", state.names().slug());
    let branches = world.heads().iter().map(|commit| {
        let (sha, name) = (&commit.sha, &commit.branch);
        json!({"name": name, "protected": name == "main", "commit": {"sha": sha, "url": format!("{url}/{sha}")}})
    });
    Json(Value::Array(branches.collect())).into_response()
}
