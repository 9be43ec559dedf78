//! The files that a run has stored.

use std::path::PathBuf;

use serde::Serialize;

use crate::time::Timestamp;

/// An archive that a run has stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
    pub id: u64,
    pub name: String,
    /// The size of the archive, in bytes.
    pub bytes: u64,
    /// Whether GitHub has deleted it.
    pub is_expired: bool,
    pub expires_at: Option<Timestamp>,
}

impl Artifact {
    /// Returns the name of the archive in a folder of the user: `coverage.zip`. Nothing of it leads out of the folder,
    /// hides the file, or looks like a flag to other programs.
    pub fn file_name(&self) -> String {
        let is_safe = |c: char| c.is_alphanumeric() || "-_.+ ".contains(c);
        let name: String =
            self.name.chars().map(|c| if is_safe(c) { c } else { '_' }).take(MAX_NAME).collect();
        let name = name.trim_start_matches(['.', ' ', '-']).trim_end_matches(['.', ' ']);
        if name.is_empty() { format!("artifact-{}.zip", self.id) } else { format!("{name}.zip") }
    }
}

/// What happens while an artifact is downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArtifactEvent {
    /// Bytes have arrived.
    Received {
        /// How many there are so far.
        bytes: u64,
        /// How many there will be, where the storage host says so.
        total: Option<u64>,
    },
    /// The archive is whole, and has this path. The last event.
    Saved(PathBuf),
}

/// The maximum size of an archive that is downloaded, in bytes.
pub const MAX_ARTIFACT: u64 = 2 * 1024 * 1024 * 1024;

/// The most characters of a file's name, far below what file systems allow in bytes.
const MAX_NAME: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_artifact_stays_in_its_folder() {
        let file = |name: &str| {
            let name = name.to_owned();
            Artifact { id: 7, name, bytes: 0, is_expired: false, expires_at: None }.file_name()
        };
        assert_eq!(file("coverage report"), "coverage report.zip");
        assert_eq!(file("../../etc/passwd"), "_.._etc_passwd.zip");
        assert_eq!(file("a\u{1b}[31m\u{202e}b"), "a__31m_b.zip");
        assert_eq!(file("-rf"), "rf.zip");
        for hidden in ["", "..", ". .", "...", "-"] {
            assert_eq!(file(hidden), "artifact-7.zip", "{hidden:?}");
        }
        assert_eq!(file(&"x".repeat(500)).len(), 64);
    }
}
