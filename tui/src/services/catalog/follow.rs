//! Follows the Locations of local descriptors to further local files.
//!
//! Never leads from a fetched descriptor to a file here, nor from any descriptor to a host.

use std::path::Path;

use super::{
    files,
    gather::{Gathering, MOST_SOURCES},
};
use crate::catalog::{self, LocationTarget, Severity};

/// How many Locations may stand between the user's word and a file.
const LONGEST_CHAIN: usize = 8;

const TARGETS_LOST: &str = "Backstage takes none of this Location's targets";

/// Reads what the Locations of the gathered sources name, and what those name in turn.
pub(super) fn locations(gathering: &mut Gathering) {
    let mut from = 0;
    for _ in 0..LONGEST_CHAIN {
        let fresh = gathering.sources.len();
        for target in catalog::read(&gathering.sources[from..]).targets {
            follow(gathering, &target);
        }
        from = fresh;
        if gathering.sources.len() == fresh {
            return;
        }
    }
    let rule = format!("is not followed: it is the end of {LONGEST_CHAIN} Locations in a row");
    for target in catalog::read(&gathering.sources[from..]).targets {
        warn(gathering, &target, &rule);
    }
}

fn follow(gathering: &mut Gathering, target: &LocationTarget) {
    let is_url = target.target.starts_with("http://") || target.target.starts_with("https://");
    let Some(path) = gathering.path_of(&target.source).map(Path::to_owned) else {
        let rule = "is not followed: of what is fetched, only what you name with --catalog is read";
        return warn(gathering, target, rule);
    };
    match target.kind.as_deref() {
        None | Some("file") if !is_url => follow_file(gathering, target, &path),
        None | Some("file" | "url") => {
            let rule = format!("is not fetched; to read it, add --catalog {}", target.target);
            warn(gathering, target, &rule);
        }
        Some(kind) => {
            let rule = format!("is not followed: nothing here reads the type \"{kind}\"");
            warn(gathering, target, &rule);
        }
    }
}

fn follow_file(gathering: &mut Gathering, target: &LocationTarget, declared_in: &Path) {
    let folder = declared_in.parent().unwrap_or(Path::new("."));
    if let Err(why) = read(gathering, target, folder)
        && !target.optional
    {
        let rule = format!("\"{}\" {why}", target.target);
        gathering.problems.push(target.problem(rule, Severity::Error, Some(TARGETS_LOST)));
    }
}

fn read(gathering: &mut Gathering, target: &LocationTarget, folder: &Path) -> Result<(), String> {
    let path = folder.join(&target.target);
    if !files::is_pattern(&target.target) || path.is_file() {
        return gathering.try_file(&path);
    }
    let found = files::matching(&target.target, folder, MOST_SOURCES)?;
    if found.is_empty() {
        return Err("matches no file".to_owned());
    }
    found.iter().try_for_each(|path| gathering.try_file(path))
}

fn warn(gathering: &mut Gathering, target: &LocationTarget, rule: &str) {
    let rule = format!("\"{}\" {rule}", target.target);
    gathering.problems.push(target.problem(rule, Severity::Warning, None));
}
