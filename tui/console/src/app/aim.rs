//! What the console is about: the component, where its parts live, and which world they live in.

use hello_catalog::Catalog;
use hello_model::{
    failure::Failure,
    target::{StandIn, Target},
    time::Now,
};

use super::{App, in_view};
use crate::{
    action::Place,
    effect::{Effect, Slot},
    screens::Screen,
    widgets::look::Tone,
};

impl App {
    /// Makes the opened component the one that everything is about.
    pub(super) fn choose(&mut self, now: Now) -> Vec<Effect> {
        let opened = (self.place == Place::Catalog).then(|| self.catalog.opened()).flatten();
        let component = opened.filter(|entity| entity.is("Component")).map(|entity| entity.reference.clone());
        let Some(reference) = component else {
            self.say("Only a component of the catalog can be chosen.".to_owned(), Tone::Warning);
            return Vec::new();
        };
        self.say(format!("Runs, deployments and logs are those of {reference} now."), Tone::Good);
        self.chosen = Some(reference);
        self.aim(now)
    }

    /// Points the screens at the component that the catalog and the settings name.
    pub(super) fn aim(&mut self, now: Now) -> Vec<Effect> {
        let Some(target) = self.new_target() else { return Vec::new() };
        self.catalog.mark(target.component.clone());
        let mut effects = self.runs.aim(&target.repo);
        effects.extend(self.deployments.aim(&target.service));
        effects.extend(self.logs.aim(&target.logs));
        self.target = Some(target);
        self.revision += 1;
        for place in in_view(self.place).into_iter().filter(|place| *place != Place::Catalog) {
            effects.extend(self.enter(place, now));
        }
        effects
    }

    /// Returns the target, if it is another one than before.
    fn new_target(&self) -> Option<Target> {
        let held = self.catalog.catalog();
        let target = match (held.value(), held.failure()) {
            (Some(catalog), _) => Target::in_catalog(catalog, self.chosen.as_ref(), &self.overrides),
            (None, Some(failure)) => Target::of(None, &self.overrides, &failure.why),
            (None, None) => return None,
        };
        let target = target.or(self.sandbox.as_ref());
        let broken = held.value().is_some_and(Catalog::has_errors);
        match &self.target {
            Some(old) if *old == target => None,
            // Somebody is editing the descriptor: one half-written state must not take everything away.
            Some(old) if broken && old.component.is_some() && target.component.is_none() => None,
            _ => Some(target),
        }
    }

    pub(super) fn start_sandbox(&mut self) -> Vec<Effect> {
        let said = match (&self.sandbox, &self.target) {
            (Some(sandbox), _) => format!("The sandbox at {} is in use already.", sandbox.address),
            // The sandbox is made to fit the component.
            (None, None) => "The catalog is still being read; press the key again in a moment.".to_owned(),
            (None, Some(target)) => {
                let effect = Effect::StartSandbox(Box::new(target.clone()));
                self.say("Starting the sandbox…".to_owned(), Tone::Busy);
                return vec![effect];
            }
        };
        self.say(said, Tone::Plain);
        Vec::new()
    }

    /// Everything is asked anew: another world stands behind the console from now on.
    pub(super) fn sandbox_started(&mut self, answer: Result<StandIn, Failure>, now: Now) -> Vec<Effect> {
        match answer {
            Ok(stand_in) => {
                let said = format!("The sandbox at {} stands behind everything now.", stand_in.address);
                self.say(said, Tone::Good);
                self.sandbox = Some(stand_in);
                self.target = None;
                self.catalog.reset();
                self.trucks.reset();
                self.runs.reset();
                self.deployments.reset();
                self.logs.reset();
                // What the old world still answers is no longer wanted.
                let mut effects: Vec<Effect> = Slot::READING.into_iter().map(Effect::Cancel).collect();
                effects.extend(self.catalog.enter(now));
                effects.extend(self.trucks.enter(now));
                effects
            }
            Err(failure) => {
                let hint = failure.hint.as_ref().map(|hint| format!(" → {hint}")).unwrap_or_default();
                self.say(format!("{failure}{hint}"), Tone::Bad);
                Vec::new()
            }
        }
    }
}
