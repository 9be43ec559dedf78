//! Collects sources in the order the user named them, and the files that they lead to. Blocks.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Component, Path, PathBuf},
};

use super::{CatalogSource, files, follow, remote};
use crate::catalog::{self, Catalog, Problem, Severity, Source};

/// The most sources of one catalog.
pub(super) const MOST_SOURCES: usize = 2_000;

/// The most bytes of all sources together.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Reads the catalog; nothing when no source is named and none is near.
pub(super) fn catalog(
    wanted: &[CatalogSource],
    fetched: Vec<Result<Vec<u8>, String>>,
    cwd: &Path,
) -> Option<Catalog> {
    let mut gathering = Gathering::new(cwd);
    if wanted.is_empty() {
        gathering.file(&files::nearest(cwd)?);
    }
    let mut fetched = fetched.into_iter();
    for source in wanted {
        match source {
            CatalogSource::Path(path) => gathering.path(path),
            CatalogSource::Glob(pattern) => gathering.glob(pattern),
            CatalogSource::Url(url) => gathering.fetched(&remote::shown(url), fetched.next()),
        }
    }
    follow::locations(&mut gathering);
    let mut catalog = catalog::read(&gathering.sources);
    catalog.problems.append(&mut gathering.problems);
    Some(catalog)
}

/// The sources found so far.
pub(super) struct Gathering {
    cwd: PathBuf,
    pub sources: Vec<Source>,
    pub problems: Vec<Problem>,
    /// The files behind the names of sources; a fetched source has none.
    paths: HashMap<String, PathBuf>,
    /// The real paths of the files, so that each is read once however it is reached.
    known: HashSet<PathBuf>,
    bytes: usize,
}

impl Gathering {
    fn new(cwd: &Path) -> Self {
        Self {
            cwd: cwd.to_owned(),
            sources: Vec::new(),
            problems: Vec::new(),
            paths: HashMap::new(),
            known: HashSet::new(),
            bytes: 0,
        }
    }

    /// Returns the file behind a source, or nothing when it came over the network.
    pub(super) fn path_of(&self, source: &str) -> Option<&Path> {
        self.paths.get(source).map(PathBuf::as_path)
    }

    fn path(&mut self, path: &str) {
        let whole = self.cwd.join(path);
        if !whole.is_dir() {
            return self.file(&whole);
        }
        let found = files::beneath(&whole);
        if found.is_empty() {
            self.complain(path, "holds no catalog-info.yaml".to_owned());
        }
        self.files(&found);
    }

    fn glob(&mut self, pattern: &str) {
        // A file may have a name that looks like a pattern.
        if self.cwd.join(pattern).is_file() {
            return self.file(&self.cwd.join(pattern));
        }
        match files::matching(pattern, &self.cwd, MOST_SOURCES) {
            Ok(found) if found.is_empty() => self.complain(pattern, "matches no file".to_owned()),
            Ok(found) => self.files(&found),
            Err(why) => self.complain(pattern, why),
        }
    }

    fn files(&mut self, paths: &[PathBuf]) {
        for path in paths {
            self.file(path);
        }
    }

    fn file(&mut self, path: &Path) {
        if let Err(why) = self.try_file(path) {
            let name = self.shown(path);
            self.complain(&name, why);
        }
    }

    /// Reads a file unless it was read before.
    pub(super) fn try_file(&mut self, path: &Path) -> Result<(), String> {
        let real = fs::canonicalize(path).map_err(|error| format!("cannot be read: {error}"))?;
        if self.known.contains(&real) {
            return Ok(());
        }
        let text = files::read(&real)?;
        self.known.insert(real);
        let name = self.push(&self.shown(path), text)?;
        self.paths.insert(name, path.to_owned());
        Ok(())
    }

    fn fetched(&mut self, name: &str, text: Option<Result<Vec<u8>, String>>) {
        let text = text.unwrap_or_else(|| Err("was not fetched".to_owned()));
        let taken = text.and_then(|text| self.push(name, text));
        if let Err(why) = taken {
            self.complain(name, why);
        }
    }

    /// Takes a source and returns the name it goes by.
    fn push(&mut self, name: &str, text: Vec<u8>) -> Result<String, String> {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.sources.len() == MOST_SOURCES || self.bytes > MOST_BYTES {
            return Err(format!(
                "is left out: a catalog has at most {MOST_SOURCES} sources and {} MiB",
                MOST_BYTES / 1024 / 1024
            ));
        }
        let taken = |name: &str| self.sources.iter().any(|source| source.name == name);
        let mut own = name.to_owned();
        let mut number = 2;
        while taken(&own) {
            own = format!("{name} ({number})");
            number += 1;
        }
        self.sources.push(Source { name: own.clone(), text });
        Ok(own)
    }

    /// Returns a path as people read it: from here when it lies beneath.
    fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.cwd).unwrap_or(path);
        let plain: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
        plain.to_string_lossy().into_owned()
    }

    fn complain(&mut self, source: &str, rule: String) {
        self.problems.push(Problem {
            source: source.to_owned(),
            line: 1,
            column: 1,
            entity: None,
            field: None,
            rule,
            severity: Severity::Error,
            consequence: None,
        });
    }
}
