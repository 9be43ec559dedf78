//! The files of the workspace, as they lie on disk.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The members' manifests and Rust files.
pub(super) struct Tree {
    pub(super) manifests: Vec<Source>,
    pub(super) sources: Vec<Source>,
}

/// A file, named from the workspace's root with `/` between folders.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Tells whether the whole file is a test.
    pub(super) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }
}

impl Tree {
    /// Reads every folder of the root that holds the manifest of a member. One that is a workspace of its own is none.
    pub(super) fn read() -> Self {
        let root = root();
        let mut tree = Self { manifests: Vec::new(), sources: Vec::new() };
        for member in entries(&root).into_iter().filter(|entry| entry.join("Cargo.toml").is_file()) {
            let manifest = read(&root, &member.join("Cargo.toml"));
            if manifest.text.contains("\n[workspace]\n") {
                continue;
            }
            tree.manifests.push(manifest);
            for folder in ["src", "tests"] {
                rust_files(&root, &member.join(folder), &mut tree.sources);
            }
        }
        tree
    }
}

/// Returns the workspace's root. The variable is read when the test runs: the binary may be older than the clone.
fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the package is");
    Path::new(&xtask).parent().expect("xtask/ lies in the workspace's root").to_owned()
}

fn rust_files(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    for entry in entries(folder) {
        if entry.is_dir() {
            rust_files(root, &entry, sources);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            sources.push(read(root, &entry));
        }
    }
}

/// Lists a folder in a stable order; a folder that is absent is empty.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    entries
}

fn read(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let parts: Vec<_> =
        path.strip_prefix(root).expect("below the root").iter().map(|part| part.to_string_lossy()).collect();
    Source { path: parts.join("/"), text }
}
