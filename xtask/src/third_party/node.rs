//! Node packages, from the lock files next to the tests that use them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Stamp, ThirdParty, missing, starts};
use crate::{command, failure::Failure};

/// Backstage's catalog model. The variable names the folder that contains `node_modules`.
pub(super) const BACKSTAGE: ThirdParty = ThirdParty {
    variable: "HELLO_THIRD_PARTY_NODE_MODULES",
    install: |folder| install(&folder.join("node"), OF_CONSOLE),
};

/// The linter of the OpenAPI description. The variable names the folder that contains `node_modules`.
pub(super) const REDOCLY: ThirdParty = ThirdParty {
    variable: "HELLO_THIRD_PARTY_REDOCLY",
    install: |folder| install(&folder.join("redocly"), OF_SERVER),
};

/// The checkers of templates and workflows. The variable names the folder that contains `node_modules`.
pub(super) const DELIVERY: ThirdParty = ThirdParty {
    variable: "HELLO_THIRD_PARTY_DELIVERY_NODE",
    install: |folder| install(&folder.join("delivery"), OF_DELIVERY),
};

/// GitHub's parser of workflow files. The variable names the folder that contains `node_modules`.
pub(super) const WORKFLOW_PARSER: ThirdParty = ThirdParty {
    variable: "HELLO_THIRD_PARTY_WORKFLOW_PARSER",
    install: |folder| install(&folder.join("workflow"), OF_WORKFLOWS),
};

/// GitHub's description of its API, its examples of webhooks, and a validator of JSON Schema. The variable names the folder
/// that contains `node_modules`.
pub(super) const GITHUB: ThirdParty = ThirdParty {
    variable: "HELLO_THIRD_PARTY_GITHUB",
    install: |folder| install(&folder.join("github"), OF_SANDBOX).and_then(keep_one_description),
};

const OF_CONSOLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tui/catalog/tests/third_party");
const OF_WORKFLOWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tui/workflow/tests/third_party");
const OF_SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/tests/third_party");
const OF_SANDBOX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sandbox/tests/third_party");
const OF_DELIVERY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/third_party/delivery");
const MANIFEST: &str = "package.json";
const LOCK: &str = "package-lock.json";

fn install(folder: &Path, manifests: &str) -> Result<PathBuf, Failure> {
    // The tests start `node` themselves, so the packages alone are not enough.
    if !starts("node") {
        return Err(missing("no Node.js was found".into(), "Install Node.js 20 or newer, with npm."));
    }
    fs::create_dir_all(folder).map_err(Failure::file("create", folder))?;
    let read = |name: &str| {
        let path = Path::new(manifests).join(name);
        fs::read_to_string(&path).map_err(Failure::file("read", &path))
    };
    let (manifest, lock) = (read(MANIFEST)?, read(LOCK)?);
    let stamp = Stamp(folder.join("installed.txt"));
    let wanted = format!("{manifest}{lock}");
    if !(stamp.matches(&wanted) && folder.join("node_modules").is_dir()) {
        fill(folder, &[(MANIFEST, &manifest), (LOCK, &lock)])?;
        stamp.write(&wanted)?;
    }
    Ok(folder.to_owned())
}

/// Removes the descriptions of GitHub Enterprise and the copies without references, which take 400 MB.
fn keep_one_description(folder: PathBuf) -> Result<PathBuf, Failure> {
    const KEPT: &str = "api.github.com.json";
    let generated = folder.join("node_modules/@octokit/openapi/generated");
    for entry in fs::read_dir(&generated).map_err(Failure::file("read", &generated))? {
        let path = entry.map_err(Failure::file("read", &generated))?.path();
        if path.file_name().is_none_or(|name| name != KEPT) {
            fs::remove_file(&path).map_err(Failure::file("remove", &path))?;
        }
    }
    Ok(folder)
}

fn fill(folder: &Path, files: &[(&str, &str)]) -> Result<(), Failure> {
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text).map_err(Failure::file("write", &path))?;
    }
    command::run(&mut npm_ci(folder)).map_err(|failure| {
        missing(failure.to_string(), "Is npm installed, and its registry within reach? Try again later.")
    })
}

/// Installs exactly the packages of the lock file, without running their install scripts.
fn npm_ci(folder: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
    npm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_its_digest_and_names_no_host() {
        for manifests in [OF_CONSOLE, OF_WORKFLOWS, OF_SERVER, OF_SANDBOX, OF_DELIVERY] {
            let lock = fs::read_to_string(Path::new(manifests).join(LOCK)).unwrap();
            // The digest of a package covers the packages bundled in it.
            let packages = lock.matches("\"node_modules/").count() - lock.matches("\"inBundle\"").count();
            assert!(packages > 0);
            assert_eq!(lock.matches("\"integrity\": \"sha512-").count(), packages);
            assert!(!lock.contains("\"resolved\""), "a package names a registry host");
        }
    }
}
