//! All service clients, created from the connection settings.

use super::{Connections, Ecs, GitHub, Logs, Stacks, Timeouts, Trucks, aws::Aws, http::Transport};

/// All clients. Clones share connections, caches and rate limits.
#[derive(Debug, Clone)]
pub struct Services {
    pub trucks: Trucks,
    pub github: GitHub,
    pub ecs: Ecs,
    pub stacks: Stacks,
    pub logs: Logs,
    pub(crate) aws: Aws,
    pub(crate) transport: Transport,
}

impl Services {
    /// Creates the clients without I/O. A missing or invalid setting is reported by the first request that needs it.
    pub fn connect(connections: &Connections) -> Self {
        Self::with_timeouts(connections, Timeouts::default())
    }

    /// Creates the clients with custom timeouts.
    pub fn with_timeouts(connections: &Connections, timeouts: Timeouts) -> Self {
        let transport = Transport::default();
        let aws = Aws::new(connections.aws.clone(), timeouts.aws, &transport);
        let ecs = Ecs::new(aws.clone());
        Self {
            trucks: Trucks::new(connections.trucks.clone(), timeouts.http, &transport),
            github: GitHub::new(connections.github.clone(), timeouts.http, &transport),
            stacks: Stacks::new(aws.clone()),
            logs: Logs::new(aws.clone(), ecs.clone()),
            ecs,
            aws,
            transport,
        }
    }
}
