//! The waiting time of a new user: from a fresh clone to a built console, and from its start to the first frame.

use std::{fs, process::ExitCode, time::Instant};

use crate::{
    command,
    dashboard::{self, Dashboard},
    failure::Failure,
    terminal::Size,
    workspace,
};

pub(super) fn run() -> Result<ExitCode, Failure> {
    // Inside the target folder, because its disk is large enough.
    let near = workspace::target();
    fs::create_dir_all(&near).map_err(Failure::file("create", &near))?;
    let target = tempfile::tempdir_in(&near).map_err(Failure::file("create a folder in", &near))?;

    let mut build = command::cargo(&["build", "--release", "--package", "hello-tui"]);
    build.env("CARGO_TARGET_DIR", target.path());
    eprintln!("{} (in an empty target folder)", command::line(&build));
    let started = Instant::now();
    command::run(&mut build)?;
    println!("build: {:.1} s", started.elapsed().as_secs_f64());

    let binary = dashboard::binary(target.path(), "release");
    let started = Instant::now();
    let dashboard = Dashboard::open(&binary, Size::new(120, 40))?;
    println!("start to first frame: {:.0} ms", started.elapsed().as_secs_f64() * 1000.0);
    drop(dashboard);
    Ok(ExitCode::SUCCESS)
}
