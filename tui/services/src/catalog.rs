//! Loads descriptors from files, folders, globs and URLs.
//!
//! This module supplies text, which [`hello_catalog`] interprets. It reads the sources that the user named and the
//! local files that their Locations name. It contacts only hosts that the user named: a descriptor cannot trigger a
//! fetch.

mod budget;
mod files;
mod follow;
mod gather;
mod identity;
mod loader;
mod pattern;
mod remote;
mod walk;

use std::{path::Path, str::FromStr, time::Duration};

use hello_catalog::Catalog;
use hello_model::{
    address::display_url_text,
    failure::{Failure, Kind},
};
use tokio::task::spawn_blocking;
use url::Url;

use self::budget::{Budget, Deadline, MAX_TIME};

/// One `--catalog` value: a source of entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogSource {
    /// A descriptor, or a folder with descriptors at any depth.
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

/// The timeout for all URLs together. It leaves time for local files.
const FETCH_TIMEOUT: Duration = Duration::from_secs(7);

/// Loads the catalog from `sources`. If there are none, loads the `catalog-info.yaml` in `cwd` or its nearest ancestor.
///
/// A source that cannot be read becomes a problem in the catalog and does not affect the others. So does a limit that
/// is reached: files, bytes, depth and time are limited. Dropping the future stops the work, including the blocking
/// thread.
///
/// # Errors
///
/// `NotConfigured` if no source is named and no descriptor is found near `cwd`.
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
    #[expect(clippy::disallowed_methods, reason = "the thread stops at its deadline or when abandoned")]
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
    fn a_source_is_told_by_its_looks() {
        let source = |text: &str| text.parse::<CatalogSource>();
        assert_eq!(source("a/b.yaml"), Ok(CatalogSource::Path("a/b.yaml".to_owned())));
        assert_eq!(source("a/*.yaml"), Ok(CatalogSource::Glob("a/*.yaml".to_owned())));
        assert!(matches!(source("https://example.com/c.yaml"), Ok(CatalogSource::Url(_))));
        assert!(source("https://").is_err() && source("").is_err());
    }
}
