//! Downloads the log of a job: a stream, with a limit of its own.

use std::{collections::VecDeque, fmt, iter, sync::Arc, time::Duration};

use futures::{Stream, stream};
use hello_model::{
    calls,
    failure::{Failure, Kind},
    job_log::{JobLogEvent, LogEnd, LogSegment, LogWriter, MAX_LOG},
    run::{JobId, Repo},
};
use http_body_util::BodyExt;
use tokio::time::{Instant, sleep, timeout};

use super::{
    GitHub, answers,
    stored::{Fetched, MAX_SILENCE, StoredFile},
};
use crate::http::Body;

/// Lines are shown after this time, also where they do not fill a segment.
const SHOW_AFTER: Duration = Duration::from_millis(250);

/// The waits before a log is asked for again that is not stored yet: half a minute in all.
const NOT_STORED_DELAYS: [u64; 6] = [500, 1_500, 3_000, 5_000, 10_000, 10_000];

/// A download under way.
struct Download {
    stored: StoredFile,
    state: State,
    events: VecDeque<JobLogEvent>,
    /// How often the log was not stored yet.
    not_stored: usize,
}

enum State {
    Begin,
    Reading(Box<Reading>),
    Done,
}

/// A log that arrives.
struct Reading {
    body: Body,
    writer: LogWriter,
    received: usize,
    shown_at: Instant,
    heard_at: Instant,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("path", &self.stored.path).finish_non_exhaustive()
    }
}

impl GitHub {
    /// Reads the log of a job. An error ends the stream.
    pub fn job_log(
        &self,
        repo: &Repo,
        job: JobId,
    ) -> impl Stream<Item = Result<JobLogEvent, Failure>> + Send + use<> {
        let download = Download {
            stored: StoredFile {
                github: self.clone(),
                repo: repo.clone(),
                call: &calls::READ_JOB_LOG,
                noun: "log",
                what: format!("reading the log of job {job} of {repo}"),
                path: format!("/repos/{repo}/actions/jobs/{job}/logs"),
                is_renewed: false,
            },
            state: State::Begin,
            events: VecDeque::new(),
            not_stored: 0,
        };
        stream::try_unfold(download, async |mut download| {
            Ok(download.next().await?.map(|event| (event, download)))
        })
    }
}

impl Download {
    async fn next(&mut self) -> Result<Option<JobLogEvent>, Failure> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            match &mut self.state {
                State::Begin => self.open().await?,
                State::Reading(reading) => match reading.next().await {
                    Ok((events, is_done)) => {
                        self.events.extend(events);
                        if is_done {
                            self.state = State::Done;
                        }
                    }
                    Err(error) => return Err(self.stored.broken(&error)),
                },
                State::Done => return Ok(None),
            }
        }
    }

    /// Asks for the log.
    async fn open(&mut self) -> Result<(), Failure> {
        if let Some(last) = self.not_stored.checked_sub(1) {
            let delay = NOT_STORED_DELAYS.get(last).ok_or_else(|| self.never_stored())?;
            sleep(Duration::from_millis(*delay)).await;
        }
        match self.stored.open().await? {
            Fetched::Body(body) => self.state = State::Reading(Box::new(Reading::new(body))),
            Fetched::NotStored => {
                self.not_stored += 1;
                if self.not_stored == 1 {
                    self.events.push_back(JobLogEvent::NotStored);
                }
            }
            Fetched::Expired => {
                self.events.push_back(JobLogEvent::Ended(LogEnd::Expired));
                self.state = State::Done;
            }
            Fetched::Missing => return Err(self.no_log()),
        }
        Ok(())
    }

    fn no_log(&self) -> Failure {
        let why = "GitHub has no log of this job: a job has none while it runs, nor if it never started";
        self.stored.failure(Kind::NotFound, why).hint("wait until the job has ended, and look again")
    }

    fn never_stored(&self) -> Failure {
        let why = "GitHub has not stored the log within half a minute after the end of the job";
        self.stored.failure(Kind::NotFound, why).hint("try again in some minutes")
    }
}

impl Reading {
    fn new(body: Body) -> Self {
        let now = Instant::now();
        Self { body, writer: LogWriter::default(), received: 0, shown_at: now, heard_at: now }
    }

    /// Waits for the next bytes. Returns the events that they make, and whether they are the last ones.
    async fn next(&mut self) -> Result<(Vec<JobLogEvent>, bool), answers::Error> {
        let segments = match timeout(SHOW_AFTER, self.body.frame()).await {
            Ok(Some(frame)) => {
                self.heard_at = Instant::now();
                let frame = frame?;
                let bytes = frame.data_ref().map(AsRef::as_ref).unwrap_or_default();
                let room = MAX_LOG - self.received;
                if bytes.len() > room {
                    let last = self.writer.push(&bytes[..room]);
                    return Ok((self.end(last, LogEnd::Cut), true));
                }
                self.received += bytes.len();
                self.writer.push(bytes)
            }
            Ok(None) => return Ok((self.end(Vec::new(), LogEnd::Complete), true)),
            Err(_) if self.heard_at.elapsed() > MAX_SILENCE => {
                return Err(answers::Error::TooSlow(MAX_SILENCE));
            }
            Err(_) => Vec::new(),
        };
        Ok((self.show(segments), false))
    }

    /// Adds the lines that have waited for long enough.
    fn show(&mut self, mut segments: Vec<Arc<LogSegment>>) -> Vec<JobLogEvent> {
        if self.shown_at.elapsed() >= SHOW_AFTER {
            segments.extend(self.writer.flush());
        }
        if !segments.is_empty() {
            self.shown_at = Instant::now();
        }
        segments.into_iter().map(JobLogEvent::Segment).collect()
    }

    fn end(&mut self, segments: Vec<Arc<LogSegment>>, end: LogEnd) -> Vec<JobLogEvent> {
        let last = std::mem::take(&mut self.writer).finish();
        let segments = segments.into_iter().chain(last).map(JobLogEvent::Segment);
        segments.chain(iter::once(JobLogEvent::Ended(end))).collect()
    }
}
