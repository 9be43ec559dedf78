//! Log streams, one for each task.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::log::{MAX_DELAY, Stream, streams};
use crate::moment::{millis, secs};

use super::super::json::read;
use super::super::page::page;
use super::super::{AwsError, Context};
use super::group;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    order_by: Option<String>,
    #[serde(default)]
    descending: bool,
    next_token: Option<String>,
    limit: Option<usize>,
}

pub(super) fn describe(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<Input>(input)?;
    group(context, requested.log_group_name.as_deref(), requested.log_group_identifier.as_deref())?;
    let by_time = requested.order_by.as_deref() == Some("LastEventTime");
    if by_time && requested.log_stream_name_prefix.is_some() {
        let message = "Cannot order by LastEventTime with a logStreamNamePrefix.";
        return Err(AwsError::parameter(message));
    }
    let prefix = requested.log_stream_name_prefix.unwrap_or_default();
    let mut all = streams(context.state.names(), &context.world);
    all.retain(|stream| stream.name.starts_with(&prefix));
    if by_time {
        all.sort_by(|a, b| (a.last_at, &a.name).cmp(&(b.last_at, &b.name)));
    } else {
        all.sort_by(|a, b| a.name.cmp(&b.name));
    }
    if requested.descending {
        all.reverse();
    }
    let size = requested.limit.unwrap_or(50).clamp(1, 50);
    let paged = page(all, size, requested.next_token.as_deref(), |stream| stream.name.clone())?;
    let shown = paged.items.iter().map(|stream| describe_one(context, stream)).collect::<Vec<_>>();
    let mut answer = json!({"logStreams": shown});
    if let Some(next) = paged.next {
        answer["nextToken"] = Value::String(next);
    }
    Ok(answer)
}

/// Writes one stream. The time of its last event lags behind, as in CloudWatch Logs.
fn describe_one(context: &Context<'_>, stream: &Stream) -> Value {
    let arn = context.state.names().log_group_arn();
    let seen = stream.last_at.min(context.world.now - secs(MAX_DELAY)).max(stream.created_at);
    json!({
        "logStreamName": stream.name, "creationTime": stream.created_at.millis(),
        "firstEventTimestamp": (stream.created_at + millis(120)).millis(),
        "lastEventTimestamp": seen.millis(), "lastIngestionTime": (seen + millis(700)).millis(),
        "arn": format!("{arn}:log-stream:{}", stream.name), "storedBytes": 0,
    })
}
