//! Failed exchanges. No message contains a URL with its secrets, a header or a body.

use std::{iter, time::Duration};

use hello_model::{failure::Kind, time::Timestamp};

use super::answer::innermost;

/// A failed exchange.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A required environment setting is not usable.
    #[error("{0}")]
    Setup(String),
    /// The request cannot be made, for example for a URL without a host.
    #[error("the request cannot be made: {}", innermost(.0))]
    Unsendable(#[source] reqwest::Error),
    /// No connection: the cause tells whether the resolver, the proxy, TLS or the server failed.
    #[error("no connection: {0}")]
    Connect(#[source] reqwest::Error),
    /// The request could not be sent completely, or the response was cut off.
    #[error("the connection ended early: {0}")]
    Broken(#[source] reqwest::Error),
    #[error("no answer within {0:?}")]
    TooSlow(Duration),
    /// The response has more bytes than the client accepts.
    #[error("the answer is larger than {}", size(*.0))]
    TooLarge(usize),
    /// The response has more parts than the client accepts.
    #[error("the answer has more values than any page has")]
    TooManyParts,
    #[error("the answer is compressed ({0}), which was not requested")]
    Compressed(String),
    #[error("it redirects more than {0} times")]
    TooManyRedirects(usize),
    #[error("it redirects from https to {0}, which is not encrypted")]
    Downgraded(String),
    #[error("it redirects to an invalid address")]
    Misdirected,
    /// The host has asked for a pause, so the request was not sent.
    #[error("it has asked for a pause until {0}")]
    Paused(Timestamp),
}

impl Error {
    /// Converts an error of reqwest and removes its URL.
    pub(super) fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        match () {
            () if error.is_builder() => Self::Unsendable(error),
            () if error.is_connect() => Self::Connect(error),
            () => Self::Broken(error),
        }
    }

    /// Reports whether the request may have reached the server. It has not before there is a connection, which hyper
    /// reports with an error of its own ([`Error::Connect`]). A timeout does not tell where it struck.
    pub(crate) fn may_have_sent(&self) -> bool {
        !matches!(self, Self::Setup(_) | Self::Unsendable(_) | Self::Connect(_) | Self::Paused(_))
    }

    /// Finds an error of this type among the causes of a library's error.
    pub(crate) fn within<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
    }

    /// Classifies the failure by the action it calls for.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Setup(_) | Self::Unsendable(_) => Kind::NotConfigured,
            Self::Paused(until) => Kind::RateLimited { until: *until },
            error if error.is_offline() => Kind::Offline,
            _ => Kind::Unexpected,
        }
    }

    /// Reports whether a retry may succeed: the server is unreachable or slow, or the exchange was cut off.
    pub(crate) fn is_offline(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Broken(_) | Self::TooSlow(_))
    }
}

/// Formats a number of bytes for users.
fn size(bytes: usize) -> String {
    const KIB: usize = 1024;
    const MIB: usize = 1024 * KIB;
    match bytes {
        MIB.. => format!("{} MiB", bytes / MIB),
        KIB.. => format!("{} KiB", bytes / KIB),
        _ => format!("{bytes} bytes"),
    }
}
