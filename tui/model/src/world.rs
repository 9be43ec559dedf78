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

impl World {
    /// Names what is connected, in words: `the context staging`. Another name stands for other services.
    pub fn name(&self) -> String {
        match &self.sandbox {
            Some(sandbox) => format!("the sandbox at {}", sandbox.address),
            None => name_of_context(self.context.as_deref()),
        }
    }
}

/// Names the services of a context, in words.
pub fn name_of_context(context: Option<&str>) -> String {
    context.map_or_else(|| "the live services".to_owned(), |name| format!("the context {name}"))
}

/// What to connect to.
#[derive(Debug, Clone, PartialEq)]
pub enum Connection {
    /// A context of the settings file, or the default one.
    Context(Option<String>),
    /// A new sandbox in which the target's resources exist.
    Sandbox(Box<Target>),
    /// The sandbox that this run was started with. It is made once the catalog is read.
    FirstSandbox,
}
