//! What the sandbox's handlers share: the scenario, the clock, and what people have asked for so far.

use std::sync::{Mutex, PoisonError};

use crate::clock::ClockHandle;
use crate::faults::Faults;
use crate::github::Quota;
use crate::moment::Moment;
use crate::names::Names;
use crate::scenario::Scenario;
use crate::story::{Command, Recorded, World};

/// The state behind every handler.
#[derive(Debug)]
pub(crate) struct State {
    pub scenario: Scenario,
    pub clock: ClockHandle,
    pub faults: Faults,
    pub quota: Quota,
    commands: Mutex<Vec<Recorded>>,
}

impl State {
    pub(crate) fn new(scenario: Scenario, clock: ClockHandle, faults: Faults) -> Self {
        Self { scenario, clock, faults, quota: Quota::default(), commands: Mutex::default() }
    }

    pub(crate) fn names(&self) -> &Names {
        &self.scenario.names
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Returns the world as it is now.
    pub(crate) fn world(&self) -> World {
        let commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner).clone();
        World::at(&self.scenario, &commands, self.now())
    }

    /// Lets `decide` look at the world and records the command that it makes, or nothing if it refuses.
    ///
    /// Commands are decided one after the other, so that two people cannot approve the same run.
    pub(crate) fn act<T, E>(&self, decide: impl FnOnce(&World) -> Result<(Command, T), E>) -> Result<T, E> {
        let mut commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        let world = World::at(&self.scenario, &commands, self.now());
        let (command, answer) = decide(&world)?;
        commands.push(Recorded { at: world.now, command });
        Ok(answer)
    }

    /// Returns an id for a run that is about to be dispatched at `now`, one that no other run has.
    pub(crate) fn fresh_run_id(world: &World) -> u64 {
        let newest = world.runs.iter().filter(|run| run.created_at == world.now).map(|run| run.id).max();
        crate::story::fresh_id(world.now, newest)
    }
}
