//! Downloads an artifact of a run into a folder.

use std::{fmt, io, path::PathBuf, time::Duration};

use futures::{Stream, stream};
use hello_files::NewFile;
use hello_model::{
    calls,
    failure::{Failure, Kind},
    run::{Artifact, ArtifactEvent, MAX_ARTIFACT, Repo},
};
use http_body::Body as _;
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout};

use super::{
    GitHub, answers,
    stored::{Fetched, MAX_SILENCE, StoredFile},
};
use crate::http::Body;

/// How often the progress is told.
const TELL_AFTER: Duration = Duration::from_millis(250);

/// A download under way. Dropping it removes what has arrived.
struct Download {
    stored: StoredFile,
    file_name: String,
    folder: PathBuf,
    state: State,
}

enum State {
    Begin,
    Reading(Box<Reading>),
    Done,
}

/// An archive that arrives.
struct Reading {
    body: Body,
    file: NewFile,
    received: u64,
    total: Option<u64>,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("path", &self.stored.path).finish_non_exhaustive()
    }
}

impl GitHub {
    /// Downloads an artifact into a folder, which is created if it is missing. An error ends the stream.
    ///
    /// The archive appears under its name once it is whole. A failure, or dropping the stream, leaves nothing.
    pub fn download_artifact(
        &self,
        repo: &Repo,
        artifact: &Artifact,
        folder: PathBuf,
    ) -> impl Stream<Item = Result<ArtifactEvent, Failure>> + Send + use<> {
        let id = artifact.id;
        let download = Download {
            stored: StoredFile {
                github: self.clone(),
                repo: repo.clone(),
                call: &calls::DOWNLOAD_ARTIFACT,
                noun: "artifact",
                what: format!("downloading the artifact {}", artifact.name),
                path: format!("/repos/{repo}/actions/artifacts/{id}/zip"),
                is_renewed: false,
            },
            file_name: artifact.file_name(),
            folder,
            state: State::Begin,
        };
        stream::try_unfold(download, async |mut download| {
            Ok(download.next().await?.map(|event| (event, download)))
        })
    }
}

impl Download {
    async fn next(&mut self) -> Result<Option<ArtifactEvent>, Failure> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Begin => self.open().await.map(Some),
            State::Reading(reading) => self.read(reading).await.map(Some),
            State::Done => Ok(None),
        }
    }

    /// Asks for the archive, and begins the file once it arrives.
    async fn open(&mut self) -> Result<ArtifactEvent, Failure> {
        let body = match self.stored.open().await? {
            Fetched::Body(body) => body,
            Fetched::NotStored => {
                let why = "the storage host that GitHub names does not have it";
                return Err(self.stored.failure(Kind::NotFound, why).hint("try again in some minutes"));
            }
            Fetched::Expired => return Err(self.expired()),
            Fetched::Missing => {
                let why = "GitHub has no such artifact any more";
                return Err(self.stored.failure(Kind::NotFound, why).hint("look at the run again"));
            }
        };
        let total = body.size_hint().exact();
        if total.is_some_and(|total| total > MAX_ARTIFACT) {
            return Err(self.too_large());
        }
        let file = NewFile::create_in(&self.folder).map_err(|error| self.unwritable(&error))?;
        self.state = State::Reading(Box::new(Reading { body, file, received: 0, total }));
        Ok(ArtifactEvent::Received { bytes: 0, total })
    }

    /// Reads until there is progress to tell, or the archive is whole.
    async fn read(&mut self, mut reading: Box<Reading>) -> Result<ArtifactEvent, Failure> {
        let begun = Instant::now();
        while begun.elapsed() < TELL_AFTER {
            let frame = match timeout(MAX_SILENCE, reading.body.frame()).await {
                Ok(Some(frame)) => frame.map_err(|error| self.stored.broken(&error))?,
                Ok(None) => {
                    let path = reading.file.keep(&self.file_name);
                    return path.map(ArtifactEvent::Saved).map_err(|error| self.unwritable(&error));
                }
                Err(_) => return Err(self.stored.broken(&answers::Error::TooSlow(MAX_SILENCE))),
            };
            let bytes = frame.data_ref().map(AsRef::as_ref).unwrap_or_default();
            reading.received += bytes.len() as u64;
            if reading.received > MAX_ARTIFACT {
                return Err(self.too_large());
            }
            // At most 64 KiB, which the system keeps in memory.
            reading.file.write(bytes).map_err(|error| self.unwritable(&error))?;
        }
        let event = ArtifactEvent::Received { bytes: reading.received, total: reading.total };
        self.state = State::Reading(reading);
        Ok(event)
    }

    fn expired(&self) -> Failure {
        let why = "it has expired: GitHub keeps artifacts for 90 days, or as the workflow says";
        self.stored.failure(Kind::NotFound, why).hint("run the workflow again to make new ones")
    }

    fn too_large(&self) -> Failure {
        let limit = MAX_ARTIFACT / 1024 / 1024 / 1024;
        let hint = format!("gh run download -R {} downloads it", self.stored.repo);
        self.stored.failure(Kind::Unexpected, format!("it is larger than {limit} GiB")).hint(hint)
    }

    fn unwritable(&self, error: &io::Error) -> Failure {
        let why = format!("{}: {error}", self.folder.display());
        self.stored.failure(Kind::Unexpected, why).hint("choose a folder that can be written and has room")
    }
}
