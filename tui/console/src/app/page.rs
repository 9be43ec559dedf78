//! The page of an entity: screens with the entity as their scope, one for each tab.

use hello_catalog::entity::{Entity, EntityRef};

use super::App;
use crate::{
    route::{Route, Scope},
    screens::{
        catalog,
        entity::{
            self,
            tabs::{self, TABS, Tab},
        },
    },
};

impl App {
    /// Returns the entity whose page is in view.
    pub(super) fn page(&self) -> Option<&EntityRef> {
        match &self.history.current().scope {
            Scope::Entity(reference) => Some(reference),
            Scope::Everything => None,
        }
    }

    /// Returns the entity of the page in view as the catalog has it.
    pub(super) fn entity_of_page(&self) -> Option<&Entity> {
        self.data.cache.catalog().value()?.find(self.page()?)
    }

    /// Returns the tabs of the page in view. The one in view is among them, whatever the catalog says meanwhile.
    pub(super) fn tabs_of_page(&self) -> Vec<&'static Tab> {
        let (entity, here) = (self.entity_of_page(), self.history.current().screen);
        TABS.iter().filter(|tab| tab.screen == here || tab.is_of(entity)).collect()
    }

    /// Goes so many tabs to the right, round the end.
    pub(super) fn step_tab(&mut self, steps: isize) {
        let (tabs, here) = (self.tabs_of_page(), self.history.current().screen);
        let place = tabs.iter().position(|tab| tab.screen == here).unwrap_or(0);
        let count = tabs.len().cast_signed().max(1);
        let there = (place.cast_signed() + steps).rem_euclid(count).cast_unsigned();
        if let Some(tab) = tabs.get(there) {
            self.go_to_tab(tab);
        }
    }

    /// Goes to a tab of the page in view as it was left, or if it is in view, closes what is opened on it.
    pub(super) fn go_to_tab(&mut self, tab: &Tab) {
        let Some(reference) = self.page() else { return };
        let route = Route { screen: tab.screen, ..entity::page(reference) };
        self.go_to_instance(route);
    }

    /// Closes what is opened, or the page that is in view.
    pub(super) fn close(&mut self) {
        let route = self.history.current().clone();
        match route.scope {
            _ if self.history.is_jump() => self.go_back(),
            Scope::Entity(_) if route.subject.is_none() => self.leave_page(),
            _ => self.go(route.instance().opened(None)),
        }
    }

    /// Goes back to where the page was opened, or else to the catalog.
    fn leave_page(&mut self) {
        if self.history.leave_scope() {
            self.arrive();
        } else {
            self.go(catalog::SPEC.id.into());
        }
    }
}

/// Returns the route on the page of a scope, if the screen is one of its tabs: what a tab leads to is about the same
/// entity.
pub(super) fn on_page(route: Route, scope: &Scope) -> Route {
    let is_of_page = matches!(scope, Scope::Entity(_)) && tabs::of_screen(route.screen).is_some();
    if is_of_page && route.scope == Scope::Everything {
        return Route { scope: scope.clone(), ..route };
    }
    route
}
