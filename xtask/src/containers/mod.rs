//! Our image, and the program that builds and runs it: docker where it answers, podman elsewhere.
//!
//! Here belongs how an engine is found or installed, and what an image is made of. What the image does is asked in
//! `tests/delivery/`, never here.

mod engine;
mod image;
mod stand_ins;

use std::path::{Path, PathBuf};

pub(crate) use self::{
    engine::Engine,
    image::{IMAGE, Image},
};
use crate::{failure::Failure, strangers::Strangers, workspace};

/// Named is a folder: its `bin/` holds `docker` or `podman`, which has our image.
pub(crate) const STRANGERS: Strangers = Strangers { variable: "HELLO_STRANGERS_CONTAINERS", install };

fn install(folder: &Path) -> Result<PathBuf, Failure> {
    let folder = folder.join("containers");
    let engine = Engine::prepare(&folder)?;
    image::build(&engine, "hello-server")?;
    Ok(folder)
}

/// Returns the engine of the tests, with our image in it.
pub(crate) fn provided() -> Result<Engine, Failure> {
    Engine::of(&STRANGERS.provide(&workspace::target())?)
}
