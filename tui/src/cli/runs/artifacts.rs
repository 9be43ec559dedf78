//! `hello-tui runs artifacts`.

use std::{
    io,
    path::{Path, PathBuf},
    pin::pin,
};

use crossterm::{
    cursor::MoveToColumn,
    terminal::{Clear, ClearType},
};
use futures::StreamExt;
use hello_model::{
    failure::{Failure, Kind},
    run::{Artifact, ArtifactEvent, RunId},
    text::{cut, visible},
};
use hello_state::present::artifact;
use serde::Serialize;

use super::{
    super::{
        follow::stop_signal,
        format::format,
        options::When,
        table::Table,
        writer::{self, Writer},
    },
    Error,
    choose::choose,
    writes::Place,
};

/// List the files that a run has stored, or download them [default: of the latest active run, else the latest]
#[derive(Debug, clap::Args)]
pub(in super::super) struct Artifacts {
    /// The run's id, or its number as in #42
    run: Option<String>,
    /// Download all that have not expired into this folder, and print their paths. No file is replaced
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    download: Option<PathBuf>,
}

/// An artifact that was downloaded.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Downloaded<'a> {
    id: u64,
    name: &'a str,
    path: PathBuf,
}

/// Lists the artifacts of a run, or downloads them.
pub(super) async fn run(args: Artifacts, place: Place<'_>) -> Result<(), Error> {
    let (repo, connected, out) = place;
    let id = choose(args.run.as_deref(), repo, connected).await?;
    let artifacts = connected.services.github.artifacts(repo, id).await?;
    let Some(folder) = args.download else {
        return Ok(out.print(&artifacts, || Table::of(&artifact::COLUMNS, &artifacts, &format()))?);
    };
    let stopped = stop_signal(true)?;
    tokio::select! {
        // First, so that ctrl-c is caught before anything is created.
        biased;
        kind = stopped => Err(Error::Signal(kind)),
        done = download(id, &artifacts, &folder, place) => done,
    }
}

/// Downloads the artifacts, one after the other. If it is dropped, the one that is under way leaves nothing.
async fn download(
    run: RunId,
    artifacts: &[Artifact],
    folder: &Path,
    (repo, connected, out): Place<'_>,
) -> Result<(), Error> {
    let (expired, wanted): (Vec<_>, Vec<_>) = artifacts.iter().partition(|artifact| artifact.is_expired);
    if wanted.is_empty() {
        return Err(nothing(run, expired.len()).into());
    }
    for artifact in expired {
        out.note(&format!("{}: it has expired and is not downloaded", artifact.name))?;
    }
    let mut progress = Progress::new(out.color());
    for artifact in wanted {
        let events = connected.services.github.download_artifact(repo, artifact, folder.to_owned());
        let mut events = pin!(events);
        while let Some(event) = events.next().await {
            match event? {
                ArtifactEvent::Received { bytes, total } => {
                    let received = artifact::progress(bytes, total, artifact);
                    progress.show(&format!("{}: {received}", artifact.name))?;
                }
                ArtifactEvent::Saved(path) => {
                    progress.clear()?;
                    let saved = Downloaded { id: artifact.id, name: &artifact.name, path };
                    out.stream(&[saved], |saved| saved.path.display().to_string())?;
                }
            }
        }
    }
    Ok(())
}

fn nothing(run: RunId, expired: usize) -> Failure {
    let why = match expired {
        0 => "it has stored none".to_owned(),
        1 => "its artifact has expired".to_owned(),
        count => format!("all {count} have expired"),
    };
    Failure::new(Kind::NotFound, format!("downloading the artifacts of run {run}"), why)
        .hint(format!("hello-tui runs artifacts {run}, or name another run: hello-tui runs list"))
}

/// A line on standard error that is written anew, if that is a terminal. Dropping it removes the line.
#[derive(Debug)]
struct Progress {
    color: When,
    is_terminal: bool,
    is_shown: bool,
}

impl Progress {
    fn new(color: When) -> Self {
        Self { color, is_terminal: writer::are_terminals().1, is_shown: false }
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        if !self.is_terminal {
            return Ok(());
        }
        // The last column stays free: some terminals would wrap there.
        let columns = writer::terminal_size().map_or(80, |(columns, _)| columns).saturating_sub(1);
        let mut out = Writer::errors(self.color);
        out.control(MoveToColumn(0))?;
        out.text(&cut(&visible(text), columns))?;
        out.control(Clear(ClearType::UntilNewLine))?;
        self.is_shown = true;
        out.finish()
    }

    fn clear(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.is_shown) {
            return Ok(());
        }
        let mut out = Writer::errors(self.color);
        out.control(MoveToColumn(0))?;
        out.control(Clear(ClearType::UntilNewLine))?;
        out.finish()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // The terminal may be closed.
        let _ = self.clear();
    }
}
