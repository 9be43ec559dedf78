//! Commits, the files that they change, and the comparison of two of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde_json::{Value, json};

use crate::repository::Snapshot;
use crate::scenario::Commit;
use crate::simulation::{Event, World};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::contents::blob_sha;
use super::objects::Writer;

/// Answers `GET …/commits/{ref}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, reference)): Path<(String, String, String)>,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let unknown =
        || Refused::new(StatusCode::UNPROCESSABLE_ENTITY, format!("No commit found for SHA: {reference}"));
    let commit = world.commit(&reference).ok_or_else(unknown)?;
    let mut object = writer.commit(commit);
    object["files"] = Value::Array(changed_files(&writer, commit));
    object["stats"] = json!({"additions": 3, "deletions": 1, "total": 4});
    Ok(Json(object).into_response())
}

/// Answers `GET …/compare/{base}...{head}`.
pub(super) async fn compare(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, basehead)): Path<(String, String, String)>,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let (base, head) = basehead.split_once("...").ok_or_else(Refused::not_found)?;
    let (base, head) = (resolve(&world, base)?, resolve(&world, head)?);
    let history = Comparison::of(&world, base, head);
    let url = format!("{}/compare/{basehead}", writer.repo_url());
    let html = format!("https://github.com/{}/compare/{basehead}", writer.names.slug());
    let files = history.ahead.iter().flat_map(|commit| changed_files(&writer, commit));
    Ok(Json(json!({
        "url": url, "html_url": html, "permalink_url": html, "diff_url": format!("{html}.diff"),
        "patch_url": format!("{html}.patch"), "base_commit": writer.commit(base),
        "merge_base_commit": writer.commit(history.merge_base), "status": history.status(),
        "ahead_by": history.ahead.len(), "behind_by": history.behind, "total_commits": history.ahead.len(),
        "commits": history.ahead.iter().map(|commit| writer.commit(commit)).collect::<Vec<_>>(),
        "files": files.collect::<Vec<_>>(),
    }))
    .into_response())
}

/// Finds a commit by branch, tag or id; the owner before a colon only says which fork has the branch.
fn resolve<'w>(world: &'w World, reference: &str) -> Result<&'w Commit, Refused> {
    let (owner, name) = reference.split_once(':').unwrap_or(("", reference));
    let mut forks = world.runs.iter().filter(|run| run.fork.is_some_and(|fork| fork.login == owner));
    let in_fork = forks.find(|run| run.commit.branch == name).map(|run| &run.commit);
    in_fork.or_else(|| world.commit(name)).ok_or_else(Refused::not_found)
}

/// The difference between two commits.
struct Comparison<'w> {
    merge_base: &'w Commit,
    /// The commits of the head that the base does not have, the oldest first.
    ahead: Vec<&'w Commit>,
    behind: usize,
}

impl<'w> Comparison<'w> {
    fn of(world: &'w World, base: &'w Commit, head: &'w Commit) -> Self {
        let pushes = world.runs.iter().filter(|run| run.event == Event::Push && run.commit.branch == "main");
        let main = pushes.map(|run| &run.commit).collect::<Vec<_>>();
        // The newest commit of main that a commit contains; a branch starts at the newest one of its time.
        let root = |commit: &'w Commit| match main.iter().position(|other| other.sha == commit.sha) {
            Some(place) => place,
            None => main.iter().position(|other| other.at <= commit.at).unwrap_or(main.len()),
        };
        let (from, to) = (root(base), root(head));
        let is_on_main = |commit: &Commit| main.iter().any(|other| other.sha == commit.sha);
        let mut ahead = main.get(to..from).unwrap_or_default().iter().rev().copied().collect::<Vec<_>>();
        let is_same = base.sha == head.sha;
        ahead.extend((!is_same && !is_on_main(head)).then_some(head));
        let behind = to.saturating_sub(from);
        let merge_base = main.get(from.max(to)).copied().unwrap_or(base);
        Self { merge_base, ahead, behind: behind + usize::from(!is_same && !is_on_main(base)) }
    }

    fn status(&self) -> &'static str {
        match (self.ahead.is_empty(), self.behind) {
            (true, 0) => "identical",
            (false, 0) => "ahead",
            (true, _) => "behind",
            (false, _) => "diverged",
        }
    }
}

/// Writes the files that a commit changes: its workflow files, and one source file.
pub(super) fn changed_files(writer: &Writer<'_>, commit: &Commit) -> Vec<Value> {
    let source = (commit.files == Snapshot::Main).then_some(("server/src/trucks.rs", "", "modified"));
    let workflows = commit.files.changed().iter().map(|file| {
        let status = if Snapshot::Main.read(file.path).is_some() { "modified" } else { "added" };
        (file.path, file.text, status)
    });
    workflows.chain(source).map(|(path, text, status)| file(writer, commit, path, text, status)).collect()
}

fn file(writer: &Writer<'_>, commit: &Commit, path: &str, text: &str, status: &str) -> Value {
    let slug = writer.names.slug();
    let before = Snapshot::Main.read(path).unwrap_or_default();
    let (added, removed) = (text.lines().count().max(1), before.lines().count());
    let mut diff = format!("@@ -1,{removed} +1,{added} @@\n");
    for (sign, text) in [('-', before), ('+', text)] {
        diff.extend(text.lines().map(|line| format!("{sign}{line}\n")));
    }
    let reference = &commit.sha;
    json!({
        "sha": blob_sha(path, text), "filename": path, "status": status, "additions": added,
        "deletions": removed, "changes": added + removed, "patch": diff.trim_end(),
        "blob_url": format!("https://github.com/{slug}/blob/{reference}/{path}"),
        "raw_url": format!("https://github.com/{slug}/raw/{reference}/{path}"),
        "contents_url": format!("{}/contents/{path}?ref={reference}", writer.repo_url()),
    })
}

impl Writer<'_> {
    pub(super) fn commit(&self, commit: &Commit) -> Value {
        let (sha, repo, slug) = (&commit.sha, self.repo_url(), self.names.slug());
        let url = format!("{repo}/commits/{sha}");
        let person = json!({
            "name": commit.author.name, "email": commit.author.email(), "date": commit.at.rfc3339(),
        });
        json!({
            "sha": sha, "node_id": format!("C_kwDO{sha}"), "url": url,
            "html_url": format!("https://github.com/{slug}/commit/{sha}"), "comments_url": format!("{url}/comments"),
            "author": self.user(commit.author), "committer": self.user(commit.author), "parents": [],
            "commit": {
                "author": person, "committer": person, "message": commit.message, "comment_count": 0,
                "tree": {"sha": commit.tree, "url": format!("{repo}/git/trees/{}", commit.tree)},
                "url": format!("{repo}/git/commits/{sha}"),
                "verification": {
                    "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null,
                },
            },
        })
    }
}
