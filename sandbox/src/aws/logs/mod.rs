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

/// The name in front of the operation.
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

/// Makes sure that the group is the one there is, by its name or by the ARN that stands for it.
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

/// Reads the first line as a filter pattern, and matches the other lines against it; returns why it was refused.
pub(super) fn match_lines(text: &str) -> Result<usize, AwsError> {
    let (pattern, lines) = text.split_once('\n').unwrap_or((text, ""));
    let pattern = pattern::Pattern::parse(pattern)?;
    Ok(lines.lines().filter(|line| pattern.matches(line)).count())
}

/// Reads a token and writes it again.
pub(super) fn rewrite_token(token: &str) -> Result<String, AwsError> {
    Ok(cursor::Cursor::read(token)?.write())
}
