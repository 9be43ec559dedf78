//! The task definitions and images of service revisions. A revision never changes, so each is read once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hello_model::{
    calls,
    deployment::{Deployment, Revision},
};

use super::RegionalCall;

/// The maximum that one describe request accepts.
const MAX_REVISIONS: usize = 20;

/// The number of revisions that are kept. A service has two or three new revisions a day.
const MAX_KNOWN: usize = 1_000;

/// The time without a further attempt after one failed: a permission may be missing.
const RETRY_INTERVAL: Duration = Duration::from_mins(5);

/// What is known of revisions, by their ARNs.
#[derive(Debug, Clone, Default)]
pub(super) struct Revisions {
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// Empty for a revision that ECS does not tell about.
    revisions: HashMap<String, Description>,
    failed_at: Option<Instant>,
}

/// What ECS tells about a revision.
#[derive(Debug, Clone, Default)]
struct Description {
    task_definition: Option<String>,
    images: Vec<String>,
}

impl Revisions {
    /// Adds the task definitions and images to the revisions of these deployments. Where that fails, they keep their ids.
    pub(super) async fn describe(&self, call: &RegionalCall, deployments: &mut [Deployment]) {
        let unknown = self.unknown(deployments);
        if !unknown.is_empty() {
            self.read(call, unknown).await;
        }
        self.with(|known| {
            for revision in deployments.iter_mut().flat_map(sides_mut) {
                let Some(known) = known.revisions.get(&revision.arn) else { continue };
                revision.task_definition.clone_from(&known.task_definition);
                revision.images.clone_from(&known.images);
            }
        });
    }

    /// Returns revisions that are not known, the newest first; none for a while after a failure.
    fn unknown(&self, deployments: &[Deployment]) -> Vec<String> {
        self.with(|known| {
            if known.failed_at.is_some_and(|at| at.elapsed() < RETRY_INTERVAL) {
                return Vec::new();
            }
            let mut unknown: Vec<String> = Vec::new();
            for Revision { arn, .. } in deployments.iter().flat_map(sides) {
                // Older APIs have no revisions, and put nothing or another name here.
                if arn.contains(":service-revision/")
                    && !known.revisions.contains_key(arn)
                    && !unknown.contains(arn)
                {
                    unknown.push(arn.clone());
                }
            }
            unknown.truncate(MAX_REVISIONS);
            unknown
        })
    }

    async fn read(&self, call: &RegionalCall, arns: Vec<String>) {
        let request = call.ecs().describe_service_revisions().set_service_revision_arns(Some(arns.clone()));
        let answer = request.send().await;
        match answer {
            Ok(answer) => self.with(|known| {
                if known.revisions.len() > MAX_KNOWN {
                    known.revisions.clear();
                }
                known.revisions.extend(arns.into_iter().map(|arn| (arn, Description::default())));
                for revision in answer.service_revisions.into_iter().flatten() {
                    let Some(arn) = revision.service_revision_arn else { continue };
                    let task = revision.task_definition;
                    let images = revision.container_images.into_iter().flatten();
                    let description = Description {
                        task_definition: task.map(|arn| arn.rsplit('/').next().unwrap_or(&arn).to_owned()),
                        images: images.filter_map(|container| container.image).collect(),
                    };
                    known.revisions.insert(arn, description);
                }
            }),
            Err(error) => {
                let failure = call.failed(&calls::DESCRIBE_SERVICE_REVISIONS, &error);
                tracing::info!(%failure, "task definitions of service revisions are not known");
                self.with(|known| known.failed_at = Some(Instant::now()));
            }
        }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        // What is known is consistent after every step, even after a panic.
        change(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn sides(deployment: &Deployment) -> impl Iterator<Item = &Revision> {
    deployment.target.iter().chain(&deployment.sources)
}

fn sides_mut(deployment: &mut Deployment) -> impl Iterator<Item = &mut Revision> {
    deployment.target.iter_mut().chain(&mut deployment.sources)
}
