//! The programs under attack.

use std::path::{Path, PathBuf};

use crate::{command, failure::Failure, workspace};

/// The folder of the programs.
#[derive(Debug)]
pub(super) struct Programs {
    folder: PathBuf,
}

/// The crates with a harness for their parsers, `examples/<crate>-parsers.rs`.
pub(super) const HARNESSES: [&str; 3] = ["server", "sandbox", "tui"];

/// The example of the console that sends random input to itself.
const CONSOLE_STRESS: &str = "console-stress";

impl Programs {
    /// Builds the programs in the release profile, and the harnesses.
    pub(super) fn built() -> Result<Self, Failure> {
        for member in HARNESSES {
            let package = format!("hello-{member}");
            let example = harness(member);
            let build = ["build", "--release", "--package", &package, "--bins", "--example", &example];
            command::run(&mut command::cargo(&build))?;
        }
        let stress = ["build", "--release", "--package", "hello-console", "--example", CONSOLE_STRESS];
        command::run(&mut command::cargo(&stress))?;
        Self::of(&workspace::target().join("release"))
    }

    /// Uses the programs in a folder; all of them must exist.
    pub(super) fn of(folder: &Path) -> Result<Self, Failure> {
        let programs = Self { folder: folder.to_owned() };
        let all = [programs.server(), programs.sandbox(), programs.console(), programs.console_stress()];
        let harnesses = HARNESSES.iter().map(|member| programs.parsers(member));
        for program in all.into_iter().chain(harnesses) {
            std::fs::metadata(&program).map_err(Failure::file("find", program))?;
        }
        Ok(programs)
    }

    pub(super) fn server(&self) -> PathBuf {
        self.folder.join("hello-server")
    }

    pub(super) fn sandbox(&self) -> PathBuf {
        self.folder.join("hello-sandbox")
    }

    pub(super) fn console(&self) -> PathBuf {
        self.folder.join("hello-tui")
    }

    /// Returns the program that sends random input to the console.
    pub(super) fn console_stress(&self) -> PathBuf {
        self.folder.join("examples").join(CONSOLE_STRESS)
    }

    /// Returns the harness of a crate.
    pub(super) fn parsers(&self, member: &str) -> PathBuf {
        self.folder.join("examples").join(harness(member))
    }
}

/// Returns the name of a crate's harness; it contains the crate's name, because all examples share one folder.
fn harness(member: &str) -> String {
    format!("{member}-parsers")
}
