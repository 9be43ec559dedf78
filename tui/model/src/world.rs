//! What the console is connected to.

use crate::target::{Overrides, SandboxDefaults, Target};

/// Numbers the connections of one console. An answer carries the number of the world that it comes from, so a late
/// answer cannot arrive in another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct WorldId(pub u64);

/// The services that answer, and what holds for them: a context of the settings file, or a sandbox.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct World {
    pub id: WorldId,
    /// The name of the context; `None` without a settings file, and in a sandbox.
    pub context: Option<String>,
    /// The sandbox that answers everything, if one does.
    pub sandbox: Option<SandboxDefaults>,
    /// Whether every write is refused.
    pub read_only: bool,
    /// Whether every write asks first.
    pub is_production: bool,
    pub overrides: Overrides,
}

/// What to connect to.
#[derive(Debug, Clone, PartialEq)]
pub enum Connection {
    /// A context of the settings file, or the default one.
    Context(Option<String>),
    /// A new sandbox in which the target's resources exist.
    Sandbox(Box<Target>),
}
