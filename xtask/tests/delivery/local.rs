//! `deploy-local.sh`, really run: images that take over, images that must not, and callers who notice nothing.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::process::Command;

use crate::{
    containers::{Derived, Engine, free_port, unique},
    http,
    load::Load,
    strangers::{CHECKERS, provided, root, said},
};

/// A machine to deploy to: names and a port of its own.
struct Machine {
    engine: Engine,
    name: String,
    port: u16,
}

impl Machine {
    fn provided() -> Option<Self> {
        Some(Self { engine: Engine::provided()?, name: unique("local"), port: free_port() })
    }

    /// Runs the script; returns whether it succeeded, and what it said.
    fn deploy(&self, options: &[&str]) -> (bool, String) {
        let mut script = Command::new(root().join("deploy-local.sh"));
        script.args(options).env("PATH", self.engine.path()).env("HELLO_ENGINE", self.engine.name());
        said(script.env("HELLO_NAME", &self.name).env("HELLO_PORT", self.port.to_string()))
    }

    /// Deploys an image that is here already, which must succeed.
    fn deployed(&self, image: &str, options: &[&str]) -> String {
        let (succeeded, said) = self.deploy(&[&["--no-pull", "--image", image], options].concat());
        assert!(succeeded, "{said}");
        said
    }

    /// Deploys an image that must not take over, and returns what was said of it.
    fn refused(&self, image: &str, options: &[&str]) -> String {
        let before = self.replicas();
        let (succeeded, said) =
            self.deploy(&[&["--no-pull", "--timeout", "5", "--image", image], options].concat());
        assert!(!succeeded && said.contains("does not get healthy"), "{said}");
        assert_eq!(self.replicas(), before, "{said}");
        said
    }

    /// The images of the replicas that run.
    fn replicas(&self) -> Vec<String> {
        let label = format!("label=dev.hello-truck.replica-of={}", self.name);
        let listed = self.engine.said(&["ps", "--filter", &label, "--format", "{{.Names}} {{.Image}}"]);
        let mut replicas: Vec<_> = listed.lines().map(str::to_owned).collect();
        replicas.sort_unstable();
        replicas
    }

    /// Everything that bears its name.
    fn all(&self) -> String {
        ["container", "network", "volume"]
            .map(|kind| {
                let (every, names): (&[&str], _) = match kind {
                    "container" => (&["--all"], "{{.Names}}"),
                    _ => (&[], "{{.Name}}"),
                };
                let listed = self.engine.said(&[&[kind, "ls"], every, &["--format", names]].concat());
                listed.lines().filter(|line| line.starts_with(&self.name)).collect::<Vec<_>>().join(" ")
            })
            .join(" ")
    }

    fn release(&self) -> Derived {
        self.engine.derive("LABEL release=next")
    }

    /// Replaces what runs by a new image while callers are at work: none may fail, and no truck may be lost.
    fn replaced_under_load(&self, options: &[&str]) {
        let release = self.release();
        let before = http::trucks(self.port).unwrap();
        let replicas = self.replicas().len();
        let load = Load::of_everything(self.port);
        self.deployed(&release.name, options);
        let answers = load.end();
        assert!(answers.failures.is_empty(), "{:?} of {}", answers.failures, answers.right);
        assert!(answers.added > 0);
        assert_eq!(http::trucks(self.port), Some(before + answers.added));
        let now = self.replicas();
        assert!(
            now.len() == replicas && now.iter().all(|replica| replica.ends_with(&release.name)),
            "{now:?}"
        );
        // The image is forgotten at the end of this function; who runs it must be replaced first.
        self.deployed(self.engine.image(), options);
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.deploy(&["--down"]);
        for volume in self.all().split_whitespace() {
            self.engine.succeeds(&["volume", "rm", volume]);
        }
    }
}

#[test]
fn help_says_what_there_is_and_needs_no_engine() {
    let mut script = Command::new(root().join("deploy-local.sh"));
    let (succeeded, help) = said(script.arg("--help").env("HELLO_ENGINE", "no-such-engine"));
    assert!(succeeded);
    for option in ["--image", "--build", "--replicas", "--strategy", "--timeout", "--dry-run", "--down"] {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn a_mistake_is_named_with_what_to_type_next() {
    for (options, what) in [
        (&["--strategy", "sideways"][..], "--strategy takes rolling or blue-green, not `sideways`"),
        (&["--replicas", "many"], "--replicas takes a number, not `many`"),
        (&["--replicas", "9"], "--replicas takes 1 to 8, not 9"),
        (&["--image"], "--image takes a value"),
        (&["--prune"], "there is no option `--prune`"),
    ] {
        let output = Command::new(root().join("deploy-local.sh")).args(options).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(what) && said.contains("hint: ./deploy-local.sh --help"), "{said}");
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let Some(machine) = Machine::provided() else { return };
    let (succeeded, said) = machine.deploy(&["--dry-run"]);
    assert!(
        succeeded && said.contains(" run --detach --name ") && said.contains("nothing was done"),
        "{said}"
    );
    assert_eq!(machine.all().trim(), "");

    machine.deployed(machine.engine.image(), &[]);
    let before = (machine.all(), machine.replicas());
    let (succeeded, said) = machine.deploy(&["--dry-run"]);
    assert!(succeeded && said.contains(" stop --time 35 "), "{said}");
    assert_eq!((machine.all(), machine.replicas()), before);
}

#[test]
fn an_image_that_cannot_be_pulled_is_told_with_the_ways_out() {
    let Some(machine) = Machine::provided() else { return };
    let (succeeded, said) = machine.deploy(&["--image", "127.0.0.1:1/nobody/nothing:latest"]);
    assert!(!succeeded && said.contains("cannot be pulled") && said.contains("--build"), "{said}");
    assert_eq!(machine.all().trim(), "");
}

#[test]
fn a_new_image_takes_over_and_nobody_notices() {
    let Some(machine) = Machine::provided() else { return };
    machine.deployed(machine.engine.image(), &[]);
    machine.replaced_under_load(&[]);
    // What was down comes back with its trucks.
    let trucks = http::trucks(machine.port);
    assert!(machine.deploy(&["--down"]).0);
    assert!(http::get(machine.port, "/trucks").is_none());
    machine.deployed(machine.engine.image(), &[]);
    assert_eq!(http::trucks(machine.port), trucks);
}

#[test]
fn a_broken_image_is_rolled_back() {
    let Some(machine) = Machine::provided() else { return };
    machine.deployed(machine.engine.image(), &[]);
    let ends = machine.engine.derive("ENTRYPOINT [\"/hello-server\", \"openapi\"]");
    let is_never_ready = machine.engine.derive("ENTRYPOINT [\"/hello-server\", \"--port\", \"5001\"]");
    // It starts where it has no trucks, and fails once it is given ours.
    let fails_with_trucks = machine.engine.derive("ENV DATABASE_URL=sqlite:///nowhere/trucks.db");
    let load = Load::of_everything(machine.port);
    assert!(machine.refused(&ends.name, &[]).contains("it ended"));
    assert!(machine.refused(&is_never_ready.name, &[]).contains("it was not healthy after 5 s"));
    assert!(machine.refused(&fails_with_trucks.name, &[]).contains("the folder of DATABASE_URL must exist"));
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert_eq!(http::trucks(machine.port), Some(answers.added));
}

#[test]
fn three_replicas_are_replaced_without_a_failed_request() {
    let Some(machine) = Machine::provided() else { return };
    machine.deployed(machine.engine.image(), &["--replicas", "3"]);
    machine.replaced_under_load(&["--strategy", "rolling"]);
    machine.replaced_under_load(&["--strategy", "blue-green", "--bake", "1"]);
}

#[test]
fn a_broken_image_leaves_three_replicas_as_they_were() {
    let Some(machine) = Machine::provided() else { return };
    machine.deployed(machine.engine.image(), &["--replicas", "3"]);
    let broken = machine.engine.derive("ENTRYPOINT [\"/hello-server\", \"--port\", \"5001\"]");
    let load = Load::of_everything(machine.port);
    machine.refused(&broken.name, &["--strategy", "rolling"]);
    machine.refused(&broken.name, &["--strategy", "blue-green"]);
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?}", answers.failures);
    assert_eq!(http::trucks(machine.port), Some(answers.added));
}

#[test]
fn shellcheck_has_nothing_to_say() {
    let Some(programs) = provided(CHECKERS) else { return };
    let mut shellcheck = Command::new(programs.join("shellcheck"));
    shellcheck.args(["--enable", "deprecate-which,avoid-nullary-conditions"]).current_dir(root());
    let scripts = [
        "deploy-local.sh",
        "infrastructure/local/start.sh",
        "infrastructure/local/tell.sh",
        "xtask/containers/postgres-entrypoint.sh",
    ];
    let (succeeded, said) = said(shellcheck.args(scripts));
    assert!(succeeded, "{said}");
}
