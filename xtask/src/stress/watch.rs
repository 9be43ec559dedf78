//! The resource usage of a program and its child processes: memory, file descriptors and threads.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// The sampling interval. The kernel records the memory peak of each process itself.
const INTERVAL: Duration = Duration::from_millis(100);

/// The peak of each resource.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Peaks {
    pub(super) memory_kib: u64,
    pub(super) files: usize,
    pub(super) threads: usize,
}

impl Peaks {
    /// Returns the memory in MiB, rounded up.
    pub(super) fn memory_mib(&self) -> u64 {
        self.memory_kib.div_ceil(1024)
    }
}

/// A thread that samples a running program.
#[derive(Debug)]
pub(super) struct Watch {
    process: u32,
    peaks: Arc<Mutex<Peaks>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub(super) fn start(process: u32) -> Self {
        let (peaks, over) = (Arc::new(Mutex::new(Peaks::default())), Arc::new(AtomicBool::new(false)));
        let (shared, stop) = (Arc::clone(&peaks), Arc::clone(&over));
        let thread = thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                add(&shared, now(process));
                thread::sleep(INTERVAL);
            }
        });
        Self { process, peaks, over, thread: Some(thread) }
    }

    /// Returns the peaks so far, including those that the kernel recorded.
    pub(super) fn peaks(&self) -> Peaks {
        let highest: u64 = tree(self.process).iter().map(|process| status(*process, "VmHWM:")).sum();
        let mut peaks = *self.peaks.lock().unwrap_or_else(PoisonError::into_inner);
        peaks.memory_kib = peaks.memory_kib.max(highest);
        peaks
    }

    /// Waits until the program's memory has not grown for `quiet`: the program has then handled the whole attack.
    pub(super) fn wait_until_stable(&self, quiet: Duration, limit: Duration) {
        let (started, mut moved, mut most) = (Instant::now(), Instant::now(), 0);
        while moved.elapsed() < quiet && started.elapsed() < limit {
            let memory = now(self.process).memory_mib();
            if memory > most {
                (most, moved) = (memory, Instant::now());
            }
            thread::sleep(INTERVAL);
        }
    }

    /// Waits until the program's memory is at most `below_mib`; returns its memory in MiB at the end of the wait.
    pub(super) fn settles(&self, below_mib: u64, limit: Duration) -> u64 {
        let started = Instant::now();
        loop {
            let memory = now(self.process).memory_mib();
            if memory <= below_mib || started.elapsed() >= limit {
                return memory;
            }
            thread::sleep(INTERVAL);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn add(peaks: &Mutex<Peaks>, seen: Peaks) {
    let mut peaks = peaks.lock().unwrap_or_else(PoisonError::into_inner);
    peaks.memory_kib = peaks.memory_kib.max(seen.memory_kib);
    peaks.files = peaks.files.max(seen.files);
    peaks.threads = peaks.threads.max(seen.threads);
}

/// Returns the current resource usage of a process and its descendants.
pub(super) fn now(process: u32) -> Peaks {
    let mut sum = Peaks::default();
    for process in tree(process) {
        sum.memory_kib += status(process, "VmRSS:");
        sum.threads += usize::try_from(status(process, "Threads:")).unwrap_or_default();
        sum.files += fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count);
    }
    sum
}

/// Returns a process and all its descendants.
fn tree(root: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
        if let Some(parent) = parent(process) {
            children.entry(parent).or_default().push(process);
        }
    }
    let mut tree = vec![root];
    let mut place = 0;
    while let Some(process) = tree.get(place) {
        let started = children.remove(process).unwrap_or_default();
        tree.extend(started);
        place += 1;
    }
    tree
}

/// Returns the parent of a process: the second field after the name, which is in parentheses and may contain anything.
fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn status(process: u32, field: &str) -> u64 {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(Path::new(&path)).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(field));
    value.and_then(|value| value.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, id};

    use super::*;

    #[test]
    fn a_child_is_counted_with_its_parent() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let found = tree(id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.contains(&child.id()), "{found:?}");
    }

    #[test]
    fn a_watch_sees_memory_files_and_threads() {
        let watch = Watch::start(id());
        let peaks = watch.peaks();
        assert!(peaks.memory_kib > 1024, "{peaks:?}");
        let now = now(id());
        assert!(now.files > 0 && now.threads > 0, "{now:?}");
    }
}
