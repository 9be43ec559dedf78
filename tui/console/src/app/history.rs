//! Where the user was, as in a browser.

use crate::route::{InstanceId, Route};

/// The most routes that can be gone back to.
const MAX_ROUTES: usize = 100;

/// The route in view, those before it, and those that were gone back from.
#[derive(Debug)]
pub(super) struct History {
    past: Vec<Route>,
    current: Route,
    future: Vec<Route>,
}

impl History {
    pub(super) fn new(start: Route) -> Self {
        Self { past: Vec::new(), current: start, future: Vec::new() }
    }

    pub(super) fn current(&self) -> &Route {
        &self.current
    }

    /// Goes to a route. What was gone back from is forgotten.
    pub(super) fn go(&mut self, route: Route) {
        if route == self.current {
            return;
        }
        if self.past.len() == MAX_ROUTES {
            self.past.remove(0);
        }
        self.past.push(std::mem::replace(&mut self.current, route));
        self.future.clear();
    }

    /// Returns the latest route of an instance.
    pub(super) fn latest(&self, instance: &InstanceId) -> Option<Route> {
        let routes = [&self.current].into_iter().chain(self.past.iter().rev());
        routes.into_iter().find(|route| route.instance() == *instance).cloned()
    }

    /// Goes back one route. Returns whether there was one.
    pub(super) fn back(&mut self) -> bool {
        let Some(route) = self.past.pop() else { return false };
        self.future.push(std::mem::replace(&mut self.current, route));
        true
    }

    /// Goes forward one route. Returns whether there was one.
    pub(super) fn forward(&mut self) -> bool {
        let Some(route) = self.future.pop() else { return false };
        self.past.push(std::mem::replace(&mut self.current, route));
        true
    }

    /// Forgets what was opened on a screen: in another world it is not there.
    pub(super) fn forget_subjects(&mut self) {
        let routes = self.past.iter_mut().chain(&mut self.future).chain([&mut self.current]);
        routes.for_each(|route| route.subject = None);
        for routes in [&mut self.past, &mut self.future] {
            routes.dedup();
            routes.pop_if(|last| *last == self.current);
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
