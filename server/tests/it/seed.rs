//! The guarantees of the first service, kept as documented.

use std::future::pending;

use axum::http::{Request, StatusCode};
use hello_server::{AppState, Store, app, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::api::Api;

/// `curl -X GET "http://localhost:5000/trucks" -H "accept: application/json"`, and
/// `curl -X POST "http://localhost:5000/trucks" -H "Content-Type: application/json" -d '{"make": …, "model": …}'`
#[tokio::test]
async fn the_original_curl_commands_still_work() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/trucks", listener.local_addr().unwrap());
    let store = Store::open(Store::IN_MEMORY).await.unwrap();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(serve(listener, app(AppState::new(store)), async {
        let _ = ended.await;
    }));
    let curl = reqwest::Client::new();

    let post = curl
        .post(&url)
        .header("Content-Type", "application/json")
        .body(r#"{"make": "Scania", "model": "V8"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(post.status(), 201);
    assert_eq!(post.json::<Value>().await.unwrap()["message"], "Truck added successfully");

    let get = curl.get(&url).header("accept", "application/json").send().await.unwrap();
    assert_eq!(get.status(), 200);
    let fleet: Value = get.json().await.unwrap();
    assert_eq!(fleet.as_array().unwrap().len(), 1);
    assert_eq!((&fleet[0]["make"], &fleet[0]["model"]), (&json!("Scania"), &json!("V8")));

    drop(end);
    served.await.unwrap().expect("a server that ends when it is asked to");
}

#[tokio::test]
async fn a_server_without_a_signal_keeps_running() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/healthz", listener.local_addr().unwrap());
    let store = Store::open(Store::IN_MEMORY).await.unwrap();
    let served = tokio::spawn(serve(listener, app(AppState::new(store)), pending()));
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 200);
    assert!(!served.is_finished());
    served.abort();
}

#[tokio::test]
async fn the_path_with_a_slash_works_too() {
    let api = Api::start().await;
    let answer = api.post("/trucks/", r#"{"make": "Scania", "model": "V8"}"#).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(api.get("/trucks/").await.json(), api.get("/trucks").await.json());
}

#[tokio::test]
async fn a_body_with_a_charset_or_another_script_is_accepted() {
    let api = Api::start().await;
    for (content_type, body) in [
        ("application/json; charset=utf-8", r#"{"make": "Scania", "model": "V8"}"#),
        ("APPLICATION/JSON", r#"{"make": "Scania", "model": "V8"}"#),
        ("application/json", r#"{"make": "Škoda", "model": "\u5361\u8f66 🚚"}"#),
    ] {
        let answer = api.send(Request::post("/trucks").header("content-type", content_type), body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{content_type} {body}");
    }
}

/// The requests in the table of the first service's responses, with the status returned today.
#[tokio::test]
async fn each_row_of_the_table_of_answers_holds() {
    let truck = r#"{"make": "Scania", "model": "V8"}"#;
    let sixty = format!(r#"{{"make": "{}", "model": "V8"}}"#, "S".repeat(60));
    let json = Some("application/json");
    let rows = [
        ("GET", "/trucks", None, "", 200),
        ("POST", "/trucks", json, truck, 201),
        ("POST", "/trucks", json, "", 400),
        ("POST", "/trucks", json, "{", 400),
        ("POST", "/trucks", None, truck, 415),
        ("POST", "/trucks", Some("text/plain"), truck, 415),
        ("POST", "/trucks", json, r#"{"make": "Scania"}"#, 422),
        ("POST", "/trucks", json, r#"{"make": null, "model": "V8"}"#, 422),
        ("POST", "/trucks", json, r#"{"make": ["Scania"], "model": "V8"}"#, 422),
        ("POST", "/trucks", json, r#"{"make": {}, "model": "V8"}"#, 422),
        ("POST", "/trucks", json, "null", 422),
        ("POST", "/trucks", json, r#""Scania""#, 422),
        ("POST", "/trucks", json, r#"{"make": 1, "model": "V8"}"#, 422),
        ("POST", "/trucks", json, r#"{"make": true, "model": "V8"}"#, 422),
        ("POST", "/trucks", json, r#"{"make": "", "model": ""}"#, 422),
        ("POST", "/trucks", json, &sixty, 422),
        // The first service ignored unknown fields.
        ("POST", "/trucks", json, r#"{"make": "Scania", "model": "V8", "colour": "red"}"#, 422),
        ("POST", "/trucks/", json, truck, 201),
        ("GET", "/trucks/1", None, "", 404),
        ("DELETE", "/trucks/1", None, "", 404),
        ("PUT", "/trucks", json, truck, 405),
        ("PATCH", "/trucks", json, truck, 405),
        ("DELETE", "/trucks", None, "", 405),
    ];
    let api = Api::start().await;
    for (method, path, content_type, body, status) in rows {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let answer = api.send(request, body.to_owned()).await;
        assert_eq!(answer.status, status, "{method} {path} {content_type:?} {body}");
        if status >= 400 {
            let _ = answer.problem(status);
        }
    }
}
