//! Why an exchange brought no answer. No text here holds a URL with its secrets, a header or a body.

use std::{iter, time::Duration};

use hello_model::failure::Kind;

/// A failed exchange.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A setting of the environment that every client needs cannot be used.
    #[error("{0}")]
    Setup(String),
    /// No connection was made: the cause says whether by the resolver, the proxy, TLS or the other side.
    #[error("no connection: {0}")]
    Connect(#[source] reqwest::Error),
    /// The request could not be written down, or the answer broke off.
    #[error("the exchange broke off: {0}")]
    Broken(#[source] reqwest::Error),
    #[error("no answer within {0:?}")]
    TooSlow(Duration),
    /// The answer has more bytes than its client takes.
    #[error("the answer is larger than {}", size(*.0))]
    TooLarge(usize),
    /// The answer has more parts than its client takes.
    #[error("the answer has more parts than any page has")]
    TooManyParts,
    #[error("the answer is compressed ({0}), which was not asked for")]
    Compressed(String),
    #[error("it redirects more than {0} times")]
    TooManyRedirects(usize),
    #[error("it redirects from https to {0}, where others can read along")]
    Downgraded(String),
    #[error("it redirects to an address that is none")]
    Misdirected,
}

impl Error {
    /// Sorts an error of the library and takes the URL out of it.
    pub(super) fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_connect() { Self::Connect(error) } else { Self::Broken(error) }
    }

    /// Finds one of these among the causes of an error that a library made of it.
    pub(crate) fn within<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
    }

    /// Sorts the failure by what can be done about it.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Setup(_) => Kind::NotConfigured,
            error if error.is_offline() => Kind::Offline,
            _ => Kind::Unexpected,
        }
    }

    /// Tells whether a later try may go better: the other side is away, slow, or broke off.
    pub(crate) fn is_offline(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Broken(_) | Self::TooSlow(_))
    }
}

/// Writes a number of bytes as people do.
fn size(bytes: usize) -> String {
    const KIB: usize = 1024;
    const MIB: usize = 1024 * KIB;
    match bytes {
        MIB.. => format!("{} MiB", bytes / MIB),
        KIB.. => format!("{} KiB", bytes / KIB),
        _ => format!("{bytes} bytes"),
    }
}
