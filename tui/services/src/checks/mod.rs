//! The checks of `hello-tui doctor` that ask services.
//!
//! Every check ends at the deadline, whatever the service does, and none shows a secret. Checks read only: they make
//! calls of the table of calls that cost nothing.

mod aws;
mod github;
mod network;
mod trucks;

use std::time::Duration;

use futures::future::BoxFuture;
use hello_model::{
    failure::{Failure, Kind},
    query::Query,
};
use tokio::time::{Instant, timeout_at};

use crate::{Connections, Services, Timeouts};

/// The limits of one exchange in a check: shorter than those of the console, because the user waits for the report.
const TIMEOUTS: Timeouts = Timeouts { http: Duration::from_secs(5), aws: Duration::from_secs(5) };

/// When all checks together end.
const LIMIT: Duration = Duration::from_secs(12);

/// The services to be checked, and when the checks end.
#[derive(Debug, Clone)]
pub struct Checks {
    services: Services,
    connections: Connections,
    deadline: Instant,
}

impl Checks {
    /// Prepares the checks. Their time begins now.
    pub fn new(connections: &Connections) -> Self {
        Self {
            services: Services::with_timeouts(connections, TIMEOUTS),
            connections: connections.clone(),
            deadline: Instant::now() + LIMIT,
        }
    }

    /// Waits for a result until the deadline.
    pub async fn limited<T>(
        &self,
        what: &str,
        result: BoxFuture<'_, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        timeout_at(self.deadline, result).await.unwrap_or_else(|_| {
            let why = format!("there was no answer within {} seconds", LIMIT.as_secs());
            Err(Failure::new(Kind::Offline, what, why).hint("check the network, and try again"))
        })
    }
}

/// Returns the permissions that answer a query, as the user asks for them.
fn permissions(query: &Query) -> Vec<String> {
    let mut permissions: Vec<String> = Vec::new();
    for call in query.calls() {
        let permission = call.permission.to_string();
        if !permissions.contains(&permission) && call.permission != hello_model::calls::Permission::None {
            permissions.push(permission);
        }
    }
    permissions
}

/// Why a check was not made that another one of its section stands in the way of.
const NOT_CHECKED: &str = "not checked, because of the failure above";
