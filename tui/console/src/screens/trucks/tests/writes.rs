//! What the forms and keys of the screen write, and what undoes it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hello_model::{
    failure::{Failure, Kind},
    truck::{EntityTag, TaggedTruck, TruckPatch, TruckStatus},
    world::{World, WorldId},
    write::{Batch, Outcome, TruckEdit, UnchangedTruck, Write, WriteResult},
};

use super::*;
use crate::commands::{APPLY_YOURS, BACK_TO_FORM, CLOSE_FORM, DOWN, MARK, NEXT_FIELD, RESET_FORM, SAVE};

fn truck(make: &str, version: u64) -> Truck {
    let truck = NewTruck::new(make, "V8").into_truck(make.into(), jiff::Timestamp::UNIX_EPOCH);
    Truck { version, ..truck }
}

fn tag(version: u64) -> EntityTag {
    EntityTag::strong(&format!("\"{version}\"")).unwrap()
}

/// A list of three trucks; the selected one was read by its id, too.
fn three() -> (Trucks, Fixture) {
    let mut fixture = Fixture::new();
    let items = ["MAN", "DAF", "Volvo"].map(|make| truck(make, 1)).to_vec();
    let trucks = Pages { items, next: None, total: None, left_out: 0 };
    fixture.answer(&Query::trucks(), Fleet { trucks, ..Fleet::default() });
    answer(&mut fixture, truck("MAN", 1));
    (Trucks::new("session"), fixture)
}

fn answer(fixture: &mut Fixture, truck: Truck) {
    let tag = Some(tag(truck.version));
    fixture.answer(&Query::Truck(truck.id.clone()), TaggedTruck { truck, tag });
}

fn act(screen: &mut Trucks, commands: &[CommandId], fixture: &Fixture) -> Vec<Request> {
    commands.iter().flat_map(|command| screen.act(*command, &fixture.cx())).collect()
}

fn paste(screen: &mut Trucks, text: &str, fixture: &Fixture) {
    screen.on(&Event::Pasted(text), &fixture.cx());
}

fn press(screen: &mut Trucks, code: KeyCode, fixture: &Fixture) {
    screen.on(&Event::Typed(KeyEvent::new(code, KeyModifiers::NONE)), &fixture.cx());
}

fn end(screen: &mut Trucks, result: &WriteResult, fixture: &Fixture) {
    screen.on(&Event::Executed(result), &fixture.cx());
}

fn done(screen: &mut Trucks, outcome: Outcome, fixture: &Fixture) {
    end(screen, &WriteResult::Done(outcome), fixture);
}

fn edits(trucks: &[Truck], status: TruckStatus) -> Vec<TruckEdit> {
    let patch = TruckPatch { status: Some(status), ..TruckPatch::default() };
    trucks.iter().map(|truck| TruckEdit { truck: truck.clone(), patch: patch.clone() }).collect()
}

#[test]
fn an_edit_is_a_patch_of_the_version_that_was_read() {
    let (mut screen, fixture) = three();
    assert_eq!(act(&mut screen, &[EDIT_TRUCK, SAVE], &fixture).len(), 1, "a notice: nothing was changed");
    act(&mut screen, &[NEXT_FIELD], &fixture);
    press(&mut screen, KeyCode::Char(' '), &fixture);
    paste(&mut screen, "TGX", &fixture);
    let update = Write::UpdateTruck {
        truck: Box::new(truck("MAN", 1)),
        patch: TruckPatch { model: Some("V8 TGX".to_owned()), ..TruckPatch::default() },
        if_match: tag(1),
        audit_id: "session-1".to_owned(),
    };
    assert_eq!(act(&mut screen, &[APPLY_YOURS], &fixture), [Request::Write(update)]);
}

#[test]
fn an_edit_waits_for_the_truck_that_is_being_read() {
    let (mut screen, fixture) = three();
    act(&mut screen, &[DOWN, EDIT_TRUCK], &fixture);
    assert!(screen.wants(&fixture.cx()).iter().any(|want| want.query == Query::Truck("DAF".into())));
    paste(&mut screen, "X", &fixture);
    let requests = act(&mut screen, &[SAVE], &fixture);
    assert!(
        matches!(&requests[..], [Request::Notify(text, _)] if text.contains("being read")),
        "{requests:?}"
    );
}

#[test]
fn a_conflict_shows_the_newer_version_and_enter_applies_yours_onto_it() {
    let (mut screen, mut fixture) = three();
    act(&mut screen, &[EDIT_TRUCK], &fixture);
    paste(&mut screen, "X", &fixture);
    act(&mut screen, &[SAVE], &fixture);
    let conflict = Failure::new(Kind::Conflict, "changing a truck", "it was changed");
    end(&mut screen, &WriteResult::Refused(conflict), &fixture);
    assert!(screen.form.as_ref().unwrap().has_conflict);
    let now = Truck { model: "V9".to_owned(), ..truck("MAN", 2) };
    answer(&mut fixture, now.clone());
    screen.on(&Event::Updated(&Query::Truck("MAN".into())), &fixture.cx());

    assert_eq!(screen.mode(&fixture.cx()), Mode::Conflict);
    act(&mut screen, &[BACK_TO_FORM], &fixture);
    assert_eq!(screen.mode(&fixture.cx()), Mode::Form, "back to the form, with the draft");
    assert_eq!(act(&mut screen, &[SAVE], &fixture), [], "the conflict is shown again");
    let update = Write::UpdateTruck {
        truck: Box::new(now),
        patch: TruckPatch { make: Some("MANX".to_owned()), ..TruckPatch::default() },
        if_match: tag(2),
        audit_id: "session-2".to_owned(),
    };
    assert_eq!(act(&mut screen, &[APPLY_YOURS], &fixture), [Request::Write(update)]);
}

#[test]
fn an_untouched_form_follows_the_truck() {
    let (mut screen, mut fixture) = three();
    act(&mut screen, &[EDIT_TRUCK], &fixture);
    answer(&mut fixture, Truck { model: "V9".to_owned(), ..truck("MAN", 2) });
    screen.on(&Event::Updated(&Query::Truck("MAN".into())), &fixture.cx());
    assert_eq!(screen.form.as_ref().unwrap().new_truck().model, "V9");
}

#[test]
fn drafts_survive_esc_and_a_key_drops_them() {
    let (mut screen, fixture) = three();
    let make = |screen: &Trucks| screen.form.as_ref().unwrap().new_truck().make;
    act(&mut screen, &[NEW], &fixture);
    paste(&mut screen, "Scania", &fixture);
    act(&mut screen, &[CLOSE_FORM, EDIT_TRUCK], &fixture);
    paste(&mut screen, "X", &fixture);
    act(&mut screen, &[CLOSE_FORM, DOWN, EDIT_TRUCK], &fixture);
    assert_eq!(make(&screen), "DAF", "each truck has a draft of its own");
    act(&mut screen, &[CLOSE_FORM, NEW], &fixture);
    assert_eq!(make(&screen), "Scania");
    act(&mut screen, &[RESET_FORM], &fixture);
    assert_eq!(make(&screen), "");
    act(&mut screen, &[CLOSE_FORM, crate::commands::UP, EDIT_TRUCK], &fixture);
    assert_eq!(make(&screen), "MANX");
}

#[test]
fn a_status_is_chosen_for_all_marked_trucks_and_hidden_ones_are_counted() {
    let (mut screen, fixture) = three();
    act(&mut screen, &[MARK, MARK, crate::commands::FILTER], &fixture);
    paste(&mut screen, "daf", &fixture);
    act(&mut screen, &[crate::commands::KEEP_FILTER, STATUS], &fixture);
    press(&mut screen, KeyCode::Left, &fixture);
    let requests = act(&mut screen, &[SAVE], &fixture);
    let marked = [truck("MAN", 1), truck("DAF", 1)];
    let edits = edits(&marked, TruckStatus::Retired);
    let write = Write::EditTrucks { edits, audit_id: "session-1".to_owned() };
    assert_eq!(requests, [Request::Ask(write, vec!["1 of them not visible.".to_owned()])]);

    let retired = Truck { status: TruckStatus::Retired, ..truck("MAN", 2) };
    let failure = Failure::new(Kind::Conflict, "changing a truck", "it was changed");
    let failed = vec![UnchangedTruck { truck: truck("DAF", 1), failure }];
    done(&mut screen, Outcome::Batch(Batch { done: vec![retired], failed }), &fixture);
    assert_eq!(screen.rows.marked(), [TruckId::from("DAF")], "what failed stays marked");
}

#[test]
fn a_removal_takes_the_selected_or_the_marked_trucks() {
    let (mut screen, fixture) = three();
    let removal = |makes: &[&str], id: &str| {
        let trucks = makes.iter().map(|make| truck(make, 1)).collect();
        Request::Ask(Write::RemoveTrucks { trucks, audit_id: id.to_owned() }, vec![])
    };
    assert_eq!(act(&mut screen, &[REMOVE], &fixture), [removal(&["MAN"], "session-1")]);
    screen.on(&Event::Declined, &fixture.cx());
    assert_eq!(act(&mut screen, &[MARK, MARK, REMOVE], &fixture), [removal(&["MAN", "DAF"], "session-2")]);
}

#[test]
fn an_edit_is_undone_by_its_inverse_and_a_removal_by_a_new_truck() {
    let (mut screen, fixture) = three();
    assert!(screen.unavailable(UNDO, &fixture.cx()).unwrap().contains("nothing was changed"));
    act(&mut screen, &[EDIT_TRUCK], &fixture);
    paste(&mut screen, "X", &fixture);
    act(&mut screen, &[SAVE], &fixture);
    let after = Truck { make: "MANX".to_owned(), ..truck("MAN", 2) };
    done(&mut screen, Outcome::Truck(after.clone()), &fixture);
    let patch = TruckPatch { make: Some("MAN".to_owned()), ..TruckPatch::default() };
    let edits = vec![TruckEdit { truck: after, patch }];
    let inverse = Write::EditTrucks { edits, audit_id: "session-2".to_owned() };
    let asked = Request::Ask(inverse, vec!["This undoes the last change.".to_owned()]);
    assert_eq!(act(&mut screen, &[UNDO], &fixture), [asked]);
    screen.on(&Event::Declined, &fixture.cx());

    act(&mut screen, &[REMOVE], &fixture);
    done(&mut screen, Outcome::Batch(Batch { done: vec![truck("MAN", 1)], failed: vec![] }), &fixture);
    let requests = act(&mut screen, &[UNDO], &fixture);
    let [Request::Ask(Write::CreateTruck { truck: anew, .. }, notes)] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(*anew, NewTruck::new("MAN", "V8"));
    assert!(notes[0].contains("with a new id"), "{notes:?}");
}

#[test]
fn undo_says_why_it_is_impossible() {
    let (mut screen, mut fixture) = three();
    act(&mut screen, &[REMOVE], &fixture);
    done(&mut screen, Outcome::Batch(Batch { done: vec![truck("MAN", 1)], failed: vec![] }), &fixture);
    assert_eq!(screen.unavailable(UNDO, &fixture.cx()), None);
    act(&mut screen, &[UNDO], &fixture);
    done(&mut screen, Outcome::Truck(truck("MAN", 1)), &fixture);
    answer(&mut fixture, truck("MAN", 3));
    assert_eq!(
        screen.unavailable(UNDO, &fixture.cx()).as_deref(),
        Some("the truck MAN V8 was changed after that")
    );
    fixture.enter(World { id: WorldId(1), ..World::default() });
    assert!(screen.unavailable(UNDO, &fixture.cx()).unwrap().contains("another connection"));
}

#[test]
fn a_draft_changes_no_other_service_without_a_question() {
    let (mut screen, mut fixture) = three();
    act(&mut screen, &[NEW], &fixture);
    paste(&mut screen, "Scania", &fixture);
    act(&mut screen, &[NEXT_FIELD], &fixture);
    paste(&mut screen, "V8", &fixture);
    act(&mut screen, &[CLOSE_FORM, EDIT_TRUCK], &fixture);
    paste(&mut screen, "X", &fixture);

    // The other services have a truck with the same id.
    fixture.enter(World { id: WorldId(1), context: Some("staging".to_owned()), ..World::default() });
    screen.on(&Event::Retargeted, &fixture.cx());
    assert_eq!(screen.mode(&fixture.cx()), Mode::Browse, "the form is about a truck of other services");
    act(&mut screen, &[EDIT_TRUCK], &fixture);
    let made = screen.form.as_ref().unwrap().new_truck().make;
    assert_eq!(made, "MAN", "a change that was typed for the truck of another service");

    let requests = act(&mut screen, &[CLOSE_FORM, NEW, SAVE], &fixture);
    let [Request::Ask(Write::CreateTruck { truck, .. }, notes)] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(*truck, NewTruck::new("Scania", "V8"), "what was typed of a new truck is kept");
    assert!(notes[0].contains("the live services"), "{notes:?}");
    screen.on(&Event::Declined, &fixture.cx());

    fixture.enter(World { id: WorldId(2), ..World::default() });
    screen.on(&Event::Retargeted, &fixture.cx());
    act(&mut screen, &[CLOSE_FORM, EDIT_TRUCK], &fixture);
    assert_eq!(screen.form.as_ref().unwrap().new_truck().make, "MANX", "back at the service of the draft");
    let requests = act(&mut screen, &[SAVE], &fixture);
    assert!(matches!(&requests[..], [Request::Ask(Write::UpdateTruck { .. }, _)]), "{requests:?}");
}

#[test]
fn a_new_row_is_selected_and_a_filter_that_hides_it_is_dropped() {
    let (mut screen, mut fixture) = three();
    act(&mut screen, &[crate::commands::FILTER], &fixture);
    paste(&mut screen, "daf", &fixture);
    act(&mut screen, &[crate::commands::KEEP_FILTER, NEW], &fixture);
    paste(&mut screen, "Scania", &fixture);
    act(&mut screen, &[NEXT_FIELD], &fixture);
    paste(&mut screen, "V8", &fixture);
    act(&mut screen, &[SAVE], &fixture);
    done(&mut screen, Outcome::Truck(truck("Scania", 1)), &fixture);
    let items = ["Scania", "MAN", "DAF"].map(|make| truck(make, 1)).to_vec();
    let trucks = Pages { items, next: None, total: None, left_out: 0 };
    fixture.answer(&Query::trucks(), Fleet { trucks, ..Fleet::default() });
    let cx = fixture.cx();
    let shown = screen.shown(&cx);
    assert_eq!(screen.rows.selected(&shown).map(|row| row.make.as_str()), Some("Scania"));
}

#[test]
fn an_opened_truck_is_read_by_its_id() {
    let (mut screen, mut fixture) = three();
    screen.on(&Event::Opened(Some("Tatra")), &fixture.cx());
    assert!(screen.wants(&fixture.cx()).iter().any(|want| want.query == Query::Truck("Tatra".into())));
    assert_eq!(screen.unavailable(STATUS, &fixture.cx()).as_deref(), Some("the truck is not loaded"));
    answer(&mut fixture, truck("Tatra", 1));
    let requests = act(&mut screen, &[REMOVE], &fixture);
    assert!(
        matches!(&requests[..], [Request::Ask(Write::RemoveTrucks { trucks, .. }, _)] if trucks[0].make == "Tatra"),
        "{requests:?}"
    );
}
