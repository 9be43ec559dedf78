//! Visits folders to find the files that patterns match, or the descriptors beneath a folder.
//!
//! One walk serves all the alternatives of a pattern: each folder is read once, and entered once for each part of a
//! pattern that its entries are matched with, however many links lead to it. So the work is bounded by what exists,
//! not by the number of paths to it.

use std::{
    collections::{BTreeMap, HashSet},
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    budget::{Budget, MAX_DEPTH},
    identity::Identity,
    pattern::{Part, Pattern},
};

/// The longest path that is entered; the limit of Linux.
const MAX_PATH: usize = 4_096;

/// How many places of patterns in a folder cost as much as a visit.
const PLACES_PER_VISIT: usize = 8;

/// Returns the files that the patterns match, at most `most` of them.
pub(super) fn matching(patterns: &[Pattern], most: usize, budget: &mut Budget) -> Vec<PathBuf> {
    let mut roots: BTreeMap<&Path, Vec<Place>> = BTreeMap::new();
    for (index, pattern) in (0..).zip(patterns) {
        roots.entry(&pattern.root).or_default().push(Place { pattern: index, part: 0 });
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
    for (root, places) in roots {
        walk.pending.push(Pending { parent: Rc::from(root), name: OsString::new(), places, depth: 0 });
        walk.run();
    }
    walk.found
}

/// A place in a pattern: the part that the entries of a folder are matched with.
///
/// Small numbers suffice, as a pattern is short and stands for few others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Place {
    pattern: u16,
    part: u16,
}

impl Place {
    fn next(self) -> Self {
        Self { part: self.part + 1, ..self }
    }
}

/// A folder that is yet to be visited; the path is written when its turn comes.
struct Pending {
    parent: Rc<Path>,
    name: OsString,
    places: Vec<Place>,
    depth: usize,
}

struct Walk<'a> {
    patterns: &'a [Pattern],
    budget: &'a mut Budget,
    most: usize,
    entered: HashSet<(Identity, Place)>,
    pending: Vec<Pending>,
    /// The files that were found, by their folder and name.
    known: HashSet<(Identity, OsString)>,
    found: Vec<PathBuf>,
}

/// An entry of a folder, as far as matching needs it.
struct Entry {
    name: OsString,
    is_folder: bool,
    is_link: bool,
}

impl Walk<'_> {
    fn run(&mut self) {
        while let Some(Pending { parent, name, places, depth }) = self.pending.pop() {
            // Places are counted, too: a pattern may have many, and each costs memory.
            if self.found.len() >= self.most || !self.budget.spend(1 + places.len() / PLACES_PER_VISIT) {
                return self.pending.clear();
            }
            let path: Rc<Path> = if name.is_empty() { parent } else { Rc::from(parent.join(name)) };
            if depth > MAX_DEPTH || path.as_os_str().len() > MAX_PATH {
                self.budget.too_deep();
                continue;
            }
            self.folder(&path, &places, depth);
        }
    }

    /// Matches what lies in a folder, and notes the folders that are next.
    fn folder(&mut self, path: &Rc<Path>, places: &[Place], depth: usize) {
        let Ok(identity) = Identity::of(path) else { return };
        let places = self.with_skipped_folders(places);
        let places: Vec<Place> =
            places.into_iter().filter(|place| self.entered.insert((identity.clone(), *place))).collect();
        let mut next = Vec::new();
        for place in &places {
            if let Some(Part::Name(name)) = self.part(*place) {
                let name = OsString::from(name);
                self.named((path, &identity), name, place.next(), depth, &mut next);
            }
        }
        if places.iter().any(|place| matches!(self.part(*place), Some(Part::Wildcard(_) | Part::Folders))) {
            self.listed((path, &identity), &places, depth, &mut next);
        }
        // The last one pushed is visited first.
        self.pending.extend(next.into_iter().rev());
    }

    /// Adds the places behind `**`, which may stand for no folder at all.
    fn with_skipped_folders(&self, places: &[Place]) -> Vec<Place> {
        let mut all = places.to_vec();
        for place in places {
            if matches!(self.part(*place), Some(Part::Folders)) && self.part(place.next()).is_some() {
                all.push(place.next());
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn part(&self, place: Place) -> Option<&Part> {
        self.patterns.get(usize::from(place.pattern))?.parts.get(usize::from(place.part))
    }

    /// Looks for one name, without reading the folder.
    fn named(
        &mut self,
        (path, identity): (&Rc<Path>, &Identity),
        name: OsString,
        next: Place,
        depth: usize,
        pending: &mut Vec<Pending>,
    ) {
        if !self.budget.visit() {
            return;
        }
        let is_last = self.part(next).is_none();
        let whole = path.join(&name);
        match fs::metadata(&whole) {
            Ok(found) if is_last && !found.is_dir() => self.file(identity, name, whole),
            Ok(found) if !is_last && found.is_dir() => {
                pending.push(Pending { parent: Rc::clone(path), name, places: vec![next], depth: depth + 1 });
            }
            _ => {}
        }
    }

    /// Matches every entry of a folder.
    fn listed(
        &mut self,
        (path, identity): (&Rc<Path>, &Identity),
        places: &[Place],
        depth: usize,
        pending: &mut Vec<Pending>,
    ) {
        for entry in entries(path, self.budget) {
            let (next, is_match) = self.places_behind(&entry, places);
            if is_match && !entry.is_folder {
                self.file(identity, entry.name.clone(), path.join(&entry.name));
            }
            if entry.is_folder && !next.is_empty() {
                let (parent, name) = (Rc::clone(path), entry.name);
                pending.push(Pending { parent, name, places: next, depth: depth + 1 });
            }
        }
    }

    fn file(&mut self, folder: &Identity, name: OsString, path: PathBuf) {
        if self.found.len() < self.most && self.known.insert((folder.clone(), name)) {
            self.found.push(path);
        }
    }

    /// Returns the places that an entry leads to, and whether it is itself what a pattern means.
    fn places_behind(&self, entry: &Entry, places: &[Place]) -> (Vec<Place>, bool) {
        let name = entry.name.to_string_lossy();
        let (mut behind, mut is_match) = (Vec::new(), false);
        for place in places {
            let is_last = self.part(place.next()).is_none();
            match self.part(*place) {
                Some(Part::Wildcard(wildcard)) if wildcard.matches(&name) => {
                    is_match |= is_last;
                    behind.extend((!is_last).then(|| place.next()));
                }
                Some(Part::Folders) if !name.starts_with('.') => {
                    is_match |= is_last;
                    // A link ends `**`: what lies beneath it is matched with the part behind.
                    if !entry.is_link {
                        behind.push(*place);
                    } else if !is_last {
                        behind.push(place.next());
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

/// Lists a folder by name, as far as the budget goes. What cannot be read has no entries.
fn entries(path: &Path, budget: &mut Budget) -> Vec<Entry> {
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
        entries.push(Entry { name: entry.file_name(), is_folder, is_link });
    }
    entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    entries
}

/// Folders that hold other people's code or build results.
const PASSED_OVER: [&str; 3] = ["node_modules", "target", "vendor"];

/// What lies beneath a folder.
#[derive(Debug, Default)]
pub(super) struct Beneath {
    /// The descriptors; those of a folder come before those of the folders in it.
    pub descriptors: Vec<PathBuf>,
    /// How many YAML files have other names.
    pub other_yaml: usize,
    /// Says whether all of them end with `.yaml`, and whether all of them lie in the folder itself.
    pub only_yaml: bool,
    pub only_here: bool,
}

/// Finds the descriptors beneath a folder. Links to folders, folders with a dot, and those with foreign code are not
/// entered.
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
    /// Looks for the descriptor of a folder whose other files were too many to be listed.
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
