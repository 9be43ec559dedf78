//! What the console asks of the world, as data.

use hello_model::{
    deployment::ServiceRef,
    log::LogSource,
    run::{Repo, RunId},
    target::Target,
    time::Timestamp,
    write::Write,
};

/// One request to the runtime.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    // ── looking ──
    LoadCatalog,
    ListTrucks,
    ListRuns(Repo),
    ShowRun(Repo, RunId),
    ShowRollouts(ServiceRef),
    /// The stack behind a service, in the service's region.
    ShowStackEvents(ServiceRef, String),
    TailLogs {
        source: LogSource,
        since: Timestamp,
    },

    // ── changing ──
    Write(Write),

    // ── the console itself ──
    /// Starts a sandbox in which the target's parts exist, and uses it for everything from then on.
    StartSandbox(Box<Target>),
    Cancel(Slot),
    Suspend,
    Quit,
}

/// What one can wait for. A slot holds one task; starting another replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    Catalog,
    Trucks,
    TruckSave,
    Runs,
    Run,
    Rollouts,
    StackEvents,
    Logs,
    Sandbox,
}

impl Slot {
    /// All slots but those of writes, which are never cancelled.
    pub const READING: [Self; 7] =
        [Self::Catalog, Self::Trucks, Self::Runs, Self::Run, Self::Rollouts, Self::StackEvents, Self::Logs];
}

impl Effect {
    /// Returns the slot whose task this effect starts, or nothing for those that need no task.
    pub fn slot(&self) -> Option<Slot> {
        Some(match self {
            Self::LoadCatalog => Slot::Catalog,
            Self::ListTrucks => Slot::Trucks,
            Self::ListRuns(_) => Slot::Runs,
            Self::ShowRun(..) => Slot::Run,
            Self::ShowRollouts(_) => Slot::Rollouts,
            Self::ShowStackEvents(..) => Slot::StackEvents,
            Self::TailLogs { .. } => Slot::Logs,
            Self::Write(Write::CreateTruck { .. } | Write::CreateTrucks { .. }) => Slot::TruckSave,
            Self::StartSandbox(_) => Slot::Sandbox,
            Self::Cancel(_) | Self::Suspend | Self::Quit => return None,
        })
    }
}
