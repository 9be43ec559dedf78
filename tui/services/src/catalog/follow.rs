//! Follows the Locations of local descriptors to other local files.
//!
//! A fetched descriptor never leads to a local file, and no descriptor leads to a host.

use std::path::Path;

use hello_catalog::{LocationTarget, Severity};
use hello_model::address::display_url_text;

use super::{loader::SourceLoader, pattern};

/// The maximum number of Locations between a named source and a file.
const MAX_CHAIN: usize = 8;

const TARGETS_LOST: &str = "Backstage ignores the targets of this Location";

/// Reads the files that the Locations of the loaded sources name, and in turn the files that their Locations name.
pub(super) fn locations(loader: &mut SourceLoader<'_>) {
    for _ in 0..MAX_CHAIN {
        for target in std::mem::take(&mut loader.targets) {
            follow(loader, &target);
            loader.report_limit(&target.source);
        }
        if loader.targets.is_empty() {
            return;
        }
    }
    let rule = format!("is not followed: it is the end of {MAX_CHAIN} Locations in a row");
    for target in std::mem::take(&mut loader.targets) {
        warn(loader, &target, &rule);
    }
}

fn follow(loader: &mut SourceLoader<'_>, target: &LocationTarget) {
    let is_url = is_url(target);
    let Some(path) = loader.path_of(&target.source).map(Path::to_owned) else {
        let rule = "is not followed: a fetched descriptor leads to no other file; name that with --catalog";
        return warn(loader, target, rule);
    };
    match target.kind.as_deref() {
        None | Some("file") if !is_url => follow_file(loader, target, &path),
        None | Some("file" | "url") => {
            let rule = format!("is not fetched; to read it, add --catalog {}", shown(target));
            warn(loader, target, &rule);
        }
        Some(kind) => {
            let rule = format!("is not followed: there is no reader for the type \"{kind}\"");
            warn(loader, target, &rule);
        }
    }
}

fn is_url(target: &LocationTarget) -> bool {
    target.target.starts_with("http://") || target.target.starts_with("https://")
}

/// Returns a Location's target in a form that is safe to show: a URL may contain a secret.
fn shown(target: &LocationTarget) -> String {
    if is_url(target) { display_url_text(&target.target) } else { target.target.clone() }
}

fn follow_file(loader: &mut SourceLoader<'_>, target: &LocationTarget, declared_in: &Path) {
    let folder = declared_in.parent().unwrap_or(Path::new("."));
    if let Err(why) = read(loader, target, folder)
        && !target.optional
    {
        let rule = format!("\"{}\" {why}", target.target);
        let problem = target.problem(rule, Severity::Error, Some(TARGETS_LOST));
        loader.reader.problem(problem.with_hint("correct the target, or write presence: optional"));
    }
}

/// Reads the files of a target. As in Backstage, the target is a pattern even if a file has exactly that name.
fn read(loader: &mut SourceLoader<'_>, target: &LocationTarget, folder: &Path) -> Result<(), String> {
    let path = folder.join(&target.target);
    if !loader.budget.visit() {
        return Ok(());
    }
    if !pattern::is_pattern(&target.target) {
        return loader.try_file(&path);
    }
    let found = loader.matching(&target.target, folder)?;
    if found.is_empty() && !loader.budget.is_spent() {
        return Err(no_match(&target.target, &path));
    }
    found.iter().try_for_each(|path| loader.try_file(path))
}

/// Reports that a pattern matches nothing. If a file has that name, the message gives the escaped pattern.
fn no_match(pattern: &str, path: &Path) -> String {
    if path.is_file() {
        let escaped = pattern::escape(pattern);
        return format!("matches no file: it is read as a pattern; the file of this name is \"{escaped}\"");
    }
    let is_class = pattern.contains('[').then_some("; \"[abc]\" stands for one of the characters a, b and c");
    format!("matches no file{}", is_class.unwrap_or_default())
}

fn warn(loader: &mut SourceLoader<'_>, target: &LocationTarget, rule: &str) {
    let rule = format!("\"{}\" {rule}", shown(target));
    loader.reader.problem(target.problem(rule, Severity::Warning, None));
}
