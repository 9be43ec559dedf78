//! The execution of steps: the command of each, with its environment.

use std::{
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use clap::ValueEnum;

use super::Step;
use crate::{command, container_tests, containers::CONTAINERS, failure::Failure, third_party, workspace};

/// A run of steps: its start time, its target folder and its third parties.
pub(super) struct Session {
    started: Instant,
    target: PathBuf,
    /// The environment variables that tell the tests where the third parties are.
    third_party: Vec<(&'static str, PathBuf)>,
}

impl Session {
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), target: workspace::test_target(), third_party: Vec::new() }
    }

    pub(super) fn fmt(&self) -> Result<(), Failure> {
        self.run(Step::Fmt, &mut self.cargo(&["fmt", "--all", "--check"]))
    }

    pub(super) fn clippy(&self) -> Result<(), Failure> {
        let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        self.run(Step::Clippy, &mut self.cargo(&arguments))
    }

    /// `--examples` makes cargo enable the features that only tests enable, as clippy's `--all-targets` does.
    /// With other features, every dependency would be checked again.
    pub(super) fn doc(&self) -> Result<(), Failure> {
        let arguments = ["doc", "--workspace", "--no-deps", "--lib", "--examples", "--bin", "xtask"];
        self.run(Step::Doc, self.cargo(&arguments).env("RUSTDOCFLAGS", "-D warnings"))
    }

    pub(super) fn third_party(&mut self) -> Result<(), Failure> {
        self.announce(Step::ThirdParty, &format!("into {}", self.target.join("third-party").display()));
        for program in third_party::ALL {
            match program.provide(&self.target) {
                Ok(place) => self.third_party.push((program.variable, place)),
                Err(failure) if workspace::is_ci() => return Err(failure),
                Err(failure) => eprintln!("{failure}\n  Tests that need them are skipped."),
            }
        }
        Ok(())
    }

    pub(super) fn doctests(&self) -> Result<(), Failure> {
        self.run(Step::Doctests, &mut self.cargo(&["test", "--workspace", "--doc"]))
    }

    /// Checks the feature sets that no workspace-wide step covers: the service with traces, and as the sandbox uses it.
    pub(super) fn features(&self) -> Result<(), Failure> {
        let with_traces = ["--package", "hello-server", "--features", "otel"];
        let as_mounted = ["--package", "hello-server", "--no-default-features"];
        for (features, targets) in [(&with_traces[..], "--all-targets"), (&as_mounted, "--lib")] {
            let lints = [&["clippy"][..], features, &[targets, "--", "-D", "warnings"]].concat();
            self.run(Step::Features, &mut self.cargo(&lints))?;
        }
        let tests = [&["test"][..], &with_traces, &["--test", "it", "otel"]].concat();
        self.run(Step::Features, &mut self.cargo(&tests))
    }

    /// Runs the unit tests, which are in the same files as the code.
    pub(super) fn unit(&self) -> Result<ExitCode, Failure> {
        let targets = ["--workspace", "--lib", "--bins", "--no-fail-fast"];
        let runner: &[&str] = if has_nextest() { &["nextest", "run"] } else { &["test"] };
        self.run_tests(Step::Unit, self.cargo(&[runner, &targets].concat()))
    }

    /// Runs all tests. Many of them wait for another program, so more tests than cores run at once.
    pub(super) fn tests(&self) -> Result<ExitCode, Failure> {
        if !has_nextest() {
            let tests = self.cargo(&["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
            return self.run_tests(Step::Tests, tests);
        }
        let threads = (2 * workspace::cores()).to_string();
        let mut tests =
            self.cargo(&["nextest", "run", "--workspace", "--no-fail-fast", "--test-threads", &threads]);
        let inputs = container_tests::Inputs::now(&self.target);
        if !workspace::is_ci() && inputs.have_passed() {
            self.announce(
                Step::Tests,
                "without those with containers: they passed, and nothing they depend on has changed since; \
                 `CI=true cargo xtask test` runs them",
            );
            tests.args(["-E", &format!("not ({})", container_tests::FILTER)]);
            return self.run_tests(Step::Tests, tests);
        }
        let code = self.run_tests(Step::Tests, tests)?;
        if code == ExitCode::SUCCESS && self.has_containers() {
            inputs.record();
        }
        Ok(code)
    }

    /// Reports whether the tests with containers have an engine; without one they pass without doing anything.
    fn has_containers(&self) -> bool {
        self.third_party.iter().any(|(variable, _)| *variable == CONTAINERS.variable)
    }

    /// Starts a test runner with the third parties' variables. The runner prints the failures itself, so only its exit
    /// code is returned.
    fn run_tests(&self, step: Step, mut tests: Command) -> Result<ExitCode, Failure> {
        for program in third_party::ALL {
            tests.env_remove(program.variable);
        }
        tests.envs(self.third_party.iter().map(|(variable, place)| (variable, place)));
        self.announce(step, &command::line(&tests));
        let status = command::status(&mut tests)?;
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = command::cargo(arguments);
        if self.target != workspace::target() {
            cargo.env("CARGO_TARGET_DIR", &self.target);
        }
        if workspace::is_ci() {
            // Each clone would leave incremental state behind that is never used again.
            cargo.env("CARGO_INCREMENTAL", "0");
        }
        cargo
    }

    fn run(&self, step: Step, command: &mut Command) -> Result<(), Failure> {
        self.announce(step, &command::line(command));
        command::run(command)
    }

    /// Announces a step with the time since the start, on stderr like cargo's own messages.
    fn announce(&self, step: Step, what: &str) {
        let seconds = self.started.elapsed().as_secs();
        let name = step.to_possible_value().expect("no step is hidden");
        eprintln!("[{:>2}m{:02}s] {}: {what}", seconds / 60, seconds % 60, name.get_name());
    }
}

fn has_nextest() -> bool {
    let mut version = command::cargo(&["nextest", "--version"]);
    version.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
