//! The names of commands.

/// The name of a command: `list.open`. Unique in all groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommandId(pub &'static str);
