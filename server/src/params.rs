//! The query parameters of a list.

use std::collections::BTreeMap;

use axum::extract::Query as Pairs;
use axum::http::Uri;
use hello_shared::FieldError;

use crate::{
    error::ApiError,
    store::{Cursor, Order, Query},
};

/// The maximum number of trucks on a page.
pub(crate) const PAGE_LIMIT: u32 = 1_000;

/// The maximum length of a search text, in characters.
const SEARCH_LIMIT: usize = 100;

/// Parses the query string of a list, or returns an error for every invalid parameter.
///
/// Unknown parameters are ignored.
pub(crate) fn read(raw: &str) -> Result<Query, ApiError> {
    let pairs = pairs(raw)?;
    let mut errors = Vec::new();
    let mut broken = |name: &str, rule: String, found: &str| {
        let found = match found.chars().count() {
            0 => "nothing".to_owned(),
            length => format!("a text of {length}"),
        };
        errors.push(FieldError::new(format!("?{name}"), rule, found));
    };
    let mut query = Query::default();
    if let Some(word) = pairs.get("status") {
        match word.parse() {
            Ok(status) => query.status = Some(status),
            Err(_) => broken("status", "must be active, maintenance or retired".to_owned(), word),
        }
    }
    for (name, field) in [("make", &mut query.make), ("q", &mut query.search)] {
        let Some(text) = pairs.get(name) else { continue };
        if text.chars().count() > SEARCH_LIMIT {
            broken(name, format!("must be text of at most {SEARCH_LIMIT} characters"), text);
        } else if text.contains('\0') {
            broken(name, "must have no null characters".to_owned(), text);
        } else if !text.trim().is_empty() {
            *field = Some(text.trim().to_owned());
        }
    }
    if let Some(word) = pairs.get("sort") {
        match word.parse() {
            Ok(order) => query.order = order,
            Err(()) => broken("sort", format!("must be one of {}", Order::WORDS.join(", ")), word),
        }
    }
    if let Some(number) = pairs.get("limit") {
        match number.parse() {
            Ok(limit @ 1..=PAGE_LIMIT) => query.limit = Some(limit),
            _ => broken("limit", format!("must be a number from 1 to {PAGE_LIMIT}"), number),
        }
    }
    if let Some(cursor) = pairs.get("cursor") {
        query.after = Cursor::read(cursor, query.order);
        if query.after.is_none() {
            broken("cursor", "must be one that the Link header gave, with the same sort".to_owned(), cursor);
        }
    }
    if errors.is_empty() { Ok(query) } else { Err(ApiError::Unfit(errors)) }
}

/// Returns the query string with the cursor of the next page.
pub(crate) fn next(raw: &str, cursor: &Cursor) -> String {
    let kept = raw.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let pairs: Vec<_> = kept.map(str::to_owned).chain([format!("cursor={}", cursor.write())]).collect();
    pairs.join("&")
}

/// Splits the query string. If a parameter is repeated, the last one counts.
fn pairs(raw: &str) -> Result<BTreeMap<String, String>, ApiError> {
    let malformed = || ApiError::Malformed("the query of the URL cannot be read".to_owned());
    let uri = Uri::builder().path_and_query(format!("/?{raw}")).build().map_err(|_| malformed())?;
    let Pairs(pairs) = Pairs::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_| malformed())?;
    Ok(pairs.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use hello_shared::TruckStatus;

    use super::*;

    #[test]
    fn every_bad_parameter_is_named_at_once() {
        let Err(ApiError::Unfit(errors)) = read("status=parked&q=%00&sort=age&limit=0&cursor=x") else {
            panic!("all of it is bad");
        };
        let named: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(named, ["?status", "?q", "?sort", "?limit", "?cursor"]);
    }

    #[test]
    fn escapes_are_read_and_unknown_parameters_ignored() {
        let query = read("make=M%C3%84N%20AG&q=&status=retired&colour=red").unwrap();
        assert_eq!((query.make.as_deref(), query.search), (Some("MÄN AG"), None));
        assert_eq!(query.status, Some(TruckStatus::Retired));
    }

    #[test]
    fn the_next_page_is_the_same_question_with_another_cursor() {
        let cursor = Cursor::read("9", Order::default()).unwrap();
        assert_eq!(next("make=a%20b&cursor=3&limit=2", &cursor), "make=a%20b&limit=2&cursor=9");
        assert_eq!(next("", &cursor), "cursor=9");
    }
}
