//! The trucks service over its HTTP API.

use std::{fmt, sync::Arc, time::Duration};

use futures::future;
use hello_shared::{CreatedTruck, FieldError, Health, NewTruck, Problem, Truck};
use http::{HeaderMap, StatusCode, header};
use reqwest::{Client, RequestBuilder, redirect};
use serde_json::Value;
use tokio::sync::OnceCell;
use url::Url;

use super::http as answers;
use crate::{
    domain::{time::Timestamp, truck::Fleet},
    failure::{Failure, FieldFault, Kind},
};

/// A page chain longer than this is a loop.
const MOST_PAGES: usize = 1_000;

/// The version is a courtesy: nobody waits for it.
const VERSION_PATIENCE: Duration = Duration::from_secs(2);

const LISTING: Wish =
    Wish { name: "listing the trucks", in_doubt: "try again, or look at the service's log" };
const ADDING: Wish =
    Wish { name: "adding a truck", in_doubt: "hello-tui trucks list, to see whether it was added" };
const ADDING_MANY: Wish =
    Wish { name: "adding trucks", in_doubt: "hello-tui trucks list, to see whether they were added" };

/// What is wanted of the service.
struct Wish {
    name: &'static str,
    /// What to do when it did not say whether it was done.
    in_doubt: &'static str,
}

/// A client of the trucks service.
#[derive(Clone)]
pub struct Trucks {
    base: Url,
    patience: Duration,
    /// Made at the first request, because making it reads certificates.
    client: Arc<OnceCell<Client>>,
}

impl fmt::Debug for Trucks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trucks").field("base", &answers::shown(&self.base)).finish_non_exhaustive()
    }
}

/// A whole answer, whatever it says.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Trucks {
    pub(super) fn new(base: Url, patience: Duration) -> Self {
        Self { base, patience, client: Arc::default() }
    }

    /// Lists the whole fleet, page after page if the service pages, and asks the service for its version.
    pub async fn list(&self) -> Result<Fleet, Failure> {
        let (trucks, service_version) = future::join(self.all(), self.version()).await;
        Ok(Fleet { trucks: trucks?, service_version })
    }

    /// Adds a truck. The `key` goes along as `Idempotency-Key`: who asks again uses the same one, so that a service that
    /// honours it adds no second truck.
    pub async fn create(&self, truck: &NewTruck, key: &str) -> Result<Truck, Failure> {
        let what = &ADDING;
        let request =
            self.client(what).await?.post(self.address("trucks")).header("idempotency-key", key).json(truck);
        let answer = self.send(what, request).await?;
        match answer.status {
            StatusCode::CREATED | StatusCode::OK => serde_json::from_slice::<CreatedTruck>(&answer.body)
                .map(|created| created.truck)
                .map_err(|error| {
                    let why =
                        format!("the service said {} but its answer is not a truck: {error}", answer.status);
                    Failure::new(Kind::Unexpected, what.name, why).hint(what.in_doubt)
                }),
            _ => Err(self.refused(what, &answer)),
        }
    }

    /// Adds all of these trucks or none, by one request. The `key` is used as in [`Self::create`].
    pub async fn create_all(&self, trucks: &[NewTruck], key: &str) -> Result<Vec<Truck>, Failure> {
        let what = &ADDING_MANY;
        let request =
            self.client(what).await?.post(self.address("trucks")).header("idempotency-key", key).json(trucks);
        let answer = self.send(what, request).await?;
        match answer.status {
            StatusCode::CREATED | StatusCode::OK => read(&answer.body).map_err(|error| {
                let why = format!("the service said {}, but {error}", answer.status);
                Failure::new(Kind::Unexpected, what.name, why).hint(what.in_doubt)
            }),
            _ => Err(self.refused(what, &answer)),
        }
    }

    async fn all(&self) -> Result<Vec<Truck>, Failure> {
        let what = &LISTING;
        let mut trucks = Vec::new();
        let mut page = self.address("trucks");
        for _ in 0..MOST_PAGES {
            let request =
                self.client(what).await?.get(page.clone()).header(header::ACCEPT, "application/json");
            let answer = self.send(what, request).await?;
            if answer.status != StatusCode::OK {
                return Err(self.refused(what, &answer));
            }
            trucks.extend(read(&answer.body).map_err(|why| self.unexpected(what, why))?);
            match next_page(&answer.headers, &page).map_err(|why| self.unexpected(what, why))? {
                Some(next) => page = next,
                None => return Ok(trucks),
            }
        }
        Err(self.unexpected(what, format!("the list has no end: {MOST_PAGES} pages were read")))
    }

    async fn version(&self) -> Option<String> {
        let what = &LISTING;
        let request = self.client(what).await.ok()?.get(self.address("healthz"));
        let answer = self.send(what, request.timeout(VERSION_PATIENCE.min(self.patience))).await.ok()?;
        let health: Health = serde_json::from_slice(&answer.body).ok()?;
        Some(health.version).filter(|version| !version.is_empty())
    }

    async fn client(&self, what: &Wish) -> Result<&Client, Failure> {
        let made = self.client.get_or_try_init(async || {
            Client::builder()
                .user_agent(answers::USER_AGENT)
                .timeout(self.patience)
                // A redirected POST would become a GET, and seem to have worked.
                .redirect(redirect::Policy::none())
                .build()
        });
        made.await.map_err(|error| self.unexpected(what, answers::innermost(&error)))
    }

    async fn send(&self, what: &Wish, request: RequestBuilder) -> Result<Answer, Failure> {
        let unreachable = |error| self.unreachable(what, &error);
        let mut response = request.send().await.map_err(unreachable)?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > answers::LARGEST_BODY {
                return Err(self.unexpected(what, "the answer is larger than 64 MiB"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }

    fn address(&self, last: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(last);
        }
        url
    }

    fn unreachable(&self, what: &Wish, error: &reqwest::Error) -> Failure {
        let place = answers::shown(&self.base);
        if error.is_builder() {
            let why = format!("{place} cannot be asked: {}", answers::innermost(error));
            return Failure::new(Kind::NotConfigured, what.name, why)
                .hint("--trucks-url http://localhost:5000");
        }
        if error.is_connect() {
            let why = format!("{place} cannot be reached: {}", answers::innermost(error));
            return Failure::new(Kind::Offline, what.name, why)
                .hint("start it (hello-server), name another with --trucks-url, or use --sandbox");
        }
        let why = if error.is_timeout() {
            format!("{place} did not answer within {:?}", self.patience)
        } else {
            format!("{place} broke off its answer: {}", answers::innermost(error))
        };
        Failure::new(Kind::Offline, what.name, why).hint(what.in_doubt)
    }

    fn unexpected(&self, what: &Wish, why: impl fmt::Display) -> Failure {
        Failure::new(Kind::Unexpected, what.name, format!("{}: {why}", answers::shown(&self.base)))
    }

    fn refused(&self, what: &Wish, answer: &Answer) -> Failure {
        let Answer { status, headers, body } = answer;
        let place = answers::shown(&self.base);
        let kind = answers::kind(*status, headers, Timestamp::now());
        if let Some(moved) = answers::text(headers, header::LOCATION).filter(|_| status.is_redirection()) {
            let why = format!("{place} has moved to {moved}");
            return Failure::new(Kind::NotConfigured, what.name, why)
                .hint("give that address with --trucks-url");
        }
        let Some(problem) = problem(headers, body) else {
            let told = answers::described(*status, headers, body);
            return elsewhere(Failure::new(kind, what.name, format!("{place}: {told}")));
        };
        let kind = match kind {
            Kind::Unexpected if status.is_client_error() => {
                Kind::Invalid(problem.errors.iter().map(field_fault).collect())
            }
            kind => kind,
        };
        elsewhere(Failure::new(kind, what.name, with_request_id(&problem)))
    }
}

/// Adds the advice for an answer without any: nothing that we ask for can be missing from a trucks service, and what went
/// wrong inside it stands in its log.
fn elsewhere(failure: Failure) -> Failure {
    match failure.kind {
        Kind::NotFound => failure.hint("is this the trucks service? Name it with --trucks-url"),
        Kind::Unexpected => failure.hint("see the service's log, or name another service with --trucks-url"),
        _ => failure,
    }
}

fn read(body: &[u8]) -> Result<Vec<Truck>, String> {
    let rows: Vec<Value> = serde_json::from_slice(body)
        .map_err(|error| format!("the answer is not a list of trucks: {error}"))?;
    let truck = |(place, row)| {
        serde_json::from_value(row)
            .map_err(|error| format!("truck {} of the list cannot be read: {error}", place + 1))
    };
    rows.into_iter().enumerate().map(truck).collect()
}

/// Returns the page that a `Link` header calls next. It must be of the same service: nobody sends us elsewhere.
fn next_page(headers: &HeaderMap, page: &Url) -> Result<Option<Url>, String> {
    let links = headers.get_all(header::LINK).into_iter().filter_map(|value| value.to_str().ok());
    let next = links.flat_map(|value| value.split('<').skip(1)).find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let is_next = parameters.split([';', ',']).any(|p| matches!(p.trim(), "rel=\"next\"" | "rel=next"));
        is_next.then_some(target)
    });
    let Some(target) = next else { return Ok(None) };
    match page.join(target) {
        Ok(url) if url.origin() == page.origin() => Ok(Some(url)),
        _ => Err(format!("the next page is elsewhere: {target}")),
    }
}

fn problem(headers: &HeaderMap, body: &[u8]) -> Option<Problem> {
    let media_type = answers::text(headers, header::CONTENT_TYPE)?.split(';').next()?.trim();
    if media_type != Problem::CONTENT_TYPE && media_type != "application/json" {
        return None;
    }
    let problem: Problem = serde_json::from_slice(body).ok()?;
    (problem.title.is_some() || problem.detail.is_some() || !problem.errors.is_empty()).then_some(problem)
}

fn with_request_id(problem: &Problem) -> String {
    match &problem.request_id {
        Some(id) => format!("{problem} (request {id})"),
        None => problem.to_string(),
    }
}

/// Names the field as a person knows it: `/licensePlate` is `licensePlate`, `/2/make` is `2.make`.
fn field_fault(error: &FieldError) -> FieldFault {
    let parts = error.pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    let rule = match error.found.as_str() {
        "" => error.rule.clone(),
        found => format!("{}; found {found}", error.rule),
    };
    FieldFault { field: parts.collect::<Vec<_>>().join("."), rule }
}

/// Reads an answer as a list, as a created truck and as a problem; returns what of it is shown: for [`crate::parsers`].
pub(super) fn texts(body: &[u8]) -> Vec<String> {
    let (trucks, why) = match read(body) {
        Ok(trucks) => (trucks, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    let created = serde_json::from_slice::<CreatedTruck>(body).ok().map(|created| created.truck);
    let json = header::HeaderValue::from_static("application/json");
    let problem = problem(&HeaderMap::from_iter([(header::CONTENT_TYPE, json)]), body);
    let told = problem.iter().flat_map(|problem| {
        let faults = problem.errors.iter().map(field_fault).flat_map(|fault| [fault.field, fault.rule]);
        faults.chain([with_request_id(problem)]).collect::<Vec<_>>()
    });
    let trucks = trucks.into_iter().chain(created);
    let trucks = trucks.flat_map(|truck| [truck.make, truck.model, truck.license_plate.unwrap_or_default()]);
    trucks.chain(told).chain(why).collect()
}

/// Reads a `Link` header; returns what of it is shown: for [`crate::parsers`].
pub(super) fn link_text(value: &[u8]) -> Option<String> {
    let page = Url::parse("http://trucks.test/trucks").ok()?;
    let value = header::HeaderValue::from_bytes(value).ok()?;
    let next = next_page(&HeaderMap::from_iter([(header::LINK, value)]), &page);
    Some(next.map_or_else(|why| why, |url| url.map(|url| url.to_string()).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::LINK, value.parse().unwrap())])
    }

    #[test]
    fn the_next_page_is_found_among_other_links() {
        let page: Url = "http://trucks.test/trucks?limit=2".parse().unwrap();
        let headers = links("</trucks?first>; rel=\"first\", </trucks?after=2,3>; title=\"x\"; rel=\"next\"");
        assert_eq!(
            next_page(&headers, &page).unwrap().unwrap().as_str(),
            "http://trucks.test/trucks?after=2,3"
        );
    }

    #[test]
    fn a_next_page_on_another_machine_is_refused() {
        let page: Url = "http://trucks.test/trucks".parse().unwrap();
        assert!(next_page(&links("<http://elsewhere.test/>; rel=next"), &page).is_err());
    }

    #[test]
    fn a_pointer_into_a_list_keeps_its_place() {
        let fault = field_fault(&FieldError::new("/2/licensePlate", "must be free", "B-1"));
        assert_eq!(
            (fault.field.as_str(), fault.rule.as_str()),
            ("2.licensePlate", "must be free; found B-1")
        );
    }

    #[test]
    fn a_base_with_a_path_is_kept() {
        for base in ["http://trucks.test/api", "http://trucks.test/api/"] {
            let trucks = Trucks::new(base.parse().unwrap(), Duration::from_secs(1));
            assert_eq!(trucks.address("trucks").as_str(), "http://trucks.test/api/trucks");
        }
    }
}
