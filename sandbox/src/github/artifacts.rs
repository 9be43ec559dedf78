//! Artifacts of runs, and the redirect to their archive.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State as Shared};
use axum::response::IntoResponse as _;
use http::{StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::simulation::{Run, World};
use crate::state::State;
use crate::storage::{Artifact, Blob, artifacts, run_of};

use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;
use super::page::{Page, without_page};
use super::repo;
use super::runs::OfRun;

/// Answers `GET …/runs/{run}/artifacts`.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Answer {
    let world = state.world_of(id);
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let all = artifacts(run, world.now);
    let url = without_page(&format!("{}/actions/runs/{id}/artifacts", writer.repo_url()), query.as_deref());
    let shown = page.of(&all).iter().map(|artifact| writer.artifact(run, artifact)).collect::<Vec<_>>();
    let body = json!({"total_count": all.len(), "artifacts": shown});
    Ok((page.links(all.len(), &url), Json(body)).into_response())
}

/// Answers `GET …/artifacts/{artifact}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world_of(run_of(id));
    let (run, artifact) = find(&world, id)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    Ok(Json(writer.artifact(run, &artifact)).into_response())
}

/// Answers `GET …/artifacts/{artifact}/zip` with a redirect; an expired artifact is gone.
pub(super) async fn zip(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun) -> Answer {
    let world = state.world_of(run_of(id));
    if find(&world, id)?.1.expired {
        return Err(Refused::new(StatusCode::GONE, "Artifact has expired"));
    }
    let link = Blob::Artifact(id).address(&state, world.now);
    Ok((StatusCode::FOUND, [(header::LOCATION, link)]).into_response())
}

fn find(world: &World, id: u64) -> Result<(&Run, Artifact), Refused> {
    let run = world.run(run_of(id)).ok_or_else(Refused::not_found)?;
    let artifact = artifacts(run, world.now).into_iter().find(|artifact| artifact.id == id);
    Ok((run, artifact.ok_or_else(Refused::not_found)?))
}

impl Writer<'_> {
    fn artifact(&self, run: &Run, artifact: &Artifact) -> Value {
        let (id, archive) = (artifact.id, artifact.zip());
        let url = format!("{}/actions/artifacts/{id}", self.repo_url());
        let made = artifact.created_at.rfc3339();
        json!({
            "id": id, "node_id": format!("MDg6{id:x}"), "name": artifact.name, "size_in_bytes": archive.len(),
            "url": url, "archive_download_url": format!("{url}/zip"), "expired": artifact.expired,
            "digest": format!("sha256:{}", hex::encode(Sha256::digest(&archive))),
            "created_at": made, "updated_at": made, "expires_at": artifact.expires_at.rfc3339(),
            "workflow_run": {
                "id": run.id, "repository_id": repo::ID, "head_repository_id": repo::ID,
                "head_branch": run.commit.branch, "head_sha": run.commit.sha,
            },
        })
    }
}
