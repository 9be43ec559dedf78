//! Pages of a list and the `Link` header that connects them.

use std::ops::Range;

use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;

/// The paging parameters of a request.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Page {
    per_page: Option<u32>,
    page: Option<u32>,
}

impl Page {
    fn size(self) -> usize {
        self.per_page.unwrap_or(30).clamp(1, 100) as usize
    }

    fn number(self) -> usize {
        self.page.unwrap_or(1).max(1) as usize
    }

    /// Returns the places of a list of `total` items that are on this page.
    pub(super) fn range(self, total: usize) -> Range<usize> {
        let from = (self.number() - 1).saturating_mul(self.size()).min(total);
        from..from.saturating_add(self.size()).min(total)
    }

    /// Returns the items of a list that are on this page.
    pub(super) fn of<T>(self, all: &[T]) -> &[T] {
        all.get(self.range(all.len())).unwrap_or_default()
    }

    /// Returns the `Link` header of a list of `total` items; `url` is complete except for the page number.
    pub(super) fn links(self, total: usize, url: &str) -> HeaderMap {
        let last = total.div_ceil(self.size()).max(1);
        let current = self.number();
        let mut links = Vec::new();
        let mut link = |rel: &str, page: usize| links.push(format!("<{url}page={page}>; rel=\"{rel}\""));
        if current > 1 {
            link("prev", (current - 1).min(last));
        }
        if current < last {
            link("next", current.saturating_add(1));
            link("last", last);
        }
        if current > 1 {
            link("first", 1);
        }
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_str(&links.join(", "))
            && !links.is_empty()
        {
            headers.insert(header::LINK, value);
        }
        headers
    }
}

/// Returns a URL to which `page=` can be appended; it keeps the other query parameters.
pub(super) fn without_page(url: &str, query: Option<&str>) -> String {
    let mut kept = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if name != "page" {
            kept.append_pair(&name, &value);
        }
    }
    let kept = kept.finish();
    let and = if kept.is_empty() { "" } else { "&" };
    format!("{url}?{kept}{and}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_forwards_and_backwards_and_stop_at_both_ends() {
        let page = Page { per_page: Some(10), page: Some(2) };
        let links = page.links(25, "http://h/runs?per_page=10&");
        let link = links[header::LINK].to_str().unwrap();
        assert!(link.contains("<http://h/runs?per_page=10&page=3>; rel=\"next\""), "{link}");
        assert!(link.contains("page=1>; rel=\"prev\""), "{link}");
        assert!(Page::default().links(5, "http://h/runs?").is_empty());
        assert_eq!(Page { per_page: Some(10), page: Some(9) }.of(&[1, 2]), &[] as &[i32]);
    }
}
