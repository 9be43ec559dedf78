//! Programs from crates.io, each at an exact version.

use std::path::{Path, PathBuf};

use super::{Stamp, ThirdParty, missing, quietly};
use crate::{command, failure::Failure};

/// A system monitor for the terminal. The variable names its program.
pub(super) const BOTTOM: ThirdParty = ThirdParty {
    variable: "HELLO_PEERS_BOTTOM",
    install: |folder| install(folder, "bottom", "0.15.0", "btm"),
};

/// A client for git in the terminal. The variable names its program.
pub(super) const GITUI: ThirdParty = ThirdParty {
    variable: "HELLO_PEERS_GITUI",
    install: |folder| install(folder, "gitui", "0.28.1", "gitui"),
};

/// Builds a package with its own profile, and returns its program.
fn install(folder: &Path, package: &str, version: &str, program: &str) -> Result<PathBuf, Failure> {
    let folder = folder.join("console");
    let installed = folder.join("bin").join(program);
    let (stamp, wanted) = (Stamp(folder.join(format!("{package}.txt"))), format!("{package}@{version}"));
    if stamp.matches(&wanted) && installed.is_file() {
        return Ok(installed);
    }
    eprintln!("building {wanted}, which takes some minutes");
    let mut cargo = command::cargo(&["install", "--locked", "--root"]);
    cargo.arg(&folder).arg(&wanted).env("CARGO_TARGET_DIR", folder.join("build"));
    quietly(&mut cargo).map_err(|why| missing(why, "the measurement goes on without it"))?;
    stamp.write(&wanted)?;
    Ok(installed)
}
