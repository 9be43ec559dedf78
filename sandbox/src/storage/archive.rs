//! Zip archives: the artifacts of runs, and the logs of all jobs of a run.

use crate::log::{JobLog, step_log};
use crate::moment::Moment;
use crate::simulation::{Conclusion, Run, Status, Workflow, World};

/// How long GitHub keeps artifacts and logs.
const KEPT: std::time::Duration = std::time::Duration::from_hours(90 * 24);

/// One artifact of a run.
#[derive(Clone, Debug)]
pub(crate) struct Artifact {
    pub id: u64,
    pub name: &'static str,
    pub expired: bool,
    pub created_at: Moment,
    pub expires_at: Moment,
    entries: &'static [(&'static str, &'static str)],
}

/// The artifacts of a release. The last one has a name that must not be used as a path, and so have its files.
const RELEASE: [(&str, &[(&str, &str)]); 4] = [
    ("notes", &[("notes.md", "# Release\n\n* Trucks are listed by status.\n")]),
    (
        "binaries-x86_64",
        &[("hello-server", "\u{7f}ELF x86_64\n"), ("SHA256SUMS", "2c26b46b  hello-server\n")],
    ),
    ("binaries-aarch64", &[("hello-server", "\u{7f}ELF aarch64\n")]),
    (
        "../../.ssh/authorized_keys",
        &[("../outside.txt", "outside\n"), ("/absolute.txt", "absolute\n"), ("inside.txt", "inside\n")],
    ),
];

const FLEET: [(&str, &[(&str, &str)]); 1] =
    [("report", &[("report.md", "# Fleet checks\n\nAll trucks are sound.\n")])];

/// Returns the artifacts that a run has stored by `now`.
pub(crate) fn artifacts(run: &Run, now: Moment) -> Vec<Artifact> {
    let attempt = run.attempt(now);
    let Status::Completed(_) = attempt.status(now) else { return Vec::new() };
    let entries: &[(&'static str, &'static [(&'static str, &'static str)])] = match run.workflow {
        Workflow::Release => &RELEASE,
        Workflow::Fleet if !attempt.jobs.is_empty() => &FLEET,
        _ => &[],
    };
    let created_at = attempt.updated_at(now);
    let numbered = entries.iter().zip(0..);
    let artifact = |(&(name, entries), place): (&(&'static str, &'static [_]), u64)| Artifact {
        id: run.id * 100 + place,
        name,
        expired: is_expired(created_at, now),
        created_at,
        expires_at: created_at + KEPT,
        entries,
    };
    numbered.map(artifact).collect()
}

/// Reports whether logs and artifacts of this time are gone.
pub(crate) fn is_expired(created_at: Moment, now: Moment) -> bool {
    now.since(created_at) > KEPT
}

/// Returns the run that an artifact belongs to.
pub(crate) const fn run_of(artifact: u64) -> u64 {
    artifact / 100
}

impl Artifact {
    /// Returns the archive.
    pub(crate) fn zip(&self) -> Vec<u8> {
        archive(self.entries.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
    }
}

/// Returns the logs of a run's latest attempt: one file for each job, and one for each step in a folder of the job.
pub(super) fn logs(run: &Run, world: &World) -> Vec<u8> {
    let attempt = run.attempt(world.now);
    let mut files = Vec::new();
    for (place, job) in attempt.jobs_at(world.now).filter(|(_, job)| !job.steps.is_empty()) {
        let name = job.name.replace('/', "");
        files.push((format!("{place}_{name}.txt"), JobLog::of(job, attempt, None).text()));
        let steps = job.steps.iter().zip(1..).filter(|(step, _)| step.conclusion != Conclusion::Skipped);
        files.extend(steps.map(|(step, number)| {
            let path = format!("{name}/{number}_{}.txt", step.name.replace('/', ""));
            (path, step_log(step, job, attempt))
        }));
    }
    archive(files.into_iter())
}

/// Writes a zip archive whose entries are stored without compression.
fn archive(entries: impl Iterator<Item = (String, String)>) -> Vec<u8> {
    let (mut files, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (name, text) in entries {
        let offset = size(files.len());
        let header = header(&name, text.as_bytes());
        files.extend(b"PK\x03\x04");
        files.extend(&header);
        files.extend(name.as_bytes());
        files.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&header);
        // No comment, the first disk, and no attributes.
        directory.extend([0; 10]);
        directory.extend(offset);
        directory.extend(name.as_bytes());
        count += 1;
    }
    let (start, length) = (size(files.len()), size(directory.len()));
    files.append(&mut directory);
    files.extend(b"PK\x05\x06\0\0\0\0");
    files.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    files.extend([length, start].concat());
    files.extend([0; 2]);
    files
}

/// Writes the fields that an entry and its record in the directory share.
fn header(name: &str, data: &[u8]) -> Vec<u8> {
    let mut header = Vec::with_capacity(26);
    // Version 2.0, names in UTF-8, stored, at midnight of the first of January 1980.
    header.extend([20_u16, 0x0800, 0, 0, 0x0021].map(u16::to_le_bytes).concat());
    header.extend(crc32fast::hash(data).to_le_bytes());
    header.extend([size(data.len()), size(data.len())].concat());
    header.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
    header.extend([0; 2]);
    header
}

fn size(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}
