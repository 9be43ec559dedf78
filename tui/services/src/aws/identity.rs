//! The AWS identity that the credentials belong to.

use hello_model::{
    calls::GET_CALLER_IDENTITY,
    failure::{Failure, Kind},
};

use super::{Aws, CredentialsSource};

const WHAT: &str = "reading the AWS identity";

/// An identity, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AwsIdentity {
    /// Twelve digits.
    pub(crate) account: String,
    pub(crate) arn: String,
}

impl Aws {
    /// Asks STS for the identity. Needs no permission and costs nothing.
    pub(crate) async fn identity(&self, region: Option<&str>) -> Result<AwsIdentity, Failure> {
        let call = self.call(region, WHAT).await?;
        let answer = call.clients.sts.get_caller_identity().send().await;
        let answer = answer.map_err(|error| call.failed(&GET_CALLER_IDENTITY, &error))?;
        match (answer.account, answer.arn) {
            (Some(account), Some(arn)) => Ok(AwsIdentity { account, arn }),
            _ => Err(call.missing(Kind::Unexpected, "the answer names no account")),
        }
    }

    /// Returns the region of requests that name none, and its endpoint if that is not AWS itself.
    pub(crate) async fn place(&self, region: Option<&str>) -> Result<(String, Option<String>), Failure> {
        let origin = self.call(region, "finding the AWS region").await?.clients.origin;
        Ok((origin.region, origin.endpoint))
    }

    /// Returns the first source of credentials, as a phrase.
    pub(crate) fn credentials_source(&self) -> String {
        CredentialsSource::of(&self.shared.access).to_string()
    }
}
