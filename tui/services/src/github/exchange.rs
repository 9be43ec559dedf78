//! One exchange with GitHub: reads are conditional, writes keep a distance in time and are never repeated.

use std::{error::Error, sync::PoisonError, time::Duration};

use bytes::Bytes;
use hello_model::{
    address::display_url,
    budget::Budget,
    calls::Call,
    failure::{Failure, Kind},
    run::Repo,
    time::Timestamp,
    write::WriteFailure,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request, response::Parts};
use octocrab::Octocrab;
use serde_json::Value;
use tokio::{
    sync::Mutex as AsyncMutex,
    time::{Instant, sleep_until},
};

use super::{
    GitHub,
    accept::Accept,
    answers,
    cache::CachedResponse,
    failure::{self, RequestContext},
    session::Session,
};
use crate::http::{Body, HttpRequest};

/// The least time between two writes, which GitHub asks for.
const WRITE_DISTANCE: Duration = Duration::from_secs(1);

/// What is asked of GitHub, for the failure of the request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) call: &'a Call,
    /// The operation as a phrase: `listing the runs of hello-truck/hello-truck`.
    pub(super) what: &'a str,
    pub(super) repo: &'a Repo,
}

/// A response that was read.
#[derive(Debug)]
pub(super) struct ReadResponse {
    pub(super) body: Bytes,
    /// The number of organizations whose rows are left out, because they want single sign-on for the token.
    pub(super) left_out: usize,
}

/// When the next write may be sent. Holding it lets no other write pass.
#[derive(Debug, Default)]
pub(super) struct WriteClock(AsyncMutex<Option<Instant>>);

impl GitHub {
    /// Gets a path, with a conditional request if a response is cached: "not modified" does not count against the rate
    /// limit.
    pub(super) async fn get(&self, asked: Asked<'_>, path: String) -> Result<Bytes, Failure> {
        self.get_as(asked, path, Accept::Json).await
    }

    /// Gets a path in this form.
    pub(super) async fn get_as(
        &self,
        asked: Asked<'_>,
        path: String,
        accept: Accept,
    ) -> Result<Bytes, Failure> {
        Ok(self.read(asked, path, accept).await?.body)
    }

    /// Gets a path in this form, with what GitHub says about the response.
    pub(super) async fn read(
        &self,
        asked: Asked<'_>,
        path: String,
        accept: Accept,
    ) -> Result<ReadResponse, Failure> {
        let github = self.at(asked.repo);
        let session = github.session(asked.what).await?;
        let kept = session.cache().get(accept, &path);
        let subject = asked.repo.to_string();
        let context = github.context(asked, &subject, &session);
        let tag = kept.as_ref().map(|kept| kept.etag.clone());
        let (parts, body) = exchange(&session.client, &path, accept, tag)
            .await
            .map_err(|error| context.unanswered(&*error))?;
        github.note_budget(&parts.headers);
        match (parts.status, kept) {
            (StatusCode::NOT_MODIFIED, Some(CachedResponse { body, left_out, .. })) => {
                Ok(ReadResponse { body, left_out })
            }
            (StatusCode::OK, _) => {
                let left_out = failure::left_out(&parts.headers);
                if let Some(etag) = parts.headers.get(header::ETAG) {
                    let kept = CachedResponse { etag: etag.clone(), body: body.clone(), left_out };
                    session.cache().keep(accept, path, kept);
                }
                Ok(ReadResponse { body, left_out })
            }
            _ => Err(github.refused(&context, &parts, &body).await),
        }
    }

    /// Asks for something that is no JSON, and returns the response as it comes. It may come from another host, which gets
    /// no credentials. The reader must bound what it keeps.
    pub(super) async fn download(&self, asked: Asked<'_>, path: &str) -> Result<Response<Body>, Failure> {
        let github = self.at(asked.repo);
        let session = github.session(asked.what).await?;
        let subject = asked.repo.to_string();
        let context = github.context(asked, &subject, &session);
        let api = github.shared.access.api.as_str().trim_end_matches('/');
        let url =
            format!("{api}{path}").parse().map_err(|_| context.unanswered(&answers::Error::Misdirected))?;
        let mut request = HttpRequest::get(url);
        request.headers.insert(header::ACCEPT, Accept::Json.header());
        let response = session.downloads.send(request).await.map_err(|error| context.unanswered(&error))?;
        github.note_budget(response.headers());
        Ok(response)
    }

    /// Converts a response of the API that is not successful.
    pub(super) async fn refuse(&self, asked: Asked<'_>, parts: &Parts, body: &[u8]) -> Failure {
        let github = self.at(asked.repo);
        match github.session(asked.what).await {
            Ok(session) => {
                let subject = asked.repo.to_string();
                github.refused(&github.context(asked, &subject, &session), parts, body).await
            }
            Err(failure) => failure,
        }
    }

    /// Sends a write once. Another one that is under way, or has just ended, is waited for.
    pub(super) async fn send(
        &self,
        asked: Asked<'_>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Bytes), WriteFailure> {
        let github = self.at(asked.repo);
        let session = github.session(asked.what).await.map_err(WriteFailure::Refused)?;
        let subject = asked.repo.to_string();
        let context = github.context(asked, &subject, &session);
        let mut next = github.shared.writes.0.lock().await;
        if let Some(next) = *next {
            sleep_until(next).await;
        }
        let sent = write(&session.client, method, path, body).await;
        *next = Some(Instant::now() + WRITE_DISTANCE);
        drop(next);
        let (parts, body) = sent.map_err(|error| {
            let failure = context.unanswered(&*error);
            // Without one of our errors, the request was not even made.
            let may_have_acted = answers::Error::within(&*error).is_some_and(answers::Error::may_have_sent);
            if may_have_acted { WriteFailure::Unknown(failure) } else { WriteFailure::Refused(failure) }
        })?;
        github.note_budget(&parts.headers);
        if parts.status.is_success() {
            return Ok((parts.status, body));
        }
        let may_have_acted = parts.status.is_server_error() || parts.status == StatusCode::REQUEST_TIMEOUT;
        let failure = github.refused(&context, &parts, &body).await;
        Err(if may_have_acted { WriteFailure::Unknown(failure) } else { WriteFailure::Refused(failure) })
    }

    /// Returns what is left of the rate limit, as of the latest answer.
    pub fn budget(&self) -> Option<Budget> {
        *self.shared.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the address of the API, without secrets.
    pub(crate) fn shown_address(&self) -> String {
        display_url(&self.shared.access.api)
    }

    pub(super) fn unreadable(&self, what: &str, error: &serde_json::Error) -> Failure {
        let api = display_url(&self.shared.access.api);
        Failure::new(Kind::Unexpected, what, format!("{api} did not answer as GitHub does: {error}"))
    }

    fn context<'a>(&'a self, asked: Asked<'a>, subject: &'a str, session: &Session) -> RequestContext<'a> {
        let Asked { call, what, .. } = asked;
        RequestContext { call, what, subject, access: &self.shared.access, identity: session.identity }
    }

    /// Converts a response that is neither successful nor "not modified", and follows what it asks for.
    async fn refused(&self, context: &RequestContext<'_>, parts: &Parts, body: &[u8]) -> Failure {
        self.look_for_another_token(parts.status).await;
        let failure = context.refused(parts, body, Timestamp::now());
        if let Kind::RateLimited { until } = failure.kind {
            self.shared.transport.pause(&self.shared.access.api, until);
        }
        failure
    }

    fn note_budget(&self, headers: &HeaderMap) {
        if let Some(budget) = budget(headers) {
            *self.shared.budget.lock().unwrap_or_else(PoisonError::into_inner) = Some(budget);
        }
    }
}

/// Gets a path. With an entity tag, the request is conditional.
pub(super) async fn exchange(
    client: &Octocrab,
    path: &str,
    accept: Accept,
    tag: Option<HeaderValue>,
) -> Result<(Parts, Bytes), Box<dyn Error + Send + Sync>> {
    let mut headers = HeaderMap::from_iter([(header::ACCEPT, accept.header())]);
    headers.extend(tag.map(|tag| (header::IF_NONE_MATCH, tag)));
    let (parts, body) = client._get_with_headers(path, Some(headers)).await?.into_parts();
    Ok((parts, answers::collect(body).await?))
}

async fn write(
    client: &Octocrab,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<(Parts, Bytes), Box<dyn Error + Send + Sync>> {
    let request =
        request::Builder::new().method(method).uri(path).header(header::ACCEPT, Accept::Json.header());
    let request = client.build_request(request, body)?;
    let (parts, body) = client.execute(request).await?.into_parts();
    Ok((parts, answers::collect(body).await?))
}

/// Reads what is left of the rate limit for most requests. Searches and others have limits of their own.
fn budget(headers: &HeaderMap) -> Option<Budget> {
    let number = |name: &str| answers::text(headers, name)?.parse::<u64>().ok();
    let resource = answers::text(headers, "x-ratelimit-resource");
    if resource.is_some_and(|resource| resource != "core") {
        return None;
    }
    let second = number("x-ratelimit-reset")?.try_into().ok()?;
    Some(Budget {
        limit: number("x-ratelimit-limit")?,
        remaining: number("x-ratelimit-remaining")?,
        resets_at: Timestamp::from_second(second).ok()?,
    })
}

/// Escapes what may stand in one part of a path or in a parameter.
pub(super) fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
