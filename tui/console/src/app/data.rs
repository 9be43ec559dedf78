//! What all screens look at: the cache, the world, the components, the time.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::Instant,
};

use hello_catalog::{Catalog, entity::EntityRef};
use hello_model::{target::Target, time::Now, world::World};
use hello_state::{cache::Cache, present::Layouts};

use crate::{click::Zones, cx::Cx, route::Scope, theme::Theme};

/// The state that is not a screen's own.
#[derive(Debug)]
pub(super) struct Data {
    pub(super) cache: Cache,
    pub(super) world: World,
    /// The component that the user selected in the catalog, over the one of the settings.
    pub(super) selected: Option<EntityRef>,
    /// The component of each scope that is in use, and its resources.
    pub(super) targets: HashMap<Scope, Target>,
    pub(super) theme: Theme,
    /// How the user wants lists, by the nouns of their rows.
    pub(super) layouts: Layouts,
    /// The time of the last event.
    pub(super) now: Now,
    /// When the picture that was drawn last changes by itself.
    pub(super) wake: Cell<Option<Instant>>,
    /// Where a click does something in the picture that was drawn last.
    pub(super) zones: RefCell<Zones>,
}

/// What has changed when the catalog was read again.
#[derive(Debug, Default)]
pub(super) struct Retargeting {
    /// Whether any target has changed.
    pub(super) has_changed: bool,
    /// The scopes that had another target before.
    pub(super) replaced: Vec<Scope>,
}

impl Data {
    pub(super) fn cx(&self, scope: &Scope) -> Cx<'_> {
        Cx::new(&self.cache, self.target(scope), &self.world, self.now, &self.theme, &self.layouts)
    }

    pub(super) fn target(&self, scope: &Scope) -> Option<&Target> {
        self.targets.get(scope)
    }

    /// Reports whether the catalog may still say where a resource of the component is.
    pub(super) fn lacks_a_part(&self, scope: &Scope) -> bool {
        self.target(scope).is_none_or(Target::lacks_something)
    }

    /// Reads the target of a scope that has none from the catalog.
    pub(super) fn note_scope(&mut self, scope: &Scope) {
        if !self.targets.contains_key(scope)
            && let Some(target) = self.new_target(scope)
        {
            self.targets.insert(scope.clone(), target);
        }
    }

    /// Forgets the target of a scope that no screen has any more, except that of everything.
    pub(super) fn forget_scope(&mut self, scope: &Scope) {
        if *scope != Scope::Everything {
            self.targets.remove(scope);
        }
    }

    /// Reads the targets of all scopes from the catalog again, also that of the scope in view.
    pub(super) fn retarget(&mut self, in_view: &Scope) -> Retargeting {
        let mut scopes: Vec<Scope> = self.targets.keys().cloned().collect();
        for scope in [&Scope::Everything, in_view] {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        let mut retargeting = Retargeting::default();
        for scope in scopes {
            let Some(target) = self.new_target(&scope) else { continue };
            if self.targets.get(&scope) == Some(&target) {
                continue;
            }
            retargeting.has_changed = true;
            if self.targets.insert(scope.clone(), target).is_some() {
                retargeting.replaced.push(scope);
            }
        }
        retargeting
    }

    /// Returns what the catalog says of a scope's component; `None` if it was not read, or says nothing usable.
    fn new_target(&self, scope: &Scope) -> Option<Target> {
        let remote = self.cache.catalog();
        let overrides = &self.world.overrides;
        let target = match (remote.value(), remote.failure()) {
            (Some(catalog), _) => match scope {
                Scope::Everything => Target::in_catalog(catalog, self.selected.as_ref(), overrides),
                Scope::Entity(reference) => Target::of_entity(catalog, reference),
            },
            (None, Some(failure)) => Target::without_catalog(overrides, failure),
            (None, None) => return None,
        };
        let target = target.or(self.world.sandbox.as_ref());
        let is_broken = remote.value().is_some_and(Catalog::has_errors);
        match self.targets.get(scope) {
            // The descriptor is being edited: one half-written state must not take everything away.
            Some(old) if is_broken && old.component.is_some() && target.component.is_none() => None,
            _ => Some(target),
        }
    }
}
