//! CloudWatch Logs: paging loses no line and repeats none.

use std::collections::HashSet;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{GROUP, Stepped, stepped};

const START: i64 = 1_772_442_000_000; // 2026-03-02T09:00:00Z

/// Reads all pages. Returns the events and the number of empty pages.
async fn filter(sandbox: &Stepped, query: Value) -> (Vec<Value>, usize) {
    let (mut events, mut empty, mut token) = (Vec::new(), 0, Value::Null);
    loop {
        let mut requested = query.clone();
        requested["logGroupName"] = json!(GROUP);
        if !token.is_null() {
            requested["nextToken"] = token;
        }
        let page = sandbox.logs("FilterLogEvents", requested).await;
        let found = page["events"].as_array().unwrap();
        empty += usize::from(found.is_empty());
        events.extend(found.clone());
        token = page["nextToken"].clone();
        if token.is_null() {
            return (events, empty);
        }
    }
}

fn ids(events: &[Value]) -> Vec<String> {
    events.iter().map(|event| event["eventId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn small_pages_and_large_ones_hold_the_same_lines() {
    let sandbox = stepped().await;
    let from = START - 10 * 60 * 1000;
    let (whole, _) = filter(&sandbox, json!({"startTime": from})).await;
    let (paged, _) = filter(&sandbox, json!({"startTime": from, "limit": 37})).await;
    assert!((1200..3500).contains(&whole.len()), "two to four a second: {}", whole.len());
    assert_eq!(ids(&paged), ids(&whole));
    assert_eq!(ids(&whole).into_iter().collect::<HashSet<_>>().len(), whole.len());
    let times = whole.iter().map(|event| event["timestamp"].as_i64().unwrap()).collect::<Vec<_>>();
    assert!(times.is_sorted());
}

#[tokio::test]
async fn the_newest_come_first_when_asked_for_from_the_tail() {
    let sandbox = stepped().await;
    let from = START - 5 * 60 * 1000;
    let (mut forwards, _) = filter(&sandbox, json!({"startTime": from})).await;
    let backwards = json!({"startTime": from, "startFromHead": false, "limit": 50});
    let (backwards, _) = filter(&sandbox, backwards).await;
    forwards.reverse();
    assert_eq!(ids(&backwards), ids(&forwards));
}

#[tokio::test]
async fn a_rare_pattern_gives_empty_pages_that_still_lead_on() {
    let sandbox = stepped().await;
    let errors = json!({"filterPattern": "{ $.level = \"ERROR\" && $.message = \"*readonly*\" }"});
    let (found, empty) = filter(&sandbox, errors).await;
    assert!(!found.is_empty() && empty > 0);
    assert!(found.iter().all(|event| event["message"].as_str().unwrap().contains("readonly")));
}

#[tokio::test]
async fn a_line_may_arrive_late_and_then_stays() {
    let sandbox = stepped().await;
    let window = json!({"startTime": START - 60_000, "endTime": START - 1});
    let (before, _) = filter(&sandbox, window.clone()).await;
    sandbox.advance(15);
    let (after, _) = filter(&sandbox, window.clone()).await;
    assert!(before.len() < after.len(), "some lines take seconds to arrive");
    let known = ids(&after).into_iter().collect::<HashSet<_>>();
    assert!(ids(&before).iter().all(|id| known.contains(id)));
    sandbox.advance(600);
    assert_eq!(filter(&sandbox, window).await.0, after);
}

#[tokio::test]
async fn a_tail_with_an_overlap_sees_every_line() {
    let sandbox = stepped().await;
    let mut seen = HashSet::new();
    for _ in 0..20 {
        sandbox.advance(3);
        let now = sandbox.sandbox.clock().now().millis();
        let (events, _) = filter(&sandbox, json!({"startTime": now - 15_000})).await;
        seen.extend(ids(&events));
    }
    let now = sandbox.sandbox.clock().now().millis();
    let window = json!({"startTime": START, "endTime": now - 15_000});
    sandbox.advance(20);
    let (all, _) = filter(&sandbox, window).await;
    assert!(ids(&all).iter().all(|id| seen.contains(id)));
}

#[tokio::test]
async fn a_stream_is_read_forwards_and_backwards_to_its_ends() {
    let sandbox = stepped().await;
    let streams = sandbox
        .logs(
            "DescribeLogStreams",
            json!({"logGroupName": GROUP, "orderBy": "LastEventTime", "descending": true}),
        )
        .await;
    let stream = streams["logStreams"][0]["logStreamName"].clone();
    let (all, _) = filter(&sandbox, json!({"logStreamNames": [stream]})).await;
    let expected = all.iter().map(|event| event["message"].clone()).collect::<Vec<_>>();

    let requested =
        json!({"logGroupName": GROUP, "logStreamName": stream, "limit": 40, "startFromHead": true});
    let mut forwards = Vec::new();
    read_all_pages(&sandbox, requested, "nextForwardToken", |page| forwards.extend(page)).await;
    assert_eq!(forwards, expected);

    let requested = json!({"logGroupName": GROUP, "logStreamName": stream, "limit": 40});
    let mut backwards = Vec::new();
    read_all_pages(&sandbox, requested, "nextBackwardToken", |page| {
        backwards.splice(0..0, page);
    })
    .await;
    assert_eq!(backwards, expected);
}

async fn read_all_pages(
    sandbox: &Stepped,
    mut requested: Value,
    token: &str,
    mut take: impl FnMut(Vec<Value>),
) {
    loop {
        let page = sandbox.logs("GetLogEvents", requested.clone()).await;
        let events = page["events"].as_array().unwrap();
        take(events.iter().map(|event| event["message"].clone()).collect());
        if page[token] == requested["nextToken"] {
            assert!(events.is_empty(), "the end is an empty page with the same token");
            return;
        }
        requested["nextToken"] = page[token].clone();
    }
}

#[tokio::test]
async fn new_tasks_say_that_they_start() {
    let sandbox = stepped().await;
    sandbox.advance(60);
    let starts = json!({"startTime": START - 60_000, "filterPattern": "\"hello-server starts\""});
    assert_eq!(filter(&sandbox, starts).await.0.len(), 3);
}

#[tokio::test]
async fn what_does_not_exist_is_refused_as_logs_refuses_it() {
    let sandbox = stepped().await;
    let refusals = [
        ("FilterLogEvents", json!({"logGroupName": "/other"}), "ResourceNotFoundException"),
        ("GetLogEvents", json!({"logGroupName": GROUP, "logStreamName": "x"}), "ResourceNotFoundException"),
        ("FilterLogEvents", json!({"logGroupName": GROUP, "nextToken": "?"}), "InvalidParameterException"),
        (
            "FilterLogEvents",
            json!({"logGroupName": GROUP, "filterPattern": "{ $.a }"}),
            "InvalidParameterException",
        ),
        (
            "FilterLogEvents",
            json!({"logGroupName": GROUP, "logGroupIdentifier": GROUP}),
            "InvalidParameterException",
        ),
        ("FilterLogEvents", json!({"logGroupName": GROUP, "limit": 10_001}), "InvalidParameterException"),
        ("StartQuery", json!({}), "UnknownOperationException"),
    ];
    for (operation, input, code) in refusals {
        let (status, refused) = sandbox.try_logs(operation, input).await;
        assert_eq!((status, &refused["__type"]), (StatusCode::BAD_REQUEST, &json!(code)), "{operation}");
    }
}

#[tokio::test]
async fn a_log_load_adds_lines_that_pages_neither_lose_nor_repeat() {
    let sandbox = stepped().await;
    let load = |lines: u32| {
        let body = Some(json!({"lines_per_second": lines}));
        async { sandbox.request(reqwest::Method::POST, "/_sandbox/logs", body).await.status() }
    };
    assert_eq!(load(100_001).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(load(3_000).await, StatusCode::NO_CONTENT);
    sandbox.advance(6);
    let seconds = json!({"startTime": START, "endTime": START + 4_999, "filterPattern": "\"answered\""});
    let (events, _) = filter(&sandbox, seconds).await;
    let added = events.iter().filter(|event| event["message"].as_str().unwrap().starts_with("INFO request "));
    assert_eq!(added.count(), 15_000);
    let unique: HashSet<_> = ids(&events).into_iter().collect();
    assert_eq!(unique.len(), events.len());
}
