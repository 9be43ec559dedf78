use hello_shared::NewTruck;
use jiff::Timestamp;

use super::*;

const NOON: Timestamp = Timestamp::constant(1_764_000_000, 0);

fn truck(id: &str, plate: Option<&str>) -> Truck {
    let new = NewTruck { license_plate: plate.map(str::to_owned), ..NewTruck::new("Scania", "V8") };
    new.into_truck(id.into(), NOON)
}

fn fleet(trucks: &[Truck]) -> Facts {
    Facts {
        fleet: Fleet { revision: 10, totals: [trucks.len() as u64, 0, 0] },
        plates: trucks.iter().fold(HashMap::new(), |mut plates: HashMap<_, Vec<_>>, truck| {
            if let Some(plate) = &truck.license_plate {
                plates.entry(plate::key(plate)).or_default().push(truck.id.clone());
            }
            plates
        }),
        trucks: trucks.iter().map(|t| (t.id.clone(), t.clone())).collect(),
        keys: HashMap::new(),
    }
}

fn add(trucks: &[Truck]) -> Change {
    Change::Add { trucks: trucks.to_vec(), key: None }
}

fn replate(id: &str, plate: Option<&str>) -> Change {
    let edit = Edit { license_plate: Some(plate.map(str::to_owned)), ..Edit::default() };
    Change::Edit { id: id.into(), condition: Condition::default(), edit, at: NOON }
}

fn remove(id: &str) -> Change {
    Change::Remove { id: id.into(), condition: Condition::default() }
}

#[test]
fn a_refused_change_leaves_no_gap_in_event_numbers() {
    let changes = [add(&[truck("a", Some("P"))]), add(&[truck("b", Some("P"))]), add(&[truck("c", None)])];
    let plan = Plan::of(&changes, fleet(&[]));
    assert_eq!(plan.events.iter().map(|event| event.seq).collect::<Vec<_>>(), [11, 12]);
    assert_eq!(plan.fleet, Fleet { revision: 12, totals: [2, 0, 0] });
    assert!(matches!(plan.outcomes[1], Err(StoreError::PlateTaken { row: 0 })));
}

#[test]
fn of_many_trucks_none_is_added_when_one_cannot_be() {
    let changes = [add(&[truck("a", Some("P")), truck("b", None), truck("c", Some("P"))])];
    let plan = Plan::of(&changes, fleet(&[]));
    assert!(matches!(plan.outcomes[0], Err(StoreError::PlateTaken { row: 2 })));
    assert!(plan.is_empty() && plan.added.is_empty());
}

#[test]
fn a_freed_plate_can_be_taken_in_the_same_batch() {
    let facts = fleet(&[truck("a", Some("P")), truck("b", Some("Q"))]);
    let plan = Plan::of(&[replate("a", Some("R")), replate("b", Some("P")), replate("a", Some("Q"))], facts);
    assert!(plan.outcomes.iter().all(Result::is_ok));
    assert_eq!(plan.edited[&"a".into()].license_plate.as_deref(), Some("Q"));
    assert_eq!(plan.edited[&"b".into()].license_plate.as_deref(), Some("P"));
    assert_eq!(plan.plate_released.len(), 2);
    assert_eq!(plan.edited[&"a".into()].version, 3);
}

#[test]
fn an_edit_of_nothing_is_no_event() {
    let plan = Plan::of(&[replate("a", Some("P"))], fleet(&[truck("a", Some("P"))]));
    assert!(plan.is_empty());
    assert!(matches!(&plan.outcomes[0], Ok(Done::Edited(truck)) if truck.version == 1));
}

#[test]
fn a_truck_added_and_deleted_in_one_batch_makes_events_only() {
    let plan =
        Plan::of(&[add(&[truck("a", Some("P"))]), replate("a", None), remove("a"), remove("a")], fleet(&[]));
    assert!(plan.added.is_empty() && plan.edited.is_empty() && plan.removed.is_empty());
    assert_eq!(plan.events.len(), 3);
    assert_eq!(plan.fleet.totals, [0, 0, 0]);
    assert!(matches!(plan.outcomes[3], Err(StoreError::NoSuchTruck)));
}

#[test]
fn the_second_change_of_one_version_is_refused() {
    let edit = |make: &str| Change::Edit {
        id: "a".into(),
        condition: Condition { only_if: Some(vec![1]), ..Condition::default() },
        edit: Edit { make: Some(make.into()), ..Edit::default() },
        at: NOON,
    };
    let plan = Plan::of(&[edit("Volvo"), edit("MAN")], fleet(&[truck("a", None)]));
    assert!(plan.outcomes[0].is_ok());
    assert!(matches!(plan.outcomes[1], Err(StoreError::OtherVersion { version: 2 })));
}

#[test]
fn a_key_is_answered_once_and_refused_to_another_request() {
    let keyed = |id: &str, fingerprint: &str| Change::Add {
        trucks: vec![truck(id, None)],
        key: Some(IdempotencyKey { name: "k".into(), fingerprint: fingerprint.into(), at: NOON }),
    };
    let plan = Plan::of(&[keyed("a", "1"), keyed("b", "1"), keyed("c", "2")], fleet(&[]));
    assert_eq!(plan.added.len(), 1);
    assert!(
        matches!(&plan.outcomes[1], Ok(Done::Added { trucks, replayed: true }) if trucks[0].id == "a".into())
    );
    assert!(matches!(plan.outcomes[2], Err(StoreError::KeyReused)));
}

#[test]
fn a_late_clock_never_moves_a_truck_back() {
    let at = NOON - jiff::SignedDuration::from_secs(60);
    let edit = Edit { model: Some("R".into()), ..Edit::default() };
    let changes = [Change::Edit { id: "a".into(), condition: Condition::default(), edit, at }];
    let plan = Plan::of(&changes, fleet(&[truck("a", None)]));
    assert_eq!(plan.edited[&"a".into()].updated_at, NOON);
}

#[test]
fn plates_that_look_the_same_are_refused_within_one_list() {
    let changes = [add(&[truck("a", Some("A 1")), truck("b", Some("a\u{3000}１"))])];
    let plan = Plan::of(&changes, fleet(&[]));
    assert!(matches!(plan.outcomes[0], Err(StoreError::PlateTaken { row: 1 })));
}

#[test]
fn trucks_that_share_an_old_plate_can_be_edited() {
    let facts = || fleet(&[truck("a", Some("A 1")), truck("b", Some("a 1"))]);
    let retire = |id: &str| Change::Edit {
        id: id.into(),
        condition: Condition::default(),
        edit: Edit { status: Some(TruckStatus::Retired), ..Edit::default() },
        at: NOON,
    };
    let changes =
        [retire("a"), replate("b", Some("a 1")), replate("b", Some("A 1")), add(&[truck("c", Some("A 1"))])];
    let outcomes = Plan::of(&changes, facts()).outcomes;
    assert!(outcomes[0].is_ok() && outcomes[1].is_ok(), "what it has it keeps");
    assert!(outcomes[2..].iter().all(|outcome| matches!(outcome, Err(StoreError::PlateTaken { .. }))));

    // Once one truck has released the plate, the other may change its spelling. The plate is free only after both
    // released it.
    let changes = [
        replate("a", None),
        add(&[truck("c", Some("A 1"))]),
        replate("b", Some("A 1")),
        remove("b"),
        add(&[truck("c", Some("a 1"))]),
    ];
    let outcomes = Plan::of(&changes, facts()).outcomes;
    let is_ok: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(is_ok, [true, false, true, true, true]);
}
