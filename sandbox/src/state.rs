//! The state that the sandbox's handlers share: the scenario, the clock, and the commands received so far.

use std::sync::{Mutex, PoisonError};

use crate::clock::ClockHandle;
use crate::faults::Faults;
use crate::moment::Moment;
use crate::names::Names;
use crate::quota::Quota;
use crate::scenario::Scenario;
use crate::simulation::{Command, LogLoad, Recorded, World};

/// The maximum number of commands that a sandbox accepts.
const MAX_COMMANDS: usize = 1_000;

/// The error for a command beyond that maximum.
#[derive(Debug)]
pub(crate) struct TooManyCommands;

impl std::fmt::Display for TooManyCommands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "A sandbox takes at most {MAX_COMMANDS} commands; start another one.")
    }
}

/// The state that every handler shares.
#[derive(Debug)]
pub(crate) struct State {
    pub scenario: Scenario,
    pub clock: ClockHandle,
    pub faults: Faults,
    pub quota: Quota,
    commands: Mutex<Vec<Recorded>>,
    log_load: Mutex<Option<LogLoad>>,
}

impl State {
    pub(crate) fn new(scenario: Scenario, clock: ClockHandle, faults: Faults) -> Self {
        Self {
            scenario,
            clock,
            faults,
            quota: Quota::default(),
            commands: Mutex::default(),
            log_load: Mutex::default(),
        }
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
        let log_load = *self.log_load.lock().unwrap_or_else(PoisonError::into_inner);
        let mut world = World::at(&self.scenario, &commands, self.now());
        world.log_load = log_load;
        world
    }

    /// Adds log lines from now on, in place of those that were added before.
    pub(crate) fn load_logs(&self, load: LogLoad) {
        let load = LogLoad { from: self.now(), ..load };
        *self.log_load.lock().unwrap_or_else(PoisonError::into_inner) = Some(load);
    }

    /// Passes the current world to `decide` and records the command it returns; an error records nothing.
    ///
    /// A lock makes commands run one at a time, so two clients cannot approve the same run. Their number is
    /// bounded, since each world is computed from all of them.
    pub(crate) fn act<T, E: From<TooManyCommands>>(
        &self,
        decide: impl FnOnce(&World) -> Result<(Command, T), E>,
    ) -> Result<T, E> {
        let mut commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        if commands.len() == MAX_COMMANDS {
            return Err(TooManyCommands.into());
        }
        let world = World::at(&self.scenario, &commands, self.now());
        let (command, answer) = decide(&world)?;
        commands.push(Recorded { at: world.now, command });
        Ok(answer)
    }

    /// Returns an unused id for a run that is dispatched at the world's `now`.
    pub(crate) fn fresh_run_id(world: &World) -> u64 {
        crate::simulation::fresh_id(world.now, |id| world.run(id).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::moment::secs;

    #[test]
    fn a_sandbox_takes_a_bounded_number_of_commands() {
        let clock = ClockHandle::start(Clock::Stepped("2026-03-02T09:00:00Z".parse().unwrap()));
        let scenario = Scenario::starting_at(clock.now(), 1, Names::default());
        let state = State::new(scenario, clock, Faults::default());
        let old = Recorded { at: state.now() - secs(1_000_000), command: Command::Cancel { run: 1 } };
        state.commands.lock().unwrap().extend(vec![old; MAX_COMMANDS - 1]);
        let act = || state.act(|_| Ok::<_, TooManyCommands>((Command::Cancel { run: 1 }, ())));
        assert!(act().is_ok());
        assert!(act().unwrap_err().to_string().contains("at most 1000 commands"));
        assert!(!state.world().runs.is_empty());
    }
}
