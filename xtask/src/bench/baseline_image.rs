//! A minimal image that can be healthy: the baseline for the time that an engine itself needs.

use std::{env, fs};

use crate::{containers::Engine, failure::Failure};

const IMAGE: &str = "localhost/hello-baseline:latest";

/// Responds to every request with 200 at once.
const PROGRAM: &str = r#"use std::io::{Read, Write};

fn main() {
    let port = std::env::var("PORT").unwrap_or("5000".into());
    let listener = std::net::TcpListener::bind(format!("0.0.0.0:{port}")).unwrap();
    for mut caller in listener.incoming().flatten() {
        let _ = caller.read(&mut [0; 512]);
        let _ = caller.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    }
}
"#;

const RECIPE: &str = concat!(
    "FROM docker.io/library/rust:",
    env!("CARGO_PKG_RUST_VERSION"),
    r#"-slim-bookworm AS build
COPY baseline.rs /
RUN rustc -O -C target-feature=+crt-static -C strip=symbols -o /baseline /baseline.rs

FROM scratch
COPY --from=build /baseline /
USER 10001:10001
ENTRYPOINT ["/baseline"]
"#
);

/// Builds the image with the compiler that builds our own image, and returns its name.
pub(super) fn build(engine: &Engine) -> Result<&'static str, Failure> {
    let folder = tempfile::tempdir().map_err(Failure::file("create a folder in", env::temp_dir()))?;
    for (name, text) in [("baseline.rs", PROGRAM), ("Dockerfile", RECIPE)] {
        let path = folder.path().join(name);
        fs::write(&path, text).map_err(Failure::file("write", &path))?;
    }
    let folder = folder.path().display().to_string();
    let format: &[&str] = if engine.is_podman() { &["--pull=never", "--format", "docker"] } else { &[] };
    engine.stdout(&[&["build", "--quiet", "--tag", IMAGE], format, &[&folder]].concat())?;
    Ok(IMAGE)
}
