//! Following the events of the fleet.

use std::time::Duration;

use axum::{body::BodyDataStream, http::Request};
use futures::StreamExt;
use hello_shared::{NewTruck, Truck};
use serde_json::json;
use sqlx::Connection;

use crate::{api::Api, store_tests::store_tests};

store_tests! {
    events_are_sent_as_they_happen,
    a_returning_client_gets_missed_events_without_a_gap,
    a_future_event_id_gets_a_reset,
    many_clients_get_the_same_order,
    an_invalid_event_id_is_refused,
}

/// A client that follows the event stream, and the data it has read so far.
pub(crate) struct Follower {
    body: BodyDataStream,
    read: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ReceivedEvent {
    pub(crate) id: u64,
    pub(crate) event: String,
    pub(crate) data: String,
}

impl ReceivedEvent {
    fn truck(&self) -> Truck {
        serde_json::from_str(&self.data).expect("a truck")
    }
}

impl Follower {
    pub(crate) async fn begin(api: &Api, last: Option<u64>) -> Self {
        let mut request = Request::get("/trucks/events").header("accept", "text/event-stream");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = api.open(request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), read: String::new() }
    }

    pub(crate) async fn next(&mut self) -> ReceivedEvent {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let field =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
                let event = ReceivedEvent {
                    id: field("id: ").parse().expect("an id"),
                    event: field("event: ").to_owned(),
                    data: field("data: ").to_owned(),
                };
                self.read = String::from(rest);
                return event;
            }
            let part = tokio::time::timeout(Duration::from_secs(20), self.body.next()).await;
            let part = part.expect("an event in time").expect("a stream that goes on").expect("bytes");
            self.read.push_str(std::str::from_utf8(&part).expect("text"));
        }
    }
}

async fn events_are_sent_as_they_happen(api: Api) {
    api.add(&NewTruck::new("Volvo", "before")).await;
    let mut follower = Follower::begin(&api, None).await;
    let truck = api.add(&NewTruck::new("Scania", "V8")).await;
    let created = follower.next().await;
    assert_eq!((created.id, created.event.as_str(), created.truck()), (2, "created", truck.clone()));

    let place = format!("/trucks/{}", truck.id);
    let changed: Truck = api.json("PATCH", &place, &json!({"model": "R"})).await.read();
    let _ = api.json("PATCH", &place, &json!({"model": "R"})).await;
    let event = follower.next().await;
    assert_eq!((event.id, event.event.as_str(), event.truck()), (3, "changed", changed.clone()));

    let _ = api.delete(&place).await;
    let event = follower.next().await;
    assert_eq!((event.id, event.event.as_str(), event.truck()), (4, "removed", changed));
}

async fn a_returning_client_gets_missed_events_without_a_gap(api: Api) {
    let many: Vec<_> = (0..450).map(|n| json!({"make": format!("m{n}"), "model": "1"})).collect();
    assert_eq!(api.json("POST", "/trucks", &json!(many)).await.status, 201);
    let mut follower = Follower::begin(&api, Some(7)).await;
    for id in 8..=450 {
        let event = follower.next().await;
        assert_eq!((event.id, event.truck().make), (id, format!("m{}", id - 1)));
    }
    api.add(&NewTruck::new("last", "1")).await;
    assert_eq!(follower.next().await.id, 451);
}

async fn a_future_event_id_gets_a_reset(api: Api) {
    api.add(&NewTruck::new("Volvo", "FH")).await;
    let mut follower = Follower::begin(&api, Some(99)).await;
    let event = follower.next().await;
    assert_eq!((event.event.as_str(), event.id), ("reset", 1));
    api.add(&NewTruck::new("Scania", "V8")).await;
    assert_eq!(follower.next().await.id, 2);
}

#[tokio::test]
async fn a_deleted_event_id_gets_a_reset() {
    let folder = tempfile::TempDir::new().unwrap();
    let url = format!("sqlite://{}/trucks.db", folder.path().display());
    let api = Api::on(&url).await;
    for n in 1..=5 {
        api.add(&NewTruck::new(format!("m{n}"), "1")).await;
    }
    let mut file = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("DELETE FROM events WHERE seq <= 3").execute(&mut file).await.unwrap();
    let mut follower = Follower::begin(&api, Some(1)).await;
    let event = follower.next().await;
    assert_eq!((event.event.as_str(), event.id), ("reset", 3));
    assert_eq!((follower.next().await.id, follower.next().await.id), (4, 5));

    sqlx::query("DELETE FROM events").execute(&mut file).await.unwrap();
    let mut follower = Follower::begin(&api, Some(4)).await;
    let event = follower.next().await;
    assert_eq!((event.event.as_str(), event.id), ("reset", 5), "also when no event is left");
    api.add(&NewTruck::new("m6", "1")).await;
    assert_eq!(follower.next().await.id, 6);
}

async fn many_clients_get_the_same_order(api: Api) {
    let mut followers = Vec::new();
    for _ in 0..8 {
        followers.push(Follower::begin(&api, None).await);
    }
    futures::future::join_all((0..50).map(|n| {
        let api = &api;
        async move { api.add(&NewTruck::new(format!("m{n}"), "1")).await }
    }))
    .await;
    let mut first = Vec::new();
    for _ in 0..50 {
        first.push(followers[0].next().await);
    }
    assert!(first.iter().map(|event| event.id).eq(1..=50));
    for follower in &mut followers[1..] {
        for event in &first {
            assert_eq!(follower.next().await, *event);
        }
    }
}

async fn an_invalid_event_id_is_refused(api: Api) {
    let _ = api.send(Request::get("/trucks/events").header("last-event-id", "x"), "").await.problem(400);
    let json_only = Request::get("/trucks/events").header("accept", "application/json");
    let _ = api.send(json_only, "").await.problem(406);
}
