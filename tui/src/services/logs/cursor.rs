//! What a tail has read, and where its next look begins. Pure: no clock, no I/O.
//!
//! Events arrive late and out of order, so each look begins some time before the newest event known and overlaps the
//! last one. What was told is remembered by id for as long as a look could bring it again, and no longer.

use std::{collections::BTreeSet, time::Duration};

use crate::domain::{log::LogLine, time::Timestamp};

/// How far back each look reaches. A later event than this is lost to a tail.
pub(super) const OVERLAP: Duration = Duration::from_secs(30);

/// The reading position of one tail.
#[derive(Debug)]
pub(super) struct Cursor {
    start: Timestamp,
    newest: Timestamp,
    /// What earlier looks told and this one may bring again: all of it, because pages may be grouped by stream.
    told: BTreeSet<(Timestamp, String)>,
    /// What this look told and the next one may bring again.
    fresh: BTreeSet<(Timestamp, String)>,
}

impl Cursor {
    pub(super) fn new(since: Timestamp) -> Self {
        Self { start: since, newest: since, told: BTreeSet::new(), fresh: BTreeSet::new() }
    }

    /// Returns where the look begins. It stays until [`Self::finish`]: all pages of a look must ask the same.
    pub(super) fn start(&self) -> Timestamp {
        self.start
    }

    /// Takes a page and returns what of it is news, oldest first.
    pub(super) fn take(&mut self, page: Vec<LogLine>, now: Timestamp) -> Vec<LogLine> {
        let mut news: Vec<LogLine> = page
            .into_iter()
            .filter(|line| {
                let event = (line.at, line.id.clone());
                !self.told.contains(&event) && self.fresh.insert(event)
            })
            .collect();
        // Stable: lines of the same moment stay in the order of the service.
        news.sort_by_key(|line| line.at);
        if let Some(last) = news.last() {
            // A clock that is ahead must not drag the tail past what others still write.
            self.newest = self.newest.max(last.at.min(now));
        }
        // A long history must not stay in memory.
        self.fresh = self.fresh.split_off(&(self.newest - OVERLAP, String::new()));
        news
    }

    /// Ends a look: nothing more is there for now, and the next one begins later.
    pub(super) fn finish(&mut self) {
        self.start = self.start.max(self.newest - OVERLAP);
        self.told.append(&mut self.fresh);
        self.told = self.told.split_off(&(self.start, String::new()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::log::Level;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn line(id: &str, second: i64) -> LogLine {
        LogLine {
            id: id.to_owned(),
            stream: "task/1".to_owned(),
            at: at(second),
            ingested: None,
            message: id.to_owned(),
            level: Level::Unknown,
        }
    }

    /// Takes one page at a moment long after it, and returns the ids of the news.
    fn take(cursor: &mut Cursor, page: &[(&str, i64)]) -> Vec<String> {
        let page = page.iter().map(|(id, second)| line(id, *second)).collect();
        cursor.take(page, at(1_000_000)).into_iter().map(|line| line.id).collect()
    }

    #[test]
    fn what_the_overlap_brings_again_is_told_once() {
        let mut cursor = Cursor::new(at(0));
        assert_eq!(take(&mut cursor, &[("a", 100), ("b", 110)]), ["a", "b"]);
        cursor.finish();
        assert_eq!(cursor.start(), at(80));
        assert_eq!(take(&mut cursor, &[("a", 100), ("b", 110), ("c", 111)]), ["c"]);
    }

    #[test]
    fn an_event_that_arrives_late_within_the_overlap_is_told() {
        let mut cursor = Cursor::new(at(0));
        take(&mut cursor, &[("b", 110)]);
        cursor.finish();
        assert_eq!(take(&mut cursor, &[("late", 85), ("b", 110)]), ["late"]);
    }

    #[test]
    fn two_events_of_one_moment_are_both_told() {
        let mut cursor = Cursor::new(at(0));
        assert_eq!(take(&mut cursor, &[("a", 5), ("b", 5)]), ["a", "b"]);
        assert_eq!(take(&mut cursor, &[("b", 5), ("c", 5)]), ["c"]);
    }

    #[test]
    fn an_empty_page_moves_nothing() {
        let mut cursor = Cursor::new(at(50));
        assert!(take(&mut cursor, &[]).is_empty());
        cursor.finish();
        assert_eq!(cursor.start(), at(50));
    }

    #[test]
    fn no_look_begins_before_the_wanted_moment() {
        let mut cursor = Cursor::new(at(100));
        take(&mut cursor, &[("a", 101)]);
        cursor.finish();
        assert_eq!(cursor.start(), at(100));
    }

    #[test]
    fn the_pages_of_one_look_all_ask_from_the_same_moment() {
        let mut cursor = Cursor::new(at(0));
        take(&mut cursor, &[("a", 500)]);
        assert_eq!(cursor.start(), at(0));
    }

    #[test]
    fn a_page_grouped_by_stream_is_told_by_age() {
        let mut cursor = Cursor::new(at(0));
        assert_eq!(take(&mut cursor, &[("a1", 1), ("a3", 3), ("b2", 2)]), ["a1", "b2", "a3"]);
    }

    #[test]
    fn a_look_grouped_by_stream_brings_nothing_back() {
        let mut cursor = Cursor::new(at(0));
        take(&mut cursor, &[("a", 100), ("b", 100)]);
        cursor.finish();
        assert_eq!(take(&mut cursor, &[("a", 100), ("much later", 500)]), ["much later"]);
        assert!(take(&mut cursor, &[("b", 100)]).is_empty());
    }

    #[test]
    fn an_event_of_the_future_does_not_hide_those_of_the_present() {
        let mut cursor = Cursor::new(at(0));
        cursor.take(vec![line("ahead", 7_200)], at(100));
        cursor.finish();
        assert_eq!(cursor.start(), at(70));
        assert_eq!(cursor.take(vec![line("ahead", 7_200)], at(102)), []);
    }

    #[test]
    fn a_long_history_does_not_stay_in_memory() {
        let mut cursor = Cursor::new(at(0));
        for second in 0..10_000 {
            take(&mut cursor, &[(&format!("event {second}"), second)]);
        }
        assert_eq!(cursor.fresh.len(), 31);
        cursor.finish();
        assert_eq!((cursor.fresh.len(), cursor.told.len()), (0, 31));
    }
}
