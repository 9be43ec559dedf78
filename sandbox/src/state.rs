//! The state that the sandbox's handlers share: the scenario, the clock, and the commands received so far.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

use crate::clock::ClockHandle;
use crate::faults::Faults;
use crate::moment::{Moment, secs};
use crate::names::Names;
use crate::quota::Quota;
use crate::scenario::Scenario;
use crate::sign_in::SignIn;
use crate::simulation::{Command, LogLoad, Recorded, Run, World, past_index, past_run};

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
    pub sign_in: SignIn,
    /// The address of the storage.
    pub storage: SocketAddr,
    commands: Mutex<Vec<Recorded>>,
    log_load: Mutex<Option<LogLoad>>,
    github: Mutex<GithubSettings>,
}

/// The settings of GitHub that a client of the sandbox may change.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GithubSettings {
    /// The number of runs before those of the simulation.
    #[serde(default)]
    pub past_runs: u64,
    /// The size of every job's log in bytes; absent for logs of their usual size.
    pub log_bytes: Option<u64>,
    /// How long it does not know a run that was just dispatched.
    #[serde(default)]
    pub hidden_seconds: u64,
    /// Whether it behaves like a GitHub Enterprise Server before 3.21.
    #[serde(default)]
    pub enterprise: bool,
}

/// The past runs of a list.
#[derive(Debug)]
pub(crate) struct Past<'s> {
    scenario: &'s Scenario,
    places: Places,
}

#[derive(Debug)]
enum Places {
    All(Range<u64>),
    Some(Vec<u64>),
}

impl Past<'_> {
    pub(crate) fn len(&self) -> usize {
        match &self.places {
            Places::All(range) => usize::try_from(range.end).unwrap_or(usize::MAX),
            Places::Some(places) => places.len(),
        }
    }

    pub(crate) fn get(&self, place: usize) -> Option<Run> {
        let index = match &self.places {
            Places::All(_) => u64::try_from(place).ok(),
            Places::Some(places) => places.get(place).copied(),
        };
        past_run(self.scenario, index?)
    }
}

impl State {
    pub(crate) fn new(scenario: Scenario, clock: ClockHandle, faults: Faults, storage: SocketAddr) -> Self {
        Self {
            scenario,
            clock,
            faults,
            quota: Quota::default(),
            sign_in: SignIn::default(),
            storage,
            commands: Mutex::default(),
            log_load: Mutex::default(),
            github: Mutex::default(),
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
        let hidden = secs(self.github().hidden_seconds);
        world.runs.retain(|run| !run.is_dispatched_within(hidden, world.now));
        world
    }

    /// Returns the world as it is now, with the run of this id even if it is one of the many past runs.
    pub(crate) fn world_of(&self, run: u64) -> World {
        let mut world = self.world();
        if world.run(run).is_none()
            && let Some(index) = past_index(&self.scenario, run).filter(|index| *index < self.past_runs())
        {
            world.runs.extend(past_run(&self.scenario, index));
        }
        world
    }

    fn past_runs(&self) -> u64 {
        self.github.lock().unwrap_or_else(PoisonError::into_inner).past_runs
    }

    /// Returns the past runs that match; an unfiltered list computes each of them when it is shown.
    pub(crate) fn past(&self, matches: Option<&dyn Fn(&Run) -> bool>) -> Past<'_> {
        let all = 0..self.past_runs();
        let places = match matches {
            None => Places::All(all),
            Some(matches) => Places::Some(
                all.filter(|index| past_run(&self.scenario, *index).as_ref().is_some_and(matches)).collect(),
            ),
        };
        Past { scenario: &self.scenario, places }
    }

    /// Returns the settings of GitHub.
    pub(crate) fn github(&self) -> GithubSettings {
        *self.github.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the settings of GitHub.
    pub(crate) fn set_github(&self, settings: GithubSettings) {
        *self.github.lock().unwrap_or_else(PoisonError::into_inner) = settings;
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
    use std::net::Ipv4Addr;

    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_sandbox_takes_a_bounded_number_of_commands() {
        let clock = ClockHandle::start(Clock::Stepped("2026-03-02T09:00:00Z".parse().unwrap()));
        let scenario = Scenario::starting_at(clock.now(), 1, Names::default());
        let state = State::new(scenario, clock, Faults::default(), (Ipv4Addr::LOCALHOST, 1).into());
        let old = Recorded { at: state.now() - secs(1_000_000), command: Command::Cancel { run: 1 } };
        state.commands.lock().unwrap().extend(vec![old; MAX_COMMANDS - 1]);
        let act = || state.act(|_| Ok::<_, TooManyCommands>((Command::Cancel { run: 1 }, ())));
        assert!(act().is_ok());
        assert!(act().unwrap_err().to_string().contains("at most 1000 commands"));
        assert!(!state.world().runs.is_empty());
    }
}
