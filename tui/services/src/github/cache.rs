//! Answers kept for conditional requests. Pure, and bounded in count and size.

use std::collections::VecDeque;

use bytes::Bytes;
use http::HeaderValue;

/// The lists and details that a console looks at in a while.
const MOST_ANSWERS: usize = 64;

/// A larger answer is not kept, in bytes: asking anew is cheaper than holding it.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The most bytes of all answers together.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// An answer, and the tag that asks whether it still holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// With its quotes, as it came.
    pub(super) etag: HeaderValue,
    pub(super) body: Bytes,
}

/// The answers, the one used last at the back.
#[derive(Debug, Default)]
pub(super) struct Cache {
    answers: VecDeque<(String, Kept)>,
}

impl Cache {
    pub(super) fn get(&mut self, path: &str) -> Option<Kept> {
        let entry = self.take(path)?;
        let kept = entry.1.clone();
        self.answers.push_back(entry);
        Some(kept)
    }

    /// Keeps an answer in place of an older one of the same path.
    pub(super) fn keep(&mut self, path: String, kept: Kept) {
        self.take(&path);
        if kept.body.len() > LARGEST_ANSWER {
            return;
        }
        self.answers.push_back((path, kept));
        while self.answers.len() > MOST_ANSWERS || self.bytes() > MOST_BYTES {
            self.answers.pop_front();
        }
    }

    fn bytes(&self) -> usize {
        self.answers.iter().map(|(_, kept)| kept.body.len()).sum()
    }

    fn take(&mut self, path: &str) -> Option<(String, Kept)> {
        let place = self.answers.iter().position(|(known, _)| known == path)?;
        self.answers.remove(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(body: impl Into<Bytes>) -> Kept {
        Kept { etag: HeaderValue::from_static("\"1\""), body: body.into() }
    }

    #[test]
    fn the_answer_that_was_not_used_longest_goes_first() {
        let mut cache = Cache::default();
        for number in 0..MOST_ANSWERS {
            cache.keep(format!("/{number}"), kept("x"));
        }
        cache.get("/0");
        cache.keep("/new".to_owned(), kept("x"));
        assert!(cache.get("/0").is_some() && cache.get("/new").is_some());
        assert_eq!(cache.get("/1"), None);
    }

    #[test]
    fn a_newer_answer_takes_the_place_of_the_older() {
        let mut cache = Cache::default();
        cache.keep("/".to_owned(), kept("old"));
        cache.keep("/".to_owned(), kept("new"));
        assert_eq!(cache.get("/").unwrap().body, "new");
    }

    #[test]
    fn all_answers_together_are_bounded_in_bytes() {
        let mut cache = Cache::default();
        for number in 0..MOST_ANSWERS {
            cache.keep(format!("/{number}"), kept(vec![b' '; LARGEST_ANSWER]));
        }
        assert_eq!(cache.bytes(), MOST_BYTES);
        assert!(cache.get(&format!("/{}", MOST_ANSWERS - 1)).is_some());
    }

    #[test]
    fn an_answer_too_large_to_keep_also_drops_the_stale_one() {
        let mut cache = Cache::default();
        cache.keep("/".to_owned(), kept("old"));
        cache.keep("/".to_owned(), kept(vec![b' '; LARGEST_ANSWER + 1]));
        assert_eq!(cache.get("/"), None);
    }
}
