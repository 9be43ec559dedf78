//! The HTTP client: one exchange with all rules applied.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hello_model::time::Timestamp;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::BodyExt;
use reqwest::Body as Incoming;
use tokio::time::{Instant, timeout_at};
use url::{Origin, Url};

use super::{
    Error, Redirects, Transport,
    answer::{pause_until, text},
    body::Body,
    redirect::Chain,
    shape::Shape,
};

/// The console's `User-Agent`.
const USER_AGENT: &str = concat!("hello-tui/", env!("CARGO_PKG_VERSION"));

/// The maximum size of a response for any client, in bytes: far above real responses, but small enough for memory.
pub(crate) const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// Sends requests according to the console's rules. Clones share the connections.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    transport: Transport,
    limits: Limits,
    /// The timeout from sending to the head of the response, if it is shorter.
    head: Option<Duration>,
    redirects: Redirects,
    authorization: Option<Authorization>,
    shape: Option<Shape>,
}

/// The limits of a response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The maximum size of a body in bytes, at most [`MAX_ANSWER_BYTES`].
    pub(crate) bytes: usize,
    /// The timeout from sending to the last byte, including redirects, without the wait for the request's turn. `None`
    /// for a response without a defined end; then the reader must end it.
    pub(crate) total: Option<Duration>,
}

/// A request. User and password in its URL are sent as `Authorization`, unless it already has that header.
#[derive(Debug, Clone)]
pub(crate) struct HttpRequest {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The credentials, and the only origin that may receive them.
#[derive(Debug, Clone)]
struct Authorization {
    origin: Origin,
    value: HeaderValue,
}

impl HttpRequest {
    /// Creates a GET request for `url`.
    pub(crate) fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: Bytes::new() }
    }
}

impl Client {
    /// Creates a client that follows no redirects.
    pub(crate) fn new(transport: &Transport, limits: Limits) -> Self {
        Self {
            transport: transport.clone(),
            limits,
            head: None,
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

    /// Sets the timeout from sending to the last byte.
    #[must_use]
    pub(crate) fn within(self, total: Duration) -> Self {
        Self { limits: Limits { total: Some(total), ..self.limits }, ..self }
    }

    /// Sends requests whose responses do not end. Their reader must bound them.
    #[must_use]
    pub(crate) fn endless(self, head: Duration) -> Self {
        Self { limits: Limits { total: None, ..self.limits }, head: Some(head), ..self }
    }

    /// Sets a timeout from sending to the head of the response.
    #[must_use]
    pub(crate) fn head_within(self, head: Duration) -> Self {
        Self { head: Some(head), ..self }
    }

    /// Sends a bearer token, but only to the origin of `url`.
    ///
    /// # Errors
    ///
    /// Returns an error if the token has characters that are not allowed in a header.
    pub(crate) fn bearer(self, url: &Url, token: &str) -> Result<Self, InvalidToken> {
        let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| InvalidToken)?;
        value.set_sensitive(true);
        Ok(Self { authorization: Some(Authorization { origin: url.origin(), value }), ..self })
    }

    /// Rejects responses with more parts than a real page has. Use this where a response is parsed into structures
    /// larger than its text.
    #[must_use]
    pub(crate) fn count(self, shape: Shape) -> Self {
        Self { shape: Some(shape), ..self }
    }

    /// Sends a request once its host may be asked, and returns the response head; the body has limits too.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<Response<Body>, Error> {
        let host = request.url.origin();
        let permit = self.transport.limiters().admit(&host).await?;
        // The time in the queue does not count.
        let now = Instant::now();
        let deadline = |limit: Duration| (now + limit, limit);
        let total = self.limits.total.map(deadline);
        let exchange = self.exchange(request);
        let response = match total.into_iter().chain(self.head.map(deadline)).min() {
            Some((at, limit)) => timeout_at(at, exchange).await.map_err(|_| Error::TooSlow(limit))??,
            None => exchange.await?,
        };
        let now = Timestamp::now();
        if let Some(until) = pause_until(response.status(), response.headers(), now) {
            self.transport.limiters().pause(&host, until, now);
        }
        let limit = self.limits.bytes.min(MAX_ANSWER_BYTES);
        Ok(response.map(|body| Body::new(body, limit, total, self.shape, permit)))
    }

    /// Holds requests to the host of `url` back for a while.
    pub(super) fn pause(&self, url: &Url, pause: Duration) {
        self.transport.pause(url, Timestamp::now() + pause);
    }

    /// Sends a request and reads the whole response.
    pub(crate) async fn fetch(&self, request: HttpRequest) -> Result<Response<Bytes>, Error> {
        let (parts, body) = self.send(request).await?.into_parts();
        Ok(Response::from_parts(parts, collect(body).await?))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<Response<Incoming>, Error> {
        let HttpRequest { method, url, headers, body } = self.complete(request);
        let http = self.transport.client().await?;
        let mut chain = Chain::new(url.clone(), self.redirects_of(&method));
        // reqwest turns the user in the URL into a header, which is then handled like any other.
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
            chain.remove_unsafe_headers(&mut headers);
            *next.headers_mut() = headers;
        }
    }

    /// Returns how far redirects are followed for a method. A followed POST would become a GET.
    fn redirects_of(&self, method: &Method) -> Redirects {
        if method.is_safe() { self.redirects } else { Redirects::Never }
    }

    /// Adds the headers that every request has.
    fn complete(&self, mut request: HttpRequest) -> HttpRequest {
        let headers = &mut request.headers;
        // A library's own user agent follows ours.
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
#[error("the token has characters that are not allowed in a header")]
pub(crate) struct InvalidToken;

/// Reads a body into one buffer without keeping each frame.
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

/// Compressed responses are rejected: nothing here decompresses, so the counted size is the real size.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Client {
        let limits = Limits { bytes: 1, total: None };
        Client::new(&Transport::default(), limits).follow(Redirects::Anywhere)
    }

    #[test]
    fn a_token_is_sent_to_its_origin_only() {
        let home = "https://a.test/api".parse().unwrap();
        let client = client().bearer(&home, "secret").unwrap();
        let sends = |url: &str| {
            let request = client.complete(HttpRequest::get(url.parse().unwrap()));
            request.headers.contains_key(header::AUTHORIZATION)
        };
        for same in ["https://a.test/", "https://a.test:443/x", "https://A.test/api?page=2"] {
            assert!(sends(same), "{same}");
        }
        for other in [
            "http://a.test/",
            "https://a.test:8443/",
            "https://b.test/",
            "https://x.a.test/",
            "https://a.test./",
        ] {
            assert!(!sends(other), "{other}");
        }
    }

    #[test]
    fn only_requests_that_change_nothing_follow_redirects() {
        let client = client();
        for method in [Method::GET, Method::HEAD] {
            assert_eq!(client.redirects_of(&method), Redirects::Anywhere);
        }
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(client.redirects_of(&method), Redirects::Never, "{method}");
        }
    }
}
