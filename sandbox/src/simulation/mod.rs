//! Computes the state at a moment from the scenario and the recorded commands: runs, deployments, tasks, stack updates.
//!
//! A pure function: no clock, no I/O, no stored state. The same moment always gives the same world; only a later moment
//! gives a different one.

mod attempts;
mod command;
mod deploy_queue;
mod deployment;
mod environments;
mod episode;
mod episodes;
mod events;
mod jobs;
mod log_load;
mod past;
mod release;
mod rollout;
mod run;
mod run_id;
mod run_spec;
mod stack;
mod stage;
mod task;
mod templates;
mod workflow;
mod world;

#[cfg(test)]
mod tests;

pub(crate) use command::{Command, Dispatch, Recorded, Scope};
pub(crate) use deployment::{Deployment, Hook, Revision, State};
pub(crate) use environments::{ENVIRONMENTS, Environment, Reviewer};
pub(crate) use events::{ServiceEvent, service_events};
pub(crate) use log_load::{LogLoad, MAX_LINES};
pub(crate) use past::{MAX_PAST, past_index, past_run};
pub(crate) use rollout::{ALARM, PAUSE_MINUTES};
pub(crate) use run::{Attempt, Conclusion, Gate, Job, Run, Status, Step};
pub(crate) use run_id::fresh_id;
pub(crate) use stack::{RESOURCES, STACK, STACK_ITSELF, StackEvent, physical_id};
pub(crate) use stage::{BAKE_MINUTES, Stage};
pub(crate) use task::{DESIRED, Stop, Task};
pub(crate) use workflow::{Event, Workflow};
pub(crate) use world::World;
