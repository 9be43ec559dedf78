//! Our image, and the engine that builds and runs it: docker if it works, otherwise podman.
//!
//! This module finds or installs an engine and builds images. The tests of the image are in `tests/delivery/`.

mod base_images;
mod engine;
mod image;

use std::path::{Path, PathBuf};

pub(crate) use self::{
    engine::Engine,
    image::{IMAGE, Image},
};
use crate::{failure::Failure, third_party::ThirdParty, workspace};

/// The variable names a folder whose `bin/` contains `docker` or `podman` with our image.
pub(crate) const CONTAINERS: ThirdParty = ThirdParty { variable: "HELLO_THIRD_PARTY_CONTAINERS", install };

fn install(folder: &Path) -> Result<PathBuf, Failure> {
    let folder = folder.join("containers");
    let engine = Engine::prepare(&folder)?;
    image::build(&engine, "hello-server")?;
    Ok(folder)
}

/// Returns the engine of the tests, with our image built.
pub(crate) fn provided() -> Result<Engine, Failure> {
    Engine::of(&CONTAINERS.provide(&workspace::target())?)
}
