//! What a run waits for.

use std::time::Duration;

use hello_model::{run::PendingEnvironment, time::Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::{if_understood, known, moment};

/// A limit for the environments of a run and for the reviewers of each.
const MAX_PENDING: usize = 100;

/// Parses `GET /repos/…/actions/runs/{id}/pending_deployments`. An environment without a name cannot be shown.
pub(in crate::github) fn pending(body: &[u8]) -> Result<Vec<PendingEnvironment>, serde_json::Error> {
    let rows: Vec<Value> = serde_json::from_slice(body)?;
    // GitHub allows far fewer environments and six reviewers each.
    let rows = rows.into_iter().take(MAX_PENDING).filter_map(|row| serde_json::from_value(row).ok());
    Ok(rows.filter_map(WirePending::into_environment).collect())
}

#[derive(Deserialize)]
struct WirePending {
    #[serde(default, deserialize_with = "if_understood")]
    environment: Option<WireEnvironment>,
    #[serde(default, deserialize_with = "if_understood")]
    reviewers: Vec<Value>,
    #[serde(default, deserialize_with = "if_understood")]
    current_user_can_approve: bool,
    /// Minutes.
    #[serde(default, deserialize_with = "if_understood")]
    wait_timer: u32,
    #[serde(default, deserialize_with = "moment")]
    wait_timer_started_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct WireEnvironment {
    #[serde(default, deserialize_with = "if_understood")]
    id: u64,
    #[serde(default, deserialize_with = "if_understood")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct WireReviewer {
    #[serde(default, deserialize_with = "if_understood")]
    reviewer: Option<WireApprover>,
}

/// A user with a login, or a team with a name.
#[derive(Deserialize)]
struct WireApprover {
    #[serde(default, deserialize_with = "if_understood")]
    login: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    name: Option<String>,
}

impl WirePending {
    fn into_environment(self) -> Option<PendingEnvironment> {
        let WireEnvironment { id, name } = self.environment?;
        let name = known(name)?;
        let timer = Duration::from_secs(u64::from(self.wait_timer) * 60);
        let started = self.wait_timer_started_at.filter(|_| !timer.is_zero());
        let waits_until = started.and_then(|started| started.checked_add(timer).ok());
        let reviewer = |value: Value| {
            let WireApprover { login, slug, name } =
                serde_json::from_value::<WireReviewer>(value).ok()?.reviewer?;
            known(login).or_else(|| known(name)).or_else(|| known(slug))
        };
        let reviewers = self.reviewers.into_iter().take(MAX_PENDING).filter_map(reviewer).collect();
        Some(PendingEnvironment {
            id,
            name,
            waits_until,
            reviewers,
            you_may_approve: self.current_user_can_approve,
        })
    }
}
