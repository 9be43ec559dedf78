//! What all screens look at: the cache, the component in use, the time.

use std::{cell::Cell, time::Instant};

use hello_catalog::{Catalog, entity::EntityRef};
use hello_model::{
    target::{Overrides, SandboxDefaults, Target},
    time::Now,
};
use hello_state::cache::Cache;

use crate::{cx::Cx, theme::Theme};

/// The state that is not a screen's own.
#[derive(Debug)]
pub(super) struct Data {
    pub(super) cache: Cache,
    pub(super) overrides: Overrides,
    /// The component that the user selected in the catalog, over the one of the overrides.
    pub(super) selected: Option<EntityRef>,
    pub(super) target: Option<Target>,
    /// The sandbox that answers everything, if one does.
    pub(super) sandbox: Option<SandboxDefaults>,
    pub(super) theme: Theme,
    /// The time of the last event.
    pub(super) now: Now,
    /// When the picture that was drawn last changes by itself.
    pub(super) wake: Cell<Option<Instant>>,
}

impl Data {
    pub(super) fn cx(&self) -> Cx<'_> {
        Cx::new(&self.cache, self.target.as_ref(), self.sandbox.is_some(), self.now, &self.theme)
    }

    /// Reports whether the catalog may still say where a part of the component is.
    pub(super) fn lacks_a_part(&self) -> bool {
        self.target.as_ref().is_none_or(Target::lacks_something)
    }

    /// Takes over what the catalog says of the component in use. Returns whether that is another target than before.
    pub(super) fn retarget(&mut self) -> bool {
        let Some(target) = self.new_target() else { return false };
        self.target = Some(target);
        true
    }

    /// Returns the target, if it is another one than before.
    fn new_target(&self) -> Option<Target> {
        let remote = self.cache.catalog();
        let target = match (remote.value(), remote.failure()) {
            (Some(catalog), _) => Target::in_catalog(catalog, self.selected.as_ref(), &self.overrides),
            (None, Some(failure)) => Target::of(None, &self.overrides, &failure.why),
            (None, None) => return None,
        };
        let target = target.or(self.sandbox.as_ref());
        let is_broken = remote.value().is_some_and(Catalog::has_errors);
        match &self.target {
            Some(old) if *old == target => None,
            // The descriptor is being edited: one half-written state must not take everything away.
            Some(old) if is_broken && old.component.is_some() && target.component.is_none() => None,
            _ => Some(target),
        }
    }
}
