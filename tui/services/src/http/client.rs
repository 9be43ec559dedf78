//! The client: one exchange under all rules.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::BodyExt;
use reqwest::Body as Incoming;
use tokio::time::{Instant, timeout_at};
use url::{Origin, Url};

use super::{Error, Redirects, Transport, answer::text, body::Body, redirect::Chain, shape::Shape};

/// How the console introduces itself.
const USER_AGENT: &str = concat!("hello-tui/", env!("CARGO_PKG_VERSION"));

/// The most bytes of an answer for any client: far above an honest one, and little enough to hold.
pub(crate) const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// Sends requests as the console's rules want it. Cloning shares the connections.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    transport: Transport,
    limits: Limits,
    redirects: Redirects,
    authorization: Option<Authorization>,
    shape: Option<Shape>,
}

/// How much of an answer is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The most bytes of a body, at most [`LARGEST_ANSWER`].
    pub(crate) bytes: usize,
    /// The time from sending to the last byte, with all redirects; nothing for an answer that is meant to go on, which
    /// then has to be ended by whatever reads it.
    pub(crate) total: Option<Duration>,
}

/// A request. User and password of its URL are sent as `Authorization`, unless it has one.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What lets the console in, and the only place that may see it.
#[derive(Debug, Clone)]
struct Authorization {
    origin: Origin,
    value: HeaderValue,
}

impl Request {
    /// Returns a request for what is at `url`.
    pub(crate) fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: Bytes::new() }
    }
}

impl Client {
    /// Makes a client that follows no redirect.
    pub(crate) fn new(transport: &Transport, limits: Limits) -> Self {
        Self {
            transport: transport.clone(),
            limits,
            redirects: Redirects::Never,
            authorization: None,
            shape: None,
        }
    }

    /// Follows redirects of GET and HEAD.
    #[must_use]
    pub(crate) fn follow(self, redirects: Redirects) -> Self {
        Self { redirects, ..self }
    }

    /// Sends a bearer token to the origin of `url`, and to no other.
    ///
    /// # Errors
    ///
    /// When the token has characters that no header may have.
    pub(crate) fn bearer(self, url: &Url, token: &str) -> Result<Self, NoToken> {
        let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| NoToken)?;
        value.set_sensitive(true);
        Ok(Self { authorization: Some(Authorization { origin: url.origin(), value }), ..self })
    }

    /// Refuses answers that have more parts than a page has. To be used where an answer becomes a tree or structures
    /// that are larger than their text.
    #[must_use]
    pub(crate) fn count(self, shape: Shape) -> Self {
        Self { shape: Some(shape), ..self }
    }

    /// Sends a request and returns the head of the answer; its body is bounded, too.
    pub(crate) async fn send(&self, request: Request) -> Result<Response<Body>, Error> {
        let deadline = self.limits.total.map(|total| (Instant::now() + total, total));
        let exchange = self.exchange(request);
        let response = match deadline {
            Some((at, total)) => timeout_at(at, exchange).await.map_err(|_| Error::TooSlow(total))??,
            None => exchange.await?,
        };
        let limit = self.limits.bytes.min(LARGEST_ANSWER);
        Ok(response.map(|body| Body::new(body, limit, deadline, self.shape)))
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn fetch(&self, request: Request) -> Result<Response<Bytes>, Error> {
        let (parts, body) = self.send(request).await?.into_parts();
        Ok(Response::from_parts(parts, collect(body).await?))
    }

    async fn exchange(&self, request: Request) -> Result<Response<Incoming>, Error> {
        let Request { method, url, headers, body } = self.complete(request);
        let http = self.transport.client().await?;
        let redirects = if method.is_safe() { self.redirects } else { Redirects::Never };
        let mut chain = Chain::new(url.clone(), redirects);
        // The library makes a header of the URL's user; from then on it is treated as one.
        let first = http.request(method.clone(), url).headers(headers).body(body);
        let mut next = first.build().map_err(Error::of)?;
        loop {
            let mut headers = next.headers().clone();
            let response = http.execute(next).await.map_err(Error::of)?;
            let Some(target) = chain.next(response.status(), response.headers())? else {
                refuse_compressed(response.status(), response.headers())?;
                return Ok(response.into());
            };
            next = reqwest::Request::new(method.clone(), target.clone());
            chain.strip(&mut headers);
            *next.headers_mut() = headers;
        }
    }

    /// Adds what every request has.
    fn complete(&self, mut request: Request) -> Request {
        let headers = &mut request.headers;
        // A library that has something to say of itself says it after us.
        let agent = match text(headers, header::USER_AGENT) {
            Some(theirs) => HeaderValue::try_from(format!("{USER_AGENT} {theirs}")).ok(),
            None => None,
        };
        headers.insert(header::USER_AGENT, agent.unwrap_or(HeaderValue::from_static(USER_AGENT)));
        if let Some(Authorization { origin, value }) = &self.authorization
            && *origin == request.url.origin()
        {
            headers.insert(header::AUTHORIZATION, value.clone());
        }
        request
    }
}

/// The token cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("the token has characters that no token has")]
pub(crate) struct NoToken;

/// Reads a body into one piece, without keeping each of its frames.
pub(crate) async fn collect<B>(body: B) -> Result<Bytes, B::Error>
where
    B: http_body::Body<Data = Bytes>,
{
    let mut body = std::pin::pin!(body);
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame?.data_ref() {
            whole.extend_from_slice(data);
        }
    }
    Ok(whole.freeze())
}

/// Nothing here unpacks an answer, so its size is the size that is counted.
fn refuse_compressed(status: StatusCode, headers: &HeaderMap) -> Result<(), Error> {
    let has_body = status != StatusCode::NOT_MODIFIED && status != StatusCode::NO_CONTENT;
    let coding = headers.get_all(header::CONTENT_ENCODING).into_iter().find(|coding| *coding != "identity");
    match coding.filter(|_| has_body) {
        Some(coding) => {
            let name = coding.to_str().unwrap_or_default().chars().take(20).collect();
            Err(Error::Compressed(name))
        }
        None => Ok(()),
    }
}
