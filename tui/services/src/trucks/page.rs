//! Reads the list of trucks one page at a time, newest first, for a screen that loads rows on demand.

use std::cmp::Reverse;

use hello_model::{
    failure::Failure,
    pages::{Cursor, Pages},
    truck::{Fleet, TruckFilter},
};
use http::{HeaderMap, header};
use url::Url;

use super::{
    LISTING, Trucks,
    fleet::{self, MAX_LIST_BYTES, PageResponse},
};
use crate::http::text;

/// The number of trucks on a page: several screens of rows, and small enough to be read often.
const PAGE_ROWS: &str = "200";

impl Trucks {
    /// Reads the newest of the selected trucks and the service's version, or the page of trucks at `cursor`. Returns
    /// `None` if the service confirms the whole list that is `known`.
    ///
    /// A service that does not page sends all trucks; they are read within the limits of [`Self::list`].
    pub async fn page(
        &self,
        filter: &TruckFilter,
        cursor: Option<&Cursor>,
        known: Option<&Fleet>,
    ) -> Result<Option<Fleet>, Failure> {
        if let Some(cursor) = cursor {
            return self.page_at(at(&self.address("trucks"), cursor), None).await;
        }
        let mut first = self.address("trucks");
        first.query_pairs_mut().append_pair("sort", "-created").append_pair("limit", PAGE_ROWS);
        limit_to(&mut first, filter);
        let tag = known.and_then(|known| known.tag.as_deref());
        let read = self.page_at(first.clone(), tag);
        let (fleet, service_version) = futures::future::join(read, self.version()).await;
        let fleet = match (fleet?, known) {
            (None, Some(known)) if known.service_version == service_version => return Ok(None),
            // Another version of the service answers. The rows are needed to say so.
            (None, _) => self.page_at(first, None).await?,
            (fleet, _) => fleet,
        };
        Ok(fleet.map(|fleet| Fleet { service_version, ..fleet }))
    }

    /// Reads a page; `None` if it is of the tag.
    async fn page_at(&self, page: Url, tag: Option<&str>) -> Result<Option<Fleet>, Failure> {
        let (headers, body) = match self.read_page(&LISTING, page.clone(), tag, MAX_LIST_BYTES).await? {
            PageResponse::Read(headers, body) => (headers, body),
            PageResponse::Unchanged => return Ok(None),
            PageResponse::TooLarge(error) => return Err(self.unanswered(&LISTING, &error)),
        };
        let mut items = Vec::new();
        let is_whole = fleet::read(&body, &mut items).map_err(|why| self.unexpected(&LISTING, why))?;
        let unread = (!is_whole).then(|| fleet::cut_at("100,000 trucks"));
        // A service that does not sort sends the oldest first.
        items.sort_by_key(|truck| Reverse(truck.created_at));
        let next = fleet::next_page(&headers, &page).map_err(|why| self.unexpected(&LISTING, why))?;
        let next = next.map(|next| cursor_of(&next));
        let tag = text(&headers, header::ETAG).map(str::to_owned);
        let trucks = Pages { items, next, total: total(&headers), left_out: 0 };
        Ok(Some(Fleet { trucks, unread, service_version: None, tag }))
    }
}

/// Asks the service for the trucks that a filter selects.
pub(super) fn limit_to(list: &mut Url, filter: &TruckFilter) {
    if filter.is_everything() {
        return;
    }
    let mut pairs = list.query_pairs_mut();
    if let Some(status) = filter.status {
        pairs.append_pair("status", status.as_str());
    }
    if let Some(search) = &filter.search {
        pairs.append_pair("q", search);
    }
}

/// Keeps the path and query of a page. The origin and the user are the client's own.
fn cursor_of(page: &Url) -> Cursor {
    Cursor(format!("{}?{}", page.path(), page.query().unwrap_or_default()))
}

/// Returns the URL of a cursor. Setting the parts keeps a cursor from naming another host.
fn at(base: &Url, cursor: &Cursor) -> Url {
    let (path, query) = cursor.0.split_once('?').unwrap_or((&cursor.0, ""));
    let mut page = base.clone();
    page.set_path(path);
    page.set_query(Some(query).filter(|query| !query.is_empty()));
    page
}

fn total(headers: &HeaderMap) -> Option<usize> {
    text(headers, "x-total-count")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_holds_no_user_and_names_no_host() {
        let base: Url = "http://driver:secret@trucks.test/trucks".parse().unwrap();
        for page in
            ["http://driver:secret@trucks.test/trucks?cursor=a", "http://driver:secret@trucks.test//b.test/"]
        {
            let page: Url = page.parse().unwrap();
            let cursor = cursor_of(&page);
            assert!(!cursor.0.contains("secret"), "{cursor:?}");
            assert_eq!(at(&base, &cursor), page);
        }
    }
}
