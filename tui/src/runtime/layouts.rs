//! The layouts of lists, kept in the state folder between runs: one file for each noun.
//!
//! A file is replaced as a whole, so two consoles at once do no harm: what was changed last is kept. A file that cannot
//! be read, or that a newer version has written, counts as absent; the latter is not overwritten.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use futures::stream::{self, BoxStream, StreamExt};
use hello_console::{
    app::{Layouts, ListLayout},
    msg::Msg,
    screens::NOUNS,
};
use hello_model::failure::{Failure, Kind};
use serde::{Deserialize, Serialize};

use super::computations::on_thread;

/// The maximum size of a file, in bytes.
const SIZE_LIMIT: u64 = 64 * 1024;

/// The version of the format that this program writes.
const VERSION: u32 = 1;

/// The content of a file.
#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    version: u32,
    list: ListLayout,
}

/// The version of a file, whatever else is in it.
#[derive(Debug, Deserialize)]
struct Versioned {
    version: u32,
}

/// Where layouts are kept. The default keeps nothing.
#[derive(Debug, Clone, Default)]
pub struct LayoutStore {
    folder: Option<PathBuf>,
    numbers: Arc<Mutex<Numbers>>,
}

/// The order of the changes. Threads may overtake each other, and the latest change counts.
#[derive(Debug, Default)]
struct Numbers {
    requested: u64,
    written: HashMap<&'static str, u64>,
}

impl LayoutStore {
    /// `state` is the console's state folder. Without one, nothing is kept.
    pub fn new(state: Option<PathBuf>) -> Self {
        Self { folder: state.map(|state| state.join("lists")), ..Self::default() }
    }

    /// Returns the layouts of earlier runs.
    pub fn load(&self) -> Layouts {
        let Some(folder) = &self.folder else { return Layouts::new() };
        let read = |noun: &&str| match read(&file(folder, noun)) {
            Ok(layout) => Some(((*noun).to_owned(), layout?)),
            Err(error) => {
                tracing::warn!(%error, noun, "the layout of a list cannot be read; it is as at first");
                None
            }
        };
        NOUNS.iter().filter_map(read).collect()
    }

    /// Keeps a layout. The stream tells only of a failure.
    pub(super) fn keep(&self, noun: &'static str, layout: ListLayout) -> BoxStream<'static, Msg> {
        let Some(folder) = self.folder.clone() else { return stream::empty().boxed() };
        let numbers = Arc::clone(&self.numbers);
        let number = {
            let mut numbers = numbers.lock().unwrap_or_else(PoisonError::into_inner);
            numbers.requested += 1;
            numbers.requested
        };
        on_thread(move |_, emit| {
            let mut numbers = numbers.lock().unwrap_or_else(PoisonError::into_inner);
            if numbers.written.get(noun).is_some_and(|written| *written > number) {
                return;
            }
            let path = file(&folder, noun);
            match write(&path, layout) {
                Ok(()) => drop(numbers.written.insert(noun, number)),
                Err(error) => emit(Msg::LayoutLost(Box::new(lost(&path, &error)))),
            }
        })
    }
}

fn file(folder: &Path, noun: &str) -> PathBuf {
    folder.join(format!("{noun}.json"))
}

/// Reads a layout; `None` if there is no file, or one of a newer version.
fn read(path: &Path) -> io::Result<Option<ListLayout>> {
    let bytes = match hello_files::read(path, SIZE_LIMIT) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    if serde_json::from_slice::<Versioned>(&bytes)?.version > VERSION {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice::<Contents>(&bytes)?.list))
}

fn write(path: &Path, list: ListLayout) -> io::Result<()> {
    if let Ok(bytes) = hello_files::read(path, SIZE_LIMIT)
        && serde_json::from_slice::<Versioned>(&bytes).is_ok_and(|file| file.version > VERSION)
    {
        return Err(io::Error::other("a newer version of hello-tui has written it"));
    }
    hello_files::replace(path, &serde_json::to_vec_pretty(&Contents { version: VERSION, list })?)
}

fn lost(path: &Path, error: &io::Error) -> Failure {
    let what = "keeping the columns for later runs";
    Failure::new(Kind::Unexpected, what, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use hello_console::app::Sort;
    use tempfile::TempDir;

    use super::*;

    fn sorted_by(column: &str) -> ListLayout {
        let sort = Some(Sort { column: column.to_owned(), is_descending: true });
        ListLayout { sort, ..ListLayout::default() }
    }

    async fn kept(store: &LayoutStore, noun: &'static str, layout: ListLayout) -> Vec<Msg> {
        store.keep(noun, layout).collect().await
    }

    #[tokio::test]
    async fn a_layout_is_there_in_the_next_run() {
        let home = TempDir::new().unwrap();
        let store = LayoutStore::new(Some(home.path().join("hello-tui")));
        assert_eq!(store.load(), Layouts::new());
        assert_eq!(kept(&store, "run", sorted_by("took")).await, []);
        let again = LayoutStore::new(Some(home.path().join("hello-tui")));
        assert_eq!(again.load(), Layouts::from([("run".to_owned(), sorted_by("took"))]));
    }

    #[tokio::test]
    async fn two_consoles_at_once_leave_a_whole_file() {
        let home = TempDir::new().unwrap();
        let stores = [0, 1].map(|_| LayoutStore::new(Some(home.path().to_owned())));
        let writes = stores.iter().flat_map(|store| {
            (0..20).map(move |number| store.keep("run", sorted_by(&number.to_string().repeat(50))))
        });
        let told: Vec<Msg> = stream::iter(writes.collect::<Vec<_>>()).flatten_unordered(None).collect().await;
        assert_eq!(told, []);
        assert_eq!(stores[0].load().get("run"), Some(&sorted_by(&"19".repeat(50))));
        assert_eq!(fs::read_dir(home.path().join("lists")).unwrap().count(), 1, "nothing else is left");
    }

    #[tokio::test]
    async fn a_broken_file_is_ignored_and_replaced() {
        let home = TempDir::new().unwrap();
        let store = LayoutStore::new(Some(home.path().to_owned()));
        fs::create_dir(home.path().join("lists")).unwrap();
        let path = home.path().join("lists/run.json");
        for broken in ["", "{", "[]", "\u{0}", "{\"version\": 1, \"list\": {\"sort\": 7}}"] {
            fs::write(&path, broken).unwrap();
            assert_eq!(store.load(), Layouts::new(), "{broken}");
            assert_eq!(kept(&store, "run", sorted_by("took")).await, [], "{broken}");
            assert_eq!(store.load().len(), 1);
        }
    }

    #[tokio::test]
    async fn a_file_of_a_newer_version_stays_as_it_is() {
        let home = TempDir::new().unwrap();
        let store = LayoutStore::new(Some(home.path().to_owned()));
        fs::create_dir(home.path().join("lists")).unwrap();
        let path = home.path().join("lists/run.json");
        let newer = "{\"version\": 2, \"lists\": []}";
        fs::write(&path, newer).unwrap();
        assert_eq!(store.load(), Layouts::new());
        let told = kept(&store, "run", sorted_by("took")).await;
        assert!(matches!(&told[..], [Msg::LayoutLost(failure)] if failure.why.contains("newer version")));
        assert_eq!(fs::read_to_string(&path).unwrap(), newer);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_user_may_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let home = TempDir::new().unwrap();
        let store = LayoutStore::new(Some(home.path().join("state")));
        kept(&store, "run", sorted_by("took")).await;
        let mode = |path: &str| fs::metadata(home.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("state/lists"), mode("state/lists/run.json")), (0o700, 0o600));
    }
}
