//! Where tokens come from: other programs, and the keyring of the user's desktop.
//!
//! A token is never shown, and is written to nothing but the keyring.

mod command;
mod keyring;

use secrecy::SecretString;

pub use self::{command::TokenCommand, keyring::Keyring};
pub(super) use self::{
    command::{gh_token, token_of},
    keyring::{KeyringError, KeyringProblem},
};

/// A token, and what to call the place that it is from.
#[derive(Debug, Clone)]
pub struct GivenToken {
    pub value: SecretString,
    /// The variable's name: `GH_TOKEN`.
    pub source: &'static str,
}
