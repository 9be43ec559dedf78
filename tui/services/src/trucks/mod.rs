//! The trucks service's HTTP client.

mod fleet;
mod page;
mod parsers;
mod refusal;
mod token;

use std::{fmt, time::Duration};

use bytes::Bytes;
use hello_model::{
    address::display_url,
    failure::{Failure, Kind},
    truck::Fleet,
};
use hello_shared::{CreatedTruck, Health, NewTruck, Truck};
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use secrecy::ExposeSecret;
use serde::Serialize;
use url::Url;

pub(super) use self::parsers::{link_text, texts};
use self::token::{Token, Tokens};
use super::{
    TrucksAccess,
    http::{self as answers, Body, Client, Error, Limits, Request, Transport, collect},
};

/// The maximum size of the response to a change, in bytes: enough for all trucks that one request can add.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// The maximum size of an error response, in bytes.
const LARGEST_REFUSAL: usize = 1024 * 1024;

/// The version is optional, so the list waits no longer for it.
const VERSION_TIMEOUT: Duration = Duration::from_secs(2);

const LISTING: Operation =
    Operation { name: "listing the trucks", in_doubt: "try again, or look at the service's log" };
const ADDING: Operation =
    Operation { name: "adding a truck", in_doubt: "hello-tui trucks list, to see whether it was added" };
const ADDING_MANY: Operation =
    Operation { name: "adding trucks", in_doubt: "hello-tui trucks list, to see whether they were added" };

/// An operation of the service.
struct Operation {
    name: &'static str,
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
struct Answer {
    response: Response<Bytes>,
    token: Option<Token>,
}

impl Trucks {
    pub(super) fn new(access: TrucksAccess, timeout: Duration, transport: &Transport) -> Self {
        // Redirects are reported, not followed: a redirected POST would become a GET and appear to have worked.
        let client = Client::new(transport, Limits { bytes: fleet::LARGEST_LIST, total: Some(timeout) });
        let tokens = Tokens::new(access.token, &access.url);
        Self { base: access.url, timeout, client, tokens }
    }

    /// Lists the whole fleet, page by page if the service pages, and asks the service for its version.
    ///
    /// A fleet larger than the limits is read in part; [`Fleet::unread`] then gives the reason.
    pub async fn list(&self) -> Result<Fleet, Failure> {
        let (list, service_version) = futures::future::join(self.pages(&LISTING), self.version()).await;
        let (trucks, unread) = list?;
        Ok(Fleet { trucks: trucks.into(), unread, service_version })
    }

    /// Adds a truck. The `key` is sent as `Idempotency-Key`. A retry uses the same key, so a service that supports keys
    /// adds no second truck.
    pub async fn create(&self, truck: &NewTruck, key: &str) -> Result<Truck, Failure> {
        let answer = self.add(&ADDING, truck, key).await?;
        serde_json::from_slice::<CreatedTruck>(answer.response.body())
            .map(|created| created.truck)
            .map_err(|error| unreadable(&ADDING, &answer, &format!("its answer is not a truck: {error}")))
    }

    /// Adds all trucks or none, with one request. The `key` has the same meaning as in [`Self::create`].
    pub async fn create_all(&self, trucks: &[NewTruck], key: &str) -> Result<Vec<Truck>, Failure> {
        let answer = self.add(&ADDING_MANY, trucks, key).await?;
        let mut added = Vec::new();
        let read = fleet::read(answer.response.body(), &mut added);
        read.map(|_| added).map_err(|why| unreadable(&ADDING_MANY, &answer, &why))
    }

    /// Sends the data to add, and returns the successful response.
    async fn add<T: Serialize + ?Sized>(
        &self,
        operation: &Operation,
        trucks: &T,
        key: &str,
    ) -> Result<Answer, Failure> {
        let unwritten = |error: &dyn fmt::Display| {
            Failure::new(Kind::Unexpected, operation.name, format!("the request cannot be written: {error}"))
        };
        let mut request = Request::get(self.address("trucks"));
        request.method = Method::POST;
        request.body = serde_json::to_vec(trucks).map_err(|error| unwritten(&error))?.into();
        let key = HeaderValue::from_str(key).map_err(|error| unwritten(&error))?;
        request.headers.insert(HeaderName::from_static("idempotency-key"), key);
        request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = self.fetch(operation, request).await?;
        match answer.response.status() {
            StatusCode::CREATED | StatusCode::OK => Ok(answer),
            _ => Err(self.refused(operation, &answer)),
        }
    }

    async fn version(&self) -> Option<String> {
        let request = Request::get(self.address("healthz"));
        let answer = tokio::time::timeout(VERSION_TIMEOUT, self.fetch(&LISTING, request)).await.ok()?.ok()?;
        let health: Health = serde_json::from_slice(answer.response.body()).ok()?;
        Some(health.version).filter(|version| !version.is_empty())
    }

    /// Sends a request and reads the whole response.
    async fn fetch(&self, operation: &Operation, request: Request) -> Result<Answer, Failure> {
        let (response, token) = self.send(operation, request).await?;
        self.read(operation, response, token).await
    }

    async fn read(
        &self,
        operation: &Operation,
        response: Response<Body>,
        token: Option<Token>,
    ) -> Result<Answer, Failure> {
        let (parts, body) = response.into_parts();
        let limit = if parts.status.is_success() { LARGEST_ANSWER } else { LARGEST_REFUSAL };
        let body = collect(body.at_most(limit)).await;
        let body = body.map_err(|error| self.unanswered(operation, &error))?;
        Ok(Answer { response: Response::from_parts(parts, body), token })
    }

    /// Sends a request. If the service requires a token and one is found, sends it once more with the token.
    async fn send(
        &self,
        operation: &Operation,
        request: Request,
    ) -> Result<(Response<Body>, Option<Token>), Failure> {
        let token = self.tokens.first(operation.name).await?;
        let response = self.exchange(operation, request.clone(), token.as_ref()).await?;
        let is_refused = match response.status() {
            StatusCode::UNAUTHORIZED => true,
            StatusCode::FORBIDDEN => token.is_none(),
            _ => false,
        };
        if is_refused && let Some(other) = self.tokens.after(token.as_ref(), operation.name).await? {
            // The refused request must not count as under way while its successor waits.
            drop(response);
            let response = self.exchange(operation, request, Some(&other)).await?;
            return Ok((response, Some(other)));
        }
        Ok((response, token))
    }

    async fn exchange(
        &self,
        operation: &Operation,
        request: Request,
        token: Option<&Token>,
    ) -> Result<Response<Body>, Failure> {
        let mut client = self.client.clone();
        if let Some(token) = token {
            client = client
                .bearer(&self.base, token.value.expose_secret())
                .map_err(|error| token.unusable(operation.name, error))?;
        }
        client.send(request).await.map_err(|error| self.unanswered(operation, &error))
    }

    fn address(&self, last: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(last);
        }
        url
    }

    /// Converts an error without a response.
    fn unanswered(&self, operation: &Operation, error: &Error) -> Failure {
        let place = display_url(&self.base);
        let failure = |kind, why| Failure::new(kind, operation.name, why);
        match error {
            Error::Connect(cause) => {
                failure(Kind::Offline, format!("{place} cannot be reached: {}", answers::innermost(cause)))
                    .hint("start it (hello-server), name another with --trucks-url, or use --sandbox")
            }
            Error::Broken(cause) if cause.is_builder() => {
                let why = format!("{place} cannot be asked: {}", answers::innermost(cause));
                failure(Kind::NotConfigured, why).hint("--trucks-url http://localhost:5000")
            }
            Error::Broken(cause) => {
                failure(Kind::Offline, format!("{place} broke off its answer: {}", answers::innermost(cause)))
                    .hint(operation.in_doubt)
            }
            Error::TooSlow(limit) => {
                failure(Kind::Offline, format!("{place} did not answer within {limit:?}"))
                    .hint(operation.in_doubt)
            }
            error => failure(error.kind(), format!("{place}: {error}")),
        }
    }

    fn unexpected(&self, operation: &Operation, why: impl fmt::Display) -> Failure {
        Failure::new(Kind::Unexpected, operation.name, format!("{}: {why}", display_url(&self.base)))
    }
}

/// Creates a failure for an operation that took effect although its response is not readable.
fn unreadable(operation: &Operation, answer: &Answer, why: &str) -> Failure {
    let why = format!("the service said {}, but {why}", answer.response.status());
    Failure::new(Kind::Unexpected, operation.name, why).hint(operation.in_doubt)
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
