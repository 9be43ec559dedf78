//! Basic operations on a fleet.

use axum::http::{Request, StatusCode};
use hello_shared::{CreatedTruck, NewTruck, Truck, TruckStatus};
use serde_json::json;

use crate::{api::Api, store_tests::store_tests};

store_tests! {
    a_new_fleet_is_an_empty_list,
    a_truck_is_added_found_listed_and_deleted,
    trucks_are_listed_in_the_order_of_addition,
    ids_are_uuids_version_7_and_sort_by_age,
    ids_are_found_in_any_case,
    blanks_around_words_are_trimmed,
    texts_of_any_script_may_have_fifty_characters,
    a_null_plate_is_no_plate,
    a_plate_in_use_is_a_conflict_until_freed,
    plates_that_look_the_same_are_the_same,
    head_answers_as_get_without_a_body,
    health_says_ok_and_the_version,
}

async fn a_new_fleet_is_an_empty_list(api: Api) {
    let answer = api.get("/trucks").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!([]));
}

async fn a_truck_is_added_found_listed_and_deleted(api: Api) {
    let asked = NewTruck {
        license_plate: Some("GÖ-TR 42".into()),
        status: TruckStatus::Maintenance,
        ..NewTruck::new("Scania", "V8")
    };

    let answer = api.post("/trucks", serde_json::to_vec(&asked).unwrap()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let CreatedTruck { truck, message } = answer.read();
    assert_eq!(message, "Truck added successfully");
    assert_eq!(truck, asked.into_truck(truck.id.clone(), truck.created_at));
    let place = format!("/trucks/{}", truck.id);
    assert_eq!(answer.header("location"), place);

    assert_eq!(api.get(&place).await.read::<Truck>(), truck);
    assert_eq!(api.get("/trucks").await.read::<Vec<Truck>>(), std::slice::from_ref(&truck));

    let deleted = api.delete(&place).await;
    assert_eq!(deleted.status, StatusCode::OK);
    assert_eq!(deleted.read::<Truck>(), truck);

    assert_eq!(api.get("/trucks").await.json(), json!([]));
    let _ = api.get(&place).await.problem(404);
    let _ = api.delete(&place).await.problem(404);
}

async fn trucks_are_listed_in_the_order_of_addition(api: Api) {
    let mut added = Vec::new();
    for make in ["Volvo", "Scania", "MAN", "DAF", "Iveco"] {
        added.push(api.add(&NewTruck::new(make, "1")).await);
    }
    let removed = added.remove(1);
    let _ = api.delete(&format!("/trucks/{}", removed.id)).await;
    added.push(api.add(&NewTruck::new("Scania", "2")).await);

    assert_eq!(api.get("/trucks").await.read::<Vec<Truck>>(), added);
}

async fn ids_are_uuids_version_7_and_sort_by_age(api: Api) {
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(api.add(&NewTruck::new("Scania", "V8")).await.id);
    }
    assert!(ids.is_sorted());
    assert!(ids.iter().all(|id| uuid::Uuid::parse_str(id.as_str()).unwrap().get_version_num() == 7));
}

async fn ids_are_found_in_any_case(api: Api) {
    let truck = api.add(&NewTruck::new("Scania", "V8")).await;
    let shouted = truck.id.as_str().to_uppercase();
    assert_eq!(api.get(&format!("/trucks/{shouted}")).await.read::<Truck>(), truck);
}

async fn blanks_around_words_are_trimmed(api: Api) {
    let truck = api.add(&NewTruck::new(" \u{2003}Scania\n", "\tV8 ")).await;
    assert_eq!((truck.make.as_str(), truck.model.as_str()), ("Scania", "V8"));
    let longest = "x".repeat(50);
    let truck = api.add(&NewTruck::new(format!("  {longest}  "), "V8")).await;
    assert_eq!(truck.make, longest, "blanks around a word count for its length");
}

async fn texts_of_any_script_may_have_fifty_characters(api: Api) {
    let truck = api.add(&NewTruck::new("卡".repeat(50), "🚚".repeat(50))).await;
    assert_eq!(truck.make.chars().count(), 50);
}

async fn a_null_plate_is_no_plate(api: Api) {
    for _ in 0..2 {
        let answer =
            api.post("/trucks", json!({"make": "a", "model": "b", "licensePlate": null}).to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(answer.json().get("licensePlate"), None);
    }
}

async fn a_plate_in_use_is_a_conflict_until_freed(api: Api) {
    let plated = NewTruck { license_plate: Some("A 1".into()), ..NewTruck::new("Scania", "V8") };
    let first = api.add(&plated).await;

    let refused = api.post("/trucks", serde_json::to_vec(&plated).unwrap()).await.problem(409);
    assert_eq!(refused.errors.len(), 1);
    assert_eq!(refused.errors[0].pointer, "/licensePlate");
    assert_eq!(api.get("/trucks").await.read::<Vec<Truck>>(), std::slice::from_ref(&first));

    let _ = api.delete(&format!("/trucks/{}", first.id)).await;
    api.add(&plated).await;
}

async fn plates_that_look_the_same_are_the_same(api: Api) {
    let plated =
        |plate: &str| NewTruck { license_plate: Some(plate.into()), ..NewTruck::new("Scania", "V8") };
    let first = api.add(&plated("Gö-TR 42")).await;
    let other = api.add(&plated("B 2")).await;
    assert_eq!(first.license_plate.as_deref(), Some("Gö-TR 42"), "it is kept as it was written");
    for same in ["GÖ-TR 42", "go\u{308}-tr 42", "Ｇö－ＴＲ ４２"] {
        let body = serde_json::to_value(plated(same)).unwrap();
        let place = format!("/trucks/{}", other.id);
        let list = json!([body]);
        for answer in [
            api.json("POST", "/trucks", &body).await,
            api.json("POST", "/trucks", &list).await,
            api.json("PUT", &place, &body).await,
            api.json("PATCH", &place, &json!({"licensePlate": same})).await,
        ] {
            assert!(answer.problem(409).errors[0].pointer.ends_with("/licensePlate"), "{same}");
        }
        let twice = json!([plated("C 3"), {"make": "a", "model": "b", "licensePlate": "Ｃ\u{3000}3"}]);
        assert_eq!(
            api.json("POST", "/trucks", &twice).await.problem(409).errors[0].pointer,
            "/1/licensePlate"
        );
    }
    // A truck may change the spelling of its own plate. A change to another plate frees every spelling.
    let place = format!("/trucks/{}", first.id);
    let rewritten: Truck = api.json("PATCH", &place, &json!({"licensePlate": "GÖ-TR 42"})).await.read();
    assert_eq!(rewritten.license_plate.as_deref(), Some("GÖ-TR 42"));
    assert_eq!(api.json("PATCH", &place, &json!({"licensePlate": null})).await.status, 200);
    api.add(&plated("gö-tr 42")).await;
}

async fn head_answers_as_get_without_a_body(api: Api) {
    let answer = api.send(Request::head("/trucks"), "").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.body, b"");
}

async fn health_says_ok_and_the_version(api: Api) {
    let answer = api.get("/healthz").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!({"status": "ok", "version": hello_server::VERSION}));
}
