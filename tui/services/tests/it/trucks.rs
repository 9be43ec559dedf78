//! Responses of the trucks service and of intermediaries, and how the client handles them.

use std::time::Duration;

use crate::{
    answering::{closed_port, connections, say_and_hang_up, say_nothing, serve, services},
    writing::add_a_truck,
};
use axum::{
    Json, Router,
    extract::Query,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use hello_model::{
    failure::{Failure, FieldFault, Kind},
    truck::Fleet,
};
use hello_services::{Services, Timeouts};
use hello_shared::{CreatedTruck, FieldError, Health, NewTruck, Problem, Truck};
use serde_json::json;

fn a_truck(id: &str) -> Truck {
    NewTruck::new("Scania", "V8").into_truck(id.into(), "2026-11-23T10:00:00Z".parse().expect("a moment"))
}

/// Lists the trucks of a service that returns this response.
async fn list_from<R: IntoResponse + Clone + Send + Sync + 'static>(answer: R) -> Result<Fleet, Failure> {
    services(&serve(Router::new().route("/trucks", get(async move || answer))).await).trucks.list().await
}

/// Adds a truck to a service that returns this response.
async fn create_at<R: IntoResponse + Clone + Send + Sync + 'static>(answer: R) -> Result<Truck, Failure> {
    let url = serve(Router::new().route("/trucks", post(async move || answer))).await;
    add_a_truck(&services(&url)).await
}

fn problem(status: StatusCode, problem: &Problem) -> impl IntoResponse + Clone + Send + Sync + use<> {
    (
        status,
        [(header::CONTENT_TYPE, Problem::CONTENT_TYPE)],
        serde_json::to_string(problem).expect("a problem is JSON"),
    )
}

#[tokio::test]
async fn the_whole_fleet_is_read_in_pages_with_versions() {
    let trucks = async |Query(query): Query<Vec<(String, String)>>| -> Response {
        match query.first() {
            None => ([(header::LINK, "</trucks?after=a>; rel=\"next\"")], Json(vec![a_truck("a")]))
                .into_response(),
            Some(_) => Json(vec![a_truck("b")]).into_response(),
        }
    };
    let routes =
        Router::new().route("/trucks", get(trucks)).route("/healthz", get(Json(Health::ok("1.2.3"))));
    let fleet = services(&serve(routes).await).trucks.list().await.expect("a fleet");
    let ids: Vec<_> = fleet.trucks.items.iter().map(|truck| truck.id.as_str()).collect();
    assert_eq!((ids, fleet.service_version.as_deref()), (vec!["a", "b"], Some("1.2.3")));
}

#[tokio::test]
async fn a_service_without_a_version_is_fine() {
    let fleet = list_from(Json(vec![a_truck("a")])).await.expect("a fleet");
    assert_eq!((fleet.trucks.items.len(), fleet.service_version), (1, None));
}

#[tokio::test]
async fn an_endless_list_is_abandoned() {
    let endless = ([(header::LINK, "</trucks>; rel=next")], Json(Vec::<Truck>::new()));
    assert_eq!(list_from(endless).await.unwrap_err().kind, Kind::Unexpected);
}

#[tokio::test]
async fn an_unreadable_truck_is_counted() {
    let failure = list_from(Json(json!([a_truck("a"), {"id": "b"}]))).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unexpected);
    assert!(failure.why.contains("truck 2 of the list"), "{failure}");
}

#[tokio::test]
async fn a_truck_is_added_under_the_callers_key() {
    let add = async |headers: HeaderMap, Json(new): Json<NewTruck>| {
        let id = headers["idempotency-key"].to_str().unwrap().into();
        let truck = new.into_truck(id, "2026-11-23T10:00:00Z".parse().unwrap());
        (StatusCode::CREATED, Json(CreatedTruck::from(truck)))
    };
    let url = serve(Router::new().route("/trucks", post(add))).await;
    let truck = add_a_truck(&services(&url)).await.expect("a truck");
    assert_eq!((truck.id.as_str(), truck.model.as_str()), ("key-1", "V8"));
}

#[tokio::test]
async fn refused_fields_are_named_by_their_labels() {
    let refused = Problem::new(422, "Unprocessable Content").with_errors(vec![
        FieldError::new("/make", "must be 1 to 50 characters", "60 characters"),
        FieldError::new("/licensePlate", "must be free", ""),
    ]);
    let failure = create_at(problem(StatusCode::UNPROCESSABLE_ENTITY, &refused)).await.unwrap_err();
    let fault = |field: &str, rule: &str| FieldFault { field: field.to_owned(), rule: rule.to_owned() };
    let faults = vec![
        fault("make", "must be 1 to 50 characters; found 60 characters"),
        fault("licensePlate", "must be free"),
    ];
    assert_eq!(failure.kind, Kind::Invalid(faults));
}

#[tokio::test]
async fn a_refusal_without_fields_keeps_its_sentence() {
    let conflict = Problem::new(409, "Conflict").with_detail("the plate B-1 is taken");
    let failure = create_at(problem(StatusCode::CONFLICT, &conflict)).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Invalid(vec![]));
    assert!(failure.why.contains("the plate B-1 is taken"), "{failure}");
}

#[tokio::test]
async fn a_201_with_an_unreadable_body_is_an_added_truck() {
    let failure = create_at((StatusCode::CREATED, "Truck added successfully")).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unexpected);
    assert!(failure.why.contains("201"), "{failure}");
}

#[tokio::test]
async fn answers_not_from_the_service_are_unexpected() {
    let page = Html("<html>welcome</html>");
    let crash = (StatusCode::INTERNAL_SERVER_ERROR, page);
    for failure in [list_from(page).await.unwrap_err(), list_from(crash).await.unwrap_err()] {
        assert_eq!(failure.kind, Kind::Unexpected, "{failure}");
        assert!(!failure.why.contains("<html>"), "{failure}");
    }
    let words = list_from((StatusCode::INTERNAL_SERVER_ERROR, "no database\nat line 7")).await.unwrap_err();
    assert!(words.why.ends_with("no database"), "{words}");
}

#[tokio::test]
async fn an_overloaded_service_counts_as_offline() {
    let problem = problem(StatusCode::SERVICE_UNAVAILABLE, &Problem::new(503, "Service Unavailable"));
    assert_eq!(list_from(problem).await.unwrap_err().kind, Kind::Offline);
}

#[tokio::test]
async fn a_redirect_is_reported_not_followed() {
    let moved = (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, "https://trucks.test/trucks")]);
    let failure = create_at(moved).await.unwrap_err();
    assert!(failure.why.contains("https://trucks.test/trucks"), "{failure}");
}

#[tokio::test]
async fn an_unreachable_or_broken_service_is_offline() {
    let refused = services(&closed_port().await).trucks.list().await.unwrap_err();
    let cut = say_and_hang_up(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n[{\"id\":").await;
    let cut_off = services(&cut).trucks.list().await.unwrap_err();
    for failure in [refused, cut_off] {
        assert_eq!(failure.kind, Kind::Offline, "{failure:?}");
        assert!(failure.why.contains("127.0.0.1"), "{failure}");
    }
}

#[tokio::test]
async fn a_hanging_service_is_offline_after_the_timeout() {
    let short_timeouts = Timeouts { http: Duration::from_millis(300), ..Timeouts::default() };
    let silent = connections(&say_nothing().await);
    let failure = Services::with_timeouts(&silent, short_timeouts).trucks.list().await.unwrap_err();
    assert_eq!(failure.kind, Kind::Offline);
    assert!(failure.why.contains("300ms"), "{failure}");
    let in_doubt = add_a_truck(&Services::with_timeouts(&silent, short_timeouts)).await;
    let hint = in_doubt.unwrap_err().hint.unwrap_or_default();
    assert!(hint.contains("whether it was added"), "{hint}");
}
