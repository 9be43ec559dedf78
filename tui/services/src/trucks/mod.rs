//! The trucks service's HTTP client.

mod add;
mod each;
mod event_text;
mod events;
mod exchange;
mod fleet;
mod one;
mod page;
mod parsers;
mod refusal;
mod token;

use std::{fmt, time::Duration};

use bytes::Bytes;
use hello_model::{
    address::display_url,
    calls::{Call, LIST_TRUCKS},
    failure::{Failure, Kind},
    truck::{Fleet, Truck, TruckFilter},
};
use hello_shared::Health;
use http::Response;
use url::Url;

use self::token::{Token, Tokens};
pub(super) use self::{
    parsers::{link_text, texts},
    token::account,
};
use super::{
    TrucksAccess,
    credentials::KeyringError,
    http::{self as answers, Client, HttpRequest, Limits, Transport},
};

/// The maximum size of the response to a change, in bytes: enough for all trucks that one request can add.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// The maximum size of an error response, in bytes.
const MAX_REFUSAL_BYTES: usize = 1024 * 1024;

/// The version is optional, so the list waits no longer for it.
const VERSION_TIMEOUT: Duration = Duration::from_secs(2);

const LISTING: Operation = Operation {
    name: "listing the trucks",
    call: LIST_TRUCKS,
    in_doubt: "try again, or look at the service's log",
};

/// An operation of the service.
struct Operation {
    name: &'static str,
    call: Call,
    /// The hint if the response does not tell whether the operation took effect.
    in_doubt: &'static str,
}

/// A client of the trucks service.
#[derive(Clone)]
pub struct Trucks {
    base: Url,
    timeout: Duration,
    client: Client,
    tokens: Tokens,
}

impl fmt::Debug for Trucks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trucks").field("base", &display_url(&self.base)).finish_non_exhaustive()
    }
}

/// A complete response of any status, and the token sent with the request.
struct TrucksResponse {
    response: Response<Bytes>,
    token: Option<Token>,
}

impl Trucks {
    pub(super) fn new(access: TrucksAccess, timeout: Duration, transport: &Transport) -> Self {
        // Redirects are reported, not followed: a redirected POST would become a GET and appear to have worked.
        let client = Client::new(transport, Limits { bytes: fleet::MAX_LIST_BYTES, total: Some(timeout) });
        let tokens = Tokens::new(access.token, &access.url);
        Self { base: access.url, timeout, client, tokens }
    }

    /// Lists the whole fleet, page by page if the service pages, and asks the service for its version.
    ///
    /// A fleet larger than the limits is read in part; [`Fleet::unread`] then gives the reason.
    pub async fn list(&self) -> Result<Fleet, Failure> {
        let (list, service_version) =
            futures::future::join(self.select(&TruckFilter::default(), None, |_| false), self.version())
                .await;
        Ok(Fleet { service_version, ..list? })
    }

    /// Lists the trucks that `filter` selects, in the service's order, in pages of this many rows until they are enough.
    /// A service that does not know the filter sends others too.
    pub async fn select(
        &self,
        filter: &TruckFilter,
        page_rows: Option<usize>,
        is_enough: impl Fn(&[Truck]) -> bool,
    ) -> Result<Fleet, Failure> {
        let mut first = self.address("trucks");
        page::limit_to(&mut first, filter);
        if let Some(rows) = page_rows {
            first.query_pairs_mut().append_pair("limit", &rows.to_string());
        }
        let (trucks, unread) = self.pages(&LISTING, first, is_enough).await?;
        Ok(Fleet { trucks: trucks.into(), unread, ..Fleet::default() })
    }

    /// Returns the token that was sent last, if any: what to call it, and whether others on the way can read it.
    pub(crate) async fn token_in_use(&self) -> Option<(String, bool)> {
        self.tokens.in_use().await
    }

    /// Returns why the keyring could not be read, if it was looked at.
    pub(crate) fn keyring_error(&self) -> Option<KeyringError> {
        self.tokens.keyring_error()
    }

    /// Returns the address of the service, without secrets.
    pub(crate) fn shown_address(&self) -> String {
        display_url(&self.base)
    }

    async fn version(&self) -> Option<String> {
        let request = HttpRequest::get(self.address("healthz"));
        let quick = Self { client: self.client.clone().within(VERSION_TIMEOUT), ..self.clone() };
        let answer = quick.fetch(&LISTING, request).await.ok()?;
        let health: Health = serde_json::from_slice(answer.response.body()).ok()?;
        Some(health.version).filter(|version| !version.is_empty())
    }

    fn address(&self, last: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(last);
        }
        url
    }

    fn unexpected(&self, operation: &Operation, why: impl fmt::Display) -> Failure {
        Failure::new(Kind::Unexpected, operation.name, format!("{}: {why}", display_url(&self.base)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_with_a_path_is_kept() {
        for base in ["http://trucks.test/api", "http://trucks.test/api/"] {
            let base: Url = base.parse().unwrap();
            let trucks = Trucks::new(base.into(), Duration::from_secs(1), &Transport::default());
            assert_eq!(trucks.address("trucks").as_str(), "http://trucks.test/api/trucks");
        }
    }
}
