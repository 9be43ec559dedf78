//! Converts the service's error responses to failures with advice.

use hello_model::{
    address::{display_url, display_url_text},
    failure::{Failure, FieldFault, Kind},
    time::Timestamp,
    write::WriteFailure,
};
use hello_shared::{FieldError, Problem};
use http::{HeaderMap, StatusCode, header};

use super::{Operation, Trucks, TrucksResponse, answers, exchange::may_have_acted};

impl Trucks {
    /// Converts an unsuccessful response.
    pub(super) fn refused(&self, operation: &Operation, answer: &TrucksResponse) -> Failure {
        let (status, headers) = (answer.response.status(), answer.response.headers());
        let body = answer.response.body();
        let place = display_url(&self.base);
        let kind = answers::kind(status, headers, Timestamp::now());
        if let Some(moved) = answers::text(headers, header::LOCATION).filter(|_| status.is_redirection()) {
            let moved =
                self.base.join(moved).map_or_else(|_| display_url_text(moved), |url| display_url(&url));
            let why = format!("{place} has moved to {moved}");
            return Failure::new(Kind::NotConfigured, operation.name, why)
                .hint("give that address with --trucks-url");
        }
        let Some(problem) = problem(headers, body) else {
            let told = answers::described(status, headers, body);
            return self.advised(
                operation,
                Failure::new(kind, operation.name, format!("{place}: {told}")),
                answer,
            );
        };
        let kind = match kind {
            Kind::Unexpected if status.is_client_error() => {
                Kind::Invalid(problem.errors.iter().map(field_fault).collect())
            }
            kind => kind,
        };
        self.advised(operation, Failure::new(kind, operation.name, with_request_id(&problem)), answer)
    }

    /// Converts an unsuccessful response to a write.
    pub(super) fn refused_write(&self, operation: &Operation, answer: &TrucksResponse) -> WriteFailure {
        let failure = self.refused(operation, answer);
        if may_have_acted(answer.response.status()) {
            WriteFailure::Unknown(failure)
        } else {
            WriteFailure::Refused(failure)
        }
    }

    /// Adds a hint. A trucks service has every path that the console requests, so a 404 means another service; the
    /// cause of an internal error is in the service's log.
    fn advised(&self, operation: &Operation, failure: Failure, answer: &TrucksResponse) -> Failure {
        match failure.kind {
            Kind::NotFound => failure.hint("is this the trucks service? Name it with --trucks-url"),
            Kind::Unexpected => {
                failure.hint("see the service's log, or name another service with --trucks-url")
            }
            Kind::Unauthorized => {
                let is_forbidden = answer.response.status() == StatusCode::FORBIDDEN;
                failure.hint(self.tokens.advice(
                    answer.token.as_ref(),
                    is_forbidden,
                    operation.call.permission,
                ))
            }
            Kind::Invalid(_) if answer.response.status() == StatusCode::CONFLICT => {
                failure.hint("hello-tui trucks list, to see which truck it collides with")
            }
            _ => failure,
        }
    }
}

pub(super) fn problem(headers: &HeaderMap, body: &[u8]) -> Option<Problem> {
    let media_type = answers::text(headers, header::CONTENT_TYPE)?.split(';').next()?.trim();
    if media_type != Problem::CONTENT_TYPE && media_type != "application/json" {
        return None;
    }
    let problem: Problem = serde_json::from_slice(body).ok()?;
    (problem.title.is_some() || problem.detail.is_some() || !problem.errors.is_empty()).then_some(problem)
}

pub(super) fn with_request_id(problem: &Problem) -> String {
    match &problem.request_id {
        Some(id) => format!("{problem} (request {id})"),
        None => problem.to_string(),
    }
}

/// Returns the field name for users: `/licensePlate` is `licensePlate`, `/2/make` is `2.make`.
pub(super) fn field_fault(error: &FieldError) -> FieldFault {
    let parts = error.pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    let rule = match error.found.as_str() {
        "" => error.rule.clone(),
        found => format!("{}; found {found}", error.rule),
    };
    FieldFault { field: parts.collect::<Vec<_>>().join("."), rule }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_into_a_list_keeps_its_place() {
        let fault = field_fault(&FieldError::new("/2/licensePlate", "must be free", "B-1"));
        assert_eq!(
            (fault.field.as_str(), fault.rule.as_str()),
            ("2.licensePlate", "must be free; found B-1")
        );
    }
}
