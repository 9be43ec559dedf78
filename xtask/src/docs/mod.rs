//! `cargo xtask docs`: generates the parts of the documentation that can be generated from the product.
//!
//! ```text
//! scenes    what the pictures show: how each screen is reached
//! looks     sizes and themes, and the name of a picture's file
//! services  what a console is connected to when it does not use a sandbox
//! pictures  takes the pictures, and writes or compares them
//! gallery   the page with all pictures
//! ```
//!
//! Pictures are taken of the real dashboard on a sandbox whose clock stands still, so each run gives the same bytes.
//! Generated pages are written by the tests that otherwise compare them, so a page always matches the code.

mod gallery;
mod looks;
mod pictures;
mod scenes;
mod services;

use std::{fs, path::PathBuf, process::ExitCode};

use clap::ValueEnum;

use self::pictures::Pictures;
use crate::{command, failure::Failure, workspace};

/// Generates the pictures and pages of the documentation again.
#[derive(Debug, clap::Args)]
pub(crate) struct Docs {
    /// Generate only these parts; by default, all.
    #[arg(value_enum)]
    parts: Vec<Part>,

    /// Take only the pictures whose names begin like this.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,

    /// Write nothing: fail if a picture in `docs/img/` is not what the dashboard shows.
    #[arg(long, conflicts_with = "every")]
    check: bool,

    /// Take every picture at every size in every theme, and write them into this folder instead.
    #[arg(long, value_name = "FOLDER")]
    every: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Pages that tests compare with the code.
    Pages,
    /// Pictures of the dashboard in `docs/img/`, and the page that shows them.
    Pictures,
}

impl Docs {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        let is_wanted = |part| match part {
            Part::Pages if self.check || self.every.is_some() || !self.only.is_empty() => false,
            part => self.parts.is_empty() || self.parts.contains(&part),
        };
        if is_wanted(Part::Pages) {
            pages()?;
        }
        if is_wanted(Part::Pictures) { self.pictures() } else { Ok(ExitCode::SUCCESS) }
    }

    fn pictures(&self) -> Result<ExitCode, Failure> {
        let (folder, looks) = match &self.every {
            Some(folder) => (folder.clone(), looks::every()),
            None => (workspace::root().join("docs").join("img"), looks::committed()),
        };
        let pictures = Pictures { folder, looks, only: &self.only };
        if self.check {
            return pictures.compare();
        }
        pictures.write()?;
        if self.every.is_none() {
            let page = workspace::root().join(gallery::PATH);
            fs::write(&page, gallery::page()).map_err(Failure::file("write", &page))?;
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
