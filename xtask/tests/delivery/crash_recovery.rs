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

/// A wrapper of the engine that injects a failure at one step. In a copy that is killed `amid`, only the first bytes
/// arrive.
const SHIM: &str = r#"#!/usr/bin/env bash
engine() { PATH=${PATH#*:} "${0##*/}" "$@"; }
all() { kill -KILL -- "-$SCRIPT"; }
case $* in
  $STEP)
    case $FATE in
      before) all ;;
      amid) head -c 9000 | engine "$@"; all ;;
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
enum Fate {
    /// All processes are killed before the step.
    Before,
    /// All processes are killed during the step.
    Amid,
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
type Point = (&'static str, Fate, bool);

/// The steps of a hand-over, in order.
const HAND_OVER: &[Point] = &[
    ("start NAME-rehearsal", Fate::After, false),
    ("volume create NAME-data-NEW", Fate::After, false),
    ("create --name NAME-NEW-1 *", Fate::After, false),
    ("exec NAME-proxy * activate hold *", Fate::After, false),
    ("stop --time 20 NAME-OLD-1", Fate::Before, false),
    ("stop --time 20 NAME-OLD-1", Fate::Orphaned, false),
    ("stop --time 20 NAME-OLD-1", Fate::After, false),
    ("cp - NAME-NEW-1:/data", Fate::Amid, false),
    ("cp - NAME-NEW-1:/data", Fate::Orphaned, false),
    ("cp - NAME-NEW-1:/data", Fate::After, false),
    ("start NAME-NEW-1", Fate::After, false),
    ("exec NAME-proxy * activate COLOUR *", Fate::Before, false),
    ("exec NAME-proxy * activate COLOUR *", Fate::After, true),
    ("rm --volumes NAME-OLD-1", Fate::Before, true),
    ("volume rm NAME-data-*", Fate::Before, true),
];

/// A machine on which deployments are interrupted.
struct Story {
    machine: Machine,
    /// The generation that serves the requests; `colour` is its colour.
    generation: usize,
    colour: &'static str,
}

impl Story {
    fn begun(options: &[&str]) -> Option<Self> {
        let machine = Machine::provided()?;
        machine.deployed(machine.engine.image(), options);
        Some(Self { machine, generation: 1, colour: "blue" })
    }

    fn other(&self) -> &'static str {
        if self.colour == "blue" { "green" } else { "blue" }
    }

    /// Deploys with a failure at a step.
    fn deploy(&self, step: &str, fate: Fate, options: &[&str]) -> (ExitStatus, String) {
        let (old, new) = (self.generation.to_string(), (self.generation + 1).to_string());
        let step = step.replace("NAME", &self.machine.name).replace("OLD", &old).replace("NEW", &new);
        let step = step.replace("COLOUR", self.other());
        let folder = TempDir::new().unwrap();
        let shim = folder.path().join(self.machine.engine.name());
        fs::write(&shim, SHIM).unwrap();
        fs::set_permissions(&shim, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.path().display(), self.machine.engine.path().to_str().unwrap());

        let mut script = Command::new("sh");
        script.args(["-c", "SCRIPT=$$ exec \"$0\" \"$@\""]).arg(root().join("deploy-local.sh"));
        self.machine.known_to(script.arg("--no-pull").args(options)).env("PATH", path);
        let fate = format!("{fate:?}").to_lowercase();
        let output = script.env("STEP", step).env("FATE", fate).process_group(0).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status, String::from_utf8_lossy(&said).into_owned())
    }

    /// Deploys, and expects the script to be killed.
    fn killed(&mut self, (step, fate, takes_over): Point, options: &[&str]) {
        let (status, said) = self.deploy(step, fate, options);
        assert_eq!(status.signal(), Some(9), "it was not killed at `{step}`: {said}");
        if takes_over {
            self.generation += 1;
        }
    }

    /// Kills all containers, as a power failure does.
    fn power_is_cut(&self) {
        let label = format!("name={}", self.machine.name);
        let running = self.machine.engine.said(&["ps", "--quiet", "--filter", &label]);
        for container in running.lines() {
            self.machine.engine.said(&["kill", container]);
        }
    }

    /// Checks that only the objects of a complete deployment exist.
    fn is_tidy(&self, replicas: usize) {
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
    let Some(mut story) = Story::begun(&[]) else { return };
    let load = Load::of_everything(story.machine.port);
    for point in HAND_OVER {
        story.killed(*point, &[]);
        if point.2 {
            story.colour = story.other();
        }
    }
    story.machine.deployed(story.machine.engine.image(), &[]);
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert!(answers.added > 0);
    assert_eq!(http::trucks(story.machine.port), Some(answers.added));
    story.is_tidy(1);
}

#[test]
fn a_power_failure_at_any_step_loses_no_acknowledged_truck() {
    let Some(mut story) = Story::begun(&[]) else { return };
    let mut added = 0;
    // The first three steps change no running container, so they are skipped.
    for point in &HAND_OVER[3..] {
        let load = Load::of_everything(story.machine.port);
        story.killed(*point, &[]);
        story.power_is_cut();
        added += load.end().added;
        if point.2 {
            story.colour = story.other();
        }
    }
    story.machine.deployed(story.machine.engine.image(), &[]);
    // Unacknowledged writes may have been stored as well.
    let there = http::trucks(story.machine.port).unwrap();
    assert!(there >= added && added > 0, "{there} trucks of {added}");
    story.is_tidy(1);
}

#[test]
fn a_killed_replacement_of_replicas_is_recovered() {
    let Some(mut story) = Story::begun(&["--replicas", "2"]) else { return };
    let load = Load::of_everything(story.machine.port);
    story.killed(("create --name NAME-NEW-2 *", Fate::After, false), &[]);
    story.killed(("stop --time 35 NAME-OLD-2", Fate::After, false), &[]);
    story.killed(("rm --volumes NAME-OLD-2", Fate::Before, true), &[]);
    let blue_green = ["--strategy", "blue-green", "--bake", "1"];
    story.killed(("exec NAME-proxy * activate COLOUR *", Fate::Before, false), &blue_green);
    story.killed(("exec NAME-proxy * activate COLOUR *", Fate::After, true), &blue_green);
    story.machine.deployed(story.machine.engine.image(), &[]);
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert_eq!(http::trucks(story.machine.port), Some(answers.added));
    story.is_tidy(2);
}

#[test]
fn sigterm_after_the_switch_completes_the_hand_over() {
    let Some(story) = Story::begun(&[]) else { return };
    let release = story.machine.release();
    let load = Load::of_everything(story.machine.port);
    let step = "exec NAME-proxy * activate COLOUR *";
    let (status, said) = story.deploy(step, Fate::Terminated, &["--image", &release.name]);
    assert!(status.code() == Some(143) && said.contains("going on"), "{said}");
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert_eq!(http::trucks(story.machine.port), Some(answers.added));
    assert!(story.machine.replicas()[0].ends_with(&release.name));
    story.is_tidy(1);
    story.machine.deployed(story.machine.engine.image(), &[]);
}

#[test]
fn a_slow_hand_over_is_rolled_back_in_time() {
    let Some(story) = Story::begun(&[]) else { return };
    let load = Load::of_everything(story.machine.port);
    let (status, said) = story.deploy("cp - NAME-NEW-1:/data", Fate::Stuck, &[]);
    assert!(status.code() == Some(1) && said.contains("requests have waited for 30 s"), "{said}");
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert_eq!(http::trucks(story.machine.port), Some(answers.added));
    story.is_tidy(1);
}

#[test]
fn trucks_survive_a_restart_of_the_machine() {
    let Some(story) = Story::begun(&[]) else { return };
    assert_eq!(http::add_truck(story.machine.port).unwrap().status, 201);
    story.power_is_cut();
    assert!(http::get(story.machine.port, "/trucks").is_none());
    story.machine.deployed(story.machine.engine.image(), &[]);
    assert_eq!(http::trucks(story.machine.port), Some(1));
    story.is_tidy(1);
}

#[test]
fn concurrent_deployments_run_one_after_the_other() {
    let Some(story) = Story::begun(&[]) else { return };
    let deploy = || {
        let mut script = Command::new(root().join("deploy-local.sh"));
        story.machine.known_to(script.arg("--no-pull")).spawn().unwrap()
    };
    let both = [deploy(), deploy()];
    for mut one in both {
        assert!(one.wait().unwrap().success());
    }
    assert_eq!(http::trucks(story.machine.port), Some(0));
    story.is_tidy(1);
}
