//! Filtering, sorting and paging the list of trucks.

use axum::http::Request;
use hello_server::Order;
use hello_shared::{NewTruck, Truck, TruckStatus};
use proptest::{
    prelude::{Strategy, any},
    prop_oneof,
    strategy::ValueTree,
    test_runner::TestRunner,
};
use serde_json::json;

use crate::{
    api::{Answer, Api},
    store_tests::store_tests,
};

store_tests! {
    a_fleet_is_read_page_by_page_in_every_order,
    a_page_stays_right_while_trucks_come_and_go,
    filters_match_status_maker_and_text_in_any_case,
    a_percent_sign_is_a_percent_sign,
    a_list_that_has_not_changed_is_not_sent_again,
    a_writer_reads_at_once_what_it_wrote,
    a_fleet_longer_than_a_page_is_listed_whole,
    every_bad_parameter_is_named,
    a_cursor_of_another_order_is_refused,
    no_cursor_is_a_failure_of_the_service,
}

fn makes(answer: &Answer) -> Vec<String> {
    answer.read::<Vec<Truck>>().into_iter().map(|truck| truck.make).collect()
}

fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link").strip_prefix('<')?;
    Some(link.split_once(">; rel=\"next\"")?.0.to_owned())
}

async fn all_pages(api: &Api, first: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut path = Some(first.to_owned());
    while let Some(page) = path {
        let answer = api.get(&page).await;
        assert_eq!(answer.status, 200, "{page} {answer:?}");
        found.extend(makes(&answer));
        path = next(&answer);
    }
    found
}

async fn a_fleet_is_read_page_by_page_in_every_order(api: Api) {
    for make in ["Volvo", "Scania", "MAN", "Škoda", "Scania", "DAF", "Iveco"] {
        api.add(&NewTruck::new(make, "1")).await;
    }
    let oldest_first = ["Volvo", "Scania", "MAN", "Škoda", "Scania", "DAF", "Iveco"].map(str::to_owned);
    let by_make = ["DAF", "Iveco", "MAN", "Scania", "Scania", "Volvo", "Škoda"].map(str::to_owned);
    for (word, expected) in [("created", &oldest_first), ("updated", &oldest_first), ("make", &by_make)] {
        for limit in [1, 2, 3, 7, 100] {
            let found = all_pages(&api, &format!("/trucks?sort={word}&limit={limit}")).await;
            assert_eq!(found, expected, "{word} {limit}");
            let mut found = all_pages(&api, &format!("/trucks?sort=-{word}&limit={limit}")).await;
            found.reverse();
            assert_eq!(found, expected, "-{word} {limit}");
        }
    }
    let answer = api.get("/trucks?limit=2").await;
    assert_eq!(answer.header("x-total-count"), "7");
    assert_eq!(makes(&answer).len(), 2);
}

async fn a_page_stays_right_while_trucks_come_and_go(api: Api) {
    let mut added = Vec::new();
    for n in 0..6 {
        added.push(api.add(&NewTruck::new(format!("m{n}"), "1")).await);
    }
    let first = api.get("/trucks?limit=3").await;
    for gone in [&added[0], &added[2], &added[3]] {
        let _ = api.delete(&format!("/trucks/{}", gone.id)).await;
    }
    api.add(&NewTruck::new("m6", "1")).await;
    assert_eq!(makes(&api.get(&next(&first).unwrap()).await), ["m4", "m5", "m6"]);
}

async fn filters_match_status_maker_and_text_in_any_case(api: Api) {
    for (make, model, plate, status) in [
        ("Škoda", "706 RT", Some("PRG 1"), TruckStatus::Active),
        ("ŠKODA", "LIAZ", None, TruckStatus::Retired),
        ("Scania", "V8", Some("GÖ-TR 42"), TruckStatus::Active),
    ] {
        api.add(&NewTruck { license_plate: plate.map(str::to_owned), status, ..NewTruck::new(make, model) })
            .await;
    }
    for (query, found) in [
        ("status=active", vec!["Škoda", "Scania"]),
        ("status=maintenance", vec![]),
        ("make=%C5%A1koda", vec!["Škoda", "ŠKODA"]),
        ("make=skoda", vec![]),
        ("q=liaz", vec!["ŠKODA"]),
        ("q=g%C3%B6-tr", vec!["Scania"]),
        ("q=a&status=active&make=scania", vec!["Scania"]),
        ("q=%27%20OR%201%3D1%20--", vec![]),
    ] {
        let answer = api.get(&format!("/trucks?{query}")).await;
        assert_eq!(makes(&answer), found, "{query}");
        assert_eq!(answer.header("x-total-count"), found.len().to_string(), "{query}");
    }
}

async fn a_percent_sign_is_a_percent_sign(api: Api) {
    api.add(&NewTruck::new("Volvo", "100%")).await;
    api.add(&NewTruck::new("Volvo", "100")).await;
    api.add(&NewTruck::new("Volvo", "1_0")).await;
    assert_eq!(makes(&api.get("/trucks?q=0%25").await).len(), 1);
    assert_eq!(makes(&api.get("/trucks?q=1_0").await).len(), 1);
}

async fn a_list_that_has_not_changed_is_not_sent_again(api: Api) {
    api.add(&NewTruck::new("Volvo", "1")).await;
    let tag = api.get("/trucks").await.header("etag").to_owned();
    // Twice: the second time, the list comes from the cache.
    for _ in 0..2 {
        assert_eq!(api.send(Request::get("/trucks").header("if-match", &tag), "").await.status, 200);
        let other = api.send(Request::get("/trucks").header("if-match", "\"other\""), "").await;
        let _ = other.problem(412);
    }
    let again = api.send(Request::get("/trucks").header("if-none-match", &tag), "").await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), tag);

    api.add(&NewTruck::new("Scania", "1")).await;
    let again = api.send(Request::get("/trucks").header("if-none-match", &tag), "").await;
    assert_eq!(again.status, 200);
    assert_ne!(again.header("etag"), tag);
}

async fn a_writer_reads_at_once_what_it_wrote(api: Api) {
    for n in 1..30 {
        let truck = api.add(&NewTruck::new("Volvo", format!("{n}"))).await;
        let fleet: Vec<Truck> = api.get("/trucks").await.read();
        assert_eq!(fleet.len(), n);
        assert_eq!(fleet.last(), Some(&truck));
    }
}

async fn a_fleet_longer_than_a_page_is_listed_whole(api: Api) {
    let many: Vec<_> = (0..2_345).map(|n| json!({"make": format!("m{n}"), "model": "1"})).collect();
    let answer = api.json("POST", "/trucks", &json!(many)).await;
    assert_eq!(answer.status, 201);
    let fleet = makes(&api.get("/trucks").await);
    assert_eq!(fleet.len(), 2_345);
    assert_eq!(fleet.last().unwrap(), "m2344");
    assert_eq!(makes(&api.get("/trucks?sort=-created").await)[0], "m2344");
    assert_eq!(all_pages(&api, "/trucks?limit=1000").await, fleet);
}

async fn every_bad_parameter_is_named(api: Api) {
    let refused = api.get("/trucks?status=parked&sort=age&limit=1001&cursor=x").await.refused_fields();
    insta::assert_snapshot!(refused.join("\n"), @r"
    ?status must be active, maintenance or retired; found a text of 6
    ?sort must be one of created, -created, updated, -updated, make, -make; found a text of 3
    ?limit must be a number from 1 to 1000; found a text of 4
    ?cursor must be one that the Link header gave, with the same sort; found a text of 1
    ");
    let _ = api.get("/trucks?q=%00").await.problem(422);
}

async fn a_cursor_of_another_order_is_refused(api: Api) {
    for make in ["12", "Škoda", "\u{663}"] {
        api.add(&NewTruck::new(make, "1")).await;
    }
    for order in Order::WORDS {
        let first = api.get(&format!("/trucks?limit=1&sort={order}")).await;
        let cursor = next(&first).unwrap().split_once("cursor=").unwrap().1.to_owned();
        for other in Order::WORDS {
            let answer =
                api.get(&format!("/trucks?limit=1&sort={other}&status=active&cursor={cursor}")).await;
            if other == order {
                assert_eq!((answer.status.as_u16(), makes(&answer).len()), (200, 1), "{order} {cursor}");
            } else {
                assert_eq!(answer.problem(422).errors[0].pointer, "?cursor", "{order} {other} {cursor}");
            }
        }
    }
}

async fn no_cursor_is_a_failure_of_the_service(api: Api) {
    api.add(&NewTruck::new("Scania", "V8")).await;
    let texts = prop_oneof![any::<String>(), "-?[0-9]{1,20}(\\.[um]?-?([0-9a-f]{2}){0,12})?"];
    let mut runner = TestRunner::deterministic();
    let mut read = 0;
    for _ in 0..200 {
        let text = texts.new_tree(&mut runner).unwrap().current();
        let cursor = text.bytes().fold(String::new(), |escaped, byte| escaped + &format!("%{byte:02X}"));
        for order in Order::WORDS {
            let answer = api.get(&format!("/trucks?limit=1&sort={order}&cursor={cursor}")).await;
            assert!([200, 422].contains(&answer.status.as_u16()), "{order} {text:?} {answer:?}");
            read += usize::from(answer.status == 200);
        }
    }
    assert!(read > 20, "some of them are cursors: {read}");
    let _ = api.get("/trucks?sort=make&cursor=1.00").await.problem(422);
    let _ = api.get("/trucks?sort=make&cursor=1.m00").await.problem(422);
}
