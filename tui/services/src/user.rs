//! The user of the operating system, for the audit trail.

use std::{sync::Arc, time::Duration};

use tokio::{sync::OnceCell, task::spawn_blocking, time};

/// The name may come from a directory service, which a write does not wait for longer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The user that this process belongs to. The name is looked up once, when it is needed first.
#[derive(Debug, Clone, Default)]
pub(crate) struct User {
    name: Arc<OnceCell<String>>,
}

impl User {
    /// Returns the name that belongs to the process's user id, not that of a variable, or `uid 1000` if it has none.
    pub(crate) async fn name(&self) -> &str {
        self.name.get_or_init(look_up).await
    }
}

async fn look_up() -> String {
    #[expect(clippy::disallowed_methods, reason = "a look-up in a table of users, bounded by the timeout")]
    let found = time::timeout(TIMEOUT, spawn_blocking(whoami::username)).await;
    match found {
        Ok(Ok(Ok(name))) if !name.is_empty() => name,
        _ => format!("uid {}", rustix::process::geteuid().as_raw()),
    }
}
