//! Candidates for completions that depend on the user's files: entities, workflows and contexts.

use std::{env, ffi::OsString, fs, path::Path, time::Duration};

use clap::builder::StyledStr;
use clap_complete::CompletionCandidate;
use hello_catalog::{
    Catalog,
    entity::{DEFAULT_NAMESPACE, Entity},
};
use hello_model::text::needs_escape;
use hello_services::catalog;
use serde::Deserialize;
use tokio::time::timeout;

use crate::config::{CliSettings, File, Settings};

/// How long a catalog may be read for a list of candidates.
const CATALOG_TIMEOUT: Duration = Duration::from_millis(500);

/// The maximum number of workflow files read, and of their size in bytes.
const MAX_WORKFLOWS: usize = 100;
const MAX_WORKFLOW_BYTES: u64 = 512 * 1024;

/// Returns the components of the catalog.
pub(super) fn components() -> Vec<CompletionCandidate> {
    let catalog = read_catalog().unwrap_or_default();
    catalog.entities.iter().filter(|entity| entity.is("Component")).filter_map(entity).collect()
}

/// Returns all entities of the catalog. A component needs no kind.
pub(super) fn entities() -> Vec<CompletionCandidate> {
    read_catalog().unwrap_or_default().entities.iter().filter_map(entity).collect()
}

/// Returns the contexts of the settings file.
pub(super) fn contexts() -> Vec<CompletionCandidate> {
    let names = File::read(given().config.as_deref(), None).map(|chosen| chosen.names).unwrap_or_default();
    names.iter().filter_map(|name| candidate(name, None)).collect()
}

/// Returns the names of the workflows in the checked-out repository.
pub(super) fn workflows() -> Vec<CompletionCandidate> {
    let folder = env::current_dir().unwrap_or_default();
    let Some(root) = folder.ancestors().find(|folder| folder.join(".git").exists()) else {
        return Vec::new();
    };
    let Ok(listing) = fs::read_dir(root.join(".github/workflows")) else { return Vec::new() };
    let files = listing.filter_map(Result::ok).take(MAX_WORKFLOWS);
    let mut names: Vec<String> = files.filter_map(|file| workflow(&file.path())).collect();
    names.sort();
    names.iter().filter_map(|name| candidate(name, None)).collect()
}

/// Returns the name of a workflow. A file without one is not offered.
fn workflow(file: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct Workflow {
        name: Option<String>,
    }
    file.extension().filter(|extension| *extension == "yaml" || *extension == "yml")?;
    let text = hello_files::read_to_string(file, MAX_WORKFLOW_BYTES).ok()?;
    serde_yaml::from_str::<Workflow>(&text).ok()?.name
}

fn entity(entity: &Entity) -> Option<CompletionCandidate> {
    let reference = &entity.reference;
    let kind =
        if entity.is("Component") { String::new() } else { format!("{}:", reference.kind.to_lowercase()) };
    let namespace = match reference.namespace.as_str() {
        DEFAULT_NAMESPACE => String::new(),
        namespace => format!("{namespace}/"),
    };
    candidate(&format!("{kind}{namespace}{}", reference.name), entity.description.as_deref())
}

/// Makes a candidate, unless it has characters that a terminal would obey or hide.
fn candidate(value: &str, help: Option<&str>) -> Option<CompletionCandidate> {
    if value.is_empty() || value.contains(needs_escape) {
        return None;
    }
    let help = help.and_then(|help| help.lines().next()).filter(|help| !help.contains(needs_escape));
    Some(CompletionCandidate::new(value).help(help.map(|help| StyledStr::from(help.to_owned()))))
}

/// Reads the catalog from disk. Sources at a URL are left out.
fn read_catalog() -> Option<Catalog> {
    let sources = Settings::decide(given()).ok()?.catalog;
    let is_remote = |source: &String| source.contains("://");
    let local: Vec<String> = sources.iter().filter(|source| !is_remote(source)).cloned().collect();
    if local.is_empty() && !sources.is_empty() {
        return None;
    }
    let folder = env::current_dir().ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().ok()?;
    let loaded = runtime.block_on(async { timeout(CATALOG_TIMEOUT, catalog::load(&local, &folder)).await });
    runtime.shutdown_background();
    loaded.ok()?.ok()
}

/// Returns the settings that the words before the cursor and the environment give, as far as candidates need them.
fn given() -> CliSettings {
    let words: Vec<OsString> = env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let words: Vec<String> = words.into_iter().filter_map(|word| word.into_string().ok()).collect();
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let one = |flag: &str, name: &str| values(&words, flag).pop().or_else(|| variable(name));
    let mut catalog = values(&words, "--catalog");
    if catalog.is_empty() {
        catalog.extend(variable("HELLO_CATALOG"));
    }
    CliSettings {
        catalog,
        config: one("--config", "HELLO_CONFIG").map(Into::into),
        context: one("--context", "HELLO_CONTEXT"),
        ..CliSettings::default()
    }
}

/// Returns the values of a flag. bash may have broken the word at `=`.
fn values(words: &[String], flag: &str) -> Vec<String> {
    let mut values = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let value = match word.strip_prefix(flag) {
            Some("") => {
                let next = if words.get(place + 1).is_some_and(|next| next == "=") { 2 } else { 1 };
                words.get(place + next).map(String::as_str)
            }
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        values.extend(value.filter(|value| !value.is_empty()).map(str::to_owned));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_found_in_every_form() {
        let words = ["--catalog", "a", "--catalog=b", "--catalog", "=", "c", "--catalogue=d", "--catalog"];
        let words = words.map(str::to_owned);
        assert_eq!(values(&words, "--catalog"), ["a", "b", "c"]);
    }

    #[test]
    fn a_name_that_a_terminal_would_obey_is_not_offered() {
        assert!(candidate("Deploy\u{1b}[2J", None).is_none());
        let offered = candidate("Deploy", Some("bad \u{202e}text")).unwrap();
        assert!(offered.get_help().is_none());
    }
}
