//! The client's parsers, run without a connection, for the fuzz targets.

use hello_shared::CreatedTruck;
use http::{HeaderMap, HeaderValue, header};
use url::Url;

use super::{
    event_text::EventReader,
    events::read_event,
    fleet::{next_page, read},
    refusal::{field_fault, problem, with_request_id},
};

/// Parses a response as a list, as a created truck, as events and as a problem, and returns the texts to be shown.
pub(crate) fn texts(body: &[u8]) -> Vec<String> {
    let mut trucks = Vec::new();
    let why = read(body, &mut trucks).err();
    let created = serde_json::from_slice::<CreatedTruck>(body).ok().map(|created| created.truck);
    let json = HeaderValue::from_static("application/json");
    let problem = problem(&HeaderMap::from_iter([(header::CONTENT_TYPE, json)]), body);
    let told = problem.iter().flat_map(|problem| {
        let faults = problem.errors.iter().map(field_fault).flat_map(|fault| [fault.field, fault.rule]);
        faults.chain([with_request_id(problem)]).collect::<Vec<_>>()
    });
    let changed = EventReader::default()
        .read(body)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|event| Some(read_event(&event).ok()??.truck));
    let trucks = trucks.into_iter().chain(created).chain(changed);
    let trucks = trucks.flat_map(|truck| [truck.make, truck.model, truck.license_plate.unwrap_or_default()]);
    trucks.chain(told).chain(why).collect()
}

/// Parses a `Link` header and returns the text to be shown.
pub(crate) fn link_text(value: &[u8]) -> Option<String> {
    let page = Url::parse("http://trucks.test/trucks").ok()?;
    let value = HeaderValue::from_bytes(value).ok()?;
    let next = next_page(&HeaderMap::from_iter([(header::LINK, value)]), &page);
    Some(next.map_or_else(|why| why, |url| url.map(|url| url.to_string()).unwrap_or_default()))
}
