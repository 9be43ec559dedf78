//! Reads the list of trucks one page at a time, newest first, for a screen that loads rows on demand.

use std::cmp::Reverse;

use hello_model::{
    failure::Failure,
    pages::{Cursor, Pages},
    truck::Fleet,
};
use http::HeaderMap;
use url::Url;

use super::{
    LISTING, Trucks,
    fleet::{self, MAX_LIST_BYTES},
};
use crate::http::text;

/// The number of trucks on a page: several screens of rows, and small enough to be read often.
const PAGE_ROWS: &str = "200";

impl Trucks {
    /// Reads the newest trucks and the service's version, or the page of trucks at `cursor`.
    ///
    /// A service that does not page sends all trucks; they are read within the limits of [`Self::list`].
    pub async fn page(&self, cursor: Option<&Cursor>) -> Result<Fleet, Failure> {
        let Some(cursor) = cursor else {
            let mut first = self.address("trucks");
            first.query_pairs_mut().append_pair("sort", "-created").append_pair("limit", PAGE_ROWS);
            let (fleet, service_version) = futures::future::join(self.page_at(first), self.version()).await;
            return Ok(Fleet { service_version, ..fleet? });
        };
        self.page_at(at(&self.address("trucks"), cursor)).await
    }

    async fn page_at(&self, page: Url) -> Result<Fleet, Failure> {
        let answer = self.read_page(&LISTING, page.clone(), MAX_LIST_BYTES).await?;
        let (headers, body) = answer.map_err(|error| self.unanswered(&LISTING, &error))?;
        let mut items = Vec::new();
        let is_whole = fleet::read(&body, &mut items).map_err(|why| self.unexpected(&LISTING, why))?;
        let unread = (!is_whole).then(|| fleet::cut_at("100,000 trucks"));
        // A service that does not sort sends the oldest first.
        items.sort_by_key(|truck| Reverse(truck.created_at));
        let next = fleet::next_page(&headers, &page).map_err(|why| self.unexpected(&LISTING, why))?;
        let next = next.map(|next| cursor_of(&next));
        Ok(Fleet { trucks: Pages { items, next, total: total(&headers) }, unread, service_version: None })
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
