//! The log of one job, and how its download is doing.

use std::time::{Duration, Instant};

use hello_model::{
    failure::Failure,
    job_log::{JobLog, JobLogEvent, LogEnd},
    time::Now,
};

use crate::back_off::BackOff;

/// How long the download rests after its first failure before it begins again.
const RETRY_DELAY: Duration = Duration::from_secs(10);

/// The log of one job.
#[derive(Debug)]
pub struct JobLogFeed {
    log: JobLog,
    status: JobLogStatus,
    /// Whether the next lines begin the log, because the download began anew.
    begins_anew: bool,
    back_off: BackOff,
    version: u64,
}

/// How a download is doing.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum JobLogStatus {
    /// It was never started, or was stopped.
    #[default]
    Stopped,
    Reading,
    /// The job has ended, but its log is not stored yet.
    NotStored,
    /// Nothing more comes.
    Ended(LogEnd),
    /// It failed, and begins anew at a moment, or never.
    Failed {
        failure: Failure,
        again: Option<Instant>,
    },
}

impl JobLogFeed {
    /// Makes a feed whose changes are counted from `version` on.
    pub(crate) fn new(version: u64) -> Self {
        Self {
            log: JobLog::default(),
            status: JobLogStatus::Stopped,
            begins_anew: true,
            back_off: BackOff::default(),
            version,
        }
    }

    /// Returns the log as far as it was received.
    pub fn log(&self) -> &JobLog {
        &self.log
    }

    pub fn status(&self) -> &JobLogStatus {
        &self.status
    }

    /// Reports whether more lines may come.
    pub fn is_growing(&self) -> bool {
        !matches!(self.status, JobLogStatus::Ended(_))
    }

    /// Begins the download. What is known stays until the first lines arrive, also a failure.
    pub(crate) fn start(&mut self) {
        self.begins_anew = true;
        match &mut self.status {
            JobLogStatus::Failed { again, .. } => *again = None,
            status => *status = JobLogStatus::Reading,
        }
    }

    pub(crate) fn stop(&mut self) {
        if self.is_growing() {
            self.status = JobLogStatus::Stopped;
        }
    }

    /// Reports whether the download should begin now. A log that has ended does not change any more.
    pub(crate) fn is_due(&self, now: Now) -> bool {
        match &self.status {
            JobLogStatus::Stopped => true,
            JobLogStatus::Failed { again, .. } => again.is_some_and(|again| again <= now.instant),
            JobLogStatus::Reading | JobLogStatus::NotStored | JobLogStatus::Ended(_) => false,
        }
    }

    /// Reports whether a task reads the log.
    pub(crate) fn is_running(&self) -> bool {
        match &self.status {
            JobLogStatus::Stopped | JobLogStatus::Ended(_) => false,
            // A download that begins anew keeps its failure until there is news.
            JobLogStatus::Failed { again, .. } => again.is_none(),
            JobLogStatus::Reading | JobLogStatus::NotStored => true,
        }
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        match &self.status {
            JobLogStatus::Failed { again, .. } => *again,
            _ => None,
        }
    }

    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Takes an event of the download in.
    pub(crate) fn resolve(&mut self, event: Result<JobLogEvent, Failure>, now: Now) {
        self.version += 1;
        match event {
            Ok(JobLogEvent::Segment(segment)) => {
                if std::mem::take(&mut self.begins_anew) {
                    self.log = JobLog::default();
                }
                self.log.push(segment);
                self.status = JobLogStatus::Reading;
            }
            Ok(JobLogEvent::NotStored) => self.status = JobLogStatus::NotStored,
            Ok(JobLogEvent::Ended(end)) => {
                self.back_off.reset();
                self.status = JobLogStatus::Ended(end);
            }
            Err(failure) => {
                let again = self.back_off.retry_at(&failure, RETRY_DELAY, now);
                self.status = JobLogStatus::Failed { failure, again };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use hello_model::{failure::Kind, job_log::LogWriter, time::Timestamp};

    use super::*;

    fn now() -> Now {
        Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH }
    }

    fn segment(text: &str) -> JobLogEvent {
        let mut writer = LogWriter::default();
        writer.push(text.as_bytes());
        JobLogEvent::Segment(writer.finish().unwrap())
    }

    #[test]
    fn a_download_that_broke_off_begins_anew() {
        let (mut feed, now) = (JobLogFeed::new(0), now());
        assert!(feed.is_due(now));
        feed.start();
        feed.resolve(Ok(segment("one\ntwo\n")), now);
        feed.resolve(Err(Failure::new(Kind::Offline, "reading", "it broke off")), now);
        assert_eq!((feed.log().len(), feed.is_due(now)), (2, false), "what was read stays in view");
        let later = Now { instant: now.instant + RETRY_DELAY, ..now };
        assert!(feed.is_due(later));
        feed.start();
        assert!(feed.is_running() && matches!(feed.status(), JobLogStatus::Failed { .. }));
        feed.resolve(Ok(segment("one\n")), later);
        assert_eq!((feed.log().len(), feed.status()), (1, &JobLogStatus::Reading));
    }

    #[test]
    fn a_log_that_has_ended_is_never_read_again() {
        let (mut feed, now) = (JobLogFeed::new(0), now());
        feed.start();
        feed.resolve(Ok(JobLogEvent::Ended(LogEnd::Complete)), now);
        feed.stop();
        let later = Now { instant: now.instant + Duration::from_hours(9), ..now };
        assert!(!feed.is_due(later) && !feed.is_growing());
    }
}
