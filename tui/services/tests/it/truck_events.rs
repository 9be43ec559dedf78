//! The stream of events: what the client makes of it.

use std::{pin::Pin, time::Duration};

use crate::{
    answering::{TIMEOUTS, connections, serve, services},
    fleet::{Server, id, truck},
};
use axum::{
    Json, Router,
    body::Body,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::{Stream, StreamExt, stream};
use hello_model::{
    failure::{Failure, Kind},
    truck::{ChangeKind, EventId, FleetEvent, TruckChange},
};
use hello_services::{Services, Timeouts};

type News = Result<FleetEvent, Failure>;

fn follow(services: &Services, last: Option<&str>) -> Pin<Box<dyn Stream<Item = News> + Send>> {
    services.trucks.events(last.map(|last| EventId(last.to_owned()))).boxed()
}

/// Reads news until there are so many changes; returns them, the number of news and the last id.
async fn changes(
    news: &mut (impl Stream<Item = News> + Unpin),
    count: usize,
) -> (Vec<TruckChange>, usize, String) {
    let (mut all, mut pieces, mut id) = (Vec::new(), 0, String::new());
    while all.len() < count {
        let event = news.next().await.unwrap().unwrap();
        let FleetEvent::Changes { changes, last } = event else { panic!("{event:?}") };
        pieces += 1;
        id = last.unwrap().0;
        all.extend(changes);
    }
    (all, pieces, id)
}

/// Serves a stream of these texts at the path of events.
async fn saying(texts: &'static [&'static str]) -> Services {
    let events = async move || -> Response {
        let texts = stream::iter(texts).map(|text| Ok::<_, std::io::Error>(*text));
        let body = Body::from_stream(texts.chain(stream::pending()));
        ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
    };
    let url = serve(Router::new().route("/trucks/events", get(events))).await;
    // Long enough for a busy machine to accept a connection.
    let short = Timeouts { http: Duration::from_secs(2), ..TIMEOUTS };
    Services::with_timeouts(&connections(&url), short)
}

#[tokio::test]
async fn each_change_is_told_in_its_order() {
    let server = Server::start().await;
    server.add(0..3).await;
    let mut news = follow(&services(&server.url), None);
    assert_eq!(news.next().await, Some(Ok(FleetEvent::Opened)));
    server.add(3..4).await;
    server.rename(1).await;
    server.store.delete(&id(2)).await.unwrap();
    let (changes, _, last) = changes(&mut news, 3).await;
    let told: Vec<_> = changes.iter().map(|change| (change.kind, change.truck.id.clone())).collect();
    let expected = [(ChangeKind::Created, id(3)), (ChangeKind::Changed, id(1)), (ChangeKind::Removed, id(2))];
    assert_eq!(told, expected);
    assert_eq!((changes[1].truck.model.as_str(), last.as_str()), ("V9", "6"));
}

#[tokio::test]
async fn a_stream_goes_on_after_its_last_event() {
    let server = Server::start().await;
    let mut news = follow(&services(&server.url), None);
    news.next().await;
    server.add(0..2).await;
    let (_, _, last) = changes(&mut news, 2).await;
    server.drain();
    assert_eq!(news.next().await.unwrap().unwrap_err().kind, Kind::Offline, "the service ends the stream");
    assert!(news.next().await.is_none());

    server.add(2..4).await;
    let mut news = follow(&services(&server.url), Some(&last));
    assert_eq!(news.next().await, Some(Ok(FleetEvent::Opened)));
    let (missed, _, last) = changes(&mut news, 2).await;
    assert_eq!((&missed[0].truck.id, last.as_str()), (&id(2), "4"));
}

#[tokio::test]
async fn an_expired_position_asks_for_the_list() {
    let server = Server::start().await;
    server.add(0..2).await;
    let mut news = follow(&services(&server.url), Some("9000"));
    assert_eq!(news.next().await, Some(Ok(FleetEvent::Opened)));
    assert_eq!(news.next().await, Some(Ok(FleetEvent::Reset { last: Some(EventId("2".to_owned())) })));
    server.add(2..3).await;
    assert_eq!(changes(&mut news, 1).await.2, "3");

    let mut news = follow(&services(&server.url), Some("no number"));
    assert_eq!(news.next().await, Some(Ok(FleetEvent::Reset { last: None })));
    assert_eq!(news.next().await, Some(Ok(FleetEvent::Opened)), "from now on");
}

#[tokio::test]
async fn many_events_are_few_updates() {
    let server = Server::start().await;
    let mut news = follow(&services(&server.url), None);
    news.next().await;
    server.add(0..10_000).await;
    let (changes, pieces, _) = changes(&mut news, 10_000).await;
    assert_eq!(changes.last().unwrap().truck, truck(9_999));
    assert!(pieces <= 100, "{pieces} updates");
}

#[tokio::test]
async fn a_service_without_events_has_none() {
    let as_a_list = Router::new().route("/trucks/events", get(Json([truck(1)])));
    let mut news = follow(&services(&serve(as_a_list).await), None);
    assert_eq!(news.next().await, Some(Ok(FleetEvent::Unavailable)));
    for status in [400, 404, 405, 406] {
        let status = StatusCode::from_u16(status).unwrap();
        let routes = Router::new().route("/trucks/events", get(status));
        let mut news = follow(&services(&serve(routes).await), None);
        assert_eq!(news.next().await, Some(Ok(FleetEvent::Unavailable)), "{status}");
        assert!(news.next().await.is_none());
    }
}

#[tokio::test]
async fn a_busy_service_is_asked_again_later() {
    let routes = Router::new().route("/trucks/events", get(StatusCode::SERVICE_UNAVAILABLE));
    let mut news = follow(&services(&serve(routes).await), None);
    assert_eq!(news.next().await.unwrap().unwrap_err().kind, Kind::Offline);
}

#[tokio::test]
async fn a_silent_stream_is_dead() {
    let mut news = follow(&saying(&[":\n\n"]).await, None);
    assert_eq!(news.next().await, Some(Ok(FleetEvent::Opened)));
    let failure = news.next().await.unwrap().unwrap_err();
    assert_eq!(failure.kind, Kind::Offline);
    assert!(failure.why.contains("8s"), "{failure}");
}

#[tokio::test]
async fn a_change_that_cannot_be_read_was_missed() {
    let services = saying(&["id: 7\nevent: changed\ndata: {\"id\": 1}\n\n"]).await;
    let mut news = follow(&services, None);
    news.next().await;
    assert_eq!(news.next().await, Some(Ok(FleetEvent::Reset { last: Some(EventId("7".to_owned())) })));
}

#[tokio::test]
async fn a_stream_needs_no_turn_of_the_requests() {
    let services = saying(&[]).await;
    let mut open = Vec::new();
    for _ in 0..20 {
        let mut news = follow(&services, None);
        assert_eq!(news.next().await, Some(Ok(FleetEvent::Opened)));
        open.push(news);
    }
}

#[tokio::test]
async fn the_position_is_sent_as_it_was_received() {
    let events = async |headers: HeaderMap| -> StatusCode {
        assert_eq!(headers["last-event-id"], "a b-7");
        assert_eq!(headers[header::ACCEPT], "text/event-stream");
        StatusCode::IM_A_TEAPOT
    };
    let url = serve(Router::new().route("/trucks/events", get(events))).await;
    let mut news = follow(&services(&url), Some("a b-7"));
    assert!(news.next().await.unwrap().unwrap_err().why.contains("418"));
}
