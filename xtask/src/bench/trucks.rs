//! A large fleet on the screen: the first page, scrolling, a search, and the memory of it. The console measures itself
//! (`tui/examples/trucks-scroll.rs`); this command gives it the fleet's size and prints the table.

use std::process::ExitCode;

use crate::{command, failure::Failure};

const TRUCKS: &str = "1000000";

pub(super) fn run() -> Result<ExitCode, Failure> {
    let example = ["run", "--quiet", "--release", "--package", "hello-tui", "--example", "trucks-scroll"];
    let output = command::output(command::cargo(&example).args(["--", TRUCKS]))?;
    println!("| work | measured |\n|---|---|");
    for (work, measured) in output.lines().filter_map(|line| line.split_once('\t')) {
        println!("| {work} | {measured} |");
    }
    Ok(ExitCode::SUCCESS)
}
