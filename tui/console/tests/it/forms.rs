//! The forms of trucks, what is asked before a write, and what is said after it.

use crossterm::event::KeyCode;
use hello_console::{effect::WriteId, msg::Msg, screens::trucks};
use hello_model::{
    failure::{Failure, FieldFault, Kind},
    query::Query,
    truck::{EntityTag, TaggedTruck, Truck},
    world::World,
    write::{Outcome, WriteResult},
};

use crate::{
    answers::{answers, at, fleet},
    screens::{Told, WORLD},
};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (60, 18), (40, 10)];

fn console() -> Told {
    Told::full(trucks::SPEC.id)
}

fn looks_like(told: &Told, name: &str) {
    for size in SIZES {
        told.is_as_in_at(&format!("{name}_{}x{}", size.0, size.1), size);
    }
}

/// The first truck of the list, as the service has it.
fn answer(told: &mut Told, change: impl FnOnce(&mut Truck)) {
    let mut truck = fleet().trucks.items[0].clone();
    change(&mut truck);
    let tag = EntityTag::strong(&format!("\"{}\"", truck.version));
    let query = Query::Truck(truck.id.clone());
    told.hear(Msg::answered(WORLD, query, Ok(TaggedTruck { truck, tag }.into())));
}

#[test]
fn a_new_truck_with_faults_of_the_service() {
    let mut told = console();
    told.press("nScania");
    told.key(KeyCode::Tab);
    told.press("V8");
    told.key(KeyCode::Enter);
    let fault = |field: &str, rule: &str| FieldFault { field: field.to_owned(), rule: rule.to_owned() };
    let faults = vec![fault("licensePlate", "is used by another truck"), fault("depot", "must be named")];
    let refused = Failure::new(Kind::Invalid(faults), "adding a truck", "the service refused it");
    told.hear(Msg::Executed(WriteId(1), WriteResult::Refused(refused)));
    looks_like(&told, "form");
}

#[test]
fn a_form_is_saving_once_its_question_is_answered() {
    let mut told = Told::in_world(trucks::SPEC.id, World { is_production: true, ..World::default() });
    told.press("nScania");
    told.key(KeyCode::Tab);
    told.press("V8");
    told.key(KeyCode::Enter);
    let seen = told.seen((80, 24));
    assert!(seen.contains("Add the truck Scania V8?") && !seen.contains("saving"), "{seen}");
    told.press("y");
    let seen = told.seen((80, 24));
    assert!(seen.contains("New truck: saving"), "{seen}");
}

#[test]
fn all_faults_of_a_form_are_shown_at_once() {
    let mut told = console();
    told.press("n");
    told.key(KeyCode::Enter);
    let seen = told.seen((80, 24));
    assert_eq!(seen.matches("✗ must be text of 1 to 50 characters").count(), 2, "{seen}");
}

#[test]
fn a_conflict_shows_three_versions() {
    let mut told = console();
    told.press("e");
    answer(&mut told, |_| {});
    told.key(KeyCode::Tab);
    told.press(" TGX");
    told.key(KeyCode::Enter);
    let refused = Failure::new(Kind::Conflict, "changing a truck", "it was changed after it was read");
    told.hear(Msg::Executed(WriteId(1), WriteResult::Refused(refused)));
    answer(&mut told, |truck| {
        truck.model = "V8 770".to_owned();
        truck.license_plate = None;
        truck.version += 1;
    });
    looks_like(&told, "conflict");
}

#[test]
fn a_question_lists_all_marked_trucks_also_hidden_ones() {
    let mut told = console();
    told.press("   /man");
    told.key(KeyCode::Enter);
    told.press("D");
    looks_like(&told, "remove_marked");
    let small = (40, 10);
    let before = told.seen(small);
    for _ in 0..4 {
        told.key(KeyCode::Down);
    }
    assert_ne!(told.seen(small), before, "the list scrolls");
}

#[test]
fn the_status_of_marked_trucks_is_chosen() {
    let mut told = console();
    told.press("  c");
    looks_like(&told, "status_of_marked");
    told.key(KeyCode::Left);
    told.key(KeyCode::Enter);
    let seen = told.seen((80, 24));
    assert!(seen.contains("Change 2 trucks?") && seen.contains("y yes"), "{seen}");
    told.key(KeyCode::Enter);
    assert_eq!(told.seen((80, 24)), seen, "enter is no yes");
}

#[test]
fn a_save_says_what_it_did_and_selects_the_new_truck() {
    // The list is read again after the save; the service is slow.
    let mut told =
        Told::with(trucks::SPEC.id, |query| (*query != Query::trucks()).then(|| Ok(answers(query))));
    told.hear(Msg::answered(WORLD, Query::trucks(), Ok(fleet().into())));
    told.press("nTatra");
    told.key(KeyCode::Tab);
    told.press("815");
    told.key(KeyCode::Enter);
    let truck = Truck {
        make: "Tatra".to_owned(),
        model: "815".to_owned(),
        id: "0190aaaa-0000-7000-8000-000000000009".into(),
        created_at: at(0),
        ..fleet().trucks.items[0].clone()
    };
    told.hear(Msg::Executed(WriteId(1), WriteResult::Done(Outcome::Truck(truck))));
    assert!(told.seen((80, 24)).contains("Added the truck Tatra 815."), "{}", told.seen((80, 24)));
    told.press("c");
    let seen = told.seen((80, 24));
    assert!(seen.contains("Status of Tatra 815"), "{seen}");
}

#[test]
fn a_failed_removal_says_why() {
    let mut told = console();
    told.press("D");
    told.press("Scania V8");
    told.key(KeyCode::Enter);
    let refused = Failure::new(Kind::Conflict, "removing a truck", "it was changed after it was read");
    told.hear(Msg::Executed(WriteId(1), WriteResult::Refused(refused)));
    let seen = told.seen((80, 24));
    assert!(seen.contains("refused: it was changed after it was read"), "{seen}");
}

#[test]
fn a_read_only_console_says_why_nothing_is_changed() {
    let mut told = Told::in_world(trucks::SPEC.id, World { read_only: true, ..World::default() });
    for key in ["n", "e", "c", "D", "U"] {
        told.press(key);
        let seen = told.seen((80, 24));
        assert!(seen.contains("Not available: this console is read-only"), "{key}: {seen}");
    }
}

#[test]
fn a_click_chooses_a_status() {
    let mut told = console();
    told.press("c");
    let seen = told.seen((80, 24));
    let (y, line) = (0_u16..).zip(seen.lines()).find(|(_, line)| line.contains("○ maintenance")).unwrap();
    let x = line.trim_start_matches('"').split("○ retired").next().unwrap().chars().count();
    let position = ratatui::layout::Position::new(u16::try_from(x).unwrap(), y);
    told.hear(Msg::Clicked(position));
    let seen = told.seen((80, 24));
    assert!(seen.contains("● retired"), "{seen}");
}
