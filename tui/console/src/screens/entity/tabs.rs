//! The tabs of the page of an entity. Each is a screen, and one line in the table.

use hello_catalog::entity::Entity;
use hello_model::target::{ECS_SERVICE_ARN, LOG_GROUP, PROJECT_SLUG, serves_trucks};

use crate::{
    command_id::CommandId,
    route::ScreenId,
    screen::ScreenSpec,
    screens::{deployments, environments, logs, runs, source, trucks},
};

/// A tab.
#[derive(Debug)]
pub struct Tab {
    /// Turns to the tab.
    pub command: CommandId,
    pub screen: ScreenId,
    pub title: &'static str,
    is_of: fn(&Entity) -> bool,
}

/// What the names of the commands begin with.
const PREFIX: &str = "tab.";

/// All tabs, in their order.
pub static TABS: [Tab; 7] = [
    Tab::new("tab.overview", &super::SPEC, |_| true),
    Tab::new("tab.runs", &runs::SPEC, |entity| is_part(entity, &[PROJECT_SLUG])),
    Tab::new("tab.environments", &environments::SPEC, |entity| is_part(entity, &[PROJECT_SLUG])),
    Tab::new("tab.deployments", &deployments::SPEC, |entity| is_part(entity, &[ECS_SERVICE_ARN])),
    Tab::new("tab.logs", &logs::SPEC, |entity| is_part(entity, &[LOG_GROUP, ECS_SERVICE_ARN])),
    Tab::new("tab.trucks", &trucks::SPEC, |entity| entity.is("Component") && serves_trucks(entity)),
    Tab::new("tab.source", &source::SPEC, |_| true),
];

impl Tab {
    const fn new(command: &'static str, screen: &ScreenSpec, is_of: fn(&Entity) -> bool) -> Self {
        Self { command: CommandId(command), screen: screen.id, title: screen.title, is_of }
    }

    /// Returns the name for the command line: `overview`.
    pub fn name(&self) -> &'static str {
        self.command.0.strip_prefix(PREFIX).unwrap_or(self.command.0)
    }

    /// Reports whether an entity has the tab. What is not in the catalog has its source still, where that is known.
    pub fn is_of(&self, entity: Option<&Entity>) -> bool {
        match entity {
            Some(entity) => (self.is_of)(entity),
            None => [super::SPEC.id, source::SPEC.id].contains(&self.screen),
        }
    }
}

/// Reports whether an entity is a component, or names a part of one.
fn is_part(entity: &Entity, annotations: &[&str]) -> bool {
    entity.is("Component") || annotations.iter().any(|key| entity.annotations.contains_key(*key))
}

/// Returns the tab to which a command turns.
pub fn of_command(command: CommandId) -> Option<&'static Tab> {
    TABS.iter().find(|tab| tab.command == command)
}

/// Returns the tab that shows a screen.
pub fn of_screen(screen: ScreenId) -> Option<&'static Tab> {
    TABS.iter().find(|tab| tab.screen == screen)
}

/// Returns the tab with a name.
pub fn named(name: &str) -> Option<&'static Tab> {
    TABS.iter().find(|tab| tab.name() == name)
}
