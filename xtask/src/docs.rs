//! `cargo xtask docs`: generates the parts of the documentation that can be generated from the product.
//!
//! Pictures are taken of the real dashboard. Generated pages are written by the tests that otherwise compare them, so
//! a page always matches the code.

use std::{fs, process::ExitCode, time::Duration};

use clap::ValueEnum;

use crate::{
    command,
    dashboard::{self, Dashboard},
    failure::Failure,
    picture,
    terminal::Size,
    workspace,
};

/// Generates the pictures and pages of the documentation again.
#[derive(Debug, clap::Args)]
pub(crate) struct Docs {
    /// Generate only these parts; by default, all.
    #[arg(value_enum)]
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Pages that tests compare with the code.
    Pages,
    /// Pictures of the dashboard, in `docs/img/`.
    Pictures,
}

/// A picture: the keys to press in a fresh dashboard, and the texts that the screen must then show.
struct Picture {
    name: &'static str,
    size: Size,
    keys: &'static str,
    shows: &'static [&'static str],
}

const WIDE: Size = Size::new(120, 40);

/// The pictures of the documentation. Their texts come from the sandbox's simulation: at least one for each pane, so
/// that none is still loading, and at least one that Home does not show, so that the screen has changed.
const PICTURES: &[Picture] = &[
    Picture {
        name: "home",
        size: WIDE,
        keys: "1",
        shows: &["tasks running", "LintAndTest", "running of 3 wanted", "in 10 minutes", "Needs you"],
    },
    Picture { name: "catalog", size: WIDE, keys: "2", shows: &["LIFECYCLE", "fleet-leasing"] },
    Picture { name: "trucks", size: WIDE, keys: "3", shows: &["PLATE", "Scania"] },
    Picture { name: "runs", size: WIDE, keys: "4", shows: &["WORKFLOW", "LintAndTest"] },
    Picture {
        name: "deployments",
        size: WIDE,
        keys: "5",
        shows: &["Service events", "Stack events", "AWS::ECS::Service"],
    },
    Picture { name: "logs", size: WIDE, keys: "6", shows: &["live ", "GET /trucks"] },
];

/// How long a screen may take to fill.
const FILLED_LIMIT: Duration = Duration::from_mins(1);

/// A frame is complete when no output follows it for this long.
const PAUSE: Duration = Duration::from_millis(50);

impl Docs {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        for part in Part::value_variants() {
            if self.parts.is_empty() || self.parts.contains(part) {
                match part {
                    Part::Pages => pages()?,
                    Part::Pictures => pictures()?,
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn pages() -> Result<(), Failure> {
    let mut test = command::cargo(&["test", "--package", "hello-tui", "docs"]);
    test.env("UPDATE_DOCS", "1");
    eprintln!("pages: UPDATE_DOCS=1 {}", command::line(&test));
    command::run(&mut test)
}

fn pictures() -> Result<(), Failure> {
    // `--examples` enables the features that the tests enable, so that their compiled artifacts are reused.
    let mut build = command::cargo(&["build", "--package", "hello-tui", "--bins", "--examples"]);
    eprintln!("pictures: {}", command::line(&build));
    command::run(&mut build)?;
    let folder = workspace::root().join("docs").join("img");
    fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
    for picture in PICTURES {
        let path = folder.join(picture.name).with_extension("svg");
        fs::write(&path, picture.take()?).map_err(Failure::file("write", &path))?;
        eprintln!("pictures: docs/img/{}.svg", picture.name);
    }
    Ok(())
}

impl Picture {
    fn take(&self) -> Result<String, Failure> {
        let binary = dashboard::binary(&workspace::target(), "debug");
        let dashboard = Dashboard::open(&binary, self.size)?;
        dashboard.terminal.press(self.keys)?;
        dashboard.terminal.wait_for(self.shows, FILLED_LIMIT)?;
        let screen = dashboard.terminal.wait_until_still(PAUSE, FILLED_LIMIT);
        Ok(picture::svg(&screen, "hello-tui dashboard --sandbox"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_picture_has_its_own_name_and_waits_for_something() {
        let names: BTreeSet<_> = PICTURES.iter().map(|picture| picture.name).collect();
        assert_eq!(names.len(), PICTURES.len());
        assert!(PICTURES.iter().all(|picture| !picture.shows.is_empty()));
    }
}
