//! Invariants of the simulation for every seed and moment.

use std::collections::HashSet;

use crate::moment::{Moment, secs};
use crate::names::Names;
use crate::repository::Inputs;
use crate::scenario::{OPERATOR, Scenario};
use crate::seeded_rng::SeededRng;

use super::{
    Command, Conclusion, Dispatch, ENVIRONMENTS, Recorded, Scope, Status, Workflow, World, fresh_id,
    service_events,
};

/// The number of seeds that each test uses.
const SEEDS: u64 = 4;

const START: Moment = Moment::from_millis(1_772_442_000_000);

fn scenario(seed: u64) -> Scenario {
    Scenario::starting_at(START, seed, Names::default())
}

fn dispatch(world: &World, run: u64, workflow: Workflow, is_production: bool) -> Command {
    let commit = world.head("main").expect("main always exists").clone();
    let environment = if is_production { "production" } else { "staging" };
    let inputs = Inputs::from([("environment".to_owned(), environment.to_owned())]);
    Command::Dispatch(Box::new(Dispatch { run, workflow, commit, title: String::new(), inputs }))
}

/// Returns three hours of random commands of every kind, at random moments.
fn random_commands(scenario: &Scenario) -> (Vec<Recorded>, Moment) {
    let mut rng = SeededRng::of(scenario.seed, "meddling", &[]);
    let (mut commands, mut now) = (Vec::new(), START);
    for _ in 0..60 {
        now = now + secs(rng.between(20, 340));
        let world = World::at(scenario, &commands, now);
        let run = rng.pick(&world.runs[..8]).id;
        let deployment = world.deployments[0].id.clone();
        let command = match rng.between(0, 6) {
            0 => {
                let id = fresh_id(now, |id| world.run(id).is_some());
                dispatch(&world, id, Workflow::Deploy, rng.chance(50))
            }
            1 => Command::Cancel { run },
            2 => Command::Rerun {
                run,
                scope: if rng.chance(50) { Scope::Failed } else { Scope::All },
                debug: false,
            },
            3 => Command::Review {
                run,
                environments: ENVIRONMENTS.map(|environment| environment.id).to_vec(),
                approved: rng.chance(70),
                comment: String::new(),
            },
            4 => Command::StopDeployment { deployment },
            _ => Command::ContinueDeployment { deployment, roll_back: rng.chance(50) },
        };
        let status = |id| world.run(id).map(|run| run.status(now));
        // Commands that the services refuse are never recorded.
        let is_valid = match command {
            Command::Cancel { run } => !matches!(status(run), Some(Status::Completed(_))),
            Command::Rerun { run, scope, .. } => match status(run) {
                Some(Status::Completed(conclusion)) => {
                    scope == Scope::All || conclusion != Conclusion::Success
                }
                _ => false,
            },
            _ => true,
        };
        if is_valid {
            commands.push(Recorded { at: now, command });
        }
    }
    (commands, now)
}

#[test]
fn the_past_does_not_change() {
    for seed in 0..SEEDS {
        let scenario = scenario(seed);
        let (commands, end) = random_commands(&scenario);
        let end = end.max(START + secs(40 * 251));
        let last = World::at(&scenario, &commands, end);
        for step in 0..40 {
            let now = START + secs(step * 251);
            let known = commands.iter().filter(|recorded| recorded.at <= now).cloned().collect::<Vec<_>>();
            let world = World::at(&scenario, &known, now);
            for deployment in world.deployments.iter().filter(|deployment| deployment.is_over(now)) {
                let later =
                    last.deployment(&deployment.id).expect("a deployment is not forgotten in three hours");
                assert_eq!(deployment.state(now), later.state(end), "seed {seed}, step {step}");
            }
            for run in &world.runs {
                let (attempt, later) = (run.attempt(now), last.run(run.id).expect("nor is a run"));
                let same = later.attempts.iter().find(|later| later.number == attempt.number);
                if let Status::Completed(conclusion) = attempt.status(now) {
                    assert_eq!(same.map(|same| same.status(end)), Some(Status::Completed(conclusion)));
                }
            }
        }
    }
}

#[test]
fn deployments_take_turns_and_leave_three_tasks_behind() {
    for seed in 0..SEEDS {
        let scenario = scenario(seed);
        let (commands, end) = random_commands(&scenario);
        for step in 0..40 {
            let now = START + secs(step * 263);
            let known = commands.iter().filter(|recorded| recorded.at <= now).cloned().collect::<Vec<_>>();
            let world = World::at(&scenario, &known, now.min(end));
            let in_order = world.deployments.windows(2).all(|pair| pair[1].finished_at < pair[0].created_at);
            assert!(in_order, "seed {seed}, step {step}");
            if world.rolling().is_none() {
                assert_eq!(world.tasks.iter().filter(|task| task.is_healthy(world.now)).count(), 3);
            }
            assert!(service_events(&scenario, &world).len() <= 100);
        }
    }
}

#[test]
fn run_ids_and_numbers_are_unique() {
    for seed in 0..SEEDS {
        let scenario = scenario(seed);
        let (commands, end) = random_commands(&scenario);
        let world = World::at(&scenario, &commands, end);
        for workflow in Workflow::ALL {
            let mut runs = world.runs.iter().filter(|run| run.workflow == workflow).collect::<Vec<_>>();
            runs.sort_by_key(|run| run.number);
            assert!(
                runs.windows(2).all(|pair| pair[0].number + 1 == pair[1].number && pair[0].id < pair[1].id)
            );
        }
        let dispatched = world.runs.iter().filter(|run| run.actor == OPERATOR && run.attempts.len() == 1);
        assert!(dispatched.count() > 0);
    }
}

#[test]
fn without_reviews_exactly_one_promotion_waits() {
    for seed in 0..SEEDS {
        let scenario = scenario(seed);
        for hour in 0..30 {
            let now = START + secs(hour * 3600);
            let world = World::at(&scenario, &[], now);
            let deploys = world.runs.iter().filter(|run| run.workflow == Workflow::Deploy);
            let waiting = deploys.clone().filter(|run| run.status(now) == Status::Waiting);
            let young = deploys.clone().any(|run| {
                !run.attempt(now).gates.is_empty()
                    && matches!(run.status(now), Status::InProgress | Status::Queued)
            });
            assert_eq!(waiting.count(), usize::from(!young), "seed {seed}, hour {hour}");
            let failed = Status::Completed(Conclusion::Failure);
            assert!(world.runs.iter().any(|run| run.status(now) == failed));
        }
    }
}

/// Uses dispatches at the same moment and milliseconds apart, reruns, and steps of up to a year.
#[test]
fn bursts_of_commands_and_long_steps_keep_every_run_apart() {
    for seed in 0..SEEDS {
        let scenario = scenario(seed);
        let mut rng = SeededRng::of(seed, "bursts", &[]);
        let (mut commands, mut now) = (Vec::new(), START);
        for _ in 0..80 {
            let world = World::at(&scenario, &commands, now);
            let ids = world.runs.iter().map(|run| run.id).collect::<HashSet<_>>();
            assert_eq!(ids.len(), world.runs.len(), "an id was given twice");
            assert!(world.runs.iter().all(|run| run.attempt(now).number >= 1));
            let reserved = commands.iter().filter_map(|recorded: &Recorded| match &recorded.command {
                Command::Dispatch(given) if now.since(recorded.at) < secs(3600) => Some(given.run),
                _ => None,
            });
            assert!(reserved.into_iter().all(|run| ids.contains(&run)), "a dispatched run is gone");
            let completed = world.runs.iter().find(|run| matches!(run.status(now), Status::Completed(_)));
            let command = match completed {
                Some(run) if rng.chance(20) => {
                    Command::Rerun { run: run.id, scope: Scope::All, debug: false }
                }
                _ => {
                    let run = fresh_id(now, |id| world.run(id).is_some());
                    dispatch(&world, run, *rng.pick(&Workflow::ALL), false)
                }
            };
            commands.push(Recorded { at: now, command });
            now = match rng.between(0, 20) {
                0 => now + secs(rng.between(0, 366 * 86_400)),
                1..6 => now + secs(rng.between(0, 400)),
                6..12 => now + crate::moment::millis(rng.between(0, 200)),
                _ => now,
            };
        }
    }
}
