//! One tail: its lines, and how it is doing.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use hello_model::{
    failure::Failure,
    fetch::Extent,
    log::{Level, LogLine, TailEvent},
    time::{Now, Timestamp, before},
};

use crate::{back_off::BackOff, log_buffer::LogBuffer};

/// How far back a new tail begins.
const HISTORY: Duration = Duration::from_mins(10);

/// How far before the newest line a tail is resumed: lines may have arrived late meanwhile.
const OVERLAP: Duration = Duration::from_secs(30);

/// How long a tail rests after its first failure before it is resumed.
const RETRY_DELAY: Duration = Duration::from_secs(10);

/// The lines of one log group.
#[derive(Debug, Default)]
pub struct LogFeed {
    group: Option<String>,
    lines: LogBuffer,
    status: TailStatus,
    /// The earliest time from which the lines were read.
    began: Option<Timestamp>,
    /// Where the tail is taken up again. It moves on only when everything before it was read.
    resume: Option<Timestamp>,
    /// The ids that a resumed tail sends a second time.
    known: HashSet<String>,
    back_off: BackOff,
    version: u64,
}

/// How a tail is doing.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum TailStatus {
    /// It was never started, or was stopped.
    #[default]
    Stopped,
    /// It reads the lines that were there before.
    Reading,
    /// It has read all that there is, and goes on.
    Live,
    /// The service asked for a pause. No line is lost.
    Throttled { until: Timestamp },
    /// It failed, and is resumed at a moment, or never.
    Failed { failure: Failure, again: Option<Instant> },
}

impl LogFeed {
    /// Returns the log group, once it is known.
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    pub fn lines(&self) -> &LogBuffer {
        &self.lines
    }

    pub fn status(&self) -> &TailStatus {
        &self.status
    }

    /// Reports whether the lines that were there before were read, or a part of them.
    pub fn is_read(&self) -> bool {
        !self.lines.is_empty() || matches!(self.status, TailStatus::Live | TailStatus::Throttled { .. })
    }

    /// Returns why the tail does not go on.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.status {
            TailStatus::Failed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// Returns the errors, or where there is none the warnings, the newest first.
    pub fn recent_problems(&self) -> impl Iterator<Item = &LogLine> {
        let least = if self.lines.errors() > 0 { Level::Error } else { Level::Warn };
        self.lines.newest_first().filter(move |line| line.level >= least)
    }

    /// Starts or resumes the tail, and returns the position from which it reads. The position outlives failures and
    /// stops, and does not depend on how long they took.
    pub(crate) fn start(&mut self, extent: Extent, now: Now) -> Timestamp {
        let since = match (self.earlier_start(extent), self.resume) {
            (Some(earlier), _) => earlier,
            // Lines that were forgotten must not come again.
            (None, Some(resume)) => self.lines.kept_since().map_or(resume, |kept| kept.max(resume)),
            (None, None) => before(now.wall, HISTORY),
        };
        self.began = Some(self.began.map_or(since, |began| began.min(since)));
        self.resume = Some(since);
        self.known = self.lines.ids_since(since);
        match &mut self.status {
            // A failure stays in view until there is news.
            TailStatus::Failed { again, .. } => *again = None,
            status => *status = TailStatus::Reading,
        }
        since
    }

    /// Returns the time that is wanted, if the tail does not read from there yet. Once lines were forgotten, there is no
    /// room for earlier ones.
    fn earlier_start(&self, extent: Extent) -> Option<Timestamp> {
        let Extent::Since(since) = extent else { return None };
        let is_new = self.began.is_none_or(|began| since < began) && self.lines.forgotten() == 0;
        is_new.then_some(since)
    }

    /// Notes that the tail was stopped.
    pub(crate) fn stop(&mut self) {
        self.status = TailStatus::Stopped;
    }

    /// Reports whether the tail should be started or resumed now.
    pub(crate) fn is_due(&self, extent: Extent, now: Now) -> bool {
        match &self.status {
            TailStatus::Reading | TailStatus::Live if self.earlier_start(extent).is_some() => true,
            TailStatus::Stopped => true,
            TailStatus::Failed { again, .. } => again.is_some_and(|again| again <= now.instant),
            TailStatus::Reading | TailStatus::Live | TailStatus::Throttled { .. } => false,
        }
    }

    /// Reports whether a task reads the log group.
    pub(crate) fn is_running(&self) -> bool {
        match &self.status {
            TailStatus::Stopped => false,
            // A resumed tail keeps its failure until there is news.
            TailStatus::Failed { again, .. } => again.is_none(),
            TailStatus::Reading | TailStatus::Live | TailStatus::Throttled { .. } => true,
        }
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        match &self.status {
            TailStatus::Failed { again, .. } => *again,
            _ => None,
        }
    }

    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Takes an event of the tail in.
    pub(crate) fn resolve(&mut self, event: Result<TailEvent, Failure>, now: Now) {
        let before = self.status.clone();
        if matches!(event, Ok(TailEvent::Lines(_) | TailEvent::CaughtUp { .. })) {
            self.back_off.reset();
        }
        match event {
            Ok(TailEvent::Opened { group }) => {
                self.group = Some(group);
                self.status = TailStatus::Reading;
            }
            Ok(TailEvent::Lines(lines)) => {
                self.insert(lines);
                if matches!(self.status, TailStatus::Failed { .. } | TailStatus::Throttled { .. }) {
                    self.status = TailStatus::Reading;
                }
            }
            Ok(TailEvent::CaughtUp { at }) => {
                self.known.clear();
                self.move_on(at);
                self.status = TailStatus::Live;
            }
            Ok(TailEvent::Throttled { until }) => self.status = TailStatus::Throttled { until },
            Err(failure) => {
                let again = self.back_off.retry_at(&failure, RETRY_DELAY, now);
                self.status = TailStatus::Failed { failure, again };
            }
        }
        self.version += u64::from(self.status != before);
    }

    /// Moves the position up to some time before the newest line. A line from the future does not count: others still
    /// come before it.
    fn move_on(&mut self, caught_up_at: Timestamp) {
        let Some(newest) = self.lines.newest_first().next() else { return };
        let since = before(newest.at.min(caught_up_at), OVERLAP);
        self.resume = Some(self.resume.map_or(since, |resume| resume.max(since)));
    }

    fn insert(&mut self, mut lines: Vec<LogLine>) {
        if !self.known.is_empty() {
            lines.retain(|line| !self.known.contains(&line.id));
        }
        self.version += u64::from(!lines.is_empty());
        self.lines.insert(lines);
    }
}
