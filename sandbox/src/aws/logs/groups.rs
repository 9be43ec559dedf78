//! The log group.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::json::read;
use super::super::{AwsError, Context};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "these are the names on the wire")]
struct Input {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    #[serde(default)]
    log_group_identifiers: Vec<String>,
    log_group_class: Option<String>,
}

pub(super) fn describe(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<Input>(input)?;
    let names = context.state.names();
    if requested.log_group_name_prefix.is_some() && requested.log_group_name_pattern.is_some() {
        let message = "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.";
        return Err(AwsError::parameter(message));
    }
    let arn = names.log_group_arn();
    let is_meant = |identifier: &String| *identifier == names.log_group || *identifier == arn;
    let wanted = requested.log_group_name_prefix.is_none_or(|prefix| names.log_group.starts_with(&prefix))
        && requested.log_group_name_pattern.is_none_or(|pattern| names.log_group.contains(&pattern))
        && (requested.log_group_identifiers.is_empty()
            || requested.log_group_identifiers.iter().any(is_meant))
        && requested.log_group_class.is_none_or(|class| class == "STANDARD");
    let group = json!({
        "logGroupName": names.log_group, "arn": format!("{arn}:*"), "logGroupArn": arn,
        "creationTime": context.world.resources_created_at.millis(), "retentionInDays": 30, "metricFilterCount": 0,
        "storedBytes": 0, "logGroupClass": "STANDARD",
    });
    Ok(json!({"logGroups": if wanted { vec![group] } else { vec![] }}))
}
