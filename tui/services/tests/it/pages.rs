//! Lists that are read page by page, and answers that still hold.

use crate::answering::{serve, services};
use axum::{
    Json, Router,
    extract::Query as Parameters,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use futures::StreamExt;
use hello_model::{
    failure::Failure,
    fetch::{Fetch, Part},
    pages::Cursor,
    query::{Answer, Query, Update},
    run::RunId,
    truck::TruckFilter,
};
use hello_services::{Services, catalog::Sources};
use hello_shared::{NewTruck, Truck};
use serde_json::{Value, json};

const RUNS: &str = "/repos/hello-truck/hello-truck/actions/runs";

type Pairs = Parameters<Vec<(String, String)>>;

fn value<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn truck(id: u32) -> Truck {
    NewTruck::new("Scania", "V8").into_truck(id.to_string().into(), "2026-11-23T10:00:00Z".parse().unwrap())
}

/// Serves 450 trucks as the service does, and GitHub's runs from 70 down to 1.
async fn paging() -> Services {
    let trucks = async |Parameters(pairs): Pairs| -> Response {
        assert_eq!((value(&pairs, "sort"), value(&pairs, "limit")), (Some("-created"), Some("200")));
        let newest: u32 = value(&pairs, "cursor").map_or(450, |cursor| cursor.parse().unwrap());
        let oldest = newest.saturating_sub(199).max(1);
        let page: Vec<_> = (oldest..=newest).rev().map(truck).collect();
        let link = format!("</trucks?sort=-created&limit=200&cursor={}>; rel=\"next\"", oldest - 1);
        let mut answer = ([("x-total-count", "450")], Json(page)).into_response();
        if oldest > 1 {
            answer.headers_mut().insert(header::LINK, link.parse().unwrap());
        }
        answer
    };
    let runs = async |Parameters(pairs): Pairs| -> Json<Value> {
        let page: u64 = value(&pairs, "page").map_or(1, |page| page.parse().unwrap());
        let newest = 70_u64.saturating_sub((page - 1) * 30);
        let rows: Vec<_> =
            (newest.saturating_sub(29).max(1)..=newest).rev().map(|id| json!({"id": id})).collect();
        Json(json!({"total_count": 70, "workflow_runs": rows}))
    };
    services(&serve(Router::new().route("/trucks", get(trucks)).route(RUNS, get(runs))).await)
}

/// Opens a query and returns its only update.
async fn update(services: &Services, fetch: Fetch) -> Result<Update, Failure> {
    let mut updates = services.open(fetch, &Sources::default());
    let update = updates.next().await.expect("an update");
    assert!(updates.next().await.is_none(), "a value is one update");
    update
}

/// Reads a list to its end as the cache does, and returns it with the number of pages.
async fn whole(services: &Services, query: Query) -> (Answer, usize) {
    let Ok(Update::Value(mut list)) = update(services, Fetch::latest(query.clone())).await else { panic!() };
    let mut pages = 1;
    while let Some((_, cursor)) = list.pages() {
        let part = Part::More(cursor.clone());
        let page = update(services, Fetch { part, ..Fetch::latest(query.clone()) }).await;
        let Ok(Update::Page(page)) = page else { panic!("{page:?}") };
        list.append(page);
        pages += 1;
    }
    (list, pages)
}

#[tokio::test]
async fn a_fleet_is_loaded_page_by_page_newest_first() {
    let (list, pages) = whole(&paging().await, Query::trucks()).await;
    let Answer::Trucks(fleet) = list else { panic!("{list:?}") };
    let ids: Vec<u32> = fleet.trucks.items.iter().map(|truck| truck.id.as_str().parse().unwrap()).collect();
    assert_eq!((ids, pages), ((1..=450).rev().collect(), 3));
    assert_eq!(fleet.trucks.total, Some(450));
}

#[tokio::test]
async fn a_service_without_paging_sends_one_page() {
    let older = Truck { created_at: "2026-11-22T10:00:00Z".parse().unwrap(), ..truck(1) };
    let url = serve(Router::new().route("/trucks", get(Json(vec![older, truck(2)])))).await;
    let fleet = services(&url).trucks.page(&TruckFilter::default(), None, None).await.unwrap().unwrap();
    let ids: Vec<_> = fleet.trucks.items.iter().map(|truck| truck.id.as_str()).collect();
    assert_eq!((ids, fleet.trucks.next), (vec!["2", "1"], None));
}

#[tokio::test]
async fn runs_are_loaded_page_by_page() {
    let (list, pages) = whole(&paging().await, Query::runs("hello-truck/hello-truck".parse().unwrap())).await;
    let Answer::Runs(list) = list else { panic!("{list:?}") };
    let ids: Vec<_> = list.runs.items.iter().map(|run| run.id).collect();
    assert_eq!((ids, pages), ((1..=70).rev().map(RunId).collect(), 3));
}

#[tokio::test]
async fn a_cursor_leads_to_no_other_host() {
    let services = paging().await;
    for elsewhere in ["//elsewhere.test/trucks", "http://elsewhere.test/trucks", "/\\elsewhere.test"] {
        let failure = services
            .trucks
            .page(&TruckFilter::default(), Some(&Cursor(elsewhere.to_owned())), None)
            .await
            .unwrap_err();
        assert!(failure.why.contains("127.0.0.1"), "{failure}");
    }
}

#[tokio::test]
async fn an_answer_that_still_holds_is_unchanged() {
    let services = paging().await;
    let (known, _) = whole(&services, Query::trucks()).await;
    let fetch = |known| Fetch { known, ..Fetch::latest(Query::trucks()) };
    assert_eq!(update(&services, fetch(Some(known))).await, Ok(Update::Unchanged));
    assert!(matches!(update(&services, fetch(None)).await, Ok(Update::Value(_))));
}
