//! STS: the identity that the credentials belong to.

use serde_json::{Value, json};

use crate::scenario::OPERATOR;

use super::super::{AwsError, Context};
use super::form::Form;
use super::unknown;

pub(super) fn answer(context: &Context<'_>, operation: &str, _: &Form) -> Result<Value, AwsError> {
    let names = context.state.names();
    match operation {
        "GetCallerIdentity" => Ok(json!({
            "UserId": "AROASANDBOX0000000000:operator", "Account": names.account,
            "Arn": format!("arn:aws:sts::{}:assumed-role/operator/{}", names.account, OPERATOR.login),
        })),
        _ => Err(unknown(operation)),
    }
}
