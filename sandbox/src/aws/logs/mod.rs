//! The operations of CloudWatch Logs.

mod cursor;
mod filter;
mod get;
mod groups;
mod pattern;
mod streams;

use serde_json::Value;

use super::json::unknown;
use super::{AwsError, Context};

/// The prefix of the operation in `X-Amz-Target`.
pub(super) const TARGET: &str = "Logs_20140328";

pub(super) fn answer(context: &Context<'_>, operation: &str, input: Value) -> Result<Value, AwsError> {
    match operation {
        "DescribeLogGroups" => groups::describe(context, input),
        "DescribeLogStreams" => streams::describe(context, input),
        "FilterLogEvents" => filter::answer(context, input),
        "GetLogEvents" => get::answer(context, input),
        _ => Err(unknown(operation)),
    }
}

/// Checks that a name or an ARN identifies the sandbox's log group.
fn group(context: &Context<'_>, name: Option<&str>, identifier: Option<&str>) -> Result<(), AwsError> {
    let names = context.state.names();
    let known = match (name, identifier) {
        (Some(_), Some(_)) => {
            let message = "LogGroupName and LogGroupIdentifier cannot be used at the same time.";
            return Err(AwsError::parameter(message));
        }
        (None, None) => return Err(AwsError::parameter("A log group is required.")),
        (Some(name), None) => name == names.log_group,
        (None, Some(identifier)) => identifier == names.log_group || identifier == names.log_group_arn(),
    };
    if known {
        Ok(())
    } else {
        Err(AwsError::new("ResourceNotFoundException", "The specified log group does not exist."))
    }
}

/// Parses the first line as a filter pattern and counts the other lines that match it.
pub(super) fn match_lines(text: &str) -> Result<usize, AwsError> {
    let (pattern, lines) = text.split_once('\n').unwrap_or((text, ""));
    let pattern = pattern::Pattern::parse(pattern)?;
    Ok(lines.lines().filter(|line| pattern.matches(line)).count())
}

/// Parses a token and encodes it again.
pub(super) fn rewrite_token(token: &str) -> Result<String, AwsError> {
    Ok(cursor::Cursor::read(token)?.write())
}
