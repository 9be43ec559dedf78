//! Where descriptors come from: files, folders, globs and URLs.
//!
//! Brings the text; what it means is decided in [`hello_catalog`]. Reads what the user named and, from there, the files
//! that Locations name. A host is asked only when the user named it: a descriptor cannot make us fetch anything.

mod ahead;
mod budget;
mod file_id;
mod files;
mod follow;
mod gather;
mod loader;
mod pattern;
mod remote;
mod walk;

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use hello_catalog::Catalog;
use hello_model::{
    address::display_url_text,
    failure::{Failure, Kind},
    query::Descriptor,
};
use tokio::task::spawn_blocking;
use url::Url;

use self::budget::{Budget, Deadline, MAX_TIME};

/// One `--catalog`: where entities come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogSource {
    /// A descriptor, or a folder with descriptors anywhere beneath it.
    Path(String),
    Glob(String),
    Url(Url),
}

impl FromStr for CatalogSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err("an empty name is no file, folder or URL".to_owned());
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            let unfit = |error| format!("{} is no URL: {error}", display_url_text(text));
            return text.parse().map(Self::Url).map_err(unfit);
        }
        Ok(if pattern::is_pattern(text) { Self::Glob(text.to_owned()) } else { Self::Path(text.to_owned()) })
    }
}

/// What a catalog is read from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Files, folders, globs and URLs, as the user named them.
    pub named: Vec<String>,
    /// Where relative paths begin, and where a descriptor is looked for when none is named.
    pub folder: PathBuf,
    /// A URL to read when nothing is named and none is near.
    pub fallback: Option<String>,
}

impl Sources {
    /// Loads the catalog as [`load`] does.
    ///
    /// # Errors
    ///
    /// `NotConfigured` when there is nothing to read from.
    pub async fn load(&self) -> Result<Catalog, Failure> {
        let loaded = load(&self.named, &self.folder).await;
        match (&loaded, &self.fallback) {
            (Err(Failure { kind: Kind::NotConfigured, .. }), Some(fallback)) if self.named.is_empty() => {
                load(std::slice::from_ref(fallback), &self.folder).await
            }
            _ => loaded,
        }
    }

    /// Reads the text of one descriptor, by the name that [`Self::load`] gave its source. A host is asked only if the
    /// user named the URL.
    ///
    /// # Errors
    ///
    /// `NotFound` if it cannot be read any more.
    pub async fn descriptor(&self, source: &str) -> Result<Descriptor, Failure> {
        let named = self.named.iter().chain(&self.fallback).filter_map(|text| match text.parse() {
            Ok(CatalogSource::Url(url)) => Some(url),
            _ => None,
        });
        let text = match named.into_iter().find(|url| remote::shown(url) == source) {
            Some(url) => {
                let fetched = remote::fetch_all(vec![url], FETCH_TIMEOUT).await;
                fetched.into_iter().next().unwrap_or_else(|| Err("was not fetched".to_owned()))
            }
            None => read_file(self.folder.join(source)).await,
        };
        let text = text.map_err(|why| {
            Failure::new(Kind::NotFound, format!("reading {source}"), format!("{source} {why}"))
                .hint("r reads the catalog again")
        })?;
        Ok(Descriptor(String::from_utf8_lossy(&text).into_owned()))
    }
}

/// Reads a file of limited size on a thread on which it may block.
async fn read_file(path: PathBuf) -> Result<Vec<u8>, String> {
    #[expect(clippy::disallowed_methods, reason = "it reads one regular file, which ends")]
    let read = spawn_blocking(move || files::read(&path)).await;
    read.map_err(|error| format!("cannot be read: {error}"))?
}

/// How long all URLs together may take, so that time is left for what lies here.
const FETCH_TIMEOUT: Duration = Duration::from_secs(7);

/// Loads the catalog from `sources`, or from the nearest `catalog-info.yaml` upwards of `cwd` when there is none.
///
/// What cannot be read is a problem in the catalog, beside all that could. So is a limit that was reached: a catalog is
/// bounded in files, bytes, depth and time. Dropping the future ends the work, also that of the blocking thread.
///
/// # Errors
///
/// `NotConfigured` when there is nothing to read from: no source was named and no descriptor is near.
pub async fn load(sources: &[String], cwd: &Path) -> Result<Catalog, Failure> {
    let deadline = Deadline::after(MAX_TIME);
    let _guard = deadline.abandon_on_drop();
    let mut wanted = Vec::new();
    for text in sources {
        wanted.push(text.parse().map_err(|why: String| misnamed(&why))?);
    }
    let urls = wanted.iter().filter_map(|source| match source {
        CatalogSource::Url(url) => Some(url.clone()),
        _ => None,
    });
    let fetched = remote::fetch_all(urls.collect(), FETCH_TIMEOUT).await;
    let cwd = cwd.to_owned();
    #[expect(clippy::disallowed_methods, reason = "it stops at its deadline, or when it is abandoned")]
    let loaded = spawn_blocking(move || gather::catalog(&wanted, fetched, &cwd, Budget::new(deadline))).await;
    loaded.map_err(|error| Failure::new(Kind::Unexpected, WHAT, error.to_string()))?.ok_or_else(nothing_near)
}

const WHAT: &str = "reading the catalog";

fn misnamed(why: &str) -> Failure {
    Failure::new(Kind::NotConfigured, WHAT, why).hint("name a file, folder, glob or URL: --catalog PATH")
}

fn nothing_near() -> Failure {
    Failure::new(Kind::NotConfigured, WHAT, "there is no catalog-info.yaml here or in a folder above")
        .hint("name one with --catalog PATH, or create catalog-info.yaml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_path_a_glob_or_a_url() {
        let source = |text: &str| text.parse::<CatalogSource>();
        assert_eq!(source("a/b.yaml"), Ok(CatalogSource::Path("a/b.yaml".to_owned())));
        assert_eq!(source("a/*.yaml"), Ok(CatalogSource::Glob("a/*.yaml".to_owned())));
        assert!(matches!(source("https://example.com/c.yaml"), Ok(CatalogSource::Url(_))));
        assert!(source("https://").is_err() && source("").is_err());
    }
}
