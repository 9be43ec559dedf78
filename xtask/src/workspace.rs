//! Paths: the workspace's root, and the folder for everything that is compiled or installed.

use std::{
    env,
    ffi::OsString,
    num::NonZero,
    path::{Path, PathBuf},
    thread,
};

/// Returns the workspace's root, independent of the current folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the workspace's root")
}

/// Reports whether this is a CI run, in which nothing may be skipped.
pub(crate) fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true")
}

/// Returns the number of cores available to this process.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Returns the target folder that cargo built xtask in, however it was configured.
pub(crate) fn target() -> PathBuf {
    let xtask = env::current_exe().expect("the system knows what it started");
    let target = xtask.ancestors().nth(2).expect("cargo builds into <target>/<profile>/");
    target.to_owned()
}

/// Returns the target folder for a test run.
///
/// A CI run usually starts from a fresh clone. Compiling the AWS SDK takes most of its time, so artifacts go to the
/// user's cache folder and outlive the clone, unless a target folder is set.
pub(crate) fn test_target() -> PathBuf {
    let chosen =
        ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"].iter().any(|name| env::var_os(name).is_some());
    if is_ci() && !chosen {
        cache(env::var_os("XDG_CACHE_HOME"), env::var_os("HOME")).unwrap_or_else(target)
    } else {
        target()
    }
}

/// Returns the folder for artifacts that outlive a clone. A relative `XDG_CACHE_HOME` counts as unset, as its
/// specification requires.
fn cache(xdg_cache_home: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let absolute = |path: OsString| Some(PathBuf::from(path)).filter(|path| path.is_absolute());
    let folder =
        xdg_cache_home.and_then(absolute).or_else(|| Some(home.and_then(absolute)?.join(".cache")))?;
    Some(folder.join("hello-truck").join("target"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace_manifest() {
        assert!(root().join("Cargo.lock").is_file());
    }

    #[test]
    fn artifacts_outlive_a_clone_in_the_cache_folder() {
        let cached = |xdg: Option<&str>, home: Option<&str>| cache(xdg.map(Into::into), home.map(Into::into));
        assert_eq!(cached(Some("/c"), Some("/h")), Some("/c/hello-truck/target".into()));
        assert_eq!(cached(None, Some("/h")), Some("/h/.cache/hello-truck/target".into()));
        assert_eq!(cached(Some("c"), Some("/h")), Some("/h/.cache/hello-truck/target".into()));
        assert_eq!(cached(None, None), None);
    }
}
