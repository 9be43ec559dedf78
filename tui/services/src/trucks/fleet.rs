//! Reads the list of trucks page by page, within limits of rows, bytes and time.

use std::{collections::HashSet, fmt};

use bytes::Bytes;
use hello_model::{address::display_url, failure::Failure};
use hello_shared::Truck;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, SeqAccess, Visitor},
};
use tokio::time::Instant;
use url::Url;

use super::{
    Operation, Trucks,
    answers::{self, collect},
};

/// The maximum size of the list in bytes, all pages together: about 100,000 trucks.
pub(super) const MAX_LIST_BYTES: usize = 24 * 1024 * 1024;

/// The maximum number of trucks kept.
const MAX_TRUCKS: usize = 100_000;

/// A longer chain of pages is treated as a loop.
const MAX_PAGES: usize = 1_000;

/// The timeout of the whole list, as a multiple of the timeout of one response.
const LIST_TIMEOUTS: u32 = 6;

/// The trucks read, and the reason why the list may be incomplete.
type PartialList = (Vec<Truck>, Option<String>);

/// A response for a page.
pub(super) enum PageResponse {
    Read(HeaderMap, Bytes),
    /// The page is of the known tag.
    Unchanged,
    TooLarge(answers::Error),
}

impl Trucks {
    /// Reads the list from its first page on, until it ends, a limit is reached, or `is_enough`.
    pub(super) async fn pages(
        &self,
        operation: &Operation,
        first: Url,
        is_enough: impl Fn(&[Truck]) -> bool,
    ) -> Result<PartialList, Failure> {
        let until = Instant::now() + self.timeout * LIST_TIMEOUTS;
        let (mut trucks, mut bytes_left) = (Vec::new(), MAX_LIST_BYTES);
        let (mut page, mut seen) = (first, HashSet::new());
        while seen.insert(page.clone()) && seen.len() <= MAX_PAGES {
            let (headers, body) = match self.read_page(operation, page.clone(), None, bytes_left).await? {
                PageResponse::Read(headers, body) => (headers, body),
                PageResponse::TooLarge(error) if seen.len() == 1 => {
                    return Err(self.unanswered(operation, &error));
                }
                PageResponse::TooLarge(_) | PageResponse::Unchanged => return Ok(unread(trucks, "24 MiB")),
            };
            bytes_left -= body.len();
            let is_whole = read(&body, &mut trucks).map_err(|why| self.unexpected(operation, why))?;
            if !is_whole {
                return Ok(unread(trucks, "100,000 trucks"));
            }
            if is_enough(&trucks) {
                return Ok((trucks, None));
            }
            match next_page(&headers, &page).map_err(|why| self.unexpected(operation, why))? {
                Some(_) if Instant::now() > until => {
                    return Ok(unread(trucks, &format!("{:?}", self.timeout * LIST_TIMEOUTS)));
                }
                Some(next) => page = next,
                None => return Ok((trucks, None)),
            }
        }
        Err(self.unexpected(operation, format!("the list has no end: {} pages were read", seen.len())))
    }

    /// Reads a page, unless it is of the known tag.
    pub(super) async fn read_page(
        &self,
        operation: &Operation,
        page: Url,
        known: Option<&str>,
        bytes_left: usize,
    ) -> Result<PageResponse, Failure> {
        let mut request = answers::HttpRequest::get(page);
        request.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let known = known.and_then(|tag| HeaderValue::from_str(tag).ok());
        let is_conditional = known.is_some();
        request.headers.extend(known.map(|tag| (header::IF_NONE_MATCH, tag)));
        let (response, token) = self.send(operation, request).await?;
        if is_conditional && response.status() == StatusCode::NOT_MODIFIED {
            return Ok(PageResponse::Unchanged);
        }
        if response.status() != StatusCode::OK {
            let answer = self.read(operation, response, token).await?;
            return Err(self.refused(operation, &answer));
        }
        let (parts, body) = response.into_parts();
        match collect(body.at_most(bytes_left)).await {
            Ok(body) => Ok(PageResponse::Read(parts.headers, body)),
            Err(error @ answers::Error::TooLarge(_)) => Ok(PageResponse::TooLarge(error)),
            Err(error) => Err(self.unanswered(operation, &error)),
        }
    }
}

fn unread(trucks: Vec<Truck>, bound: &str) -> PartialList {
    (trucks, Some(cut_at(bound)))
}

/// Returns the reason for a list that was read up to a bound.
pub(super) fn cut_at(bound: &str) -> String {
    format!("the list was read up to {bound}, and the service has more")
}

/// Adds the trucks of a page. Reports whether all of them fitted.
pub(super) fn read(body: &[u8], trucks: &mut Vec<Truck>) -> Result<bool, String> {
    let mut row = 0;
    let mut from = serde_json::Deserializer::from_slice(body);
    let read = RowReader { trucks, row: &mut row }.deserialize(&mut from);
    let read = read.and_then(|is_whole| from.end().map(|()| is_whole));
    read.map_err(|error| {
        let is_of_row = error.is_data() && row > 0;
        let told: String = error.to_string().chars().take(300).collect();
        if is_of_row {
            format!("truck {row} of the list cannot be read: {told}")
        } else {
            format!("the answer is not a list of trucks: {told}")
        }
    })
}

/// Parses rows directly into trucks, so that a page is never held as a tree.
struct RowReader<'a> {
    trucks: &'a mut Vec<Truck>,
    /// The number of the current row, from 1.
    row: &'a mut usize,
}

impl<'de> DeserializeSeed<'de> for RowReader<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<bool, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowReader<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<bool, A::Error> {
        while self.trucks.len() < MAX_TRUCKS {
            *self.row += 1;
            match rows.next_element()? {
                Some(truck) => self.trucks.push(truck),
                None => return Ok(true),
            }
        }
        let mut is_whole = true;
        while rows.next_element::<IgnoredAny>()?.is_some() {
            is_whole = false;
        }
        Ok(is_whole)
    }
}

/// Returns the page that a `Link` header names as next. It must have the same origin, and is requested as the same
/// user.
pub(super) fn next_page(headers: &HeaderMap, page: &Url) -> Result<Option<Url>, String> {
    let links = headers.get_all(header::LINK).into_iter().filter_map(|value| value.to_str().ok());
    let next = links.flat_map(|value| value.split('<').skip(1)).find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let is_next = parameters.split([';', ',']).any(|p| matches!(p.trim(), "rel=\"next\"" | "rel=next"));
        is_next.then_some(target)
    });
    let Some(target) = next else { return Ok(None) };
    let mut next = page.join(target).map_err(|error| format!("the next page has no address: {error}"))?;
    if next.origin() != page.origin() {
        return Err(format!("the next page is elsewhere: {}", display_url(&next)));
    }
    // Both calls fail only for a URL without a host.
    let _ = next.set_username(page.username());
    let _ = next.set_password(page.password());
    next.set_fragment(None);
    Ok(Some(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::LINK, value.parse().unwrap())])
    }

    #[test]
    fn the_next_page_is_found_among_links() {
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
        for elsewhere in [
            "<http://elsewhere.test/?token=secret>; rel=next",
            "<http://trucks.test:81/>; rel=next",
            "<https://trucks.test/>; rel=next",
        ] {
            let why = next_page(&links(elsewhere), &page).unwrap_err();
            assert!(!why.contains("secret"), "{why}");
        }
    }

    #[test]
    fn a_next_page_is_requested_with_the_same_user() {
        let page: Url = "http://driver:secret@trucks.test/trucks".parse().unwrap();
        for link in ["</trucks?after=2>; rel=next", "<http://other:one@trucks.test/trucks?after=2>; rel=next"]
        {
            let next = next_page(&links(link), &page).unwrap().unwrap();
            assert_eq!(next.as_str(), "http://driver:secret@trucks.test/trucks?after=2");
        }
    }

    #[test]
    fn rows_beyond_the_bound_are_counted_as_more() {
        let truck = r#"{"id":"1","make":"a","model":"b","status":"active",
            "createdAt":"2026-11-23T10:00:00Z","updatedAt":"2026-11-23T10:00:00Z","version":1}"#;
        let page = |rows| format!("[{}]", vec![truck; rows].join(","));
        let mut trucks = Vec::new();
        assert_eq!(read(page(MAX_TRUCKS).as_bytes(), &mut trucks), Ok(true));
        assert_eq!(read(page(1).as_bytes(), &mut trucks), Ok(false));
        assert_eq!(trucks.len(), MAX_TRUCKS);
    }
}
