//! Whether the selected profile exists.
//!
//! The SDK goes on to its next sources of credentials where a profile is missing, and then reports what the last of them
//! lacks.

use std::env;

use aws_config::profile::{self, profile_file};
use aws_types::os_shim_internal::{Env, Fs};
use hello_model::failure::{Failure, Kind};

use super::source::{CredentialsSource, UNNAMED};

/// The files that have profiles: the variable that names another file, and the default path.
const FILES: [(&str, &str); 2] =
    [("AWS_CONFIG_FILE", "~/.aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")];

/// Checks that the profile of `source` exists, for the operation `what`.
///
/// # Errors
///
/// Fails if no file has the profile.
#[expect(deprecated, reason = "the new name of the type is in a crate that only the SDK needs")]
pub(super) async fn check(source: &CredentialsSource, what: &str) -> Result<(), Failure> {
    let name = match source {
        CredentialsSource::Chosen(name) => name,
        // Without a default profile, the SDK uses other sources of credentials.
        CredentialsSource::Profile(name) if name != UNNAMED => name,
        _ => return Ok(()),
    };
    // The SDK reports a file that cannot be read.
    let Ok(known) =
        profile::load(&Fs::real(), &Env::real(), &profile_file::ProfileFiles::default(), None).await
    else {
        return Ok(());
    };
    if known.get_profile(name).is_some() {
        return Ok(());
    }
    let files = FILES.map(|(variable, path)| env::var(variable).unwrap_or_else(|_| path.to_owned()));
    let why = format!("there is no AWS profile {name} in {}", files.join(" or "));
    Err(Failure::new(Kind::Unauthorized, what, why).hint(format!(
        "aws configure list-profiles names those that exist; aws configure --profile {name} makes this one"
    )))
}
