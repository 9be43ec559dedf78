//! Changing an existing truck.

use axum::http::Request;
use hello_shared::{NewTruck, Truck, TruckStatus};
use serde_json::{Value, json};

use crate::{api::Api, store_tests::store_tests};

store_tests! {
    a_patch_changes_what_it_names_and_leaves_the_rest,
    null_takes_a_plate_off_and_nothing_else,
    put_makes_a_truck_what_the_body_says,
    a_change_of_nothing_makes_no_new_version,
    a_change_of_an_older_version_is_refused,
    a_truck_that_the_caller_has_is_not_sent_again,
    if_match_with_another_version_sends_no_truck,
    if_none_match_refuses_a_change_of_listed_versions,
    a_change_cannot_take_another_truck_s_plate,
    a_bad_patch_names_every_field,
    a_field_that_a_truck_does_not_have_changes_nothing,
    a_missing_truck_cannot_be_changed,
}

async fn scania(api: &Api) -> (Truck, String) {
    let new = NewTruck { license_plate: Some("A 1".into()), ..NewTruck::new("Scania", "V8") };
    let truck = api.add(&new).await;
    let place = format!("/trucks/{}", truck.id);
    (truck, place)
}

async fn a_patch_changes_what_it_names_and_leaves_the_rest(api: Api) {
    let (before, place) = scania(&api).await;
    let patch = Request::patch(&place).header("content-type", "application/merge-patch+json");
    let answer = api.send(patch, r#"{"status": "maintenance"}"#).await;
    assert_eq!(answer.status, 200);
    let after: Truck = answer.read();
    assert_eq!(answer.header("etag"), "\"2\"");
    assert!(after.updated_at >= before.updated_at);
    let expected =
        Truck { status: TruckStatus::Maintenance, version: 2, updated_at: after.updated_at, ..before };
    assert_eq!(after, expected);
    assert_eq!(api.get(&place).await.read::<Truck>(), after);
    assert_eq!(api.get("/trucks?status=maintenance").await.read::<Vec<Truck>>(), [after]);
    assert_eq!(api.get("/trucks?status=active&limit=1").await.header("x-total-count"), "0");
}

async fn null_takes_a_plate_off_and_nothing_else(api: Api) {
    let (_, place) = scania(&api).await;
    let answer = api.json("PATCH", &place, &json!({"licensePlate": null})).await;
    assert_eq!(answer.read::<Truck>().license_plate, None);
    let refused = api.json("PATCH", &place, &json!({"make": null, "status": null})).await.refused_fields();
    insta::assert_snapshot!(refused.join("\n"), @r"
    make must be text of 1 to 50 characters; found nothing
    status must be active, maintenance or retired; found null
    ");
    scania(&api).await;
}

async fn put_makes_a_truck_what_the_body_says(api: Api) {
    let (before, place) = scania(&api).await;
    let answer =
        api.json("PUT", &place, &json!({"make": "Volvo", "model": "FH16", "status": "retired"})).await;
    let after: Truck = answer.read();
    assert_eq!(
        (after.make.as_str(), after.license_plate, after.status),
        ("Volvo", None, TruckStatus::Retired)
    );
    assert_eq!((after.id, after.created_at, after.version), (before.id, before.created_at, 2));
    let _ = api.json("PUT", &place, &json!({"make": "Volvo"})).await.problem(422);
}

async fn a_change_of_nothing_makes_no_new_version(api: Api) {
    let (before, place) = scania(&api).await;
    for body in [json!({}), json!({"make": " Scania "}), json!({"licensePlate": "A 1", "status": "active"})] {
        assert_eq!(api.json("PATCH", &place, &body).await.read::<Truck>(), before);
    }
}

async fn a_change_of_an_older_version_is_refused(api: Api) {
    let (_, place) = scania(&api).await;
    let with = |method: &str, tag: &str| {
        Request::builder()
            .method(method)
            .uri(&place)
            .header("content-type", "application/json")
            .header("if-match", tag)
    };
    assert_eq!(api.send(with("PATCH", "\"1\""), r#"{"model": "R"}"#).await.status, 200);
    assert!(
        api.send(with("PATCH", "\"1\""), r#"{"model": "S"}"#)
            .await
            .problem(412)
            .detail
            .unwrap()
            .contains('2')
    );
    let _ = api.send(with("PUT", "W/\"2\""), r#"{"make": "a", "model": "S"}"#).await.problem(412);
    let _ = api.send(with("DELETE", "\"1\", \"3\""), "").await.problem(412);
    assert_eq!(api.get(&place).await.read::<Truck>().model, "R");
    assert_eq!(api.send(with("DELETE", "\"7\", \"2\""), "").await.status, 200);
    let _ = api.send(with("DELETE", "*"), "").await.problem(404);
}

async fn a_truck_that_the_caller_has_is_not_sent_again(api: Api) {
    let (_, place) = scania(&api).await;
    let get = |tag: &str| Request::get(&place).header("if-none-match", tag);
    assert_eq!(api.send(get("\"1\""), "").await.status, 304);
    assert_eq!(api.send(get("W/\"1\", \"9\""), "").await.status, 304);
    assert_eq!(api.send(get("\"2\""), "").await.status, 200);
}

async fn if_match_with_another_version_sends_no_truck(api: Api) {
    let (_, place) = scania(&api).await;
    let get = |tag: &str| Request::get(&place).header("if-match", tag);
    assert_eq!(api.send(get("\"7\", \"1\""), "").await.status, 200);
    assert_eq!(api.send(get("*"), "").await.status, 200);
    for other in ["\"2\"", "W/\"1\"", "\"01\""] {
        let _ = api.send(get(other), "").await.problem(412);
    }
}

async fn if_none_match_refuses_a_change_of_listed_versions(api: Api) {
    let (_, place) = scania(&api).await;
    let with = |method: &str, tag: &str| {
        let request = Request::builder().method(method).uri(&place).header("if-none-match", tag);
        request.header("content-type", "application/json")
    };
    let volvo = r#"{"make": "Volvo", "model": "FH"}"#;
    for known in ["*", "\"1\"", "\"5\", W/\"1\""] {
        let _ = api.send(with("PUT", known), volvo).await.problem(412);
        let _ = api.send(with("DELETE", known), "").await.problem(412);
    }
    assert_eq!(api.send(with("PATCH", "\"2\""), volvo).await.status, 200);
}

async fn a_change_cannot_take_another_truck_s_plate(api: Api) {
    let (first, _) = scania(&api).await;
    let other = api.add(&NewTruck::new("Volvo", "FH")).await;
    let place = format!("/trucks/{}", other.id);
    let refused = api.json("PATCH", &place, &json!({"licensePlate": "A 1"})).await.problem(409);
    assert_eq!(refused.errors[0].pointer, "/licensePlate");

    let _ = api.json("PATCH", &format!("/trucks/{}", first.id), &json!({"licensePlate": "B 2"})).await;
    assert_eq!(api.json("PATCH", &place, &json!({"licensePlate": "A 1"})).await.status, 200);
}

async fn a_bad_patch_names_every_field(api: Api) {
    let (_, place) = scania(&api).await;
    let bad = json!({"make": 7, "model": "", "licensePlate": [], "status": "parked"});
    let refused = api.json("PATCH", &place, &bad).await.refused_fields();
    insta::assert_snapshot!(refused.join("\n"), @r"
    make must be text of 1 to 50 characters; found a number
    model must be text of 1 to 50 characters; found an empty text
    licensePlate must be text of 1 to 20 characters; found an array
    status must be active, maintenance or retired; found another word
    ");
    assert_eq!(api.json("PATCH", &place, &Value::Null).await.refused_fields().len(), 1);
    for other in ["text/plain", "application/json-patch+json", "application/json; charset=utf-16"] {
        let answer = api.send(Request::patch(&place).header("content-type", other), "{}").await;
        let _ = answer.problem(415);
        assert_eq!(answer.header("accept-patch"), "application/merge-patch+json, application/json");
    }
    let _ = api.json("PATCH", &place, &json!({"make": "\u{0}"})).await.problem(422);
}

async fn a_field_that_a_truck_does_not_have_changes_nothing(api: Api) {
    let (before, place) = scania(&api).await;
    for body in [json!({"model": "R", "license_plate": "B 2"}), json!({"colour": null})] {
        assert_eq!(api.json("PATCH", &place, &body).await.refused_fields().len(), 1, "{body}");
    }
    // A response cannot be sent back as a request: the service sets these four fields itself.
    let whole = serde_json::to_value(&before).unwrap();
    let refused = api.json("PUT", &place, &whole).await.refused_fields();
    insta::assert_snapshot!(refused.join("\n"), @r"
    createdAt must be left out: the service sets it; found a read-only field
    id must be left out: the service sets it; found a read-only field
    updatedAt must be left out: the service sets it; found a read-only field
    version must be left out: the service sets it; found a read-only field
    ");
    assert_eq!(api.get(&place).await.read::<Truck>(), before);
}

async fn a_missing_truck_cannot_be_changed(api: Api) {
    for place in ["/trucks/01890a5d-ac96-774b-bcce-b302099a8057", "/trucks/1"] {
        let _ = api.json("PATCH", place, &json!({"make": "Volvo"})).await.problem(404);
        let _ = api.json("PUT", place, &json!({"make": "Volvo", "model": "FH"})).await.problem(404);
    }
}
