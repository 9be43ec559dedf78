//! The download of an artifact, from the key to the file.

use hello_model::{
    failure::Failure,
    run::{Artifact, ArtifactEvent, Repo},
};
use hello_state::present::artifact;

use super::App;
use crate::{effect::Effect, theme::Tone};

/// A download under way. There is one at a time.
#[derive(Debug)]
pub(super) struct Download {
    artifact: Artifact,
    /// Its notice, which replaces no other one.
    notice: String,
}

impl App {
    /// Begins to download an artifact.
    pub(super) fn download(&mut self, repo: Repo, artifact: Artifact) -> Vec<Effect> {
        if let Some(download) = &self.download {
            let notice = format!("{} is still being downloaded; esc cancels that.", download.artifact.name);
            self.notify(notice, Tone::Warning);
            return Vec::new();
        }
        let notice = format!("Downloading {}…", artifact.name);
        self.download = Some(Download { artifact: artifact.clone(), notice: notice.clone() });
        self.notify(notice, Tone::Busy);
        vec![Effect::Download { world: self.data.world.id, repo, artifact }]
    }

    /// Shows the progress of the download, or how it ended.
    pub(super) fn downloaded(&mut self, result: Result<ArtifactEvent, Failure>) {
        match result {
            Ok(ArtifactEvent::Received { bytes, total }) => self.show_progress(bytes, total),
            Ok(ArtifactEvent::Saved(path)) => {
                let Some(download) = self.download.take() else { return };
                self.notify(format!("{} is saved: {}", download.artifact.name, path.display()), Tone::Good);
            }
            Err(failure) if self.download.take().is_some() => {
                let hint = failure.hint.as_ref().map(|hint| format!(" → {hint}")).unwrap_or_default();
                self.notify(format!("{failure}{hint}"), Tone::Bad);
            }
            // It was cancelled.
            Err(_) => {}
        }
    }

    /// Cancels the download, if there is one.
    pub(super) fn cancel_download(&mut self) -> Vec<Effect> {
        let Some(download) = self.download.take() else { return Vec::new() };
        self.notify(
            format!("The download of {} is cancelled; nothing is kept.", download.artifact.name),
            Tone::Plain,
        );
        vec![Effect::CancelDownload(self.data.world.id)]
    }

    fn show_progress(&mut self, bytes: u64, total: Option<u64>) {
        let Some(download) = &mut self.download else { return };
        let progress = artifact::progress(bytes, total, &download.artifact);
        let notice = format!("Downloading {}: {progress}; esc cancels.", download.artifact.name);
        let is_free = self.notice.as_ref().is_none_or(|(shown, _)| *shown == download.notice);
        download.notice.clone_from(&notice);
        if is_free {
            self.notify(notice, Tone::Busy);
        }
    }
}
