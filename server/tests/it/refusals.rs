//! Which requests the service rejects, and how.

use axum::http::Request;
use hello_server::Store;
use hello_shared::{NewTruck, Truck};
use serde_json::{Value, json};

use crate::api::Api;

async fn refused(body: Value) -> Vec<String> {
    let api = Api::start().await;
    let refused = api.post("/trucks", body.to_string()).await.refused_fields();
    assert_eq!(api.get("/trucks").await.json(), json!([]), "nothing of a refused truck is kept");
    refused
}

#[tokio::test]
async fn every_field_that_breaks_a_rule_is_named_at_once() {
    let body = json!({"make": 1, "model": "", "licensePlate": "P".repeat(21), "status": "parked"});
    insta::assert_snapshot!(refused(body).await.join("\n"), @r"
    make must be text of 1 to 50 characters; found a number
    model must be text of 1 to 50 characters; found an empty text
    licensePlate must be text of 1 to 20 characters; found 21 characters
    status must be active, maintenance or retired; found another word
    ");
}

#[tokio::test]
async fn missing_fields_are_named() {
    insta::assert_snapshot!(refused(json!({})).await.join("\n"), @r"
    make must be text of 1 to 50 characters; found nothing
    model must be text of 1 to 50 characters; found nothing
    ");
}

#[tokio::test]
async fn a_make_of_the_wrong_type_is_named() {
    for (make, found) in [
        (json!(null), "null"),
        (json!(true), "a boolean"),
        (json!(7), "a number"),
        (json!([]), "an array"),
        (json!({"name": "Scania"}), "an object"),
        (json!(" \t "), "an empty text"),
        (json!("S".repeat(51)), "51 characters"),
    ] {
        let said = refused(json!({"make": make, "model": "V8"})).await;
        assert_eq!(said, [format!("make must be text of 1 to 50 characters; found {found}")]);
    }
}

#[tokio::test]
async fn control_characters_inside_a_word_are_refused() {
    let said = refused(json!({"make": "Sca\u{0}nia", "model": "V\u{1b}[31m8"})).await;
    assert_eq!(
        said,
        [
            "make must have no control characters; found U+0000",
            "model must have no control characters; found U+001B"
        ]
    );
}

#[tokio::test]
async fn invisible_characters_are_refused() {
    for (character, code) in [
        ('\u{200B}', "200B"),
        ('\u{200D}', "200D"),
        ('\u{202E}', "202E"),
        ('\u{2066}', "2066"),
        ('\u{61C}', "061C"),
        ('\u{FEFF}', "FEFF"),
        ('\u{AD}', "00AD"),
        ('\u{3164}', "3164"),
        ('\u{E0041}', "E0041"),
    ] {
        for text in [character.to_string(), format!("A{character}1"), format!("{character}A 1")] {
            let said = refused(json!({"make": text, "model": text, "licensePlate": text})).await;
            let of = |field| format!("{field} must have no invisible characters; found U+{code}");
            assert_eq!(said, ["make", "model", "licensePlate"].map(of));
        }
    }
}

#[tokio::test]
async fn a_field_that_a_truck_does_not_have_is_named() {
    let body = json!({"make": "", "model": "V8", "license_plate": "A 1", "colour": "red", "version": 1});
    insta::assert_snapshot!(refused(body).await.join("\n"), @r"
    make must be text of 1 to 50 characters; found an empty text
    colour must be left out: a truck has make, model, licensePlate, status; found an unknown field
    license_plate must be left out, or be called licensePlate; found an unknown field
    version must be left out: the service sets it; found a read-only field
    ");
    let list = json!([{"make": "a", "model": "b"}, {"make": "a", "model": "b", "a/b": 1}]);
    assert_eq!(
        refused(list).await,
        ["1/a~1b must be left out: a truck has make, model, licensePlate, status; found an unknown field"]
    );
}

#[tokio::test]
async fn many_unknown_fields_have_a_short_answer() {
    let many: serde_json::Map<_, _> = (0..10_000).map(|n| (format!("f{n}"), json!(1))).collect();
    assert_eq!(refused(Value::Object(many)).await.len(), 100);
}

#[tokio::test]
async fn a_status_of_another_kind_is_refused() {
    for status in [json!(null), json!(1), json!("Active")] {
        let said = refused(json!({"make": "a", "model": "b", "status": status})).await;
        assert!(said[0].starts_with("status must be active, maintenance or retired"), "{said:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    for (body, found) in [(json!(null), "null"), (json!("Scania"), "a text"), (json!(1), "a number")] {
        assert_eq!(refused(body).await, [format!("the body must be an object; found {found}")]);
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_malformed() {
    let api = Api::start().await;
    let deep = "[".repeat(100_000);
    for body in
        [&b""[..], b"{", b"{\"make\": \"Scania\",}", b"\"\xff\"", b"\"\\ud800\"", b"{} {}", deep.as_bytes()]
    {
        let problem = api.post("/trucks", body.to_vec()).await.problem(400);
        assert!(problem.errors.is_empty());
    }
}

#[tokio::test]
async fn a_body_without_a_json_content_type_is_refused() {
    let api = Api::start().await;
    let body = r#"{"make": "Scania", "model": "V8"}"#;
    let _ = api.send(Request::post("/trucks"), body).await.problem(415);
    for other in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"] {
        let _ = api.send(Request::post("/trucks").header("content-type", other), body).await.problem(415);
    }
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_too_large() {
    let api = Api::start().await;
    let body = json!({"make": "Scania", "model": "V8", "note": "x".repeat(1024 * 1024)}).to_string();
    let _ = api.post("/trucks", body).await.problem(413);
}

#[tokio::test]
async fn a_refused_method_lists_the_allowed_ones() {
    let api = Api::start().await;
    for method in ["PUT", "PATCH", "DELETE"] {
        let answer = api.send(Request::builder().method(method).uri("/trucks"), "").await;
        let _ = answer.problem(405);
        assert_eq!(answer.header("allow"), "GET,HEAD,POST");
    }
    let answer = api.post("/trucks/01890a5d-ac96-774b-bcce-b302099a8057", "{}").await;
    let _ = answer.problem(405);
    assert_eq!(answer.header("allow"), "GET,HEAD,PATCH,PUT,DELETE");
}

#[tokio::test]
async fn an_unknown_id_is_not_found() {
    let api = Api::start().await;
    for id in ["1", "01890a5d-ac96-774b-bcce-b302099a8057", "%00", "%FF", "..%2f..%2fetc", "'%20OR%201=1"] {
        let path = format!("/trucks/{id}");
        let _ = api.get(&path).await.problem(404);
        let _ = api.delete(&path).await.problem(404);
    }
}

#[tokio::test]
async fn an_unknown_path_is_404_and_names_the_trucks() {
    let api = Api::start().await;
    for path in ["/truck", "/trucks/1/wheels"] {
        assert!(api.get(path).await.problem(404).detail.unwrap().contains("/trucks"));
    }
}

#[tokio::test]
async fn an_accept_header_without_json_is_refused_first() {
    let api = Api::start().await;
    let accept_xml = |request: axum::http::request::Builder| request.header("accept", "application/xml");
    let _ = api.send(accept_xml(Request::get("/trucks")), "").await.problem(406);

    let post = accept_xml(Request::post("/trucks")).header("content-type", "application/json");
    let _ = api.send(post, r#"{"make": "Scania", "model": "V8"}"#).await.problem(406);
    assert_eq!(api.get("/trucks").await.json(), json!([]));

    let browser = Request::get("/trucks").header("accept", "text/html,application/xml;q=0.9,*/*;q=0.8");
    assert_eq!(api.send(browser, "").await.json(), json!([]));
}

#[tokio::test]
async fn a_request_keeps_the_plain_id_that_it_came_with() {
    let api = Api::start().await;
    let with_id = |id: &str| Request::get("/trucks/1").header("x-request-id", id);
    assert_eq!(api.send(with_id("edge-42"), "").await.problem(404).request_id.as_deref(), Some("edge-42"));

    let long = "x".repeat(65);
    for strange in ["", "a b", "a\"b", long.as_str()] {
        let given = api.send(with_id(strange), "").await.problem(404).request_id.unwrap();
        assert_eq!(uuid::Uuid::parse_str(&given).unwrap().get_version_num(), 4, "{strange}");
    }
}

#[tokio::test]
async fn an_unavailable_store_is_503_without_its_reasons() {
    let store = Store::open(Store::IN_MEMORY).await.unwrap();
    let api = Api::over(store.clone());
    let truck: Truck = api.add(&NewTruck::new("Scania", "V8")).await;
    store.close().await;

    let place = format!("/trucks/{}", truck.id);
    for answer in [
        api.get("/trucks").await,
        api.get(&place).await,
        api.delete(&place).await,
        api.post("/trucks", r#"{"make": "Scania", "model": "V8"}"#).await,
    ] {
        let detail = answer.problem(503).detail.unwrap();
        assert_eq!(detail, "the trucks cannot be reached at the moment; try again in a few seconds");
    }
    assert_eq!(api.get("/healthz").await.status, 200, "the process itself is well");
}
