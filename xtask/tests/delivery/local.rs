//! Runs `deploy-local.sh`: working images take over, broken ones do not, and clients see no failure.

use std::process::Command;

use crate::{
    containers::free_port,
    http,
    load::Load,
    machine::Machine,
    third_party::{CHECKERS, output, provided, read, root},
};

#[test]
fn help_says_what_there_is_and_needs_no_engine() {
    let mut script = Command::new(root().join("deploy-local.sh"));
    let (succeeded, help) = output(script.arg("--help").env("HELLO_ENGINE", "no-such-engine"));
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
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(what) && stderr.contains("hint: ./deploy-local.sh --help"), "{stderr}");
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let Some(machine) = Machine::provided() else { return };
    let (succeeded, output) = machine.deploy(&["--dry-run"]);
    assert!(
        succeeded && output.contains(" run --detach --name ") && output.contains("nothing was done"),
        "{output}"
    );
    assert_eq!(machine.all().trim(), "");

    machine.deployed(machine.engine.image(), &[]);
    let before = (machine.all(), machine.replicas());
    let (succeeded, output) = machine.deploy(&["--dry-run"]);
    assert!(succeeded && output.contains(" stop --time 20 "), "{output}");
    assert_eq!((machine.all(), machine.replicas()), before);
}

#[test]
fn an_unavailable_image_is_reported_with_hints() {
    let Some(machine) = Machine::provided() else { return };
    let (succeeded, output) = machine.deploy(&["--image", "127.0.0.1:1/nobody/nothing:latest"]);
    assert!(!succeeded && output.contains("cannot be pulled") && output.contains("--build"), "{output}");
    assert_eq!(machine.all().trim(), "");
}

#[test]
fn a_new_image_takes_over_without_a_failed_request() {
    let Some(machine) = Machine::provided() else { return };
    machine.deployed(machine.engine.image(), &[]);
    machine.replaced_under_load(&[]);
    // After `--down`, a new deployment has the trucks again.
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
    // It starts without data (in the rehearsal), and fails with our data.
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
fn the_port_changes_only_while_the_service_is_stopped() {
    let Some(mut machine) = Machine::provided() else { return };
    machine.deployed(machine.engine.image(), &[]);
    let (before, another) = (machine.port, free_port());
    let (succeeded, output) = machine.deploy(&["--no-pull", "--port", &another.to_string()]);
    assert!(!succeeded && output.contains(&format!("it answers on port {before}")), "{output}");
    assert!(output.contains(&format!("`./deploy-local.sh --port {another}`")), "{output}");
    assert_eq!(http::trucks(before), Some(0));

    assert!(machine.deploy(&["--down"]).0);
    machine.port = another;
    machine.deployed(machine.engine.image(), &[]);
    assert_eq!(http::trucks(another), Some(0));
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

/// With `SELinux`, a container can read a mounted folder only if the folder has a label for containers.
#[test]
fn every_mounted_folder_gets_the_selinux_label() {
    for file in ["docker-compose.yaml", "infrastructure/deploy-local/proxy.sh"] {
        let text = read(&root().join(file));
        let mounts: Vec<_> = text.lines().filter(|line| line.contains("infrastructure/local:/")).collect();
        assert!(
            !mounts.is_empty() && mounts.iter().all(|mount| mount.contains(":ro,z\"")),
            "{file}: {mounts:?}"
        );
    }
}

#[test]
fn shellcheck_finds_nothing_in_the_local_scripts() {
    let Some(programs) = provided(CHECKERS) else { return };
    let mut shellcheck = Command::new(programs.join("shellcheck"));
    shellcheck.args(["--enable", "deprecate-which,avoid-nullary-conditions"]).current_dir(root());
    // The files that `deploy-local.sh` sources are checked as part of it.
    shellcheck.args(["--external-sources", "--check-sourced"]);
    let scripts = [
        "deploy-local.sh",
        "infrastructure/local/start.sh",
        "infrastructure/local/tell.sh",
        "xtask/containers/postgres-entrypoint.sh",
    ];
    let (succeeded, output) = output(shellcheck.args(scripts));
    assert!(succeeded, "{output}");
}
