//! Starts a run, and finds out which one it is.

use std::{sync::atomic::Ordering, time::Duration};

use bytes::Bytes;
use hello_model::{
    calls,
    failure::{Failure, FieldFault, Kind},
    run::{Repo, Run, RunFilter, RunId, RunQuery},
    time::Timestamp,
    write::{RunOutcome, Trigger, WriteFailure},
};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use super::{
    GitHub,
    exchange::{Asked, escaped},
};

/// How often the list is read for a run that the answer does not name. GitHub adds it after some seconds.
const SEARCHES: usize = 6;

/// The time between two reads of the list.
const SEARCH_DISTANCE: Duration = Duration::from_secs(2);

/// How much the clocks of GitHub and of this machine may differ.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
struct Started {
    workflow_run_id: u64,
    #[serde(default)]
    html_url: Option<String>,
}

impl GitHub {
    /// Starts a run of a workflow.
    pub(super) async fn dispatch(&self, repo: &Repo, trigger: &Trigger) -> Result<RunOutcome, WriteFailure> {
        let what = format!("triggering {}", trigger.workflow);
        let asked = Asked { call: &calls::DISPATCH, what: &what, repo };
        let began = Timestamp::now();
        let (_, body) = match self.dispatch_once(asked, trigger, self.tells_runs()).await {
            // An Enterprise server before 3.21 knows no such key, and has started nothing.
            Err(WriteFailure::Refused(failure))
                if self.tells_runs() && failure.why.contains("return_run_details") =>
            {
                self.shared.hides_runs.store(true, Ordering::Relaxed);
                self.dispatch_once(asked, trigger, false).await
            }
            answer => answer,
        }
        .map_err(|failure| explained(failure, trigger))?;
        match serde_json::from_slice::<Started>(&body) {
            Ok(Started { workflow_run_id, html_url: url }) => {
                Ok(RunOutcome::Started { run: RunId(workflow_run_id), url, is_guess: false })
            }
            Err(_) => Ok(self.find(repo, trigger, began).await),
        }
    }

    fn tells_runs(&self) -> bool {
        !self.shared.hides_runs.load(Ordering::Relaxed)
    }

    async fn dispatch_once(
        &self,
        asked: Asked<'_>,
        trigger: &Trigger,
        tell_run: bool,
    ) -> Result<(StatusCode, Bytes), WriteFailure> {
        let Trigger { workflow, reference, inputs } = trigger;
        let inputs: Map<_, _> =
            inputs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let mut body = json!({ "ref": reference, "inputs": inputs });
        if tell_run {
            body["return_run_details"] = true.into();
        }
        let path = format!("/repos/{}/actions/workflows/{}/dispatches", asked.repo, escaped(workflow));
        self.send(asked, Method::POST, &path, Some(&body)).await
    }

    /// Finds the run by what is known of it. It is a guess: the same account may have started another one meanwhile.
    async fn find(&self, repo: &Repo, trigger: &Trigger, began: Timestamp) -> RunOutcome {
        let actor = self.account().await.1.ok().and_then(|account| account.login);
        let filter = RunFilter {
            workflow: Some(trigger.workflow.clone()),
            event: Some("workflow_dispatch".to_owned()),
            actor,
            ..RunFilter::default()
        };
        let query = RunQuery { repo: repo.clone(), filter };
        let reference = trigger.reference.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/");
        let is_it = |run: &&Run| {
            run.branch.as_deref() == Some(reference)
                && run.created_at.is_some_and(|at| at + CLOCK_DIFFERENCE >= began)
        };
        for _ in 0..SEARCHES {
            let found = self.runs_page(&query, None).await.ok();
            let found =
                found.and_then(|list| list.runs.items.iter().filter(is_it).max_by_key(|run| run.id).cloned());
            if let Some(Run { id: run, url, .. }) = found {
                return RunOutcome::Started { run, url: Some(url), is_guess: true };
            }
            sleep(SEARCH_DISTANCE).await;
        }
        RunOutcome::StartedUnseen
    }
}

/// Puts a refusal at the field that it is about, and names the causes that GitHub leaves open.
fn explained(failure: WriteFailure, trigger: &Trigger) -> WriteFailure {
    let WriteFailure::Refused(failure) = failure else { return failure };
    let Failure { kind, why, .. } = &failure;
    let workflow = &trigger.workflow;
    let explained = match kind {
        Kind::NotFound => failure.clone().hint(format!(
            "check that {workflow} is on the default branch, that the token has the permission {}, and --repo",
            calls::DISPATCH.permission
        )),
        Kind::Invalid(_) | Kind::Unexpected => match fault(why, trigger) {
            Some(fault) => {
                let hint = format!("correct {}, and try again", fault.field);
                Failure { kind: Kind::Invalid(vec![fault]), ..failure.clone() }.hint(hint)
            }
            None => failure.clone(),
        },
        _ => failure.clone(),
    };
    WriteFailure::Refused(explained)
}

/// Finds the field that a refusal of GitHub is about.
fn fault(told: &str, trigger: &Trigger) -> Option<FieldFault> {
    let fault = |field: &str, rule: String| Some(FieldFault { field: field.to_owned(), rule });
    let between = |start: &str, end: &str| Some(told.split_once(start)?.1.split_once(end)?.0);
    if let Some(name) = between("Unexpected inputs provided: [\"", "\"") {
        return fault(name, format!("{} at {} has no such input", trigger.workflow, trigger.reference));
    }
    if let Some(name) = between("for input '", "'") {
        return fault(name, "is not in the list of allowed values".to_owned());
    }
    if let Some(name) = between("Required input '", "'") {
        return fault(name, "is required".to_owned());
    }
    if told.contains("does not have 'workflow_dispatch' trigger") {
        let rule = format!("{} at {} has no trigger workflow_dispatch", trigger.workflow, trigger.reference);
        return fault("ref", rule);
    }
    told.contains("No ref found").then(|| FieldFault {
        field: "ref".to_owned(),
        rule: format!("there is no branch or tag {}", trigger.reference),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_put_at_its_field() {
        let trigger = Trigger {
            workflow: "deploy.yml".to_owned(),
            reference: "feature/x".to_owned(),
            inputs: Vec::new(),
        };
        let field = |told: &str| fault(told, &trigger).map(|fault| fault.field);
        assert_eq!(field("Unexpected inputs provided: [\"stage\"]").as_deref(), Some("stage"));
        let choice = "Provided value 'prod' for input 'stage' not in the list of allowed values";
        assert_eq!(field(choice).as_deref(), Some("stage"));
        assert_eq!(field("Required input 'version' not provided").as_deref(), Some("version"));
        assert_eq!(field("Workflow does not have 'workflow_dispatch' trigger").as_deref(), Some("ref"));
        assert_eq!(field("No ref found for: feature/x").as_deref(), Some("ref"));
        assert_eq!(field("you may only define up to 25 `inputs`"), None);
    }
}
