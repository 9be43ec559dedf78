//! `GetLogEvents`: one stream, forwards or backwards from a token; an unchanged token marks the end.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::log::{Line, Stream, lines, streams};
use crate::moment::{Moment, millis, secs};

use super::super::json::read;
use super::super::{AwsError, Context};
use super::cursor::Cursor;
use super::group;

const MAX_EVENTS: usize = 10_000;

/// The longest span from which one response takes lines, in seconds.
const SPAN: u64 = 30 * 60;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    start_from_head: bool,
}

pub(super) fn answer(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<Input>(input)?;
    group(context, requested.log_group_name.as_deref(), requested.log_group_identifier.as_deref())?;
    let mut known = streams(context.state.names(), &context.world).into_iter();
    let Some(stream) = known.find(|stream| stream.name == requested.log_stream_name) else {
        return Err(AwsError::new("ResourceNotFoundException", "The specified log stream does not exist."));
    };
    let token = requested.next_token.as_deref().map(Cursor::read).transpose()?;
    let forwards = token.as_ref().map_or(requested.start_from_head, |token| token.forwards);
    let limit = requested.limit.unwrap_or(MAX_EVENTS).clamp(1, MAX_EVENTS);
    let found = search(context, &requested, &stream, token.as_ref(), forwards, limit);

    let events = found.iter().map(|line| {
        json!({"timestamp": line.at.millis(), "ingestionTime": line.ingested_at.millis(), "message": line.message})
    });
    let kept = |forwards: bool, edge: Option<&Line>| match (edge, &token) {
        (Some(line), _) => Cursor::beside(line, forwards),
        (None, Some(token)) => token.facing(forwards),
        (None, None) => Cursor::at(if forwards { stream.created_at } else { context.world.now }, forwards),
    };
    Ok(json!({
        "events": events.collect::<Vec<_>>(),
        "nextForwardToken": kept(true, found.last()).write(),
        "nextBackwardToken": kept(false, found.first()).write(),
    }))
}

fn search(
    context: &Context<'_>,
    requested: &Input,
    stream: &Stream,
    token: Option<&Cursor>,
    forwards: bool,
    limit: usize,
) -> Vec<Line> {
    let newest = (stream.last_at + secs(10)).min(context.world.now + secs(1));
    let mut from = requested.start_time.map_or(stream.created_at, Moment::from_millis).max(stream.created_at);
    // `endTime` is exclusive here, unlike in `FilterLogEvents`.
    let mut to = requested.end_time.map_or(newest, Moment::from_millis).min(newest);
    match token {
        Some(token) if forwards => from = from.max(token.at),
        Some(token) => to = to.min(token.at + millis(1)),
        None => {}
    }
    let beyond = |line: &Line| token.is_none_or(|token| token.leads_to(line));
    // A span without lines is skipped, so that an empty response always marks the end.
    let mut found = Vec::new();
    while found.is_empty() && from < to {
        let (start, end) =
            if forwards { (from, (from + secs(SPAN)).min(to)) } else { ((to - secs(SPAN)).max(from), to) };
        found = lines(&context.state.scenario, &context.world, start, end);
        found.retain(|line| line.stream == stream.name && beyond(line));
        if forwards { from = end } else { to = start }
    }
    let surplus = found.len().saturating_sub(limit);
    if forwards {
        found.truncate(limit);
    } else {
        found.drain(..surplus);
    }
    found
}
