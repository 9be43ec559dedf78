//! The read position of a tail, and the start of its next query. Pure: no clock, no I/O.
//!
//! Events arrive late and out of order, so each query starts some time before the newest known event and overlaps the
//! previous query. A returned event is remembered only as long as a query could return it again.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher, RandomState},
};

use hello_model::{log::LogLine, time::Timestamp};

/// The overlap between queries, in milliseconds. A tail misses events that arrive later than this.
const OVERLAP_MS: i64 = 30_000;

/// The maximum number of remembered events, about 40 MB. The overlap holds fewer: AWS returns at most 10,000 per
/// request, and the tail sends two requests per second.
const MAX_REMEMBERED: usize = 1_000_000;

/// An event: its time in milliseconds and a hash of its id.
type EventKey = (i64, u64);

/// The read position of one tail.
#[derive(Debug)]
pub(super) struct TailCursor {
    start: i64,
    newest: i64,
    /// Events from earlier queries that this query may return again. All are kept because pages may be grouped by
    /// stream.
    told: BTreeSet<EventKey>,
    /// Events from this query that the next one may return again.
    fresh: BTreeSet<EventKey>,
    /// Randomly keyed, so that a service cannot construct ids with colliding hashes.
    hashes: RandomState,
    max_remembered: usize,
}

impl TailCursor {
    pub(super) fn new(since: Timestamp) -> Self {
        Self::with_memory(since, MAX_REMEMBERED)
    }

    fn with_memory(since: Timestamp, max_remembered: usize) -> Self {
        let since = since.as_millisecond();
        let (told, fresh, hashes) = (BTreeSet::new(), BTreeSet::new(), RandomState::new());
        Self { start: since, newest: since, told, fresh, hashes, max_remembered }
    }

    /// Returns the start of the query, in milliseconds. It stays the same until [`Self::finish`], because all pages of
    /// a query need the same start.
    pub(super) fn start(&self) -> i64 {
        self.start
    }

    /// Takes a page and returns its new lines, oldest first.
    pub(super) fn take(&mut self, page: Vec<LogLine>, now: Timestamp) -> Vec<LogLine> {
        let mut news: Vec<LogLine> = page.into_iter().filter(|line| self.is_news(line, now)).collect();
        // The sort is stable: lines with the same time keep the service's order.
        news.sort_by_key(|line| line.at);
        // Frees memory while a long history is read.
        self.fresh = self.fresh.split_off(&self.first_to_remember());
        news
    }

    /// Ends a query after its last page. The next query starts later.
    pub(super) fn finish(&mut self) {
        self.start = self.start.max(self.newest.saturating_sub(OVERLAP_MS));
        self.told.append(&mut self.fresh);
        self.told = self.told.split_off(&(self.start, 0));
    }

    /// Reports whether a line is new, and remembers it.
    fn is_news(&mut self, line: &LogLine, now: Timestamp) -> bool {
        let event = (line.at.as_millisecond(), self.hashes.hash_one((&line.stream, &line.id)));
        if self.told.contains(&event) || self.fresh.contains(&event) {
            return false;
        }
        // The ingestion time is more reliable than our clock.
        let present = line.ingested.unwrap_or(now).as_millisecond();
        while self.told.len() + self.fresh.len() >= self.max_remembered {
            // Every query returns events with a future time again, so this one is reported once there is room to
            // remember it.
            if event.0 > present {
                return false;
            }
            if self.told.pop_first().or_else(|| self.fresh.pop_first()).is_none() {
                break;
            }
        }
        self.fresh.insert(event);
        // A writer whose clock is ahead must not move the start past events that others still write.
        self.newest = self.newest.max(event.0.min(present));
        true
    }

    fn first_to_remember(&self) -> EventKey {
        (self.newest.saturating_sub(OVERLAP_MS), 0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use hello_model::log::Level;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn ms(second: i64) -> i64 {
        at(second).as_millisecond()
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
    fn take(cursor: &mut TailCursor, page: &[(&str, i64)]) -> Vec<String> {
        let page = page.iter().map(|(id, second)| line(id, *second)).collect();
        cursor.take(page, at(1_000_000)).into_iter().map(|line| line.id).collect()
    }

    #[test]
    fn repeated_events_of_the_overlap_are_reported_once() {
        let mut cursor = TailCursor::new(at(0));
        assert_eq!(take(&mut cursor, &[("a", 100), ("b", 110)]), ["a", "b"]);
        cursor.finish();
        assert_eq!(cursor.start(), ms(80));
        assert_eq!(take(&mut cursor, &[("a", 100), ("b", 110), ("c", 111)]), ["c"]);
    }

    #[test]
    fn a_late_event_within_the_overlap_is_reported() {
        let mut cursor = TailCursor::new(at(0));
        take(&mut cursor, &[("b", 110)]);
        cursor.finish();
        assert_eq!(take(&mut cursor, &[("late", 85), ("b", 110)]), ["late"]);
    }

    #[test]
    fn two_events_of_one_time_are_both_reported() {
        let mut cursor = TailCursor::new(at(0));
        assert_eq!(take(&mut cursor, &[("a", 5), ("b", 5)]), ["a", "b"]);
        assert_eq!(take(&mut cursor, &[("b", 5), ("c", 5)]), ["c"]);
    }

    #[test]
    fn an_empty_page_moves_nothing() {
        let mut cursor = TailCursor::new(at(50));
        assert!(take(&mut cursor, &[]).is_empty());
        cursor.finish();
        assert_eq!(cursor.start(), ms(50));
    }

    #[test]
    fn no_query_begins_before_the_wanted_time() {
        let mut cursor = TailCursor::new(at(100));
        take(&mut cursor, &[("a", 101)]);
        cursor.finish();
        assert_eq!(cursor.start(), ms(100));
    }

    #[test]
    fn all_pages_of_a_query_have_one_start_time() {
        let mut cursor = TailCursor::new(at(0));
        take(&mut cursor, &[("a", 500)]);
        assert_eq!(cursor.start(), ms(0));
    }

    #[test]
    fn a_page_grouped_by_stream_is_sorted_by_time() {
        let mut cursor = TailCursor::new(at(0));
        assert_eq!(take(&mut cursor, &[("a1", 1), ("a3", 3), ("b2", 2)]), ["a1", "b2", "a3"]);
    }

    #[test]
    fn a_query_grouped_by_stream_repeats_nothing() {
        let mut cursor = TailCursor::new(at(0));
        take(&mut cursor, &[("a", 100), ("b", 100)]);
        cursor.finish();
        assert_eq!(take(&mut cursor, &[("a", 100), ("much later", 500)]), ["much later"]);
        assert!(take(&mut cursor, &[("b", 100)]).is_empty());
    }

    #[test]
    fn a_future_event_hides_no_present_event() {
        let mut cursor = TailCursor::new(at(0));
        cursor.take(vec![line("ahead", 7_200)], at(100));
        cursor.finish();
        assert_eq!(cursor.start(), ms(70));
        assert_eq!(cursor.take(vec![line("ahead", 7_200)], at(102)), []);
    }

    #[test]
    fn a_long_history_does_not_stay_in_memory() {
        let mut cursor = TailCursor::new(at(0));
        for second in 0..10_000 {
            take(&mut cursor, &[(&format!("event {second}"), second)]);
        }
        assert_eq!(cursor.fresh.len(), 31);
        cursor.finish();
        assert_eq!((cursor.fresh.len(), cursor.told.len()), (0, 31));
    }

    #[test]
    fn the_start_is_as_precise_as_the_service() {
        let mut cursor = TailCursor::new(at(0));
        let now = at(100).checked_add(Duration::from_nanos(123_456_789)).unwrap();
        let edge = LogLine { at: now - Duration::from_millis(OVERLAP_MS.unsigned_abs()), ..line("edge", 0) };
        let edge = LogLine { at: Timestamp::from_millisecond(edge.at.as_millisecond()).unwrap(), ..edge };
        cursor.take(vec![edge.clone(), line("ahead", 7_200)], now);
        cursor.finish();
        assert_eq!(cursor.start(), edge.at.as_millisecond());
        assert_eq!(cursor.take(vec![edge], now), []);
    }

    #[test]
    fn future_events_wait_without_memory_growth() {
        let mut cursor = TailCursor::with_memory(at(0), 100);
        let page: Vec<LogLine> = (0..500).map(|n| line(&n.to_string(), 200 + n)).collect();
        let mut told = 0;
        // Each look brings all of them again, as the service does, until their time is past.
        for second in 0..1_000 {
            let left =
                page.iter().filter(|line| line.at.as_millisecond() >= cursor.start()).cloned().collect();
            told += cursor.take(left, at(second)).len();
            cursor.finish();
            assert!(cursor.told.len() <= 100);
        }
        assert_eq!(told, 500);
    }

    #[test]
    fn an_endless_query_keeps_memory_bounded() {
        let mut cursor = TailCursor::with_memory(at(0), 100);
        for n in 0..1_000 {
            assert_eq!(take(&mut cursor, &[(&n.to_string(), 10)]).len(), 1);
            assert!(cursor.fresh.len() <= 100);
        }
    }

    /// An event as a service has it: when it was written by the writer's clock, and how much later it was taken in.
    #[derive(Debug, Clone)]
    struct Written {
        at: i64,
        late: i64,
        ahead: i64,
    }

    fn written() -> impl Strategy<Value = Written> {
        // Few different moments, so that many are equal; the edge of the overlap is among them.
        let late = prop_oneof![Just(0), Just(OVERLAP_MS), 0..=OVERLAP_MS];
        let ahead = prop_oneof![4 => Just(0), 1 => 0..7_200_000_i64];
        ((0..200_i64).prop_map(|step| step * 500), late, ahead).prop_map(|(at, late, ahead)| Written {
            at,
            late,
            ahead,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_stream_is_reported_once_with_any_clock_skew(
            events in vec(written(), 0..60),
            page in 1..7_usize,
            pause in 500..9_000_i64,
            skew in -10_800_000..10_800_000_i64,
            by_stream in any::<bool>(),
        ) {
            let moment = |ms: i64| at(0) + Duration::from_millis(u64::try_from(ms).unwrap());
            let lines: Vec<(i64, LogLine)> = events.iter().enumerate().map(|(n, event)| {
                // A writer whose clock is ahead is not late at the same time.
                let late = if event.ahead > 0 { 0 } else { event.late };
                let taken_in = event.at + late;
                let line = LogLine {
                    at: moment(event.at + event.ahead),
                    ingested: Some(moment(taken_in)),
                    stream: format!("task/{}", n % 3),
                    ..line(&n.to_string(), 0)
                };
                (taken_in, line)
            }).collect();
            let mut cursor = TailCursor::new(at(0));
            let mut told = Vec::new();
            let mut time = 0;
            while time < 200_000 {
                let now = Timestamp::from_millisecond(ms(0) + time + skew).unwrap();
                let mut look: Vec<LogLine> = lines.iter()
                    .filter(|(taken_in, line)| *taken_in <= time && line.at.as_millisecond() >= cursor.start())
                    .map(|(_, line)| line.clone())
                    .collect();
                look.sort_by_key(|line| (by_stream.then(|| line.stream.clone()), line.at));
                for page in look.chunks(page) {
                    told.extend(cursor.take(page.to_vec(), now).into_iter().map(|line| line.id));
                }
                cursor.finish();
                time += pause;
            }
            told.sort_by_key(|id| id.parse::<usize>().unwrap());
            let all: Vec<String> = (0..events.len()).map(|n| n.to_string()).collect();
            prop_assert_eq!(told, all);
        }
    }
}
