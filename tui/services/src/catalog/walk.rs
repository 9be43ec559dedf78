//! Walks folders to find files that match patterns, or descriptors below a folder.
//!
//! One walk handles all alternatives of a pattern. A folder is entered at most once for each part of a pattern that its
//! entries are matched against, however many links lead to it. So the number of existing folders limits the work, not
//! the number of paths to them.

use std::{
    collections::{BTreeMap, HashSet},
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    budget::{Budget, MAX_DEPTH},
    file_id::FileId,
    pattern::{Pattern, Segment},
};

/// The maximum length of a path: the limit of Linux.
const MAX_PATH: usize = 4_096;

/// The number of pattern positions in a folder that cost as much as one visit.
const POSITIONS_PER_VISIT: usize = 8;

/// Returns the files that the patterns match, at most `most` of them.
pub(super) fn matching(patterns: &[Pattern], most: usize, budget: &mut Budget) -> Vec<PathBuf> {
    let mut roots: BTreeMap<&Path, Vec<PatternPosition>> = BTreeMap::new();
    for (index, pattern) in (0..).zip(patterns) {
        roots.entry(&pattern.root).or_default().push(PatternPosition { pattern: index, part: 0 });
    }
    let mut walk = Walk {
        patterns,
        budget,
        most,
        entered: HashSet::new(),
        pending: Vec::new(),
        known: HashSet::new(),
        found: Vec::new(),
    };
    for (root, positions) in roots {
        walk.pending.push(PendingFolder {
            parent: Rc::from(root),
            name: OsString::new(),
            positions,
            depth: 0,
        });
        walk.run();
    }
    walk.found
}

/// A position in a pattern: the part that the entries of a folder are matched against.
///
/// 16 bits suffice because a pattern is short and expands to few others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct PatternPosition {
    pattern: u16,
    part: u16,
}

impl PatternPosition {
    fn next(self) -> Self {
        Self { part: self.part + 1, ..self }
    }
}

/// A folder to be visited. Its path is built only when the visit begins.
struct PendingFolder {
    parent: Rc<Path>,
    name: OsString,
    positions: Vec<PatternPosition>,
    depth: usize,
}

struct Walk<'a> {
    patterns: &'a [Pattern],
    budget: &'a mut Budget,
    most: usize,
    entered: HashSet<(FileId, PatternPosition)>,
    pending: Vec<PendingFolder>,
    /// The files found, by folder and name.
    known: HashSet<(FileId, OsString)>,
    found: Vec<PathBuf>,
}

/// The data of a folder entry that matching needs.
struct FolderEntry {
    name: OsString,
    is_folder: bool,
    is_link: bool,
}

impl Walk<'_> {
    fn run(&mut self) {
        while let Some(PendingFolder { parent, name, positions, depth }) = self.pending.pop() {
            // Positions count too, because a pattern may have many, and each one takes memory.
            if self.found.len() >= self.most || !self.budget.spend(1 + positions.len() / POSITIONS_PER_VISIT)
            {
                return self.pending.clear();
            }
            let path: Rc<Path> = if name.is_empty() { parent } else { Rc::from(parent.join(name)) };
            if depth > MAX_DEPTH || path.as_os_str().len() > MAX_PATH {
                self.budget.too_deep();
                continue;
            }
            self.folder(&path, &positions, depth);
        }
    }

    /// Matches the entries of a folder and queues the folders to visit next.
    fn folder(&mut self, path: &Rc<Path>, positions: &[PatternPosition], depth: usize) {
        let Ok(file_id) = FileId::of(path) else { return };
        let positions = self.with_skipped_folders(positions);
        let positions: Vec<PatternPosition> = positions
            .into_iter()
            .filter(|position| self.entered.insert((file_id.clone(), *position)))
            .collect();
        let mut next = Vec::new();
        for position in &positions {
            if let Some(Segment::Name(name)) = self.part(*position) {
                let name = OsString::from(name);
                self.named((path, &file_id), name, position.next(), depth, &mut next);
            }
        }
        if positions
            .iter()
            .any(|position| matches!(self.part(*position), Some(Segment::Wildcard(_) | Segment::Folders)))
        {
            self.listed((path, &file_id), &positions, depth, &mut next);
        }
        // The last folder pushed is visited first.
        self.pending.extend(next.into_iter().rev());
    }

    /// Adds the positions after each `**`, which may match zero folders.
    fn with_skipped_folders(&self, positions: &[PatternPosition]) -> Vec<PatternPosition> {
        let mut all = positions.to_vec();
        for position in positions {
            if matches!(self.part(*position), Some(Segment::Folders)) && self.part(position.next()).is_some()
            {
                all.push(position.next());
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn part(&self, position: PatternPosition) -> Option<&Segment> {
        self.patterns.get(usize::from(position.pattern))?.parts.get(usize::from(position.part))
    }

    /// Looks up one name without listing the folder.
    fn named(
        &mut self,
        (path, file_id): (&Rc<Path>, &FileId),
        name: OsString,
        next: PatternPosition,
        depth: usize,
        pending: &mut Vec<PendingFolder>,
    ) {
        if !self.budget.visit() {
            return;
        }
        let is_last = self.part(next).is_none();
        let whole = path.join(&name);
        match fs::metadata(&whole) {
            Ok(found) if is_last && !found.is_dir() => self.file(file_id, name, whole),
            Ok(found) if !is_last && found.is_dir() => {
                pending.push(PendingFolder {
                    parent: Rc::clone(path),
                    name,
                    positions: vec![next],
                    depth: depth + 1,
                });
            }
            _ => {}
        }
    }

    /// Matches every entry of a folder.
    fn listed(
        &mut self,
        (path, file_id): (&Rc<Path>, &FileId),
        positions: &[PatternPosition],
        depth: usize,
        pending: &mut Vec<PendingFolder>,
    ) {
        for entry in entries(path, self.budget) {
            let (next, is_match) = self.positions_behind(&entry, positions);
            if is_match && !entry.is_folder {
                self.file(file_id, entry.name.clone(), path.join(&entry.name));
            }
            if entry.is_folder && !next.is_empty() {
                let (parent, name) = (Rc::clone(path), entry.name);
                pending.push(PendingFolder { parent, name, positions: next, depth: depth + 1 });
            }
        }
    }

    fn file(&mut self, folder: &FileId, name: OsString, path: PathBuf) {
        if self.found.len() < self.most && self.known.insert((folder.clone(), name)) {
            self.found.push(path);
        }
    }

    /// Returns the positions to match below an entry, and whether the entry itself matches.
    fn positions_behind(
        &self,
        entry: &FolderEntry,
        positions: &[PatternPosition],
    ) -> (Vec<PatternPosition>, bool) {
        let name = entry.name.to_string_lossy();
        let (mut behind, mut is_match) = (Vec::new(), false);
        for position in positions {
            let is_last = self.part(position.next()).is_none();
            match self.part(*position) {
                Some(Segment::Wildcard(wildcard)) if wildcard.matches(&name) => {
                    is_match |= is_last;
                    behind.extend((!is_last).then(|| position.next()));
                }
                Some(Segment::Folders) if !name.starts_with('.') => {
                    is_match |= is_last;
                    // `**` does not pass through a link: entries below the link are matched against the next part.
                    if !entry.is_link {
                        behind.push(*position);
                    } else if !is_last {
                        behind.push(position.next());
                    }
                }
                _ => {}
            }
        }
        behind.sort_unstable();
        behind.dedup();
        (behind, is_match)
    }
}

/// Lists a folder, sorted by name, as far as the budget allows. An unreadable folder has no entries.
fn entries(path: &Path, budget: &mut Budget) -> Vec<FolderEntry> {
    let Ok(listing) = fs::read_dir(path) else { return Vec::new() };
    let mut entries = Vec::new();
    for entry in listing {
        if !budget.visit() {
            break;
        }
        let Ok(entry) = entry else { continue };
        let Ok(kind) = entry.file_type() else { continue };
        let is_link = kind.is_symlink();
        let is_folder = if is_link { entry.path().is_dir() } else { kind.is_dir() };
        entries.push(FolderEntry { name: entry.file_name(), is_folder, is_link });
    }
    entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    entries
}

/// Folders that contain third-party code or build output.
const PASSED_OVER: [&str; 3] = ["node_modules", "target", "vendor"];

/// The files found below a folder.
#[derive(Debug, Default)]
pub(super) struct Beneath {
    /// The descriptors. Those of a folder come before those of its subfolders.
    pub descriptors: Vec<PathBuf>,
    /// The number of YAML files with other names.
    pub other_yaml: usize,
    /// Whether all those YAML files end with `.yaml`, and whether all of them are in the folder itself.
    pub only_yaml: bool,
    pub only_here: bool,
}

/// Finds the descriptors below a folder. Skips links to folders, folders whose name begins with a dot, and folders with
/// third-party code or build output.
pub(super) fn beneath(folder: &Path, most: usize, budget: &mut Budget) -> Beneath {
    let mut found = Beneath { only_yaml: true, only_here: true, ..Beneath::default() };
    let mut pending = vec![(Rc::<Path>::from(folder), OsString::new(), 0)];
    while let Some((parent, name, depth)) = pending.pop() {
        if found.descriptors.len() >= most {
            break;
        }
        let path: Rc<Path> = if name.is_empty() { parent } else { Rc::from(parent.join(name)) };
        if depth > MAX_DEPTH || path.as_os_str().len() > MAX_PATH {
            budget.too_deep();
            continue;
        }
        let mut folders = Vec::new();
        for entry in entries(&path, budget) {
            if !entry.is_folder {
                found.file(&path, &entry.name, depth);
            } else if !entry.is_link && !is_passed_over(&entry.name) {
                folders.push((Rc::clone(&path), entry.name, depth + 1));
            }
        }
        if budget.is_spent() {
            found.probe(&path);
            break;
        }
        pending.extend(folders.into_iter().rev());
    }
    found.descriptors.truncate(most);
    found
}

impl Beneath {
    /// Looks for a folder's own descriptor if the budget did not suffice to list the folder.
    fn probe(&mut self, folder: &Path) {
        let own = super::files::NAMES.map(|name| folder.join(name));
        self.descriptors.extend(own.into_iter().filter(|path| path.is_file()));
    }

    fn file(&mut self, folder: &Path, name: &OsStr, depth: usize) {
        if super::files::NAMES.iter().any(|descriptor| name == *descriptor) {
            return self.descriptors.push(folder.join(name));
        }
        let extension = Path::new(name).extension().and_then(OsStr::to_str);
        if matches!(extension, Some("yaml" | "yml")) {
            self.other_yaml += 1;
            self.only_yaml &= extension == Some("yaml");
            self.only_here &= depth == 0;
        }
    }
}

fn is_passed_over(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') || PASSED_OVER.contains(&&*name)
}
