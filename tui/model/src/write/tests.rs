//! What a write says of itself before and after.

use hello_shared::TruckStatus;

use super::*;
use crate::failure::{Failure, Kind};

fn truck() -> Box<Truck> {
    let at = "2026-11-23T10:00:00Z".parse().unwrap();
    Box::new(NewTruck::new("Scania", "V8").into_truck("0190".into(), at))
}

fn tag() -> EntityTag {
    EntityTag::strong("\"1\"").unwrap()
}

fn update() -> Write {
    let patch = TruckPatch { status: Some(TruckStatus::Retired), ..TruckPatch::default() };
    Write::UpdateTruck { truck: truck(), patch, if_match: tag(), audit_id: "a".to_owned() }
}

fn removal() -> Write {
    Write::RemoveTruck { truck: truck(), if_match: tag(), audit_id: "a".to_owned() }
}

#[test]
fn a_removal_always_asks_for_the_name() {
    assert_eq!([removal().risk(false), removal().risk(true)], [Risk::TypeName, Risk::TypeName]);
    assert_eq!([update().risk(false), update().risk(true)], [Risk::Safe, Risk::Confirm]);
    assert_eq!(
        (removal().target(), removal().question()),
        ("Scania V8".into(), "Remove the truck Scania V8?".into())
    );
}

#[test]
fn the_trail_names_the_id_and_the_changed_fields() {
    assert_eq!(update().details().unwrap(), "truck 0190: status: active → retired");
    assert_eq!(removal().details().unwrap(), "truck 0190");
}

#[test]
fn changed_and_removed_trucks_are_listed_again() {
    let one = Query::Truck("0190".into());
    assert!(update().affects(&one) && removal().affects(&Query::trucks()));
    assert!(!removal().affects(&Query::Catalog));
}

fn edit(id: &str) -> TruckEdit {
    let patch = TruckPatch { status: Some(TruckStatus::Retired), ..TruckPatch::default() };
    TruckEdit { truck: Truck { id: id.into(), ..*truck() }, patch }
}

#[test]
fn several_trucks_are_always_asked_for_and_listed() {
    let one = Write::EditTrucks { edits: vec![edit("0190")], audit_id: "a".to_owned() };
    assert_eq!((one.risk(false), one.target().as_str()), (Risk::Safe, "Scania V8"));
    let two = Write::EditTrucks { edits: vec![edit("0190"), edit("0191")], audit_id: "a".to_owned() };
    assert_eq!((two.risk(false), two.question().as_str()), (Risk::Confirm, "Change 2 trucks?"));
    assert_eq!(two.targets()[1], "Scania V8, 0191: status: active → retired");
    assert_eq!(
        two.details().unwrap(),
        "truck 0190: status: active → retired; truck 0191: status: active → retired"
    );
    let removal = Write::RemoveTrucks { trucks: vec![*truck(), *truck()], audit_id: "a".to_owned() };
    assert_eq!((removal.risk(false), removal.target().as_str()), (Risk::TypeName, "2 trucks"));
}

#[test]
fn a_notice_says_how_many_were_changed_and_which_failed() {
    let two = Write::EditTrucks { edits: vec![edit("0190"), edit("0191")], audit_id: "a".to_owned() };
    let why = Failure::new(Kind::Conflict, "changing a truck", "it was changed after it was read");
    let failed = vec![UnchangedTruck { truck: edit("0191").truck, failure: why }];
    let outcome = Outcome::Batch(Batch { done: vec![*truck()], failed });
    let Notice { text, is_complete } = two.notice(&outcome);
    assert_eq!(text, "Changed 1 of 2 trucks. Not done: Scania V8, 0191 (it was changed after it was read).");
    assert!(!is_complete);
    assert_eq!(
        update().notice(&Outcome::Truck(edit("0190").patch.apply_to(&truck()))).text,
        "Changed the truck Scania V8: status: active → retired."
    );
}
