//! Reads and parses files on several threads, ahead of the loader, which takes them in their order.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use hello_catalog::{Parsed, Source, parse_source};
use hello_model::target::ANNOTATIONS;

use super::{budget::Deadline, file_id::FileId, files};

/// The maximum number of files that are held at the same time.
pub(super) const BATCH: usize = 256;

/// The maximum number of threads: more do not make a disk faster.
const MAX_THREADS: usize = 4;

/// A file that was read and parsed.
pub(super) struct ReadAhead {
    pub file_id: FileId,
    pub source: Source,
    pub parsed: Parsed,
}

/// Reads and parses files, given with the names of their sources. `None` stands for what the loader is to read itself:
/// files that cannot be read, and those after the first `bytes` bytes or after the deadline.
pub(super) fn read(paths: &[(PathBuf, String)], bytes: usize, deadline: &Deadline) -> Vec<Option<ReadAhead>> {
    let results: Vec<Mutex<Option<ReadAhead>>> = paths.iter().map(|_| Mutex::default()).collect();
    let (next, bytes_read) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while bytes_read.load(Ordering::Relaxed) < bytes && !deadline.is_over() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let (Some((path, name)), Some(result)) = (paths.get(index), results.get(index)) else { return };
            let Some(read) = read_one(path, name, deadline) else { continue };
            bytes_read.fetch_add(read.source.text.len(), Ordering::Relaxed);
            if let Ok(mut result) = result.lock() {
                *result = Some(read);
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS).min(paths.len());
    // The threads end with this function, which is bounded by the deadline.
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    results.into_iter().map(|result| result.into_inner().unwrap_or_default()).collect()
}

fn read_one(path: &Path, name: &str, deadline: &Deadline) -> Option<ReadAhead> {
    let file_id = FileId::of(path).ok()?;
    let source = Source { name: name.to_owned(), text: files::read(path).ok()? };
    let parsed = parse_source(&source, ANNOTATIONS, &|| deadline.is_over());
    Some(ReadAhead { file_id, source, parsed })
}
