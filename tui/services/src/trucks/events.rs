//! Follows what happens to trucks.

use std::{collections::VecDeque, time::Duration};

use futures::{Stream, stream};
use hello_model::{
    calls::FOLLOW_TRUCKS,
    failure::{Failure, Kind},
    truck::{ChangeKind, EventId, FleetEvent, TruckChange},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    HttpRequest, Operation, Trucks,
    answers::{self, Body},
    event_text::{EventReader, EventText},
};

const FOLLOWING: Operation = Operation {
    name: "following the trucks",
    call: FOLLOW_TRUCKS,
    in_doubt: "wait: it is tried again, and the trucks are read meanwhile",
};

/// A stream that is silent for longer is dead, as a multiple of the timeout of one response: 40 seconds by default. The
/// service sends something every 15 seconds.
const SILENCE_TIMEOUTS: u32 = 4;

/// How long changes are gathered, so that many of them are one update.
const GATHERING: Duration = Duration::from_millis(100);

/// The maximum number of changes in one update, so that none delays the screen.
const MAX_CHANGES: usize = 1_000;

/// One stream: a state machine that produces one piece of news for each poll.
struct EventStream {
    trucks: Trucks,
    last: Option<EventId>,
    step: Step,
}

enum Step {
    Open,
    Read(Box<Reading>),
    End,
}

/// An open stream.
struct Reading {
    body: Body,
    reader: EventReader,
    /// Read and not yet told.
    events: VecDeque<EventText>,
}

impl Trucks {
    /// Follows what happens to trucks after the event `last`, or from now on. An error ends the stream.
    pub fn events(
        &self,
        last: Option<EventId>,
    ) -> impl Stream<Item = Result<FleetEvent, Failure>> + Send + use<> {
        let client = self.client.clone().endless(self.timeout);
        let trucks = Self { client, ..self.clone() };
        let following = EventStream { trucks, last, step: Step::Open };
        stream::unfold(following, async |mut stream| stream.next().await.map(|news| (news, stream)))
    }
}

impl EventStream {
    async fn next(&mut self) -> Option<Result<FleetEvent, Failure>> {
        let news = match std::mem::replace(&mut self.step, Step::End) {
            Step::Open => self.open().await,
            Step::Read(reading) => self.read(reading).await,
            Step::End => return None,
        };
        Some(news)
    }

    async fn open(&mut self) -> Result<FleetEvent, Failure> {
        let mut address = self.trucks.address("trucks");
        if let Ok(mut path) = address.path_segments_mut() {
            path.push("events");
        }
        let mut request = HttpRequest::get(address);
        request.headers.insert(header::ACCEPT, HeaderValue::from_static("text/event-stream"));
        let last = self.last.as_ref().and_then(|last| HeaderValue::from_str(&last.0).ok());
        let is_resumed = last.is_some();
        request.headers.extend(last.map(|last| (HeaderName::from_static("last-event-id"), last)));
        let (response, token) = self.trucks.send(&FOLLOWING, request).await?;
        match response.status() {
            StatusCode::OK if is_event_stream(response.headers()) => {
                let body = response.into_body().endless();
                let reading = Reading { body, reader: EventReader::default(), events: VecDeque::new() };
                self.step = Step::Read(Box::new(reading));
                Ok(FleetEvent::Opened)
            }
            // The service does not know this id.
            StatusCode::BAD_REQUEST if is_resumed => {
                (self.last, self.step) = (None, Step::Open);
                Ok(FleetEvent::Reset { last: None })
            }
            // A service without events takes the path for that of a truck, or knows no such type.
            StatusCode::OK
            | StatusCode::BAD_REQUEST
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::NOT_ACCEPTABLE
            | StatusCode::GONE
            | StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::NOT_IMPLEMENTED => Ok(FleetEvent::Unavailable),
            _ => {
                let answer = self.trucks.read(&FOLLOWING, response, token).await?;
                Err(self.trucks.refused(&FOLLOWING, &answer))
            }
        }
    }

    async fn read(&mut self, mut reading: Box<Reading>) -> Result<FleetEvent, Failure> {
        while reading.events.is_empty() {
            let limit = self.trucks.timeout * SILENCE_TIMEOUTS;
            let frame = timeout(limit, reading.body.frame()).await;
            let frame = frame.unwrap_or(Some(Err(answers::Error::TooSlow(limit))));
            self.take(&mut reading, frame)?;
        }
        let until = Instant::now() + GATHERING;
        while reading.events.len() < MAX_CHANGES {
            let Ok(frame) = timeout_at(until, reading.body.frame()).await else { break };
            // What was read before an error is told first; the next poll meets the error again.
            if self.take(&mut reading, frame).is_err() {
                break;
            }
        }
        let news = self.told(&mut reading);
        self.step = Step::Read(reading);
        Ok(news)
    }

    /// Takes the next bytes in.
    fn take(
        &self,
        reading: &mut Reading,
        frame: Option<Result<http_body::Frame<bytes::Bytes>, answers::Error>>,
    ) -> Result<(), Failure> {
        let ended =
            || Failure::new(Kind::Offline, FOLLOWING.name, "the service has ended the stream of events");
        let frame = frame.ok_or_else(ended)?;
        let frame = frame.map_err(|error| self.trucks.unanswered(&FOLLOWING, &error))?;
        let bytes = frame.into_data().unwrap_or_default();
        let events = reading.reader.read(&bytes);
        reading.events.extend(events.map_err(|why| self.trucks.unexpected(&FOLLOWING, why))?);
        Ok(())
    }

    /// Returns the changes up to an event that asks the client to read the trucks again, or that event.
    fn told(&mut self, reading: &mut Reading) -> FleetEvent {
        let mut changes = Vec::new();
        while let Some(event) = reading.events.front().filter(|_| changes.len() < MAX_CHANGES) {
            let change = read_event(event);
            if change.is_err() && !changes.is_empty() {
                break;
            }
            self.last = event.id.clone().map(EventId).or(self.last.take());
            reading.events.pop_front();
            match change {
                Ok(change) => changes.extend(change),
                Err(IsReset) => return FleetEvent::Reset { last: self.last.clone() },
            }
        }
        FleetEvent::Changes { changes, last: self.last.clone() }
    }
}

/// The trucks must be read again.
pub(super) struct IsReset;

/// Reads the change in an event; `None` for an event of another kind.
pub(super) fn read_event(event: &EventText) -> Result<Option<TruckChange>, IsReset> {
    let kind = match event.kind.as_str() {
        "created" => ChangeKind::Created,
        "changed" => ChangeKind::Changed,
        "removed" => ChangeKind::Removed,
        "reset" => return Err(IsReset),
        _ => return Ok(None),
    };
    // A change that cannot be read was missed.
    let truck = serde_json::from_str(&event.data).map_err(|_| IsReset)?;
    Ok(Some(TruckChange { kind, truck }))
}

fn is_event_stream(headers: &http::HeaderMap) -> bool {
    let media_type = answers::text(headers, header::CONTENT_TYPE).unwrap_or_default();
    media_type.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("text/event-stream"))
}
