//! `cargo xtask test`: all checks that a change must pass before it is merged, in the order that finds errors soonest.
//!
//! There are two tiers: `quick` is for a developer after each change, the full run is for CI. The test runner goes
//! last and nothing is printed after it, so its summary ends the output.

use std::{
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use clap::ValueEnum;

use crate::{command, container_tests, containers::CONTAINERS, failure::Failure, third_party, workspace};

/// Checks formatting, lints and documentation, then runs every test.
///
/// `cargo xtask test` is the full run: at most 8 minutes after a change of one file, at most 20 minutes when nothing is
/// compiled yet (two idle cores; installing the third parties once is not counted). Outside CI, the tests with containers
/// are left out while nothing has changed that they depend on since they passed. `cargo xtask test quick` checks
/// formatting and lints and runs the unit tests: at most 90 seconds when nothing has to be compiled.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Leave out the tests against third-party programs (PostgreSQL, moto, boto3, schemathesis, redocly, Backstage's model).
    #[arg(long)]
    no_third_party: bool,

    /// Run only these steps; by default, the full run.
    #[arg(value_enum)]
    steps: Vec<Step>,
}

/// A step, or the name of a group of steps. The variants are in the order in which the steps run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// The quick tier: fmt, clippy and unit.
    Quick,
    /// Formatting.
    Fmt,
    /// Lints; a warning is an error.
    Clippy,
    /// Documentation, including its links.
    Doc,
    /// Install the third-party programs that the tests need.
    ThirdParty,
    /// Examples in the documentation.
    Doctests,
    /// Lints and tests of the service's optional features.
    Features,
    /// The tests beside the code; `tests` includes them.
    Unit,
    /// Every other test.
    Tests,
}

/// The steps of the quick tier.
const QUICK: [Step; 3] = [Step::Fmt, Step::Clippy, Step::Unit];

impl Test {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        let mut session = Session::new();
        for step in self.plan() {
            match step {
                Step::Fmt => session.fmt()?,
                Step::Clippy => session.clippy()?,
                Step::Doc => session.doc()?,
                Step::ThirdParty => session.third_party()?,
                Step::Doctests => session.doctests()?,
                Step::Features => session.features()?,
                // `plan` has replaced it with its steps.
                Step::Quick => {}
                Step::Unit => return session.unit(),
                Step::Tests => return session.tests(),
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Lists the steps to run. Tests need the third parties unless these are declined; `tests` includes the unit tests.
    fn plan(&self) -> Vec<Step> {
        let full = self.steps.is_empty();
        let named = |step: Step| {
            self.steps.contains(&step) || (self.steps.contains(&Step::Quick) && QUICK.contains(&step))
        };
        let wanted = |step: Step| match step {
            Step::Quick => false,
            Step::ThirdParty if self.no_third_party => false,
            Step::ThirdParty => full || named(step) || named(Step::Tests),
            Step::Unit => named(step) && !named(Step::Tests),
            _ => full || named(step),
        };
        Step::value_variants().iter().copied().filter(|step| wanted(*step)).collect()
    }
}

/// A run of steps: its start time, its target folder and its third parties.
struct Session {
    started: Instant,
    target: PathBuf,
    /// The environment variables that tell the tests where the third parties are.
    third_party: Vec<(&'static str, PathBuf)>,
}

impl Session {
    fn new() -> Self {
        Self { started: Instant::now(), target: workspace::test_target(), third_party: Vec::new() }
    }

    fn fmt(&self) -> Result<(), Failure> {
        self.run(Step::Fmt, &mut self.cargo(&["fmt", "--all", "--check"]))
    }

    fn clippy(&self) -> Result<(), Failure> {
        let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        self.run(Step::Clippy, &mut self.cargo(&arguments))
    }

    /// `--examples` makes cargo enable the features that only tests enable, as clippy's `--all-targets` does.
    /// With other features, every dependency would be checked again.
    fn doc(&self) -> Result<(), Failure> {
        let arguments = ["doc", "--workspace", "--no-deps", "--lib", "--examples", "--bin", "xtask"];
        self.run(Step::Doc, self.cargo(&arguments).env("RUSTDOCFLAGS", "-D warnings"))
    }

    fn third_party(&mut self) -> Result<(), Failure> {
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

    fn doctests(&self) -> Result<(), Failure> {
        self.run(Step::Doctests, &mut self.cargo(&["test", "--workspace", "--doc"]))
    }

    /// Checks the feature sets that no workspace-wide step covers: the service with traces, and as the sandbox uses it.
    fn features(&self) -> Result<(), Failure> {
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
    fn unit(&self) -> Result<ExitCode, Failure> {
        let targets = ["--workspace", "--lib", "--bins", "--no-fail-fast"];
        let runner: &[&str] = if has_nextest() { &["nextest", "run"] } else { &["test"] };
        self.run_tests(Step::Unit, self.cargo(&[runner, &targets].concat()))
    }

    /// Runs all tests. Many of them wait for another program, so more tests than cores run at once.
    fn tests(&self) -> Result<ExitCode, Failure> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(no_third_party: bool, steps: &[Step]) -> Vec<Step> {
        Test { no_third_party, steps: steps.to_vec() }.plan()
    }

    #[test]
    fn without_arguments_every_step_runs_and_tests_are_last() {
        let every = Step::value_variants().iter().copied();
        let every: Vec<_> = every.filter(|step| ![Step::Quick, Step::Unit].contains(step)).collect();
        assert_eq!(plan(false, &[]), every);
        assert_eq!(every.last(), Some(&Step::Tests));
    }

    #[test]
    fn the_quick_tier_installs_nothing_and_can_be_added_to() {
        assert_eq!(plan(false, &[Step::Quick]), QUICK);
        assert_eq!(plan(false, &[Step::Quick, Step::Doc]), [Step::Fmt, Step::Clippy, Step::Doc, Step::Unit]);
        assert_eq!(plan(true, &[Step::Quick, Step::Tests]), [Step::Fmt, Step::Clippy, Step::Tests]);
    }

    #[test]
    fn steps_keep_their_order_and_tests_need_third_parties() {
        assert_eq!(plan(false, &[Step::Tests, Step::Fmt]), [Step::Fmt, Step::ThirdParty, Step::Tests]);
        assert_eq!(plan(false, &[Step::Clippy]), [Step::Clippy]);
    }

    #[test]
    fn third_parties_can_be_declined() {
        assert_eq!(plan(true, &[Step::Tests]), [Step::Tests]);
        assert!(!plan(true, &[]).contains(&Step::ThirdParty));
    }

    #[test]
    fn ci_runs_this_command_with_the_workspace_s_compiler() {
        let read = |path| std::fs::read_to_string(workspace::root().join(path)).unwrap();
        let workflow = read(".github/workflows/linting-testing.yaml");
        assert_eq!(workflow.matches("\n        run: cargo xtask test\n").count(), 1, "{workflow}");
        assert!(read(".ci/run").ends_with("exec cargo xtask test\n"));
        let compiler = format!("RUSTUP_TOOLCHAIN: \"{}.", env!("CARGO_PKG_RUST_VERSION"));
        assert!(workflow.contains(&compiler), "the workflow does not say {compiler}");
    }
}
