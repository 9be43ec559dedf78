//! Adding many trucks with one request.

use axum::http::Request;
use hello_shared::{NewTruck, Truck};
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    store_tests::store_tests,
};

store_tests! {
    many_trucks_are_added_in_their_order,
    lines_and_an_array_are_equivalent,
    one_invalid_truck_refuses_the_list_and_names_its_row,
    a_plate_in_use_names_the_row,
    an_empty_list_is_refused,
    a_list_that_is_too_long_is_refused,
    a_long_list_of_bad_trucks_has_a_short_answer,
}

async fn lines(api: &Api, body: &str) -> Answer {
    api.send(Request::post("/trucks").header("content-type", "application/x-ndjson"), body.to_owned()).await
}

async fn is_empty(api: &Api) {
    assert_eq!(api.get("/trucks").await.json(), json!([]));
}

async fn many_trucks_are_added_in_their_order(api: Api) {
    let many: Vec<_> = (0..500).map(|n| json!({"make": format!("m{n}"), "model": "1"})).collect();
    let answer = api.json("POST", "/trucks", &Value::Array(many)).await;
    assert_eq!(answer.status, 201);
    let added: Vec<Truck> = answer.read();
    assert_eq!(added.len(), 500);
    assert_eq!(added[499].make, "m499");
    assert_eq!(api.get("/trucks").await.read::<Vec<Truck>>(), added);
}

async fn lines_and_an_array_are_equivalent(api: Api) {
    let answer = lines(
        &api,
        "{\"make\": \"Volvo\", \"model\": \"FH\"}\r\n\n{\"make\": \"Scania\", \"model\": \"V8\"}",
    )
    .await;
    assert_eq!(answer.status, 201);
    let added: Vec<Truck> = answer.read();
    assert_eq!(api.get("/trucks").await.read::<Vec<Truck>>(), added);
    assert!(
        lines(&api, "{\"make\": \"a\", \"model\": \"b\"}\n{oops")
            .await
            .problem(400)
            .detail
            .unwrap()
            .contains("line 2")
    );
}

async fn one_invalid_truck_refuses_the_list_and_names_its_row(api: Api) {
    let rows = json!([{"make": "Volvo", "model": "FH"}, {"make": "", "model": 7}, "Scania"]);
    let refused = api.json("POST", "/trucks", &rows).await.refused_fields();
    insta::assert_snapshot!(refused.join("\n"), @r"
    1/make must be text of 1 to 50 characters; found an empty text
    1/model must be text of 1 to 50 characters; found a number
    2 must be an object; found a text
    ");
    is_empty(&api).await;
}

async fn a_plate_in_use_names_the_row(api: Api) {
    let plated = |plate: &str| json!({"make": "Volvo", "model": "FH", "licensePlate": plate});
    let twice = json!([plated("A 1"), plated("B 2"), plated("A 1")]);
    assert_eq!(api.json("POST", "/trucks", &twice).await.problem(409).errors[0].pointer, "/2/licensePlate");
    is_empty(&api).await;

    api.add(&NewTruck { license_plate: Some("B 2".into()), ..NewTruck::new("Scania", "V8") }).await;
    let taken = json!([plated("A 1"), plated("B 2")]);
    assert_eq!(api.json("POST", "/trucks", &taken).await.problem(409).errors[0].pointer, "/1/licensePlate");
    assert_eq!(api.get("/trucks").await.read::<Vec<Truck>>().len(), 1);
}

async fn an_empty_list_is_refused(api: Api) {
    assert_eq!(
        api.json("POST", "/trucks", &json!([])).await.refused_fields(),
        ["the body must have one truck at least; found an empty array"]
    );
    let _ = lines(&api, "\n \n").await.problem(422);
}

async fn a_list_that_is_too_long_is_refused(api: Api) {
    let many = vec![json!({"make": "a", "model": "b"}); 10_001];
    assert_eq!(
        api.json("POST", "/trucks", &Value::Array(many)).await.refused_fields(),
        ["the body must have 10000 trucks at most; found 10001 of them"]
    );
    is_empty(&api).await;
}

async fn a_long_list_of_bad_trucks_has_a_short_answer(api: Api) {
    let answer = api.json("POST", "/trucks", &json!(vec![1; 10_000])).await;
    assert_eq!(answer.problem(422).errors.len(), 100);
}
