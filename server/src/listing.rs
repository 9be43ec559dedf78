//! Lists of trucks as bytes, which all requests for the same list share.

use axum::{
    body::Bytes,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CONTENT_TYPE, ETAG, LINK},
    },
};
use tokio::sync::Semaphore;

use crate::{
    error::ApiError,
    etag, headers, json,
    limits::Room,
    params,
    store::{Page, Query, Store},
};

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// The response to a query for a list.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) etag: HeaderValue,
    /// All headers of the response, so that each response copies them at once.
    pub(crate) head: HeaderMap,
    pub(crate) body: Bytes,
    /// The query for the rest of a list that is too long to be held in memory.
    pub(crate) rest: Option<Query>,
}

impl Listing {
    pub(crate) async fn read(store: &Store, raw: &str, query: Query, room: Room) -> Result<Self, ApiError> {
        let page_query = Query { limit: query.limit.or(Some(params::PAGE_LIMIT)), ..query.clone() };
        let Page { trucks, next, total, revision, epoch } = store.page(&page_query).await?;
        let link = |cursor| {
            HeaderValue::try_from(format!("</trucks?{}>; rel=\"next\"", params::next(raw, cursor))).ok()
        };
        let (link, rest) = match (next, query.limit) {
            (Some(cursor), None) => (None, Some(Query { after: Some(cursor), ..page_query })),
            (next, _) => (next.as_ref().and_then(link), None),
        };
        let etag = etag::of_fleet(&epoch, revision);
        let mut head = HeaderMap::new();
        head.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        head.extend(total.map(|total| (TOTAL, total.into())));
        head.extend(link.map(|link| (LINK, link)));
        head.extend(rest.is_none().then(|| (ETAG, etag.clone())));
        headers::add_security_headers(&mut head);
        // Reserves the header now, because adding it to each response costs more than copying all the others.
        headers::reserve_request_id(&mut head);
        Ok(Self { etag, head, body: room.hold(json::array(&trucks)), rest })
    }
}

/// A further page of a long list, as bytes of the response.
#[derive(Debug, Clone)]
pub(crate) struct ListPage {
    pub(crate) rows: Bytes,
    pub(crate) rest: Option<Query>,
}

impl ListPage {
    pub(crate) async fn read(
        store: &Store,
        reads: &Semaphore,
        query: Query,
        room: Room,
    ) -> Result<Self, ApiError> {
        let page = {
            let _turn = reads.acquire().await;
            store.page(&query).await?
        };
        let mut rows = json::array(&page.trucks);
        match rows.first_mut() {
            Some(bracket) if !page.trucks.is_empty() => *bracket = b',',
            _ => drop(rows.drain(..1)),
        }
        if page.next.is_some() {
            rows.pop();
        }
        let rest = page.next.map(|cursor| Query { after: Some(cursor), ..query });
        Ok(Self { rows: room.hold(rows), rest })
    }
}
