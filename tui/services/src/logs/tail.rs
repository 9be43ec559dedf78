//! One tail: a state machine that produces one event for each poll of its stream.

use std::{collections::VecDeque, time::Duration};

use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
use futures::{Stream, stream};
use hello_model::{
    calls,
    failure::{Failure, Kind},
    log::{Level, LogLine, LogSource, TailEvent},
    time::Timestamp,
};
use tokio::time;

use super::{Logs, cursor::TailCursor};
use crate::aws::RegionalCall;

/// The poll interval of a tail that is up to date.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// The maximum number of lines in one event, and the approximate maximum of bytes, so that none delays the screen.
const MAX_LINES: usize = 1_000;
const MAX_BATCH: usize = 1024 * 1024;

/// The maximum number of events per page, as documented by AWS.
const MAX_EVENTS: usize = 10_000;

/// The maximum size of a message, in bytes: the limit of the service. Longer messages are cut.
const MAX_MESSAGE: usize = 1024 * 1024;

/// The maximum length of an id or a stream name, in bytes. Those of the service are shorter.
const MAX_NAME: usize = 512;

/// The maximum wait after repeated throttling.
const MAX_BACK_OFF: Duration = Duration::from_secs(32);

/// Follows one log.
pub(super) struct Tail {
    logs: Logs,
    source: LogSource,
    cursor: TailCursor,
    /// Events ready to be polled.
    news: VecDeque<TailEvent>,
    step: TailStep,
    /// The number of consecutive throttled requests.
    throttled: u32,
}

/// The next step, taken once all ready events are polled.
enum TailStep {
    Open,
    /// Reads a page: the first of a query, or the one for the token.
    Read(LogGroup, Option<String>),
    /// Waits, then reads.
    Wait(LogGroup, Option<String>, Duration),
    End,
}

/// A log group and the clients of its region.
#[derive(Clone)]
struct LogGroup {
    name: String,
    call: RegionalCall,
}

impl Tail {
    pub(super) fn new(logs: Logs, source: LogSource, since: Timestamp) -> Self {
        let (cursor, news) = (TailCursor::new(since), VecDeque::new());
        Self { logs, source, cursor, news, step: TailStep::Open, throttled: 0 }
    }

    pub(super) fn into_stream(self) -> impl Stream<Item = Result<TailEvent, Failure>> + Send + use<> {
        stream::unfold(self, async |mut tail| tail.next().await.map(|news| (news, tail)))
    }

    async fn next(&mut self) -> Option<Result<TailEvent, Failure>> {
        loop {
            if let Some(news) = self.news.pop_front() {
                return Some(Ok(news));
            }
            self.step = match std::mem::replace(&mut self.step, TailStep::End) {
                TailStep::End => return None,
                TailStep::Wait(group, token, wait) => {
                    time::sleep(wait).await;
                    TailStep::Read(group, token)
                }
                TailStep::Open => match self.open().await {
                    Ok(group) => TailStep::Read(group, None),
                    Err(failure) => return Some(Err(failure)),
                },
                TailStep::Read(group, token) => match self.read(group, token).await {
                    Ok(step) => step,
                    Err(failure) => return Some(Err(failure)),
                },
            };
        }
    }

    async fn open(&mut self) -> Result<LogGroup, Failure> {
        let (name, region) = match &self.source {
            LogSource::Group(group) => named(group),
            LogSource::Service(service) => {
                let target = self.logs.ecs.log_target(service).await?;
                (target.group, Some(target.region))
            }
        };
        let call = self.logs.aws.call(region.as_deref(), format!("following the log group {name}")).await?;
        self.news.push_back(TailEvent::Opened { group: name.clone() });
        Ok(LogGroup { name, call })
    }

    async fn read(&mut self, group: LogGroup, token: Option<String>) -> Result<TailStep, Failure> {
        self.logs.pacer.wait().await;
        let asked_at = Timestamp::now();
        let request = group
            .call
            .logs()
            .filter_log_events()
            .log_group_name(&group.name)
            .start_time(self.cursor.start())
            .set_next_token(token.clone());
        let page = match request.send().await {
            Ok(page) => page,
            Err(error) => {
                let failure = group.call.failed(&calls::FILTER_LOG_EVENTS, &error);
                return self.slow_down(group, token, failure);
            }
        };
        self.throttled = 0;
        let lines = page.events.into_iter().flatten().take(MAX_EVENTS).filter_map(line).collect();
        self.tell(lines, asked_at);
        // A page may be empty without being the last: only a missing token ends a query.
        if let Some(next) = page.next_token.filter(|next| !next.is_empty()) {
            return Ok(TailStep::Read(group, Some(next)));
        }
        self.cursor.finish();
        self.news.push_back(TailEvent::CaughtUp { at: asked_at });
        Ok(TailStep::Wait(group, None, POLL_INTERVAL))
    }

    fn tell(&mut self, page: Vec<LogLine>, now: Timestamp) {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for line in self.cursor.take(page, now) {
            if batch.len() == MAX_LINES || bytes + line.size() > MAX_BATCH && !batch.is_empty() {
                self.news.push_back(TailEvent::Lines(std::mem::take(&mut batch)));
                bytes = 0;
            }
            bytes += line.size();
            batch.push(line);
        }
        if !batch.is_empty() {
            self.news.push_back(TailEvent::Lines(batch));
        }
    }

    /// Waits longer each time, then requests the same page again, so that no line is lost.
    fn slow_down(
        &mut self,
        group: LogGroup,
        token: Option<String>,
        failure: Failure,
    ) -> Result<TailStep, Failure> {
        if !matches!(failure.kind, Kind::RateLimited { .. }) {
            return Err(failure);
        }
        let now = Timestamp::now();
        let wait = back_off(self.throttled, now);
        self.throttled += 1;
        self.news.push_back(TailEvent::Throttled { until: now + wait });
        Ok(TailStep::Wait(group, token, wait))
    }
}

/// Doubles from one second, plus up to 100% jitter, so that many consoles do not retry at the same time.
fn back_off(times: u32, now: Timestamp) -> Duration {
    let whole = Duration::from_secs(1 << times.min(5)).min(MAX_BACK_OFF);
    // The nanoseconds of the clock are random enough.
    whole / 2 + whole.mul_f64(f64::from(now.subsec_nanosecond().unsigned_abs()) / 1e9) / 2
}

/// Splits the ARN of a log group into name and region. Any other text is a name.
fn named(group: &str) -> (String, Option<String>) {
    let parts: Vec<&str> = group.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "logs", region, _, "log-group", name, ..] => {
            ((*name).to_owned(), Some((*region).to_owned()))
        }
        _ => (group.to_owned(), None),
    }
}

/// Converts an event. An event without an id or time could be reported twice, so it is dropped; the service sends none.
pub(super) fn line(event: FilteredLogEvent) -> Option<LogLine> {
    let id = event.event_id.filter(|id| id.len() <= MAX_NAME)?;
    let message = cut(event.message.unwrap_or_default(), MAX_MESSAGE);
    Some(LogLine {
        id,
        stream: cut(event.log_stream_name.unwrap_or_default(), MAX_NAME),
        at: Timestamp::from_millisecond(event.timestamp?).ok()?,
        ingested: event.ingestion_time.and_then(|at| Timestamp::from_millisecond(at).ok()),
        level: Level::of(&message),
        message,
    })
}

/// Cuts a text to at most `most` bytes. A cut text ends with `…`.
fn cut(mut text: String, most: usize) -> String {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most - '…'.len_utf8()));
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_bounded() {
        let now: Timestamp = "2026-11-23T10:00:00.999999Z".parse().unwrap();
        let waits = [0, 1, 2, 60].map(|times| back_off(times, now).as_millis());
        assert_eq!(waits, [999, 1_999, 3_999, 31_999]);
    }

    #[test]
    fn a_long_message_is_cut_at_a_character() {
        let long = cut("ü".repeat(MAX_MESSAGE), MAX_MESSAGE);
        assert!(long.len() <= MAX_MESSAGE && long.ends_with("ü…"));
        assert_eq!(cut("short".to_owned(), MAX_MESSAGE), "short");
    }

    #[test]
    fn every_text_of_an_event_is_bounded() {
        let huge = "ü".repeat(MAX_MESSAGE);
        let event = FilteredLogEvent::builder().timestamp(0).message(&huge).log_stream_name(&huge);
        let line = line(event.clone().event_id("1").build()).unwrap();
        assert!(line.message.len() <= MAX_MESSAGE && line.stream.len() <= MAX_NAME);
        assert!(line.size() < MAX_MESSAGE + 4 * MAX_NAME, "{} bytes", line.size());
        assert_eq!(super::line(event.event_id(huge).build()), None);
    }

    #[test]
    fn a_log_group_may_be_named_by_its_arn() {
        let (name, region) = named("arn:aws:logs:eu-north-1:123456789012:log-group:/ecs/hello:*");
        assert_eq!((name.as_str(), region.as_deref()), ("/ecs/hello", Some("eu-north-1")));
        assert_eq!(named("/ecs/hello"), ("/ecs/hello".to_owned(), None));
    }
}
