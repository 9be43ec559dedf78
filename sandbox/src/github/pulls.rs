//! Pull requests: those whose runs are shown.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State as Shared};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::simulation::{Run, World};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::changes::changed_files;
use super::objects::Writer;
use super::page::{Page, without_page};
use super::repo;
use super::runs::OfRun;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Filter {
    /// `user:branch` of the head.
    head: Option<String>,
    state: Option<String>,
}

/// Returns the newest run of each pull request.
fn pulls(world: &World) -> Vec<&Run> {
    let mut pulls = Vec::<&Run>::new();
    for run in world.runs.iter().filter(|run| run.pull.is_some()) {
        if pulls.iter().all(|other| other.pull != run.pull) {
            pulls.push(run);
        }
    }
    pulls
}

fn find(world: &World, number: u64) -> Result<&Run, Refused> {
    world.runs.iter().find(|run| run.pull == Some(number)).ok_or_else(Refused::not_found)
}

/// Answers `GET …/pulls`: all of them are open.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let mut found = pulls(&world);
    let is_open = filter.state.as_deref() != Some("closed");
    found.retain(|run| {
        let head = format!("{}:{}", writer.head_owner(run), run.commit.branch);
        is_open && filter.head.as_ref().is_none_or(|wanted| *wanted == head)
    });
    let url = without_page(&format!("{}/pulls", writer.repo_url()), query.as_deref());
    let shown = page.of(&found).iter().map(|run| writer.pull(run)).collect();
    Ok((page.links(found.len(), &url), Json(Value::Array(shown))).into_response())
}

/// Answers `GET …/commits/{sha}/pulls`.
pub(super) async fn of_commit(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, sha)): Path<(String, String, String)>,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let found = pulls(&world).into_iter().filter(|run| run.commit.sha == sha);
    Ok(Json(Value::Array(found.map(|run| writer.pull(run)).collect())).into_response())
}

/// Answers `GET …/pulls/{number}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, number)): OfRun,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let run = find(&world, number)?;
    let mut pull = writer.pull(run);
    let files = changed_files(&writer, &run.commit);
    let sum = |field: &str| files.iter().filter_map(|file| file[field].as_u64()).sum::<u64>();
    let more = json!({
        "merged": false, "mergeable": true, "rebaseable": true, "mergeable_state": "blocked", "merged_by": null,
        "comments": 0, "review_comments": 0, "maintainer_can_modify": true, "commits": 1,
        "additions": sum("additions"), "deletions": sum("deletions"), "changed_files": files.len(),
    });
    if let (Some(pull), Value::Object(more)) = (pull.as_object_mut(), more) {
        pull.extend(more);
    }
    Ok(Json(pull).into_response())
}

/// Answers `GET …/pulls/{number}/files`.
pub(super) async fn files(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, number)): OfRun,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let files = changed_files(&writer, &find(&world, number)?.commit);
    let url = without_page(&format!("{}/pulls/{number}/files", writer.repo_url()), query.as_deref());
    Ok((page.links(files.len(), &url), Json(Value::Array(page.of(&files).to_vec()))).into_response())
}

impl Writer<'_> {
    /// Returns the login of the owner of a run's code.
    fn head_owner(&self, run: &Run) -> String {
        run.fork.map_or_else(|| self.names.owner.clone(), |owner| owner.login.to_owned())
    }

    fn pull(&self, run: &Run) -> Value {
        let number = run.pull.unwrap_or_default();
        let (url, html) = (
            format!("{}/pulls/{number}", self.repo_url()),
            format!("https://github.com/{}/pull/{number}", self.names.slug()),
        );
        let issue = format!("{}/issues/{number}", self.repo_url());
        let id = 1_700_000_000 + number;
        let at = run.created_at.rfc3339();
        let base = self.world.head("main").map(|main| main.sha.clone()).unwrap_or_default();
        let head = run.fork.map_or_else(
            || repo::full(self.names, self.origin, self.world),
            |owner| repo::fork(self.names, self.origin, self.world, owner),
        );
        let statuses = format!("{}/statuses/{}", self.repo_url(), run.commit.sha);
        let mut object = json!({
            "id": id, "node_id": format!("PR_kwDO{id:x}"), "number": number, "state": "open", "locked": false,
            "title": run.commit.message, "body": null, "user": self.user(run.actor), "draft": false,
            "url": url, "html_url": html, "diff_url": format!("{html}.diff"), "patch_url": format!("{html}.patch"),
            "issue_url": issue, "commits_url": format!("{url}/commits"), "statuses_url": statuses,
            "review_comments_url": format!("{url}/comments"), "comments_url": format!("{issue}/comments"),
            "review_comment_url": format!("{}/pulls/comments{{/number}}", self.repo_url()),
            "created_at": at, "updated_at": at, "closed_at": null, "merged_at": null,
            "merge_commit_sha": null, "assignee": null, "assignees": [], "requested_reviewers": [],
            "requested_teams": [], "labels": [], "milestone": null, "auto_merge": null, "active_lock_reason": null,
            "author_association": if run.fork.is_some() { "FIRST_TIME_CONTRIBUTOR" } else { "MEMBER" },
            "_links": links(&url, &html, &issue, &statuses, &self.repo_url()),
        });
        let owner = self.head_owner(run);
        object["head"] = json!({
            "label": format!("{owner}:{}", run.commit.branch), "ref": run.commit.branch, "sha": run.commit.sha,
            "user": head["owner"], "repo": head,
        });
        object["base"] = json!({
            "label": format!("{}:main", self.names.owner), "ref": "main", "sha": base,
            "user": repo::owner(self.names, self.origin), "repo": repo::full(self.names, self.origin, self.world),
        });
        object
    }

    /// Writes a pull request as it appears in a run. GitHub lists none for a fork.
    pub(super) fn pulls_of(&self, run: &Run) -> Value {
        let Some(number) = run.pull.filter(|_| run.fork.is_none()) else { return json!([]) };
        let repository = json!({"id": repo::ID, "url": self.repo_url(), "name": self.names.repo});
        let base = self.world.head("main").map(|main| main.sha.clone()).unwrap_or_default();
        json!([{
            "id": 1_700_000_000 + number, "number": number, "url": format!("{}/pulls/{number}", self.repo_url()),
            "head": {"ref": run.commit.branch, "sha": run.commit.sha, "repo": repository},
            "base": {"ref": "main", "sha": base, "repo": repository},
        }])
    }
}

fn links(url: &str, html: &str, issue: &str, statuses: &str, repo: &str) -> Value {
    let link = |href: &str| json!({"href": href});
    json!({
        "self": link(url), "html": link(html), "issue": link(issue), "statuses": link(statuses),
        "comments": link(&format!("{issue}/comments")), "commits": link(&format!("{url}/commits")),
        "review_comments": link(&format!("{url}/comments")),
        "review_comment": link(&format!("{repo}/pulls/comments{{/number}}")),
    })
}
