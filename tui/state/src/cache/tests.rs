//! What is asked, and when: requests are compared as values, and time is handed in.

use hello_model::{
    failure::Kind,
    log::{Level, LogLine, TailEvent},
};

use super::*;

/// A cache with a clock that the test moves.
struct Story {
    cache: Cache,
    start: Instant,
    now: Now,
}

impl Story {
    fn new() -> Self {
        let start = Instant::now();
        Self { cache: Cache::default(), start, now: at(start, 0.0) }
    }

    fn at(&mut self, seconds: f64) -> &mut Self {
        self.now = at(self.start, seconds);
        self
    }

    fn sync(&mut self, wanted: &[Query]) -> Vec<Request> {
        self.cache.sync(wanted, self.now)
    }

    fn settle(&mut self, query: &Query, news: Result<Update, Failure>) {
        self.cache.settle(query, news, self.now);
    }
}

fn at(start: Instant, seconds: f64) -> Now {
    let passed = Duration::from_secs_f64(seconds);
    Now { instant: start + passed, wall: noon() + passed }
}

fn noon() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn trucks(version: &str) -> Update {
    Fleet { trucks: Vec::new(), unread: None, service_version: Some(version.to_owned()) }.into()
}

fn offline() -> Failure {
    Failure::new(Kind::Offline, "listing the trucks", "connection refused")
}

fn repo() -> Repo {
    "hello-truck/hello-truck".parse().unwrap()
}

fn group() -> LogSource {
    LogSource::Group("/ecs/hello".to_owned())
}

fn logs() -> Query {
    Query::Logs(group())
}

fn line(id: &str, seconds: i64) -> LogLine {
    LogLine {
        id: id.to_owned(),
        stream: String::new(),
        at: Timestamp::from_second(1_800_000_000 + seconds).unwrap(),
        ingested: None,
        message: id.to_owned(),
        level: Level::Info,
    }
}

fn lines(lines: Vec<LogLine>) -> Update {
    Update::Tail(TailEvent::Lines(lines))
}

#[test]
fn two_screens_that_want_the_same_share_one_fetch() {
    let mut story = Story::new();
    assert_eq!(story.sync(&[Query::Trucks, Query::Trucks]), [Request::Fetch(Query::Trucks)]);
    assert_eq!(story.sync(&[Query::Trucks]), [], "it is under way");
}

#[test]
fn an_answer_is_asked_for_again_when_its_interval_is_over() {
    let mut story = Story::new();
    story.sync(&[Query::Trucks]);
    story.settle(&Query::Trucks, Ok(trucks("1")));
    assert_eq!(story.cache.next_deadline(&[Query::Trucks]), Some(story.start + Duration::from_secs(10)));
    assert_eq!(story.at(9.9).sync(&[Query::Trucks]), []);
    assert_eq!(story.at(10.0).sync(&[]), [], "nothing wants it");
    assert_eq!(story.sync(&[Query::Trucks]), [Request::Fetch(Query::Trucks)]);
}

#[test]
fn the_same_answer_again_changes_nothing_to_see() {
    let mut story = Story::new();
    story.sync(&[Query::Trucks]);
    story.settle(&Query::Trucks, Ok(trucks("1")));
    let version = story.cache.version(&Query::Trucks);
    story.at(10.0).sync(&[Query::Trucks]);
    story.settle(&Query::Trucks, Ok(trucks("1")));
    assert_eq!(story.cache.version(&Query::Trucks), version);
    story.settle(&Query::Trucks, Ok(trucks("2")));
    assert!(story.cache.version(&Query::Trucks) > version);
}

#[test]
fn a_failure_keeps_the_last_good_value_and_its_age() {
    let mut story = Story::new();
    story.sync(&[Query::Trucks]);
    story.settle(&Query::Trucks, Ok(trucks("1")));
    story.at(12.0).sync(&[Query::Trucks]);
    story.settle(&Query::Trucks, Err(offline()));
    let remote = story.cache.trucks();
    assert_eq!(remote.value().unwrap().service_version.as_deref(), Some("1"));
    assert_eq!((remote.failure(), remote.stale_since()), (Some(&offline()), Some(noon())));

    story.at(22.0).sync(&[Query::Trucks]);
    assert_eq!(story.cache.trucks().failure(), Some(&offline()), "it stays while the next try is under way");
}

#[test]
fn retries_become_rarer_up_to_half_a_minute() {
    let mut story = Story::new();
    let mut waits = Vec::new();
    let mut seconds = 0.0;
    for _ in 0..5 {
        story.at(seconds).sync(&[Query::Trucks]);
        story.settle(&Query::Trucks, Err(offline()));
        let wait = story.cache.next_deadline(&[Query::Trucks]).unwrap() - story.now.instant;
        waits.push(wait.as_secs());
        seconds += wait.as_secs_f64();
    }
    assert_eq!(waits, [10, 20, 30, 30, 30]);
}

#[test]
fn a_rate_limit_is_waited_out_and_a_missing_setting_is_not_retried() {
    let mut story = Story::new();
    story.sync(&[Query::Runs(repo())]);
    let limited = Failure::new(Kind::RateLimited { until: noon() + Duration::from_secs(90) }, "", "");
    story.settle(&Query::Runs(repo()), Err(limited));
    assert_eq!(story.at(89.0).sync(&[Query::Runs(repo())]), []);
    assert_eq!(story.at(90.0).sync(&[Query::Runs(repo())]).len(), 1);

    story.settle(&Query::Runs(repo()), Err(Failure::new(Kind::NotConfigured, "", "")));
    assert_eq!(story.at(1_000.0).sync(&[Query::Runs(repo())]), []);
    let refreshed = story.cache.refresh(&[Query::Runs(repo())], story.now);
    assert_eq!(refreshed, [Request::Fetch(Query::Runs(repo()))]);
}

#[test]
fn a_value_that_a_write_affects_is_fetched_again_once_it_is_wanted() {
    let mut story = Story::new();
    story.sync(&[Query::Trucks]);
    story.settle(&Query::Trucks, Ok(trucks("1")));
    let now = at(story.start, 1.0);
    story.cache.expire(|query| *query == Query::Trucks, now);
    story.at(1.0);
    assert_eq!(
        story.sync(&[Query::Runs(repo())]),
        [Request::Fetch(Query::Runs(repo()))],
        "it is not in view"
    );
    assert_eq!(story.at(2.0).sync(&[Query::Trucks]), [Request::Fetch(Query::Trucks)]);
    // A request from before the write may bring what was there before.
    let now = story.now;
    story.cache.expire(|query| *query == Query::Trucks, now);
    assert_eq!(story.sync(&[Query::Trucks]), [Request::Fetch(Query::Trucks)]);
}

#[test]
fn a_slow_request_is_seen_and_a_quick_one_is_not() {
    let mut story = Story::new();
    story.sync(&[Query::Trucks]);
    let version = story.cache.version(&Query::Trucks);
    story.at(0.399).sync(&[Query::Trucks]);
    assert_eq!(story.cache.version(&Query::Trucks), version);
    story.at(0.4).sync(&[Query::Trucks]);
    assert!(story.cache.version(&Query::Trucks) > version);
    assert_eq!(story.cache.trucks().loading_since(), Some(story.start));
}

#[test]
fn news_of_something_forgotten_changes_nothing() {
    let mut story = Story::new();
    story.sync(&[Query::Trucks]);
    story.cache.clear();
    story.settle(&Query::Trucks, Ok(trucks("of the old world")));
    assert!(story.cache.trucks().is_untouched());
    assert_eq!(story.sync(&[Query::Trucks]), [Request::Fetch(Query::Trucks)], "the new world is asked");
}

#[test]
fn values_that_nothing_wants_are_forgotten_beyond_a_number() {
    let mut story = Story::new();
    let run = |id| Query::Run(repo(), RunId(id));
    for id in 0..30 {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        story.at(id as f64).sync(&[run(id)]);
    }
    let known = (0..30).filter(|id| !story.cache.run(&repo(), RunId(*id)).is_untouched());
    assert_eq!(known.collect::<Vec<_>>(), (13..30).collect::<Vec<_>>(), "the wanted one and the last 16");
}

#[test]
fn a_tail_is_kept_for_a_while_and_then_stopped() {
    let mut story = Story::new();
    let since = noon() - Duration::from_mins(10);
    assert_eq!(story.sync(&[logs()]), [Request::Tail { source: group(), since }]);
    story.settle(&logs(), Ok(Update::Tail(TailEvent::CaughtUp { at: noon() })));

    assert_eq!(story.at(10.0).sync(&[]), [], "another screen is in view");
    assert_eq!(story.cache.next_deadline(&[]), Some(story.start + Duration::from_secs(40)));
    assert_eq!(story.at(20.0).sync(&[logs()]), [], "it still goes on");
    story.at(30.0).sync(&[]);
    assert_eq!(story.at(60.0).sync(&[]), [Request::Stop(logs())]);
    assert_eq!(story.at(90.0).sync(&[]), []);
}

#[test]
fn a_stopped_tail_resumes_and_repeats_no_line() {
    let mut story = Story::new();
    story.sync(&[logs()]);
    story.settle(&logs(), Ok(lines(vec![line("a", 0), line("b", 50)])));
    story.at(60.0).sync(&[]);
    story.at(90.0).sync(&[]);

    let since = line("", 20).at;
    assert_eq!(story.at(100.0).sync(&[logs()]), [Request::Tail { source: group(), since }]);
    story.settle(&logs(), Ok(lines(vec![line("b", 50), line("c", 55)])));
    let feed = story.cache.logs(&group()).unwrap();
    let ids: Vec<_> = feed.lines().newest_first().map(|line| line.id.as_str()).collect();
    assert_eq!(ids, ["c", "b", "a"]);
}

#[test]
fn a_failed_tail_rests_and_shows_its_failure_until_there_is_news() {
    let mut story = Story::new();
    story.sync(&[logs()]);
    story.settle(&logs(), Err(offline()));
    assert_eq!(story.at(9.0).sync(&[logs()]), []);
    assert_eq!(story.at(10.0).sync(&[logs()]).len(), 1);
    assert_eq!(story.sync(&[logs()]), [], "it is resumed once");
    assert_eq!(story.cache.logs(&group()).unwrap().failure(), Some(&offline()));
    story.settle(&logs(), Ok(lines(vec![line("a", 0)])));
    assert_eq!(story.cache.logs(&group()).unwrap().failure(), None);
}
