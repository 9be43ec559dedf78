//! Collects sources within a budget: files, folders, patterns and fetched texts.

use std::{
    collections::{HashMap, HashSet},
    path::{Component, Path, PathBuf},
};

use hello_catalog::{LocationTarget, Parsed, Problem, Reader, Severity, Source};

use super::{
    ahead::{self, ReadAhead},
    budget::Budget,
    file_id::FileId,
    files, pattern,
    walk::{self, Beneath},
};

/// The maximum number of sources in one catalog.
pub(super) const MAX_SOURCES: usize = 2_000;

/// The maximum size of all sources together, in bytes.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Collects sources and reads each file once.
pub(super) struct SourceLoader<'a> {
    cwd: PathBuf,
    pub budget: Budget,
    pub reader: Reader<'a>,
    /// Targets of Locations that are not yet followed.
    pub targets: Vec<LocationTarget>,
    /// The files of the sources, by source name. A fetched source has none.
    paths: HashMap<String, PathBuf>,
    names: HashSet<String>,
    /// The files already read, so that a file reached in several ways is read once.
    known: HashSet<FileId>,
    bytes: usize,
    reported_limit: bool,
}

impl<'a> SourceLoader<'a> {
    pub(super) fn new(cwd: &Path, budget: Budget, reader: Reader<'a>) -> Self {
        Self {
            cwd: cwd.to_owned(),
            budget,
            reader,
            targets: Vec::new(),
            paths: HashMap::new(),
            names: HashSet::new(),
            known: HashSet::new(),
            bytes: 0,
            reported_limit: false,
        }
    }

    /// Returns the file of a source, or `None` if it was fetched.
    pub(super) fn path_of(&self, source: &str) -> Option<&Path> {
        self.paths.get(source).map(PathBuf::as_path)
    }

    /// Adds a problem if a limit was reached while reading `source`. Limits that end loading are reported only once.
    pub(super) fn report_limit(&mut self, source: &str) {
        let Some(limit) = self.budget.take_reached() else { return };
        if limit.ends_loading() && std::mem::replace(&mut self.reported_limit, true) {
            return;
        }
        let rule = format!("this catalog {}", limit.rule());
        self.reader.problem(Problem::of_source(source.to_owned(), rule, limit.severity()));
    }

    pub(super) fn path(&mut self, path: &str) {
        let whole = self.cwd.join(path);
        if !whole.is_dir() {
            return self.file(&whole);
        }
        let found = walk::beneath(&whole, MAX_SOURCES, &mut self.budget);
        self.report_limit(path);
        if found.descriptors.is_empty() {
            self.reader.problem(no_descriptor(path, &found));
        }
        self.files(&found.descriptors);
    }

    pub(super) fn glob(&mut self, text: &str) {
        // A file or folder name may look like a pattern.
        if self.cwd.join(text).exists() {
            return self.path(text);
        }
        let cwd = self.cwd.clone();
        let found = self.matching(text, &cwd);
        self.report_limit(text);
        match found {
            Ok(found) if found.is_empty() => {
                let hint = "check the pattern: * matches within a folder, ** in all folders below";
                self.fail(text, "this pattern matches no file", hint);
            }
            Ok(found) => self.files(&found),
            Err(rule) => self.fail(text, &format!("this pattern {rule}"), "name files, or a shorter pattern"),
        }
    }

    /// Returns the files that match a pattern. The pattern is relative to `folder`.
    pub(super) fn matching(&mut self, text: &str, folder: &Path) -> Result<Vec<PathBuf>, String> {
        // One file more than allowed, so that exceeding the limit is detected and reported.
        Ok(walk::matching(&pattern::parse(text, folder)?, MAX_SOURCES + 1, &mut self.budget))
    }

    fn files(&mut self, paths: &[PathBuf]) {
        for paths in paths.chunks(ahead::BATCH) {
            let named: Vec<(PathBuf, String)> =
                paths.iter().map(|path| (path.clone(), self.shown(path))).collect();
            let deadline = self.budget.deadline().clone();
            let read = ahead::read(&named, MAX_BYTES - self.bytes, &deadline);
            for ((path, name), read) in named.iter().zip(read) {
                let taken = match read {
                    Some(read) => self.take(path, read),
                    None => self.try_file(path),
                };
                self.report_file(path, name, taken);
            }
        }
    }

    /// Takes a file that was read ahead, unless it is already read or the time is over.
    fn take(&mut self, path: &Path, read: ReadAhead) -> Result<(), String> {
        if self.budget.deadline().is_over() || !self.known.insert(read.file_id) {
            return Ok(());
        }
        self.add(read.source, Some(read.parsed), Some(path))
    }

    pub(super) fn file(&mut self, path: &Path) {
        let name = self.shown(path);
        let taken = self.try_file(path);
        self.report_file(path, &name, taken);
    }

    fn report_file(&mut self, path: &Path, name: &str, taken: Result<(), String>) {
        if let Err(rule) = taken {
            self.fail(name, &format!("this file {rule}"), file_hint(path));
        }
        self.report_limit(name);
    }

    /// Reads a file unless it is already read or the time is over. Files found before another limit was reached are
    /// still read.
    pub(super) fn try_file(&mut self, path: &Path) -> Result<(), String> {
        if self.budget.deadline().is_over() {
            return Ok(());
        }
        let file_id = FileId::of(path).map_err(|error| format!("cannot be read: {error}"))?;
        if self.known.contains(&file_id) {
            return Ok(());
        }
        let text = files::read(path)?;
        self.known.insert(file_id);
        let name = self.shown(path);
        self.add(Source { name, text }, None, Some(path))
    }

    pub(super) fn fetched(&mut self, name: &str, text: Option<Result<Vec<u8>, String>>) {
        let text = text.unwrap_or_else(|| Err("was not fetched".to_owned()));
        let taken = text.and_then(|text| self.add(Source { name: name.to_owned(), text }, None, None));
        if let Err(rule) = taken {
            self.fail(name, &format!("this URL {rule}"), "check the URL, or name a local copy");
        }
    }

    /// Reads a source under a unique name, or takes what was parsed of it.
    fn add(&mut self, mut source: Source, parsed: Option<Parsed>, path: Option<&Path>) -> Result<(), String> {
        if self.names.len() == MAX_SOURCES || self.bytes + source.text.len() > MAX_BYTES {
            return Err(format!(
                "is left out: a catalog has at most {MAX_SOURCES} sources and {} MiB",
                MAX_BYTES / 1024 / 1024
            ));
        }
        self.bytes += source.text.len();
        let mut own = source.name.clone();
        let mut number = 2;
        while !self.names.insert(own.clone()) {
            own = format!("{} ({number})", source.name);
            number += 1;
        }
        // The results of parsing contain the name.
        let parsed = parsed.filter(|_| own == source.name);
        source.name = own;
        if let Some(path) = path {
            self.paths.insert(source.name.clone(), path.to_owned());
            if path.file_name().is_some_and(|name| name == files::NAMES[1]) {
                self.reader.problem(undiscovered(&source.name));
            }
        }
        let targets = match parsed {
            Some(parsed) => self.reader.add_parsed(&source, parsed),
            None => self.reader.add(&source),
        };
        self.targets.extend(targets);
        Ok(())
    }

    /// Returns a path as shown to users: relative to the current folder if the path is below it.
    fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.cwd).unwrap_or(path);
        let plain: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
        plain.to_string_lossy().into_owned()
    }

    /// Adds an error about a source as a whole.
    fn fail(&mut self, source: &str, rule: &str, hint: &str) {
        let problem = Problem::of_source(source.to_owned(), rule.to_owned(), Severity::Error);
        self.reader.problem(problem.with_hint(hint));
    }
}

/// Reports a name of a descriptor that only a Location leads Backstage to.
fn undiscovered(source: &str) -> Problem {
    let [found, name] = files::NAMES;
    let rule = format!("this file is named {name}; Backstage's discovery looks for {found} by default");
    Problem::of_source(source.to_owned(), rule, Severity::Warning).with_hint(format!("rename it to {found}"))
}

/// Returns what to do about a file that cannot be read.
fn file_hint(path: &Path) -> &'static str {
    if path.exists() { "name a readable YAML file" } else { "check the name, or name a folder, glob or URL" }
}

/// Reports that a folder has no descriptor, and how to read the other YAML files in it.
fn no_descriptor(folder: &str, found: &Beneath) -> Problem {
    let names = files::NAMES.join(" or ");
    let problem = |rule| Problem::of_source(folder.to_owned(), rule, Severity::Error);
    let files = match found.other_yaml {
        0 => {
            return problem(format!("this folder holds no {names}"))
                .with_hint("name another folder, or create catalog-info.yaml in it");
        }
        1 => "1 other YAML file".to_owned(),
        count => format!("{count} other YAML files"),
    };
    let escaped = pattern::escape(folder.trim_end_matches('/'));
    let levels = if found.only_here { "" } else { "**/" };
    let names_of_all = if found.only_yaml { "*.yaml" } else { "*.{yaml,yml}" };
    problem(format!(
        "this folder holds no {names}, but {files}; to read them, name --catalog '{escaped}/{levels}{names_of_all}'"
    ))
}

#[cfg(test)]
mod tests {
    use super::{super::budget::Deadline, *};

    /// Adds texts as sources with names of their own, and returns how many were read and why others were not.
    fn added(texts: &[Vec<u8>]) -> (usize, Vec<String>) {
        let must_stop = || false;
        let budget = Budget::new(Deadline::after(std::time::Duration::from_mins(10)));
        let mut loader = SourceLoader::new(Path::new("/"), budget, Reader::new(&must_stop));
        let source = |(n, text): (usize, &Vec<u8>)| Source { name: format!("{n}.yaml"), text: text.clone() };
        let sources = texts.iter().enumerate().map(source);
        let added: Vec<_> = sources.map(|source| loader.add(source, None, None)).collect();
        let refused = added.iter().filter_map(|added| added.clone().err()).collect();
        (added.iter().filter(|added| added.is_ok()).count(), refused)
    }

    #[test]
    fn sources_beyond_their_number_or_size_are_left_out() {
        let bound = "is left out: a catalog has at most 2000 sources and 32 MiB";
        let (read, refused) = added(&vec![Vec::new(); MAX_SOURCES + 2]);
        assert_eq!((read, refused.as_slice()), (2_000, [bound.to_owned(), bound.to_owned()].as_slice()));
        let quarter = vec![b'\n'; MAX_BYTES / 4];
        let (read, refused) =
            added(&[quarter.clone(), quarter.clone(), quarter.clone(), quarter, vec![b'#']]);
        assert_eq!((read, refused.as_slice()), (4, [bound.to_owned()].as_slice()));
    }
}
