//! The stream of events about trucks: its position, and when it is opened again.

use std::time::{Duration, Instant};

use hello_model::{
    failure::Failure,
    fetch::Resume,
    time::Now,
    truck::{EventId, FleetEvent, TruckChange},
};

use crate::back_off::BackOff;

/// How long the stream rests after its first failure before it is opened again.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// When a service is asked again that has no stream. It may have been another one for a moment, behind the same address.
const UNAVAILABLE_DELAY: Duration = Duration::from_mins(5);

/// What is known of the stream.
#[derive(Debug, Default)]
pub(crate) struct EventFeed {
    status: FeedStatus,
    /// The last event that was received. The stream is taken up again after it.
    last: Option<EventId>,
    back_off: BackOff,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum FeedStatus {
    /// It was never opened, or was stopped.
    #[default]
    Stopped,
    Opening,
    Live,
    /// It failed, and is opened again at this time; never, if only another setting helps.
    Failed {
        again: Option<Instant>,
    },
}

/// What news of the stream means for the answers that follow it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FeedNews {
    Nothing,
    /// They changed in this way.
    Changes(Vec<TruckChange>),
    /// Changes may have been missed.
    Gap,
    /// They are polled from now on.
    Lost,
}

impl EventFeed {
    /// Opens the stream, and returns where it is taken up again.
    pub(crate) fn start(&mut self) -> Option<Resume> {
        self.status = FeedStatus::Opening;
        self.last.clone().map(Resume::After)
    }

    /// Notes that the stream was stopped.
    pub(crate) fn stop(&mut self) {
        self.status = FeedStatus::Stopped;
    }

    /// Reports whether the stream should be opened now.
    pub(crate) fn is_due(&self, now: Now) -> bool {
        match self.status {
            FeedStatus::Stopped => true,
            FeedStatus::Failed { again } => again.is_some_and(|again| again <= now.instant),
            FeedStatus::Opening | FeedStatus::Live => false,
        }
    }

    /// Reports whether a task reads the stream.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self.status, FeedStatus::Opening | FeedStatus::Live)
    }

    /// Reports whether every change is received.
    pub(crate) fn is_live(&self) -> bool {
        self.status == FeedStatus::Live
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        match self.status {
            FeedStatus::Failed { again } => again,
            _ => None,
        }
    }

    /// Takes news in, and returns what they mean for the answers.
    pub(crate) fn resolve(&mut self, news: Result<FleetEvent, Failure>, now: Now) -> FeedNews {
        let was_live = self.is_live();
        match news {
            Ok(FleetEvent::Opened) => {
                self.status = FeedStatus::Live;
                // A stream that is not taken up begins at an unknown event.
                if self.last.is_none() { FeedNews::Gap } else { FeedNews::Nothing }
            }
            Ok(FleetEvent::Changes { changes, last }) => {
                self.back_off.reset();
                self.last = last.or(self.last.take());
                FeedNews::Changes(changes)
            }
            Ok(FleetEvent::Reset { last }) => {
                self.last = last;
                FeedNews::Gap
            }
            Ok(FleetEvent::Unavailable) => {
                self.status = FeedStatus::Failed { again: Some(now.instant + UNAVAILABLE_DELAY) };
                FeedNews::Lost
            }
            Err(failure) => {
                let again = self.back_off.retry_at(&failure, RETRY_DELAY, now);
                self.status = FeedStatus::Failed { again };
                if was_live { FeedNews::Lost } else { FeedNews::Nothing }
            }
        }
    }
}
