//! Where the user is: a screen, what it is about, and what is opened on it.

use hello_catalog::entity::EntityRef;

use crate::command_id::CommandId;

/// The name of a screen, which is also the name of the command that opens it: `runs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScreenId(pub &'static str);

/// What a screen is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// The whole catalog. A screen that is about one component shows the component in use.
    #[default]
    Everything,
    Entity(EntityRef),
}

/// Names one instance of a screen: two scopes of one screen are two instances.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InstanceId {
    pub screen: ScreenId,
    pub scope: Scope,
}

/// A place that the user can be at and come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub screen: ScreenId,
    pub scope: Scope,
    /// What is opened on the screen, as the screen names it: the id of a run, the name of an entity.
    pub subject: Option<String>,
}

impl ScreenId {
    /// Returns the command that opens the screen.
    pub fn command(self) -> CommandId {
        CommandId(self.0)
    }
}

impl From<ScreenId> for Route {
    /// Makes the route to a screen about everything, with nothing opened.
    fn from(screen: ScreenId) -> Self {
        Self { screen, scope: Scope::Everything, subject: None }
    }
}

impl Route {
    /// Returns the instance that shows the route.
    pub fn instance(&self) -> InstanceId {
        InstanceId { screen: self.screen, scope: self.scope.clone() }
    }
}

impl InstanceId {
    /// Returns the route on which the instance shows a subject, or nothing opened.
    pub fn opened(&self, subject: Option<String>) -> Route {
        Route { screen: self.screen, scope: self.scope.clone(), subject }
    }
}
