//! `cargo xtask test`: all checks that a change must pass before it is merged, in the order that finds errors soonest.
//!
//! There are two tiers: `quick` is for a developer after each change, the full run is for CI. The test runner goes
//! last and nothing is printed after it, so its summary ends the output.

mod session;

use std::process::ExitCode;

use clap::ValueEnum;

use self::session::Session;
use crate::failure::Failure;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

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
