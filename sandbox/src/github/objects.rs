//! Writes the simulation's items as GitHub objects that match GitHub's OpenAPI description.

use serde_json::{Value, json};

use crate::names::Names;
use crate::scenario::{Commit, User};
use crate::simulation::{Attempt, Job, Run, Status, Step, Workflow, World};

use super::{account::account, repo};

/// The context for writing objects: the names, the base URL that the client used, and the world.
pub(super) struct Writer<'a> {
    pub names: &'a Names,
    pub origin: &'a str,
    pub world: &'a World,
}

impl Writer<'_> {
    pub(super) fn repo_url(&self) -> String {
        format!("{}/repos/{}", self.origin, self.names.slug())
    }

    fn html_url(&self) -> String {
        format!("https://github.com/{}", self.names.slug())
    }

    pub(super) fn user(&self, user: &User) -> Value {
        Value::Object(account(self.origin, user.login, user.id, "User"))
    }

    pub(super) fn workflow(&self, workflow: Workflow) -> Value {
        let (id, file) = (workflow.id(), workflow.file());
        let made = self.world.resources_created_at.rfc3339();
        json!({
            "id": id, "node_id": format!("W_kwDO{id:x}"), "name": workflow.name(), "path": workflow.path(),
            "state": if self.world.is_enabled(workflow) { "active" } else { "disabled_manually" }, "created_at": made, "updated_at": made,
            "url": format!("{}/actions/workflows/{id}", self.repo_url()),
            "html_url": format!("{}/blob/main/{}", self.html_url(), workflow.path()),
            "badge_url": format!("{}/workflows/{file}/badge.svg", self.html_url()),
        })
    }

    /// Writes a run at one of its attempts, in its current state.
    pub(super) fn run(&self, run: &Run, attempt: &Attempt) -> Value {
        let status = attempt.status(self.world.now);
        let url = format!("{}/actions/runs/{}", self.repo_url(), run.id);
        let suite = run.id * 2 + 1;
        let previous = (attempt.number > 1).then(|| format!("{url}/attempts/{}", attempt.number - 1));
        let repository = repo::minimal(self.names, self.origin);
        let fork = run.fork.map(|user| repo::minimal_fork(self.names, self.origin, user));
        let head = fork.unwrap_or_else(|| repository.clone());
        let mut object = json!({
            "id": run.id, "node_id": format!("WFR_kwLO{:x}", run.id), "name": run.name(),
            "display_title": run.title, "run_number": run.number, "run_attempt": attempt.number,
            "path": run.workflow.path(), "workflow_id": run.workflow.id(), "event": run.event.name(),
            "status": status.name(), "conclusion": status.conclusion(),
            "head_branch": run.commit.branch, "head_sha": run.commit.sha, "head_commit": commit(&run.commit),
            "created_at": run.created_at.rfc3339(), "run_started_at": attempt.started_at.rfc3339(),
            "updated_at": attempt.updated_at(self.world.now).rfc3339(),
            "actor": self.user(run.actor), "triggering_actor": self.user(attempt.actor),
            "pull_requests": self.pulls_of(run), "referenced_workflows": self.referenced(run),
            "check_suite_id": suite, "check_suite_node_id": format!("CS_kwDO{suite:x}"),
            "html_url": format!("{}/actions/runs/{}", self.html_url(), run.id),
            "head_repository_id": head["id"], "head_repository": head, "repository": repository,
        });
        let addresses = json!({
            "jobs_url": format!("{url}/jobs"), "logs_url": format!("{url}/logs"),
            "artifacts_url": format!("{url}/artifacts"), "cancel_url": format!("{url}/cancel"),
            "rerun_url": format!("{url}/rerun"), "previous_attempt_url": previous,
            "check_suite_url": format!("{}/check-suites/{suite}", self.repo_url()),
            "workflow_url": format!("{}/actions/workflows/{}", self.repo_url(), run.workflow.id()), "url": url,
        });
        if let (Some(object), Value::Object(addresses)) = (object.as_object_mut(), addresses) {
            object.extend(addresses);
        }
        object
    }

    /// Writes the workflows that a run calls.
    fn referenced(&self, run: &Run) -> Value {
        let called = match run.workflow {
            Workflow::Fleet if !run.has_invalid_file() => Workflow::CalledDeploy,
            Workflow::Release => Workflow::Image,
            _ => return json!([]),
        };
        let path = format!("{}/{}@{}", self.names.slug(), called.path(), run.commit.sha);
        json!([{"path": path, "sha": run.commit.sha, "ref": format!("refs/heads/{}", run.commit.branch)}])
    }

    /// Writes a job in its current state.
    pub(super) fn job(&self, run: &Run, attempt: &Attempt, place: usize, job: &Job) -> Value {
        let now = self.world.now;
        let status = job.status(now, &attempt.gates);
        let id = run.job_id(attempt, place);
        let started = job.started_at.filter(|at| *at <= now);
        let runner = started.map(|_| Runner::of(job, id));
        let (group_id, group) = runner.as_ref().map(|runner| runner.group).unzip();
        let ended =
            matches!(status, Status::Completed(_)).then(|| job.end.map(|end| end.0.rfc3339())).flatten();
        let steps =
            job.steps.iter().zip(1..).map(|(step, number)| self.step(step, number)).collect::<Vec<_>>();
        json!({
            "id": id, "run_id": run.id, "run_attempt": attempt.number, "node_id": format!("CR_kwDO{id:x}"),
            "run_url": format!("{}/actions/runs/{}", self.repo_url(), run.id),
            "url": format!("{}/actions/jobs/{id}", self.repo_url()),
            "html_url": format!("{}/actions/runs/{}/job/{id}", self.html_url(), run.id),
            "check_run_url": format!("{}/check-runs/{id}", self.repo_url()),
            "head_sha": run.commit.sha, "head_branch": run.commit.branch, "workflow_name": run.name(),
            "status": status.name(), "conclusion": status.conclusion(), "name": job.name,
            "created_at": job.queued_at.rfc3339(),
            "started_at": started.unwrap_or(job.queued_at).rfc3339(), "completed_at": ended,
            "steps": if started.is_some() { steps } else { Vec::new() },
            "labels": job.labels, "runner_id": runner.as_ref().map(|runner| runner.id),
            "runner_group_id": group_id, "runner_group_name": group,
            "runner_name": runner.map(|runner| runner.name),
        })
    }

    fn step(&self, step: &Step, number: u64) -> Value {
        let now = self.world.now;
        let (started, done) = (step.from <= now, step.to <= now && step.from <= now);
        let status = if done {
            "completed"
        } else if started {
            "in_progress"
        } else {
            "queued"
        };
        json!({
            "name": step.name, "number": number, "status": status,
            "conclusion": done.then(|| step.conclusion.name()),
            "started_at": started.then(|| step.from.rfc3339()), "completed_at": done.then(|| step.to.rfc3339()),
        })
    }
}

/// The runner of a job.
pub(super) struct Runner {
    id: u64,
    pub name: String,
    group: (u64, &'static str),
}

impl Runner {
    pub(super) fn of(job: &Job, id: u64) -> Self {
        if job.labels.contains(&"self-hosted") {
            return Self { id: 17, name: "forge-2".to_owned(), group: (1, "Default") };
        }
        let id = 1_000_000_000 + id % 1000;
        Self { id, name: format!("GitHub Actions {id}"), group: (0, "GitHub Actions") }
    }
}

fn commit(commit: &Commit) -> Value {
    let person = json!({"name": commit.author.name, "email": commit.author.email()});
    json!({
        "id": commit.sha, "tree_id": commit.tree, "message": commit.message,
        "timestamp": commit.at.rfc3339(), "author": person, "committer": person,
    })
}
