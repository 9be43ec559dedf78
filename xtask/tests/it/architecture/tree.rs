//! The Rust files of the workspace.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folders of the workspace's members, and their Rust files.
pub(super) struct Tree {
    root: PathBuf,
    pub(super) members: Vec<String>,
    pub(super) sources: Vec<Source>,
}

/// A file, with its path relative to the workspace's root and `/` as separator.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Reports whether the whole file is test code.
    pub(super) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }
}

impl Tree {
    pub(super) fn read() -> Self {
        let root = root();
        let members = members(&read(&root, &root.join("Cargo.toml")).text);
        let mut sources = Vec::new();
        for (member, folder) in
            members.iter().flat_map(|member| ["src", "tests"].map(|folder| (member, folder)))
        {
            rust_files(&root, &root.join(member).join(folder), &mut sources);
        }
        Self { root, members, sources }
    }
}

impl Tree {
    /// Makes a tree of these files, for tests of the rules.
    #[cfg(test)]
    pub(super) fn of(sources: Vec<Source>) -> Self {
        Self { root: PathBuf::new(), members: Vec::new(), sources }
    }

    /// Reports whether there is a file or a folder of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.sources.iter().any(|source| source.path.starts_with(name))
            || (!self.members.is_empty() && self.root.join(name).exists())
    }
}

fn members(manifest: &str) -> Vec<String> {
    let list = manifest.lines().find_map(|line| line.strip_prefix("members = [")).expect("a list of members");
    let names = list.trim_end_matches(']').split(',').map(|name| name.trim().trim_matches('"').to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

/// Returns the workspace's root. The variable is read at run time, because the binary may be older than the clone.
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

/// Returns the entries of a folder, sorted; an absent folder has none.
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
