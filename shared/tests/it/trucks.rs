//! Trucks as JSON.

use hello_shared::{CreatedTruck, Health, NewTruck, Truck, TruckStatus};
use proptest::prelude::*;
use serde_json::{from_str, from_value, json, to_string, to_string_pretty};

use crate::arbitrary;

fn scania() -> Truck {
    let new = NewTruck { license_plate: Some("GÖ-TR 42".into()), ..NewTruck::new("Scania", "V8") };
    new.into_truck(
        "01890a5d-ac96-774b-bcce-b302099a8057".into(),
        "2026-11-23T09:18:49.000123Z".parse().expect("a moment"),
    )
}

proptest! {
    #[test]
    fn every_truck_survives_json(truck in arbitrary::truck()) {
        prop_assert_eq!(&from_str::<Truck>(&to_string(&truck).unwrap()).unwrap(), &truck);
    }

    #[test]
    fn every_new_truck_survives_json(new in arbitrary::new_truck()) {
        prop_assert_eq!(&from_str::<NewTruck>(&to_string(&new).unwrap()).unwrap(), &new);
    }

    #[test]
    fn every_answer_to_a_creation_survives_json(truck in arbitrary::truck()) {
        let created = CreatedTruck::from(truck);
        prop_assert_eq!(&from_str::<CreatedTruck>(&to_string(&created).unwrap()).unwrap(), &created);
    }
}

#[test]
fn a_truck_looks_like_this() {
    insta::assert_snapshot!(to_string_pretty(&scania()).unwrap(), @r#"
    {
      "id": "01890a5d-ac96-774b-bcce-b302099a8057",
      "make": "Scania",
      "model": "V8",
      "licensePlate": "GÖ-TR 42",
      "status": "active",
      "createdAt": "2026-11-23T09:18:49.000123Z",
      "updatedAt": "2026-11-23T09:18:49.000123Z",
      "version": 1
    }
    "#);
}

#[test]
fn a_creation_response_has_fields_and_message_side_by_side() {
    insta::assert_snapshot!(to_string_pretty(&CreatedTruck::from(scania())).unwrap(), @r#"
    {
      "id": "01890a5d-ac96-774b-bcce-b302099a8057",
      "make": "Scania",
      "model": "V8",
      "licensePlate": "GÖ-TR 42",
      "status": "active",
      "createdAt": "2026-11-23T09:18:49.000123Z",
      "updatedAt": "2026-11-23T09:18:49.000123Z",
      "version": 1,
      "message": "Truck added successfully"
    }
    "#);
}

#[test]
fn a_truck_without_a_plate_has_no_such_member() {
    let truck = Truck { license_plate: None, ..scania() };
    assert!(!to_string(&truck).unwrap().contains("licensePlate"));
}

#[test]
fn a_new_truck_needs_make_and_model_alone() {
    let new: NewTruck = from_value(json!({"make": "Scania", "model": "V8"})).unwrap();
    assert_eq!(new, NewTruck::new("Scania", "V8"));
    assert_eq!(new.status, TruckStatus::Active);
}

#[test]
fn unknown_fields_are_refused_in_requests_and_ignored_in_responses() {
    let misspelled = json!({"make": "Scania", "model": "V8", "license_plate": "A 1"});
    let error = from_value::<NewTruck>(misspelled).unwrap_err().to_string();
    assert!(error.starts_with("unknown field `license_plate`, expected one of `make`"), "{error}");

    let mut truck = serde_json::to_value(scania()).unwrap();
    truck["horn"] = json!("loud");
    assert_eq!(from_value::<Truck>(truck).unwrap(), scania());
}

#[test]
fn a_new_truck_becomes_the_first_version_of_a_truck() {
    let truck = scania();
    assert_eq!(truck.version, 1);
    assert_eq!(truck.created_at, truck.updated_at);
}

#[test]
fn every_status_is_written_read_and_parsed_as_one_word() {
    for status in TruckStatus::ALL {
        assert_eq!(to_string(&status).unwrap(), format!("\"{status}\""));
        assert_eq!(status.as_str().parse(), Ok(status));
    }
}

#[test]
fn an_unknown_status_is_quoted_with_escapes() {
    let error = "par\u{1b}ked".parse::<TruckStatus>().unwrap_err();
    assert_eq!(
        error.to_string(),
        r"`par\u{1b}ked` is no status of a truck: use active, maintenance or retired"
    );
}

#[test]
fn health_says_that_all_is_well_and_which_version_runs() {
    assert_eq!(
        serde_json::to_value(Health::ok("1.2.3")).unwrap(),
        json!({"status": "ok", "version": "1.2.3"})
    );
    assert_eq!(from_value::<Health>(json!({"uptime": 3})).unwrap(), Health::default());
}
