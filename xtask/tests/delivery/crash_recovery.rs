//! `deploy-local.sh`, killed at any step and run again: no acknowledged truck is lost.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue has failed")]

use std::{
    fs,
    os::unix::{
        fs::PermissionsExt,
        process::{CommandExt, ExitStatusExt},
    },
    process::{Command, ExitStatus},
};

use tempfile::TempDir;

use crate::{http, load::Load, machine::Machine, third_party::root};

/// A wrapper of the engine that injects a failure at one step. With `during`, only the first bytes of a copy arrive.
const ENGINE_WRAPPER: &str = r#"#!/usr/bin/env bash
engine() { PATH=${PATH#*:} "${0##*/}" "$@"; }
all() { kill -KILL -- "-$SCRIPT"; }
case $* in
  $STEP)
    case $INTERRUPTION in
      before) all ;;
      during) head -c 9000 | engine "$@"; all ;;
      after) engine "$@"; all ;;
      orphaned) kill -KILL "$SCRIPT"; engine "$@" ;;
      terminated) kill -TERM "$SCRIPT"; engine "$@" ;;
      stuck) exec sleep 600 ;;
    esac
    exit
    ;;
esac
engine "$@"
"#;

/// The failure at a step.
#[derive(Debug, Clone, Copy)]
enum Interruption {
    /// All processes are killed before the step.
    Before,
    /// All processes are killed during the step.
    During,
    /// All processes are killed after the step.
    After,
    /// The script is killed, but the processes that it started continue.
    Orphaned,
    /// The script gets a SIGTERM.
    Terminated,
    /// The step never ends.
    Stuck,
}

/// A step of a replacement, its failure, and whether the new containers serve the requests from then on.
type InterruptedStep = (&'static str, Interruption, bool);

/// The steps of a hand-over, in order. Nothing happens between the last activation and the removal of the old container, so
/// a failure before that removal is not listed.
const HAND_OVER: &[InterruptedStep] = &[
    ("start NAME-rehearsal", Interruption::After, false),
    ("volume create NAME-data-NEW", Interruption::After, false),
    ("create --name NAME-NEW-1 *", Interruption::After, false),
    ("exec NAME-proxy * activate hold *", Interruption::After, false),
    ("stop --time 20 NAME-OLD-1", Interruption::Before, false),
    ("stop --time 20 NAME-OLD-1", Interruption::Orphaned, false),
    ("stop --time 20 NAME-OLD-1", Interruption::After, false),
    ("cp - NAME-NEW-1:/data", Interruption::During, false),
    ("cp - NAME-NEW-1:/data", Interruption::Orphaned, false),
    ("cp - NAME-NEW-1:/data", Interruption::After, false),
    ("start NAME-NEW-1", Interruption::After, false),
    ("exec NAME-proxy * activate COLOUR *", Interruption::Before, false),
    ("exec NAME-proxy * activate COLOUR *", Interruption::After, true),
    ("volume rm NAME-data-*", Interruption::Before, true),
];

/// A machine on which deployments are interrupted.
struct InterruptedMachine {
    machine: Machine,
    /// The generation that serves the requests; `colour` is its colour.
    generation: usize,
    colour: &'static str,
}

impl InterruptedMachine {
    fn deployed(options: &[&str]) -> Option<Self> {
        let machine = Machine::provided()?;
        machine.deployed(machine.engine.image(), options);
        Some(Self { machine, generation: 1, colour: "blue" })
    }

    fn other(&self) -> &'static str {
        if self.colour == "blue" { "green" } else { "blue" }
    }

    /// Deploys with a failure at a step.
    fn deploy(&self, step: &str, interruption: Interruption, options: &[&str]) -> (ExitStatus, String) {
        let (old, new) = (self.generation.to_string(), (self.generation + 1).to_string());
        let step = step.replace("NAME", &self.machine.name).replace("OLD", &old).replace("NEW", &new);
        let step = step.replace("COLOUR", self.other());
        let folder = TempDir::new().unwrap();
        let shim = folder.path().join(self.machine.engine.name());
        fs::write(&shim, ENGINE_WRAPPER).unwrap();
        fs::set_permissions(&shim, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.path().display(), self.machine.engine.path().to_str().unwrap());

        let mut script = Command::new("sh");
        script.args(["-c", "SCRIPT=$$ exec \"$0\" \"$@\""]).arg(root().join("deploy-local.sh"));
        self.machine.known_to(script.arg("--no-pull").args(options)).env("PATH", path);
        let interruption = format!("{interruption:?}").to_lowercase();
        let output =
            script.env("STEP", step).env("INTERRUPTION", interruption).process_group(0).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status, String::from_utf8_lossy(&text).into_owned())
    }

    /// Deploys, and expects the script to be killed.
    fn deploy_killed(&mut self, (step, interruption, takes_over): InterruptedStep, options: &[&str]) {
        let (status, output) = self.deploy(step, interruption, options);
        assert_eq!(status.signal(), Some(9), "it was not killed at `{step}`: {output}");
        if takes_over {
            self.generation += 1;
        }
    }

    /// Kills all containers, as a power failure does.
    fn cut_power(&self) {
        let label = format!("name={}", self.machine.name);
        let running = self.machine.engine.stdout(&["ps", "--quiet", "--filter", &label]);
        for container in running.lines() {
            self.machine.engine.stdout(&["kill", container]);
        }
    }

    /// Checks that only the objects of a complete deployment exist.
    fn assert_tidy(&self, replicas: usize) {
        let all = self.machine.all();
        let name = &self.machine.name;
        assert_eq!(self.machine.replicas().len(), replicas, "{all}");
        let kinds = |prefix: &str| all.split_whitespace().filter(|thing| thing.starts_with(prefix)).count();
        assert!(!all.contains("rehearsal"), "{all}");
        assert!(kinds(&format!("{name}-data-")) <= 2, "{all}");
        let numbered = all.split_whitespace().filter(|thing| {
            let rest = thing.strip_prefix(&format!("{name}-")).unwrap_or_default();
            rest.starts_with(|first: char| first.is_ascii_digit())
        });
        assert_eq!(numbered.count(), replicas, "{all}");
    }
}

#[test]
fn a_hand_over_killed_at_any_step_is_recovered() {
    let Some(mut target) = InterruptedMachine::deployed(&[]) else { return };
    let load = Load::of_everything(target.machine.port);
    for point in HAND_OVER {
        target.deploy_killed(*point, &[]);
        if point.2 {
            target.colour = target.other();
        }
    }
    target.machine.deployed(target.machine.engine.image(), &[]);
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert!(answers.added > 0);
    assert_eq!(http::trucks(target.machine.port), Some(answers.added));
    target.assert_tidy(1);
}

#[test]
fn a_power_failure_at_any_step_loses_no_acknowledged_truck() {
    let Some(mut target) = InterruptedMachine::deployed(&[]) else { return };
    let mut added = 0;
    // The first three steps change no running container, so they are skipped.
    for point in &HAND_OVER[3..] {
        let load = Load::of_everything(target.machine.port);
        target.deploy_killed(*point, &[]);
        target.cut_power();
        added += load.end().added;
        if point.2 {
            target.colour = target.other();
        }
    }
    target.machine.deployed(target.machine.engine.image(), &[]);
    // Unacknowledged writes may have been stored as well.
    let there = http::trucks(target.machine.port).unwrap();
    assert!(there >= added && added > 0, "{there} trucks of {added}");
    target.assert_tidy(1);
}

#[test]
fn a_killed_replacement_of_replicas_is_recovered() {
    let Some(mut target) = InterruptedMachine::deployed(&["--replicas", "2"]) else { return };
    let load = Load::of_everything(target.machine.port);
    target.deploy_killed(("create --name NAME-NEW-2 *", Interruption::After, false), &[]);
    target.deploy_killed(("stop --time 35 NAME-OLD-2", Interruption::After, false), &[]);
    target.deploy_killed(("rm --volumes NAME-OLD-2", Interruption::Before, true), &[]);
    let blue_green = ["--strategy", "blue-green", "--bake", "1"];
    target.deploy_killed(("exec NAME-proxy * activate COLOUR *", Interruption::Before, false), &blue_green);
    target.deploy_killed(("exec NAME-proxy * activate COLOUR *", Interruption::After, true), &blue_green);
    target.machine.deployed(target.machine.engine.image(), &[]);
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert_eq!(http::trucks(target.machine.port), Some(answers.added));
    target.assert_tidy(2);
}

#[test]
fn sigterm_after_the_switch_completes_the_hand_over() {
    let Some(target) = InterruptedMachine::deployed(&[]) else { return };
    let release = target.machine.release();
    let load = Load::of_everything(target.machine.port);
    let step = "exec NAME-proxy * activate COLOUR *";
    let (status, output) = target.deploy(step, Interruption::Terminated, &["--image", &release.name]);
    assert!(status.code() == Some(143) && output.contains("going on"), "{output}");
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert_eq!(http::trucks(target.machine.port), Some(answers.added));
    assert!(target.machine.replicas()[0].ends_with(&release.name));
    target.assert_tidy(1);
    target.machine.deployed(target.machine.engine.image(), &[]);
}

#[test]
fn a_slow_hand_over_is_rolled_back_in_time() {
    let Some(target) = InterruptedMachine::deployed(&[]) else { return };
    let load = Load::of_everything(target.machine.port);
    let (status, output) = target.deploy("cp - NAME-NEW-1:/data", Interruption::Stuck, &[]);
    assert!(status.code() == Some(1) && output.contains("requests have waited for 30 s"), "{output}");
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert_eq!(http::trucks(target.machine.port), Some(answers.added));
    target.assert_tidy(1);
}

#[test]
fn trucks_survive_a_restart_of_the_machine() {
    let Some(target) = InterruptedMachine::deployed(&[]) else { return };
    assert_eq!(http::add_truck(target.machine.port).unwrap().status, 201);
    target.cut_power();
    assert!(http::get(target.machine.port, "/trucks").is_none());
    target.machine.deployed(target.machine.engine.image(), &[]);
    assert_eq!(http::trucks(target.machine.port), Some(1));
    target.assert_tidy(1);
}

#[test]
fn concurrent_deployments_run_one_after_the_other() {
    let Some(target) = InterruptedMachine::deployed(&[]) else { return };
    let deploy = || {
        let mut script = Command::new(root().join("deploy-local.sh"));
        target.machine.known_to(script.arg("--no-pull")).spawn().unwrap()
    };
    let both = [deploy(), deploy()];
    for mut one in both {
        assert!(one.wait().unwrap().success());
    }
    assert_eq!(http::trucks(target.machine.port), Some(0));
    target.assert_tidy(1);
}
