//! What GitHub keeps on a storage host: logs and artifacts.
//!
//! GitHub answers with the address of that host, which is valid for a minute. The host gets no credentials.

mod answer;

use std::time::Duration;

use hello_model::{
    calls::Call,
    failure::{Failure, Kind},
    run::Repo,
};
use http::{StatusCode, header};

use self::answer::{Refusal, refusal};
use super::{GitHub, answers, exchange::Asked};
use crate::http::Body;

/// The size of an error response that is read, in bytes.
const MAX_REFUSAL: usize = 64 * 1024;

/// A download that brings nothing for so long has failed.
pub(super) const MAX_SILENCE: Duration = Duration::from_secs(30);

/// Something that GitHub keeps on a storage host.
pub(super) struct StoredFile {
    pub(super) github: GitHub,
    pub(super) repo: Repo,
    pub(super) call: &'static Call,
    /// What it is: `log`.
    pub(super) noun: &'static str,
    /// The operation as a phrase.
    pub(super) what: String,
    pub(super) path: String,
    /// Whether the address has expired once.
    pub(super) is_renewed: bool,
}

/// What a request for it leads to.
pub(super) enum Fetched {
    /// It arrives. The reader must bound it.
    Body(Body),
    /// The storage host does not have it yet.
    NotStored,
    /// GitHub has deleted it.
    Expired,
    /// GitHub knows none.
    Missing,
}

impl StoredFile {
    /// Asks for it. An address that has expired is renewed once.
    pub(super) async fn open(&mut self) -> Result<Fetched, Failure> {
        let asked = Asked { call: self.call, what: &self.what, repo: &self.repo };
        loop {
            let (parts, body) = self.github.download(asked, &self.path).await?.into_parts();
            if parts.status == StatusCode::OK {
                let media_type = answers::text(&parts.headers, &header::CONTENT_TYPE).unwrap_or_default();
                if media_type.starts_with("text/html") {
                    let told = answers::described(parts.status, &parts.headers, b"");
                    let why = format!("{}: {told}", self.github.shown_address());
                    return Err(self.failure(Kind::Unexpected, why));
                }
                return Ok(Fetched::Body(body.endless()));
            }
            let body =
                answers::collect(body.at_most(MAX_REFUSAL)).await.map_err(|error| self.broken(&error))?;
            match refusal(parts.status, &body) {
                Refusal::LinkExpired if !self.is_renewed => self.is_renewed = true,
                Refusal::NotStored => return Ok(Fetched::NotStored),
                Refusal::Expired => return Ok(Fetched::Expired),
                Refusal::Missing => return Ok(Fetched::Missing),
                Refusal::LinkExpired => return Err(self.refused("its address expires before it can be read")),
                Refusal::Storage(code) => return Err(self.refused(&format!("it answers {code}"))),
                Refusal::Other => return Err(self.github.refuse(asked, &parts, &body).await),
            }
        }
    }

    fn refused(&self, why: &str) -> Failure {
        let why = format!("the storage host that GitHub names refuses the {}: {why}", self.noun);
        self.failure(Kind::Unexpected, why)
            .hint("try again; if a proxy is in use, see whether it lets the host pass")
    }

    /// Converts an error while it is read.
    pub(super) fn broken(&self, error: &answers::Error) -> Failure {
        self.failure(error.kind(), format!("the download broke off: {error}"))
    }

    pub(super) fn failure(&self, kind: Kind, why: impl Into<String>) -> Failure {
        Failure::new(kind, self.what.as_str(), why)
    }
}
