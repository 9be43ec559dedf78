//! The source of AWS credentials: which provider is used, its name in failures, and how to renew the credentials.

use std::{env, fmt};

use super::AwsAccess;

/// The SDK's name for the profile that applies if none is named.
pub(super) const UNNAMED: &str = "default";

/// The first provider of credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CredentialsSource {
    /// Keys that are part of the connection settings.
    Given,
    /// `AWS_ACCESS_KEY_ID` and related variables.
    Environment,
    /// A profile that the user selected. It takes precedence over keys in the environment, as in the AWS command line;
    /// the SDK alone would use the keys.
    Chosen(String),
    /// The profile in `AWS_PROFILE`, or the default profile.
    Profile(String),
}

impl CredentialsSource {
    pub(super) fn of(access: &AwsAccess) -> Self {
        let usual = env::var("AWS_PROFILE").ok().filter(|name| !name.is_empty());
        match (&access.keys, &access.profile) {
            (Some(_), _) => Self::Given,
            (None, Some(profile)) if usual.as_ref() != Some(profile) => Self::Chosen(profile.clone()),
            _ if env::var_os("AWS_ACCESS_KEY_ID").is_some() => Self::Environment,
            _ => Self::Profile(usual.unwrap_or_else(|| UNNAMED.to_owned())),
        }
    }

    /// Returns the command to run if the credentials are missing or rejected.
    pub(super) fn sign_in(&self) -> String {
        match self {
            Self::Given => "check the keys that were given".to_owned(),
            Self::Environment => {
                "renew AWS_ACCESS_KEY_ID and its secret, or unset them and export AWS_PROFILE=NAME".to_owned()
            }
            Self::Profile(name) if name == UNNAMED => "export AWS_PROFILE=NAME, or aws configure".to_owned(),
            Self::Chosen(name) | Self::Profile(name) => format!("aws sso login --profile {name}"),
        }
    }
}

impl fmt::Display for CredentialsSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("the given keys"),
            Self::Environment => f.write_str("AWS_ACCESS_KEY_ID of the environment"),
            Self::Chosen(name) | Self::Profile(name) => write!(f, "profile {name}"),
        }
    }
}
