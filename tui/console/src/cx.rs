//! What a screen sees of the console: the cache, the component in use, the time, and how things look.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use hello_catalog::entity::{Entity, EntityRef};
use hello_model::{
    deployment::{ServiceRef, ServiceSnapshot, StackEvent},
    failure::Failure,
    log::LogSource,
    pages::Pages,
    query::Query,
    run::{Repo, RunDetail, RunId, RunList},
    target::Target,
    time::{Now, Timestamp},
    world::World,
};
use hello_state::{
    cache::Cache,
    log_feed::LogFeed,
    present::{Format, Layouts, ListLayout},
    remote::{Remote, SPINNER_DELAY},
};

use crate::{click::Zones, route::Scope, theme::Theme};

/// How long one picture of a spinner stays.
const SPINNER_STEP: Duration = Duration::from_millis(120);

/// In seconds.
const MINUTE: u64 = 60;

/// What a screen may look at. While drawing, it also collects when the picture changes next by itself, and where a click
/// does something.
#[derive(Debug)]
pub struct Cx<'a> {
    pub cache: &'a Cache,
    /// The component that the screen is about, and its resources; `None` until the catalog is read.
    pub target: Option<&'a Target>,
    /// What is connected.
    pub world: &'a World,
    pub now: Now,
    pub theme: &'a Theme,
    /// Where a click does something in the picture that is being drawn.
    pub zones: Zones,
    layouts: &'a Layouts,
    wake: Cell<Option<Instant>>,
}

impl<'a> Cx<'a> {
    pub(crate) fn new(
        cache: &'a Cache,
        target: Option<&'a Target>,
        world: &'a World,
        now: Now,
        theme: &'a Theme,
        layouts: &'a Layouts,
    ) -> Self {
        Self { cache, target, world, now, theme, zones: Zones::default(), layouts, wake: Cell::new(None) }
    }

    /// Returns when what was drawn changes next, with nothing else happening.
    pub(crate) fn wake(&self) -> Option<Instant> {
        self.wake.get()
    }

    /// Returns how times are written, and the time that ages are compared with.
    pub fn format(&self) -> Format {
        self.theme.format(self.now.wall)
    }

    /// Returns how the user wants the lists of a noun.
    pub fn layout(&self, noun: &str) -> &'a ListLayout {
        static DECLARED: ListLayout = ListLayout::declared();
        self.layouts.get(noun).unwrap_or(&DECLARED)
    }

    /// Draws again when an age in a list may be written differently: with each second of its first minute, then with a
    /// minute of the clock, so that the ages of all rows change in one frame.
    pub fn wake_for_age(&self, at: Timestamp) {
        let age = self.now.since(at).as_secs();
        if age < MINUTE {
            self.wake_for_seconds(at);
            return;
        }
        let unit = match age {
            0..3_600 => MINUTE,
            3_600..86_400 => 3_600,
            _ => 86_400,
        };
        self.wake_at_minute(unit - age % unit);
    }

    /// Draws again with each second. The clock of a service may be ahead; an age begins when that time is reached.
    fn wake_for_seconds(&self, at: Timestamp) {
        let until = Duration::try_from(at.duration_since(self.now.wall)).unwrap_or_default();
        self.wake_at(self.now.instant + until + Duration::from_secs(1));
    }

    /// Draws again at the first minute of the clock in this many seconds or later.
    fn wake_at_minute(&self, changes_in: u64) {
        let second = self.now.wall.as_second().rem_euclid(60).unsigned_abs();
        let until_minute = (second + changes_in).next_multiple_of(MINUTE) - second;
        self.wake_at(self.now.instant + Duration::from_secs(until_minute));
    }

    /// Returns the time from `since` to `until`, or to now, and then draws again with each second.
    pub fn elapsed(&self, since: Timestamp, until: Option<Timestamp>) -> Duration {
        if until.is_none() {
            self.wake_at(self.now.instant + Duration::from_secs(1));
        }
        Duration::try_from(until.unwrap_or(self.now.wall).duration_since(since)).unwrap_or_default()
    }

    /// Returns how old something is: to the second for a minute, then to the minute. From then on, all ages change in one
    /// frame, with a minute of the clock.
    pub fn age(&self, at: Timestamp) -> Duration {
        let age = self.now.since(at).as_secs();
        if age < MINUTE {
            self.wake_for_seconds(at);
            return Duration::from_secs(age);
        }
        self.wake_at_minute(MINUTE - age % MINUTE);
        Duration::from_secs(age - age % MINUTE)
    }

    /// Returns the step of the spinner for a request, once waiting for it has become noticeable.
    pub fn spinner(&self, since: Instant) -> Option<usize> {
        let waited = self.now.instant.saturating_duration_since(since);
        if waited < SPINNER_DELAY {
            self.wake_at(since + SPINNER_DELAY);
            return None;
        }
        let step = waited.as_millis() / SPINNER_STEP.as_millis();
        self.wake_at(since + SPINNER_STEP * u32::try_from(step + 1).unwrap_or(u32::MAX));
        usize::try_from(step).ok()
    }

    fn wake_at(&self, at: Instant) {
        self.wake.set(Some(self.wake.get().map_or(at, |wake| wake.min(at))));
    }
}

/// The entity that a screen is about.
impl<'a> Cx<'a> {
    /// Returns the name of the entity of a scope: its own, or that of the component in use.
    pub fn reference<'s>(&self, scope: &'s Scope) -> Option<&'s EntityRef>
    where
        'a: 's,
    {
        match scope {
            Scope::Entity(reference) => Some(reference),
            Scope::Everything => self.target?.component.as_ref(),
        }
    }

    /// Returns that entity, if it is in the catalog.
    pub fn entity(&self, scope: &Scope) -> Option<&'a Entity> {
        self.cache.catalog().value()?.find(self.reference(scope)?)
    }
}

/// The parts of the component in use, and what is known of them.
impl<'a> Cx<'a> {
    pub fn repo(&self) -> Option<&'a Repo> {
        self.target?.repo.as_ref().ok()
    }

    pub fn service_ref(&self) -> Option<&'a ServiceRef> {
        self.target?.service.as_ref().ok()
    }

    pub fn log_source(&self) -> Option<&'a LogSource> {
        self.target?.logs.as_ref().ok()
    }

    /// Returns the runs of the component's repository.
    pub fn runs(&self) -> Remote<'a, RunList> {
        let cache = self.cache;
        of_part(self.target.map(|target| &target.repo), |repo| cache.runs(repo))
    }

    /// Returns one run of the component's repository.
    pub fn run(&self, id: RunId) -> Remote<'a, RunDetail> {
        let cache = self.cache;
        of_part(self.target.map(|target| &target.repo), |repo| cache.run(repo, id))
    }

    /// Returns the component's ECS service with its deployments.
    pub fn service(&self) -> Remote<'a, ServiceSnapshot> {
        let cache = self.cache;
        of_part(self.target.map(|target| &target.service), |service| cache.service(service))
    }

    /// Returns the query for the events of the stack that the component's service belongs to.
    pub fn stack_query(&self) -> Option<Query> {
        let stack = self.service().value()?.service.stack.clone()?;
        Some(Query::StackEvents { region: self.service_ref()?.region.clone(), stack })
    }

    /// Returns the events of that stack.
    pub fn stack_events(&self) -> Remote<'a, Pages<StackEvent>> {
        match self.stack_query() {
            Some(Query::StackEvents { region, stack }) => self.cache.stack_events(&region, &stack),
            _ => Remote::untouched(),
        }
    }

    /// Returns the lines of the component's log group, once they are wanted.
    pub fn logs(&self) -> Option<&'a LogFeed> {
        self.cache.logs(self.log_source()?)
    }

    /// Returns why there are no new lines of the component's log group.
    pub fn logs_failure(&self) -> Option<&'a Failure> {
        self.target?.logs.as_ref().err().or_else(|| self.logs()?.failure())
    }
}

/// Returns what is known of a part of the component, or why the component has no such part.
fn of_part<'a, P, T>(
    part: Option<&'a Result<P, Failure>>,
    known: impl FnOnce(&'a P) -> Remote<'a, T>,
) -> Remote<'a, T> {
    match part {
        None => Remote::untouched(),
        Some(Err(failure)) => Remote::refused(failure),
        Some(Ok(part)) => known(part),
    }
}

/// What tests of screens look at.
#[cfg(test)]
pub(crate) mod fixture {
    use hello_catalog::{Source, read};
    use hello_model::{query::Update, target::Overrides};
    use jiff::tz::TimeZone;

    use super::*;

    const DESCRIPTOR: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: hello-server
  annotations:
    github.com/project-slug: hello-truck/hello-truck
    aws.amazon.com/amazon-ecs-service-arn: arn:aws:ecs:us-east-1:123456789012:service/hello-truck/hello-server
spec: {type: service, lifecycle: production, owner: trucks}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: jo}
spec: {memberOf: []}
";

    /// A cache in which the catalog has a component with all parts.
    pub(crate) struct Fixture {
        cache: Cache,
        target: Target,
        world: World,
        now: Now,
        theme: Theme,
        layouts: Layouts,
    }

    impl Fixture {
        pub(crate) fn new() -> Self {
            let catalog = read(&[Source { name: "catalog-info.yaml".to_owned(), text: DESCRIPTOR.into() }]);
            let target = Target::in_catalog(&catalog, None, &Overrides::default());
            let now = Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH };
            let (cache, theme) = (Cache::default(), Theme::new(false, TimeZone::UTC));
            let layouts = Layouts::default();
            let mut fixture = Self { cache, target, world: World::default(), now, theme, layouts };
            fixture.answer(&Query::Catalog, catalog);
            fixture
        }

        /// Answers a query.
        pub(crate) fn answer(&mut self, query: &Query, answer: impl Into<Update>) {
            self.cache.sync(&[query.clone().into()], self.now);
            self.cache.resolve(query, Ok(answer.into()), self.now);
        }

        /// Fails a query.
        pub(crate) fn fail(&mut self, query: &Query, failure: Failure) {
            self.cache.sync(&[query.clone().into()], self.now);
            self.cache.resolve(query, Err(failure), self.now);
        }

        /// Wants so many other answers that those before are forgotten.
        pub(crate) fn forget_answers(&mut self) {
            let others = (0..20).map(|number| Query::Truck(number.to_string().as_str().into()).into());
            self.cache.sync(&others.collect::<Vec<_>>(), self.now);
            self.cache.sync(&[], self.now);
        }

        /// Shows the lists of a noun in another way.
        pub(crate) fn arrange(&mut self, noun: &str, layout: ListLayout) {
            self.layouts.insert(noun.to_owned(), layout);
        }

        /// Connects to another world.
        pub(crate) fn enter(&mut self, world: World) {
            self.world = world;
        }

        /// Lets time pass.
        pub(crate) fn wait(&mut self, duration: Duration) {
            self.now = Now { instant: self.now.instant + duration, wall: self.now.wall + duration };
        }

        pub(crate) fn cx(&self) -> Cx<'_> {
            Cx::new(&self.cache, Some(&self.target), &self.world, self.now, &self.theme, &self.layouts)
        }
    }
}

#[cfg(test)]
mod tests {
    use hello_model::time::short;

    use super::{fixture::Fixture, *};

    #[test]
    fn ages_of_minutes_change_in_one_frame() {
        let fixture = Fixture::new();
        let cx = fixture.cx();
        let at = |seconds: i64| cx.now.wall - jiff::SignedDuration::from_secs(seconds);
        let ages: Vec<_> = [61, 119, 170, 7_530].map(|seconds| short(cx.age(at(seconds)))).into();
        assert_eq!(ages, ["1m 0s", "1m 0s", "2m 0s", "2h 5m"]);
        assert_eq!(
            cx.wake(),
            Some(cx.now.instant + Duration::from_mins(1)),
            "the clock is at a whole minute"
        );

        assert_eq!(short(cx.age(at(8))), "8s");
        assert_eq!(cx.wake(), Some(cx.now.instant + Duration::from_secs(1)));
    }
    #[test]
    fn an_age_waits_for_a_clock_that_is_ahead() {
        let fixture = Fixture::new();
        let cx = fixture.cx();
        let ahead = Duration::from_mins(5);
        assert_eq!(cx.age(cx.now.wall + ahead), Duration::ZERO);
        assert_eq!(cx.wake(), Some(cx.now.instant + ahead + Duration::from_secs(1)));
    }
}
