//! Idempotency keys: repeating a request without repeating its effect.

use axum::http::Request;
use hello_shared::Truck;
use serde_json::json;
use sqlx::Connection;
use tempfile::TempDir;

use crate::{
    api::{Answer, Api},
    store_tests::store_tests,
};

store_tests! {
    the_same_request_under_the_same_key_is_done_once,
    concurrent_equal_requests_get_the_same_truck,
    another_request_under_the_same_key_is_refused,
    a_list_of_trucks_is_added_once_too,
    a_refused_request_does_not_use_up_its_key,
    an_invalid_key_is_refused,
}

const SCANIA: &str = r#"{"make": "Scania", "model": "V8"}"#;

async fn post(api: &Api, key: &str, body: &str) -> Answer {
    let request =
        Request::post("/trucks").header("content-type", "application/json").header("idempotency-key", key);
    api.send(request, body.to_owned()).await
}

async fn count(api: &Api) -> usize {
    api.get("/trucks").await.read::<Vec<Truck>>().len()
}

async fn the_same_request_under_the_same_key_is_done_once(api: Api) {
    let first = post(&api, "k-1", SCANIA).await;
    assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, ""));
    // Requests are equal if only the order of members or the white space differs.
    let again = post(&api, "\"k-1\"", r#"{ "model":"V8","make":"Scania" }"#).await;
    assert_eq!((again.status.as_u16(), again.header("idempotency-replayed")), (201, "true"));
    assert_eq!((again.json(), again.header("location")), (first.json(), first.header("location")));
    assert_eq!(count(&api).await, 1);

    assert_ne!(post(&api, "k-2", SCANIA).await.json()["id"], first.json()["id"]);
    assert_eq!(count(&api).await, 2);
}

async fn concurrent_equal_requests_get_the_same_truck(api: Api) {
    let answers = futures::future::join_all((0..32).map(|_| post(&api, "k", SCANIA))).await;
    assert!(answers.iter().all(|answer| answer.json() == answers[0].json()));
    assert_eq!(answers.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count(), 1);
    assert_eq!(count(&api).await, 1);
}

async fn another_request_under_the_same_key_is_refused(api: Api) {
    let _ = post(&api, "k", SCANIA).await;
    let problem = post(&api, "k", r#"{"make": "Scania", "model": "V6"}"#).await.problem(422);
    assert!(problem.detail.unwrap().contains("Idempotency-Key"));
    assert_eq!(count(&api).await, 1);
}

async fn a_list_of_trucks_is_added_once_too(api: Api) {
    let body = json!([{"make": "a", "model": "1"}, {"make": "b", "model": "1"}]).to_string();
    let first = post(&api, "k", &body).await;
    assert_eq!(post(&api, "k", &body).await.json(), first.json());
    assert_eq!(count(&api).await, 2);
}

async fn a_refused_request_does_not_use_up_its_key(api: Api) {
    let _ = post(&api, "k", "{}").await.problem(422);
    assert_eq!(post(&api, "k", SCANIA).await.status, 201);
}

/// Many concurrent requests could name keys with large stored responses, which would all be in memory at once.
#[tokio::test]
async fn a_refused_request_does_not_read_the_stored_answer() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}/trucks.db", folder.path().display());
    let api = Api::on(&url).await;
    let _ = post(&api, "k", SCANIA).await;
    let mut file = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("UPDATE idempotency_keys SET answer = 'unreadable'").execute(&mut file).await.unwrap();
    let _ = post(&api, "k", r#"{"make": "Scania", "model": "V6"}"#).await.problem(422);
    assert_eq!(post(&api, "k", SCANIA).await.status, 500, "it is read for a replay");
}

async fn an_invalid_key_is_refused(api: Api) {
    let long = "k".repeat(256);
    for key in ["", "\"\"", "a b", "ä", &long] {
        let _ = post(&api, key, SCANIA).await.problem(400);
    }
    assert_eq!(count(&api).await, 0);
}
