//! Where the user was, as in a browser.

use crate::route::{InstanceId, Route};

/// The most routes that can be gone back to.
const MAX_ROUTES: usize = 100;

/// The route in view, those before it, and those that were gone back from.
#[derive(Debug)]
pub(super) struct History {
    past: Vec<Visit>,
    current: Visit,
    future: Vec<Visit>,
}

/// A route that was gone to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Visit {
    route: Route,
    /// Whether a row of another screen led here: then closing leads back there.
    is_jump: bool,
}

impl History {
    pub(super) fn new(start: Route) -> Self {
        Self { past: Vec::new(), current: Visit { route: start, is_jump: false }, future: Vec::new() }
    }

    pub(super) fn current(&self) -> &Route {
        &self.current.route
    }

    /// Reports whether closing what is in view leads back to another screen.
    pub(super) fn is_jump(&self) -> bool {
        self.current.is_jump
    }

    /// Goes to a route. What was gone back from is forgotten.
    pub(super) fn go(&mut self, route: Route) {
        self.visit(Visit { route, is_jump: false });
    }

    /// Goes to a route from a row of another screen.
    pub(super) fn jump(&mut self, route: Route) {
        self.visit(Visit { route, is_jump: true });
    }

    fn visit(&mut self, visit: Visit) {
        if visit.route == self.current.route {
            return;
        }
        if self.past.len() == MAX_ROUTES {
            self.past.remove(0);
        }
        self.past.push(std::mem::replace(&mut self.current, visit));
        self.future.clear();
    }

    /// Returns the latest route of an instance.
    pub(super) fn latest(&self, instance: &InstanceId) -> Option<Route> {
        let visits = [&self.current].into_iter().chain(self.past.iter().rev());
        visits.map(|visit| &visit.route).find(|route| route.instance() == *instance).cloned()
    }

    /// Goes back one route. Returns whether there was one.
    pub(super) fn back(&mut self) -> bool {
        let Some(visit) = self.past.pop() else { return false };
        self.future.push(std::mem::replace(&mut self.current, visit));
        true
    }

    /// Goes back to the latest route with another scope. Returns whether there was one.
    pub(super) fn leave_scope(&mut self) -> bool {
        let here = self.current.route.scope.clone();
        if self.past.iter().all(|visit| visit.route.scope == here) {
            return false;
        }
        while self.current.route.scope == here && self.back() {}
        true
    }

    /// Goes forward one route. Returns whether there was one.
    pub(super) fn forward(&mut self) -> bool {
        let Some(visit) = self.future.pop() else { return false };
        self.past.push(std::mem::replace(&mut self.current, visit));
        true
    }

    /// Forgets what was opened on a screen: in another world it is not there.
    pub(super) fn forget_subjects(&mut self) {
        let visits = self.past.iter_mut().chain(&mut self.future).chain([&mut self.current]);
        visits.for_each(|visit| visit.route.subject = None);
        for visits in [&mut self.past, &mut self.future] {
            visits.dedup_by(|later, earlier| later.route == earlier.route);
            visits.pop_if(|last| last.route == self.current.route);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::ScreenId;

    fn route(screen: &'static str) -> Route {
        ScreenId(screen).into()
    }

    #[test]
    fn back_and_forward_walk_the_routes() {
        let mut history = History::new(route("home"));
        history.go(route("runs"));
        history.go(route("runs"));
        history.go(route("logs"));
        assert!(history.back() && history.back() && !history.back());
        assert_eq!(*history.current(), route("home"));
        assert!(history.forward());
        assert_eq!(*history.current(), route("runs"), "the second visit of runs is no step");
        history.go(route("trucks"));
        assert!(!history.forward(), "another way was taken");
    }

    #[test]
    fn only_a_row_of_another_screen_is_a_jump() {
        let mut history = History::new(route("home"));
        history.go(route("runs"));
        assert!(!history.is_jump());
        history.jump(route("logs"));
        assert!(history.is_jump());
        assert!(history.back() && !history.is_jump() && history.forward() && history.is_jump());
    }

    #[test]
    fn forgotten_subjects_leave_no_double_steps() {
        let opened = |subject: &str| Route { subject: Some(subject.to_owned()), ..route("runs") };
        let mut history = History::new(route("home"));
        for subject in ["1", "2"] {
            history.go(opened(subject));
        }
        history.forget_subjects();
        assert_eq!(*history.current(), route("runs"), "the run is not in the other world");
        assert!(history.back());
        assert_eq!(*history.current(), route("home"));
    }
}
