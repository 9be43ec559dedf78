//! One exchange with the service: sending with a token, and reading the response.

use hello_model::{
    address::display_url,
    failure::{Failure, Kind},
    write::WriteFailure,
};
use http::{Response, StatusCode};
use secrecy::ExposeSecret;

use super::{
    MAX_ANSWER_BYTES, MAX_REFUSAL_BYTES, Operation, Trucks, TrucksResponse,
    answers::{self, Body, Error, HttpRequest, collect},
    token::Token,
};

/// A failure without a complete response.
#[derive(Debug)]
pub(super) struct Unanswered {
    failure: Failure,
    /// Whether the service may have acted on the request.
    may_have_acted: bool,
}

impl Unanswered {
    /// The service did not get the request, or has refused it.
    pub(super) fn without_effect(failure: Failure) -> Self {
        Self { failure, may_have_acted: false }
    }
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        unanswered.failure
    }
}

impl From<Unanswered> for WriteFailure {
    fn from(Unanswered { failure, may_have_acted }: Unanswered) -> Self {
        if may_have_acted { Self::Unknown(failure) } else { Self::Refused(failure) }
    }
}

impl Trucks {
    /// Sends a request and reads the whole response.
    pub(super) async fn fetch(
        &self,
        operation: &Operation,
        request: HttpRequest,
    ) -> Result<TrucksResponse, Unanswered> {
        let (response, token) = self.send(operation, request).await?;
        self.read(operation, response, token).await
    }

    pub(super) async fn read(
        &self,
        operation: &Operation,
        response: Response<Body>,
        token: Option<Token>,
    ) -> Result<TrucksResponse, Unanswered> {
        let (parts, body) = response.into_parts();
        let limit = if parts.status.is_success() { MAX_ANSWER_BYTES } else { MAX_REFUSAL_BYTES };
        let body = collect(body.at_most(limit)).await.map_err(|error| Unanswered {
            failure: self.unanswered(operation, &error),
            may_have_acted: may_have_acted(parts.status),
        })?;
        Ok(TrucksResponse { response: Response::from_parts(parts, body), token })
    }

    /// Sends a request. If the service requires a token and one is found, sends it once more with the token.
    pub(super) async fn send(
        &self,
        operation: &Operation,
        request: HttpRequest,
    ) -> Result<(Response<Body>, Option<Token>), Unanswered> {
        let token = self.tokens.first(operation.name).await.map_err(Unanswered::without_effect)?;
        let response = self.exchange(operation, request.clone(), token.as_ref()).await?;
        let is_refused = match response.status() {
            StatusCode::UNAUTHORIZED => true,
            StatusCode::FORBIDDEN => token.is_none(),
            _ => false,
        };
        if !is_refused {
            return Ok((response, token));
        }
        let other = self.tokens.after(token.as_ref(), operation.name).await;
        match other.map_err(Unanswered::without_effect)? {
            Some(other) => {
                // The refused request must not count as under way while its successor waits.
                drop(response);
                let response = self.exchange(operation, request, Some(&other)).await?;
                Ok((response, Some(other)))
            }
            None => Ok((response, token)),
        }
    }

    async fn exchange(
        &self,
        operation: &Operation,
        request: HttpRequest,
        token: Option<&Token>,
    ) -> Result<Response<Body>, Unanswered> {
        let mut client = self.client.clone();
        if let Some(token) = token {
            let unusable = |error| Unanswered::without_effect(token.unusable(operation.name, error));
            client = client.bearer(&self.base, token.value.expose_secret()).map_err(unusable)?;
        }
        client.send(request).await.map_err(|error| Unanswered {
            failure: self.unanswered(operation, &error),
            may_have_acted: error.may_have_sent(),
        })
    }

    /// Converts an error without a response.
    pub(super) fn unanswered(&self, operation: &Operation, error: &Error) -> Failure {
        let place = display_url(&self.base);
        let failure = |kind, why| Failure::new(kind, operation.name, why);
        match error {
            Error::Connect(cause) => {
                failure(Kind::Offline, format!("{place} cannot be reached: {}", answers::innermost(cause)))
                    .hint("start it (hello-server), name another with --trucks-url, or use --sandbox")
            }
            Error::Unsendable(cause) => {
                let why = format!("the request to {place} cannot be sent: {}", answers::innermost(cause));
                failure(Kind::NotConfigured, why).hint("--trucks-url http://localhost:5000")
            }
            Error::Broken(cause) => failure(
                Kind::Offline,
                format!("{place} ended its answer early: {}", answers::innermost(cause)),
            )
            .hint(operation.in_doubt),
            Error::TooSlow(limit) => {
                failure(Kind::Offline, format!("{place} did not answer within {limit:?}"))
                    .hint(operation.in_doubt)
            }
            error => failure(error.kind(), format!("{place}: {error}")),
        }
    }
}

/// Reports whether a service that answers with this status may have changed something.
///
/// It has not if it rejects the request or names another address. It may have if the request took too long (408), if
/// the answer is in another place (303), if something behind it failed (5xx), and of course if it succeeded.
pub(super) fn may_have_acted(status: StatusCode) -> bool {
    match status {
        StatusCode::REQUEST_TIMEOUT | StatusCode::SEE_OTHER => true,
        status => !status.is_client_error() && !status.is_redirection(),
    }
}
