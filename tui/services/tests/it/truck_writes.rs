//! One truck is read, changed and removed; and what a failed write may have done.

use std::time::Duration;

use crate::{
    answering::{closed_port, connections, say_and_hang_up, say_nothing, serve, services},
    writing::execute,
};
use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, patch},
};
use hello_model::{
    failure::Kind,
    truck::{EntityTag, TaggedTruck, TruckPatch},
    write::{Outcome, Write, WriteResult},
};
use hello_services::{Services, Timeouts};
use hello_shared::{NewTruck, Problem, Truck, TruckStatus};
use serde_json::Value;
use url::Url;

fn a_truck() -> Truck {
    NewTruck::new("Scania", "V8").into_truck("0190".into(), "2026-11-23T10:00:00Z".parse().unwrap())
}

fn tag() -> EntityTag {
    EntityTag::strong("\"1\"").unwrap()
}

fn removal() -> Write {
    Write::RemoveTruck { truck: Box::new(a_truck()), if_match: tag(), audit_id: "write-1".to_owned() }
}

fn retirement() -> Write {
    let patch = TruckPatch { status: Some(TruckStatus::Retired), ..TruckPatch::default() };
    Write::UpdateTruck { truck: Box::new(a_truck()), patch, if_match: tag(), audit_id: "write-1".to_owned() }
}

/// Serves these responses at the truck's address.
async fn at_the_truck(routes: MethodRouter) -> Url {
    serve(Router::new().route("/trucks/0190", routes)).await
}

fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap();
    let problem = Problem::new(status.as_u16(), title).with_detail(detail);
    (status, [(header::CONTENT_TYPE, Problem::CONTENT_TYPE)], Json(problem)).into_response()
}

#[tokio::test]
async fn a_truck_is_read_with_its_tag() {
    let url = at_the_truck(get(([(header::ETAG, "\"1\"")], Json(a_truck())))).await;
    let read = services(&url).trucks.get(&"0190".into()).await.unwrap();
    assert_eq!(read, TaggedTruck { truck: a_truck(), tag: Some(tag()) });
    let url = at_the_truck(get(([(header::ETAG, "W/\"1\"")], Json(a_truck())))).await;
    let read = services(&url).trucks.get(&"0190".into()).await.unwrap();
    assert_eq!(read.tag, None, "a weak tag never matches");
}

#[tokio::test]
async fn a_missing_truck_differs_from_a_wrong_service() {
    let url = at_the_truck(get(async || problem(StatusCode::NOT_FOUND, "no truck has this id"))).await;
    let missing = services(&url).trucks.get(&"0190".into()).await.unwrap_err();
    assert_eq!((missing.kind, missing.hint.unwrap().as_str()), (Kind::NotFound, "hello-tui trucks list"));
    let elsewhere = services(&url).trucks.get(&"0191".into()).await.unwrap_err();
    assert!(elsewhere.hint.unwrap().contains("--trucks-url"));
}

#[tokio::test]
async fn an_id_never_leads_to_another_address() {
    let routes =
        Router::new().fallback(async |uri: axum::http::Uri| problem(StatusCode::NOT_FOUND, uri.path()));
    let services = services(&serve(routes).await);
    for id in ["", ".", "..", "../healthz", "a/b", "a?b#c"] {
        let failure = services.trucks.get(&id.into()).await.unwrap_err();
        assert_eq!(failure.kind, Kind::NotFound, "{id}");
        assert!(!failure.why.contains("/healthz") && !failure.why.contains("a/b"), "{id}: {failure}");
    }
}

#[tokio::test]
async fn a_change_is_a_merge_patch_of_one_version() {
    let change = async |headers: HeaderMap, body: String| -> Response {
        assert_eq!(headers[header::IF_MATCH], "\"1\"");
        assert_eq!(headers[header::CONTENT_TYPE], "application/merge-patch+json");
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), serde_json::json!({"status": "retired"}));
        Json(Truck { status: TruckStatus::Retired, version: 2, ..a_truck() }).into_response()
    };
    let url = at_the_truck(patch(change)).await;
    let WriteResult::Done(Outcome::Truck(changed)) = execute(&services(&url), retirement()).await else {
        panic!("the truck is not changed")
    };
    assert_eq!((changed.status, changed.version), (TruckStatus::Retired, 2));
}

#[tokio::test]
async fn a_removal_needs_the_version_and_returns_the_truck() {
    let remove = async |headers: HeaderMap| -> Response {
        assert_eq!(headers[header::IF_MATCH], "\"1\"");
        Json(a_truck()).into_response()
    };
    let url = at_the_truck(delete(remove)).await;
    let result = execute(&services(&url), removal()).await;
    assert_eq!(result, WriteResult::Done(Outcome::Removed(a_truck())));
}

#[tokio::test]
async fn a_conflict_names_the_change_and_a_hint() {
    let now = Truck { model: "V9".to_owned(), license_plate: Some("B-1".to_owned()), ..a_truck() };
    let stale = async || problem(StatusCode::PRECONDITION_FAILED, "the truck is of version 2 by now");
    let url = at_the_truck(get(Json(now)).patch(stale).delete(stale)).await;
    for write in [retirement(), removal()] {
        let WriteResult::Refused(failure) = execute(&services(&url), write).await else {
            panic!("a conflict changes nothing")
        };
        assert_eq!(failure.kind, Kind::Conflict);
        assert!(failure.why.ends_with("\nmodel: V8 → V9\nlicensePlate: (none) → B-1"), "{failure}");
        assert!(failure.hint.unwrap().starts_with("hello-tui trucks show 0190"));
    }
}

#[tokio::test]
async fn a_removed_truck_is_not_found() {
    let gone = async || problem(StatusCode::NOT_FOUND, "no truck has this id");
    let url = at_the_truck(get(gone).patch(gone).delete(gone)).await;
    for write in [retirement(), removal()] {
        let result = execute(&services(&url), write).await;
        assert!(matches!(&result, WriteResult::Refused(f) if f.kind == Kind::NotFound), "{result:?}");
    }
}

#[tokio::test]
async fn a_request_that_was_not_sent_changes_nothing() {
    let nowhere = services(&closed_port().await);
    let unusable = Services::connect(&connections(&"http://user:\u{7f}@localhost/".parse().unwrap()));
    for services in [nowhere, unusable] {
        for write in [retirement(), removal()] {
            let result = execute(&services, write).await;
            assert!(matches!(&result, WriteResult::Refused(_)), "{result:?}");
        }
    }
}

#[tokio::test]
async fn an_unanswered_write_has_an_unknown_result() {
    let short_timeouts = Timeouts { http: Duration::from_millis(300), ..Timeouts::default() };
    let silent = Services::with_timeouts(&connections(&say_nothing().await), short_timeouts);
    let cut_off = services(&say_and_hang_up(b"").await);
    let half = services(&say_and_hang_up(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{").await);
    for services in [silent, cut_off, half] {
        let result = execute(&services, retirement()).await;
        assert!(matches!(&result, WriteResult::Unknown(_)), "{result:?}");
    }
}

#[tokio::test]
async fn a_status_is_enough_when_its_body_is_too_large() {
    for (status, is_in_doubt) in [(StatusCode::CONFLICT, false), (StatusCode::OK, true)] {
        let url = at_the_truck(patch(async move || (status, " ".repeat(9 * 1024 * 1024)))).await;
        let result = execute(&services(&url), retirement()).await;
        assert_eq!(matches!(&result, WriteResult::Unknown(_)), is_in_doubt, "{status}: {result:?}");
    }
}

#[tokio::test]
async fn the_status_decides_whether_a_refused_write_is_unknown() {
    for (status, is_in_doubt) in
        [(400, false), (401, false), (403, false), (408, true), (409, false), (422, false), (429, false)]
            .into_iter()
            .chain([(301, false), (303, true), (500, true), (502, true), (503, true), (202, true)])
    {
        let status = StatusCode::from_u16(status).unwrap();
        let url = at_the_truck(patch(status)).await;
        let result = execute(&services(&url), retirement()).await;
        assert_eq!(matches!(&result, WriteResult::Unknown(_)), is_in_doubt, "{status}: {result:?}");
    }
}
