//! The keyring of the user's desktop: Secret Service, Keychain or Credential Manager.

use std::{fmt, sync::Arc, time::Duration};

use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use tokio::{task::spawn_blocking, time};

/// The name of this program in the keyring.
const SERVICE: &str = "hello-tui";

/// The limit of a look-up. A keyring that asks the user for its password is not waited for, because the question may
/// be hidden by the console.
const READ_TIMEOUT: Duration = Duration::from_secs(5);

/// The limit of a change, during which the user may unlock the keyring.
const WRITE_TIMEOUT: Duration = Duration::from_mins(2);

/// Where tokens are kept between runs.
#[derive(Clone, Default)]
pub enum Keyring {
    /// Keeps nothing, and finds nothing.
    #[default]
    Off,
    /// The keyring of the user's desktop.
    System,
    /// Another store.
    Store(Arc<CredentialStore>),
}

/// Why the keyring could not be used. A missing entry is no error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyringError {
    pub(crate) problem: KeyringProblem,
    /// What the keyring says itself, if anything.
    told: Option<String>,
}

/// The kinds of [`KeyringError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyringProblem {
    /// It is locked, or the user did not allow the access.
    Locked,
    /// It does not answer: it may be waiting for its password.
    Silent,
    /// This machine or session has none.
    Missing,
    /// It answers something else.
    Unusable,
}

impl Keyring {
    /// Returns the token of an account such as `github:HOST`, or `None` if there is no such entry.
    pub(crate) async fn token(&self, account: &str) -> Result<Option<SecretString>, KeyringError> {
        let read = |entry: &Entry| optional(entry.get_password());
        let found = self.run(account, READ_TIMEOUT, read).await.unwrap_or(Ok(None))?;
        let token = found.map(|found| found.trim().to_owned()).filter(|token| !token.is_empty());
        Ok(token.map(SecretString::from))
    }

    /// Keeps a token for an account, in place of the one that it may have.
    pub(crate) async fn keep(&self, account: &str, token: &SecretString) -> Result<(), KeyringError> {
        let token = token.clone();
        let write = move |entry: &Entry| entry.set_password(token.expose_secret());
        self.run(account, WRITE_TIMEOUT, write).await.unwrap_or(Err(KeyringProblem::Missing.into()))
    }

    /// Removes the token of an account. Returns whether there was one.
    pub(crate) async fn remove(&self, account: &str) -> Result<bool, KeyringError> {
        let remove = |entry: &Entry| optional(entry.delete_credential());
        Ok(self.run(account, WRITE_TIMEOUT, remove).await.unwrap_or(Ok(None))?.is_some())
    }

    /// Uses the entry of an account within a time limit. Returns `None` if the keyring is off.
    async fn run<T: Send + 'static>(
        &self,
        account: &str,
        limit: Duration,
        using: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Option<Result<T, KeyringError>> {
        let (keyring, account) = (self.clone(), account.to_owned());
        let entry = move || match keyring {
            Self::Off => None,
            Self::System => Some(keyring::v1::Entry::new(SERVICE, &account).map(|entry| entry.inner)),
            Self::Store(store) => Some(store.build(SERVICE, &account, None)),
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the keyring API is blocking; a look-up may keep one thread waiting"
        )]
        let used = spawn_blocking(move || entry().map(|entry| entry.and_then(|entry| using(&entry))));
        match time::timeout(limit, used).await {
            Ok(Ok(used)) => used.map(|used| used.map_err(KeyringError::from)),
            Ok(Err(panic)) => Some(Err(KeyringProblem::Unusable.says(panic.to_string()))),
            Err(_) => Some(Err(KeyringProblem::Silent.into())),
        }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "Off",
            Self::System => "System",
            Self::Store(_) => "Store",
        })
    }
}

/// Converts the error for a missing entry to `None`.
fn optional<T>(found: keyring_core::Result<T>) -> keyring_core::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

impl KeyringProblem {
    fn says(self, told: String) -> KeyringError {
        KeyringError { problem: self, told: Some(told) }
    }

    /// Returns what to do about it.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Locked | Self::Silent => "unlock the keyring",
            Self::Missing => "start a keyring, such as GNOME Keyring or KWallet",
            Self::Unusable => "look at the entries of hello-tui in the keyring",
        }
    }
}

impl fmt::Display for KeyringProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Locked => "the keyring is locked",
            Self::Silent => "the keyring does not answer: it may be waiting for its password",
            Self::Missing => "there is no keyring in this session",
            Self::Unusable => "the keyring cannot be used",
        })
    }
}

impl From<KeyringProblem> for KeyringError {
    fn from(problem: KeyringProblem) -> Self {
        Self { problem, told: None }
    }
}

impl From<Error> for KeyringError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoStorageAccess(cause) => KeyringProblem::Locked.says(cause.to_string()),
            Error::NoDefaultStore => KeyringProblem::Missing.into(),
            // A keyring without a collection to write to.
            Error::NoEntry => {
                KeyringProblem::Unusable.says("it has no collection for new entries".to_owned())
            }
            // Its text would list the entries.
            Error::Ambiguous(_) => KeyringProblem::Unusable.says("it has several such entries".to_owned()),
            // These may quote the secret.
            Error::BadEncoding(_) | Error::BadDataFormat(..) => {
                KeyringProblem::Unusable.says("its entry is no text".to_owned())
            }
            error => KeyringProblem::Unusable.says(error.to_string()),
        }
    }
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.told {
            Some(told) => write!(f, "{} ({told})", self.problem),
            None => self.problem.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use keyring_core::mock;

    use super::*;

    fn store() -> (Keyring, Arc<mock::Store>) {
        let store = mock::Store::new().unwrap();
        (Keyring::Store(store.clone()), store)
    }

    async fn shown(keyring: &Keyring, account: &str) -> Option<String> {
        keyring.token(account).await.unwrap().map(|token| token.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn a_kept_token_is_found_until_it_is_removed() {
        let (keyring, _) = store();
        assert_eq!(shown(&keyring, "github:a.test").await, None);
        keyring.keep("github:a.test", &"secret".into()).await.unwrap();
        assert_eq!(shown(&keyring, "github:a.test").await.as_deref(), Some("secret"));
        assert_eq!(shown(&keyring, "github:b.test").await, None, "another host");
        assert!(keyring.remove("github:a.test").await.unwrap());
        assert!(!keyring.remove("github:a.test").await.unwrap());
        assert_eq!(shown(&keyring, "github:a.test").await, None);
    }

    #[tokio::test]
    async fn a_blank_entry_is_no_token() {
        let (keyring, _) = store();
        keyring.keep("github:a.test", &" \n".into()).await.unwrap();
        assert_eq!(shown(&keyring, "github:a.test").await, None);
    }

    #[tokio::test]
    async fn a_locked_keyring_is_told_from_a_missing_one() {
        let (keyring, store) = store();
        let fails_with = async |error: Error| {
            let entry = Entry::new_in_store(&(store.clone() as Arc<CredentialStore>), SERVICE, "a").unwrap();
            entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error);
            keyring.token("a").await.unwrap_err()
        };
        let locked = fails_with(Error::NoStorageAccess("object is locked".into())).await;
        assert_eq!(locked.to_string(), "the keyring is locked (object is locked)");
        assert_eq!(fails_with(Error::NoDefaultStore).await.problem, KeyringProblem::Missing);
        let hidden = fails_with(Error::BadEncoding(b"secret".to_vec())).await;
        assert_eq!(hidden.to_string(), "the keyring cannot be used (its entry is no text)");
    }

    #[tokio::test]
    async fn nothing_is_kept_while_the_keyring_is_off() {
        let error = Keyring::Off.keep("a", &"secret".into()).await.unwrap_err();
        assert_eq!(error.problem, KeyringProblem::Missing);
        assert_eq!(shown(&Keyring::Off, "a").await, None);
    }
}
