//! `FilterLogEvents`: lines of all streams, ordered by time and split into pages.
//!
//! A page searches a limited span of time, as in CloudWatch Logs, so an empty page may still have a `nextToken`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::log::{Line, lines};
use crate::moment::{Moment, millis, secs};

use super::super::json::read;
use super::super::{AwsError, Context};
use super::cursor::Cursor;
use super::group;
use super::pattern::Pattern;

/// The longest span that a page searches, in seconds.
const SPAN: u64 = 20 * 60;

/// The longest span for which lines are generated at once, in seconds.
const CHUNK: u64 = 60;

const MAX_EVENTS: usize = 10_000;
const MAX_BYTES: usize = 1 << 20;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    #[serde(default)]
    log_stream_names: Vec<String>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    filter_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
    start_from_head: Option<bool>,
}

/// The filters of a request.
struct Search {
    from: Moment,
    /// The end of the time range, exclusive.
    to: Moment,
    streams: Vec<String>,
    prefix: String,
    pattern: Pattern,
    limit: usize,
    forwards: bool,
}

pub(super) fn answer(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<Input>(input)?;
    group(context, requested.log_group_name.as_deref(), requested.log_group_identifier.as_deref())?;
    let token = requested.next_token.as_deref().map(Cursor::read).transpose()?;
    let search = Search::of(context, requested, token.as_ref())?;
    let (found, next) = search.page(context, token);
    let events = found.iter().map(|line| {
        json!({
            "eventId": line.id, "timestamp": line.at.millis(), "ingestionTime": line.ingested_at.millis(),
            "logStreamName": line.stream, "message": line.message,
        })
    });
    let mut answer = json!({"events": events.collect::<Vec<_>>(), "searchedLogStreams": []});
    if let Some(next) = next {
        answer["nextToken"] = Value::String(next.write());
    }
    Ok(answer)
}

impl Search {
    fn of(context: &Context<'_>, requested: Input, token: Option<&Cursor>) -> Result<Self, AwsError> {
        if !requested.log_stream_names.is_empty() && requested.log_stream_name_prefix.is_some() {
            let message = "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.";
            return Err(AwsError::parameter(message));
        }
        let limit = requested.limit.unwrap_or(MAX_EVENTS);
        if !(1..=MAX_EVENTS).contains(&limit) {
            return Err(AwsError::parameter("limit must be between 1 and 10000."));
        }
        let prefix = requested.log_stream_name_prefix.unwrap_or_default();
        let oldest = oldest(context, &requested.log_stream_names, &prefix);
        let from = requested.start_time.map_or(oldest, Moment::from_millis).max(oldest);
        let newest = context.world.now + secs(1);
        // `endTime` is inclusive here, unlike in `GetLogEvents`.
        let to =
            requested.end_time.map_or(newest, |end| Moment::from_millis(end.saturating_add(1))).min(newest);
        Ok(Self {
            from,
            to,
            streams: requested.log_stream_names,
            prefix,
            pattern: Pattern::parse(requested.filter_pattern.as_deref().unwrap_or_default())?,
            limit,
            forwards: token.map_or(requested.start_from_head.unwrap_or(true), |token| token.forwards),
        })
    }

    fn matches(&self, line: &Line) -> bool {
        line.stream.starts_with(&self.prefix)
            && (self.streams.is_empty() || self.streams.contains(&line.stream))
            && self.pattern.matches(&line.message)
    }

    /// Returns the lines of one page, and the start of the next page if there may be more lines.
    fn page(&self, context: &Context<'_>, token: Option<Cursor>) -> (Vec<Line>, Option<Cursor>) {
        let mut cursor = token
            .unwrap_or_else(|| Cursor::at(if self.forwards { self.from } else { self.to }, self.forwards));
        let (mut found, mut bytes) = (Vec::new(), 0);
        let length = context.world.log_load.map_or(CHUNK, |load| load.span_of(self.limit).min(CHUNK));
        for _ in 0..SPAN / length {
            let Some((from, to)) = self.chunk(&cursor, length) else { return (found, None) };
            let mut chunk = lines(&context.state.scenario, &context.world, from, to);
            if !self.forwards {
                chunk.reverse();
            }
            for line in chunk.into_iter().filter(|line| cursor.leads_to(line)) {
                if !self.matches(&line) {
                    continue;
                }
                bytes += line.message.len() + 26;
                if found.len() == self.limit || bytes > MAX_BYTES {
                    let last = found.last().map(|line| Cursor::beside(line, self.forwards));
                    return (found, last);
                }
                found.push(line);
            }
            cursor = Cursor::at(if self.forwards { to } else { from }, self.forwards);
        }
        let more = self.chunk(&cursor, length).is_some();
        (found, more.then_some(cursor))
    }

    /// Returns the next time range to search, of at most `length` seconds.
    fn chunk(&self, cursor: &Cursor, length: u64) -> Option<(Moment, Moment)> {
        let chunk = if self.forwards {
            let from = cursor.at.max(self.from);
            (from, (from + secs(length)).min(self.to))
        } else {
            // The cursor's own millisecond may contain more lines.
            let to = if cursor.last.is_some() { cursor.at + millis(1) } else { cursor.at };
            let to = to.min(self.to);
            ((to - secs(length)).max(self.from), to)
        };
        (chunk.0 < chunk.1).then_some(chunk)
    }
}

/// Returns the start of the oldest requested stream; nothing before it needs to be searched.
fn oldest(context: &Context<'_>, streams: &[String], prefix: &str) -> Moment {
    let names = context.state.names();
    let requested = context.world.tasks.iter().filter(|task| {
        let stream = names.log_stream(&task.id);
        stream.starts_with(prefix) && (streams.is_empty() || streams.contains(&stream))
    });
    requested.map(|task| task.running_at).min().unwrap_or(context.world.now)
}
