//! Values: when they are due, what replaces them, and how they fail.

use super::*;

#[test]
fn a_value_is_polled_when_its_interval_is_over() {
    let mut story = Story::new();
    story.sync(&[Query::trucks()]);
    story.answer(&Query::trucks(), fleet("1"));
    assert_eq!(story.deadline(&[Query::trucks()]), Some(10.0));
    assert_eq!(story.at(9.9).sync(&[Query::trucks()]), []);
    assert_eq!(story.at(10.0).sync(&[]), [], "nothing wants it");
    assert_eq!(story.sync(&[Query::trucks()]), [Query::trucks()]);
}

#[test]
fn a_new_answer_replaces_the_value() {
    let mut story = Story::new();
    story.sync(&[Query::trucks()]);
    story.answer(&Query::trucks(), fleet("1"));
    let version = story.cache.version(&Query::trucks());
    story.at(10.0).sync(&[Query::trucks()]);
    story.answer(&Query::trucks(), fleet("2"));
    assert_eq!(story.cache.trucks().value(), Some(&fleet("2")));
    assert!(story.cache.version(&Query::trucks()) > version);
}

#[test]
fn a_request_carries_the_value_it_may_confirm() {
    let mut story = Story::new();
    assert_eq!(story.plan(&wants(&[Query::trucks()])).fetch[0].known, None);
    story.answer(&Query::trucks(), fleet("1"));
    let plan = story.at(10.0).plan(&wants(&[Query::trucks()]));
    assert_eq!(plan.fetch[0].known, Some(Answer::from(fleet("1"))));
}

#[test]
fn an_unchanged_value_draws_nothing() {
    let mut story = Story::new();
    story.sync(&[Query::trucks()]);
    story.answer(&Query::trucks(), fleet("1"));
    let version = story.cache.version(&Query::trucks());
    story.at(10.0).sync(&[Query::trucks()]);
    story.answer(&Query::trucks(), Update::Unchanged);
    assert_eq!(story.cache.version(&Query::trucks()), version);
    assert_eq!(story.deadline(&[Query::trucks()]), Some(20.0));
}

#[test]
fn a_failure_keeps_the_last_good_value_and_its_age() {
    let mut story = Story::new();
    story.sync(&[Query::trucks()]);
    story.answer(&Query::trucks(), fleet("1"));
    story.at(12.0).sync(&[Query::trucks()]);
    story.resolve(&Query::trucks(), Err(offline()));
    let remote = story.cache.trucks();
    assert_eq!(remote.value(), Some(&fleet("1")));
    assert_eq!((remote.failure(), remote.stale_since()), (Some(&offline()), Some(noon())));

    story.at(22.0).sync(&[Query::trucks()]);
    assert_eq!(story.cache.trucks().failure(), Some(&offline()), "it stays while the next try is under way");
    story.answer(&Query::trucks(), Update::Unchanged);
    assert_eq!(story.cache.trucks().failure(), None);
}

#[test]
fn retries_become_rarer_up_to_half_a_minute() {
    let mut story = Story::new();
    let mut waits = Vec::new();
    let mut seconds = 0.0;
    for _ in 0..5 {
        story.at(seconds).sync(&[Query::trucks()]);
        story.resolve(&Query::trucks(), Err(offline()));
        let due = story.deadline(&[Query::trucks()]).unwrap();
        waits.push(due - seconds);
        seconds = due;
    }
    assert_eq!(waits, [10.0, 20.0, 30.0, 30.0, 30.0]);
}

#[test]
fn retries_depend_on_the_kind_of_failure() {
    let mut story = Story::new();
    story.sync(&[runs()]);
    let limited = Failure::new(Kind::RateLimited { until: noon() + Duration::from_secs(90) }, "", "");
    story.resolve(&runs(), Err(limited));
    assert_eq!(story.at(89.0).sync(&[runs()]), []);
    assert_eq!(story.at(90.0).sync(&[runs()]), [runs()]);

    story.resolve(&runs(), Err(Failure::new(Kind::NotConfigured, "", "")));
    assert_eq!(story.at(1_000.0).sync(&[runs()]), []);
    let refreshed = story.cache.refresh(&[runs()], story.now);
    assert_eq!(refreshed[0].query, runs());
}

#[test]
fn a_value_changed_by_a_write_is_fetched_when_wanted() {
    let mut story = Story::new();
    story.sync(&[Query::trucks()]);
    story.answer(&Query::trucks(), fleet("1"));
    let is_trucks = |query: &Query| *query == Query::trucks();
    story.at(1.0);
    story.cache.expire(is_trucks, story.now);
    assert_eq!(story.sync(&[runs()]), [runs()], "it is not in view");
    assert_eq!(story.at(2.0).sync(&[Query::trucks()]), [Query::trucks()]);
    // A request from before the write may bring what was there before.
    story.cache.expire(is_trucks, story.now);
    assert_eq!(story.sync(&[Query::trucks()]), [Query::trucks()]);
}

#[test]
fn only_a_slow_request_is_shown() {
    let mut story = Story::new();
    story.sync(&[Query::trucks()]);
    let version = story.cache.version(&Query::trucks());
    story.at(0.399).sync(&[Query::trucks()]);
    assert_eq!(story.cache.version(&Query::trucks()), version);
    story.at(0.4).sync(&[Query::trucks()]);
    assert!(story.cache.version(&Query::trucks()) > version);
    assert_eq!(story.cache.trucks().loading_since(), Some(story.start));
}
