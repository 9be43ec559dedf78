//! The client with the real service: lists that the service selects, and answers that it confirms.

use crate::answering::{listen_at, serve, services};
use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::StreamExt;
use hello_model::{
    fetch::{Fetch, Part},
    query::{Answer, Query, Update},
    truck::{Fleet, TruckFilter, TruckId},
};
use hello_server::{AppState, Change, Condition, Edit, Store, app};
use hello_services::{Services, catalog::Sources};
use hello_shared::{NewTruck, Truck, TruckStatus};
use url::Url;

/// The real service on an empty store.
pub(crate) struct Server {
    pub(crate) url: Url,
    pub(crate) store: Store,
    state: AppState,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let store = Store::open(Store::IN_MEMORY).await.unwrap();
        let state = AppState::new(store.clone());
        let (listener, url) = listen_at("127.0.0.1").await;
        let service = app(state.clone());
        tokio::spawn(hello_server::serve(listener, service, std::future::pending()));
        Self { url, store, state }
    }

    /// Adds trucks with numbers in ids and plates; each third one is retired.
    pub(crate) async fn add(&self, numbers: std::ops::Range<u32>) {
        let trucks = numbers.map(truck).collect();
        self.store.write(Change::Add { trucks, key: None }).await.unwrap();
    }

    pub(crate) async fn rename(&self, number: u32) {
        let edit = Edit { model: Some("V9".to_owned()), ..Edit::default() };
        let (id, condition, at) = (id(number), Condition::default(), moment(0));
        self.store.write(Change::Edit { id, condition, edit, at }).await.unwrap();
    }

    /// Ends all streams, as at a restart.
    pub(crate) fn drain(&self) {
        self.state.drain();
    }
}

fn moment(second: u32) -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_800_000_000 + i64::from(second)).unwrap()
}

pub(crate) fn truck(number: u32) -> Truck {
    let status = if number.is_multiple_of(3) { TruckStatus::Retired } else { TruckStatus::Active };
    let make = if number.is_multiple_of(5) { "Škoda" } else { "Volvo" };
    let license_plate = Some(format!("P-{number:06}"));
    NewTruck { license_plate, status, ..NewTruck::new(make, "FH") }.into_truck(id(number), moment(number))
}

pub(crate) fn id(number: u32) -> TruckId {
    format!("01900000-0000-7000-8000-{number:012}").into()
}

async fn update(services: &Services, fetch: Fetch) -> Update {
    services.open(fetch, &Sources::default()).next().await.expect("an update").expect("no failure")
}

fn value(update: Update) -> Answer {
    let Update::Value(answer) = update else { panic!("{update:?}") };
    answer
}

fn fleet(answer: &Answer) -> &Fleet {
    let Answer::Trucks(fleet) = answer else { panic!("{answer:?}") };
    fleet
}

#[tokio::test]
async fn the_service_selects_from_its_whole_fleet() {
    let server = Server::start().await;
    server.add(0..900).await;
    let services = services(&server.url);
    for (status, search, expected) in
        [(Some(TruckStatus::Retired), None, 300), (None, Some("škoda"), 180), (None, Some("p-00089"), 10)]
    {
        let filter = TruckFilter { status, search: search.map(str::to_owned) };
        let query = Query::Trucks(filter.clone());
        let mut list = value(update(&services, Fetch::latest(query.clone())).await);
        while let Some((_, cursor)) = list.pages() {
            let part = Part::More(cursor.clone());
            let Update::Page(page) = update(&services, Fetch { part, ..Fetch::latest(query.clone()) }).await
            else {
                panic!("no page")
            };
            list.append(page);
        }
        let list = fleet(&list);
        assert_eq!((list.trucks.items.len(), list.trucks.total), (expected, Some(expected)), "{filter:?}");
        assert!(list.trucks.items.iter().all(|truck| filter.matches(truck)), "{filter:?}");
        assert!(list.trucks.items.is_sorted_by_key(|truck| std::cmp::Reverse(truck.created_at)));
    }
}

#[tokio::test]
async fn the_tag_of_a_list_confirms_all_its_rows() {
    let server = Server::start().await;
    server.add(0..900).await;
    let services = services(&server.url);
    let latest = |known| Fetch { known, ..Fetch::latest(Query::trucks()) };
    let known = value(update(&services, latest(None)).await).tag_only();
    assert_eq!(update(&services, latest(Some(known.clone()))).await, Update::Unchanged);
    server.rename(7).await;
    let changed = value(update(&services, latest(Some(known))).await);
    assert_eq!(fleet(&changed).trucks.items.len(), 200, "a truck of another page has changed");
}

#[tokio::test]
async fn an_unchanged_truck_is_not_sent_again() {
    let server = Server::start().await;
    server.add(0..10).await;
    let services = services(&server.url);
    let latest = |known| Fetch { known, ..Fetch::latest(Query::Truck(id(7))) };
    let known = value(update(&services, latest(None)).await);
    assert_eq!(update(&services, latest(Some(known.clone()))).await, Update::Unchanged);
    server.rename(7).await;
    let Answer::Truck(changed) = value(update(&services, latest(Some(known))).await) else { panic!() };
    assert_eq!((changed.truck.model.as_str(), changed.tag.as_ref().unwrap().as_str()), ("V9", "\"2\""));
}

#[tokio::test]
async fn a_new_version_of_the_service_is_shown_without_a_change() {
    let trucks = async |headers: HeaderMap| -> Response {
        let tag = [(header::ETAG, "\"1\"")];
        match headers.get(header::IF_NONE_MATCH) {
            Some(_) => (StatusCode::NOT_MODIFIED, tag).into_response(),
            None => (tag, Json([truck(1)])).into_response(),
        }
    };
    let health = Json(hello_shared::Health::ok("2.0.0"));
    let url = serve(Router::new().route("/trucks", get(trucks)).route("/healthz", get(health))).await;
    let services = services(&url);
    let known = |version: &str| {
        let (tag, service_version) = (Some("\"1\"".to_owned()), Some(version.to_owned()));
        Some(Fleet { service_version, tag, ..Fleet::default() }.into())
    };
    let latest = |known| Fetch { known, ..Fetch::latest(Query::trucks()) };
    assert_eq!(update(&services, latest(known("2.0.0"))).await, Update::Unchanged);
    let changed = value(update(&services, latest(known("1.0.0"))).await);
    assert_eq!(fleet(&changed).service_version.as_deref(), Some("2.0.0"));
}

#[tokio::test]
async fn a_list_is_read_until_it_has_enough_rows() {
    let server = Server::start().await;
    server.add(0..900).await;
    let services = services(&server.url);
    let everything = TruckFilter::default();
    let read = |limit: usize| services.trucks.select(&everything, Some(100), move |rows| rows.len() >= limit);
    let list = read(150).await.unwrap();
    assert_eq!((list.trucks.items.len(), list.unread), (200, None));
    let all = read(5_000).await.unwrap();
    assert_eq!(all.trucks.items.len(), 900);
}
