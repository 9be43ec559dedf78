//! Cached responses for conditional requests. Pure; count and size are limited.

use std::collections::VecDeque;

use bytes::Bytes;
use http::HeaderValue;

use super::accept::Accept;

/// The maximum number of responses: enough for the lists and details that a console shows within a while.
const MAX_ANSWERS: usize = 64;

/// The maximum size of a cached response, in bytes. Larger ones are cheaper to request again than to keep.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// The maximum size of all cached responses together, in bytes.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A response body and the entity tag for revalidation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CachedResponse {
    /// The tag as received, including its quotes.
    pub(super) etag: HeaderValue,
    pub(super) body: Bytes,
    /// The number of organizations that GitHub has left out of it.
    pub(super) left_out: usize,
}

/// What a response was asked with. The token and the version of the API are the same for the whole cache.
type Key = (Accept, String);

/// The cached responses, most recently used last.
#[derive(Debug, Default)]
pub(super) struct ResponseCache {
    answers: VecDeque<(Key, CachedResponse)>,
}

impl ResponseCache {
    pub(super) fn get(&mut self, accept: Accept, path: &str) -> Option<CachedResponse> {
        let entry = self.take(accept, path)?;
        let kept = entry.1.clone();
        self.answers.push_back(entry);
        Some(kept)
    }

    /// Stores a response and replaces an older one for the same path and form.
    pub(super) fn keep(&mut self, accept: Accept, path: String, kept: CachedResponse) {
        self.take(accept, &path);
        if kept.body.len() > MAX_ANSWER_BYTES {
            return;
        }
        self.answers.push_back(((accept, path), kept));
        while self.answers.len() > MAX_ANSWERS || self.bytes() > MAX_BYTES {
            self.answers.pop_front();
        }
    }

    fn bytes(&self) -> usize {
        self.answers.iter().map(|(_, kept)| kept.body.len()).sum()
    }

    fn take(&mut self, accept: Accept, path: &str) -> Option<(Key, CachedResponse)> {
        let place = self.answers.iter().position(|((form, known), _)| *form == accept && known == path)?;
        self.answers.remove(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(body: impl Into<Bytes>) -> CachedResponse {
        CachedResponse { etag: HeaderValue::from_static("\"1\""), body: body.into(), left_out: 0 }
    }

    #[test]
    fn the_least_recently_used_answer_is_dropped_first() {
        let mut cache = ResponseCache::default();
        for number in 0..MAX_ANSWERS {
            cache.keep(Accept::Json, format!("/{number}"), kept("x"));
        }
        cache.get(Accept::Json, "/0");
        cache.keep(Accept::Json, "/new".to_owned(), kept("x"));
        assert!(cache.get(Accept::Json, "/0").is_some() && cache.get(Accept::Json, "/new").is_some());
        assert_eq!(cache.get(Accept::Json, "/1"), None);
    }

    #[test]
    fn a_newer_answer_takes_the_place_of_the_older() {
        let mut cache = ResponseCache::default();
        cache.keep(Accept::Json, "/".to_owned(), kept("old"));
        cache.keep(Accept::Json, "/".to_owned(), kept("new"));
        assert_eq!(cache.get(Accept::Json, "/").unwrap().body, "new");
    }

    #[test]
    fn all_answers_together_are_bounded_in_bytes() {
        let mut cache = ResponseCache::default();
        for number in 0..MAX_ANSWERS {
            cache.keep(Accept::Json, format!("/{number}"), kept(vec![b' '; MAX_ANSWER_BYTES]));
        }
        assert_eq!(cache.bytes(), MAX_BYTES);
        assert!(cache.get(Accept::Json, &format!("/{}", MAX_ANSWERS - 1)).is_some());
    }

    #[test]
    fn an_oversized_answer_drops_the_stale_one() {
        let mut cache = ResponseCache::default();
        cache.keep(Accept::Json, "/".to_owned(), kept("old"));
        cache.keep(Accept::Json, "/".to_owned(), kept(vec![b' '; MAX_ANSWER_BYTES + 1]));
        assert_eq!(cache.get(Accept::Json, "/"), None);
    }
}
