//! Forms with every kind of field: what keys, clicks and pastes do, and what is said when.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hello_model::failure::{Failure, FieldFault, Kind};
use ratatui::{buffer::Buffer, layout::Rect};

use super::*;
use crate::{
    commands::{NEXT_FIELD, RESET_FORM},
    cx::fixture::Fixture,
    screen::Event,
};

const FIELDS: [&str; 5] = ["name", "count", "token", "level", "dryRun"];

fn form() -> FormState {
    let name = FieldSpec::new("name", "Name")
        .hint("what it is called")
        .check(|name| name.is_empty().then(|| "must not be empty".to_owned()));
    let options = ["low", "middle", "high"].map(Into::into).to_vec();
    FormState::new([
        (name, String::new()),
        (FieldSpec::new("count", "Count").kind(FieldKind::Number), "3".to_owned()),
        (FieldSpec::new("token", "Token").kind(FieldKind::Secret), String::new()),
        (FieldSpec::new("level", "Level").kind(FieldKind::Choice(options)), "middle".to_owned()),
        (FieldSpec::new("dryRun", "Dry run").kind(FieldKind::Boolean), String::new()),
    ])
}

fn press(form: &mut FormState, code: KeyCode) {
    form.on(&Event::Typed(KeyEvent::new(code, KeyModifiers::NONE)));
}

fn ctrl(form: &mut FormState, c: char) {
    form.on(&Event::Typed(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)));
}

fn go_to(form: &mut FormState, name: &str) {
    while FIELDS[form.focus] != name {
        form.act(NEXT_FIELD);
    }
}

fn drawn(form: &FormState, width: u16, height: u16) -> (String, Fixture) {
    let fixture = Fixture::new();
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    form.draw("Form", area, &mut buf, &fixture.cx());
    let rows = (0..height).map(|y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>() + "\n");
    (rows.collect(), fixture)
}

#[test]
fn a_field_is_checked_from_its_first_edit_on() {
    let mut form = form();
    assert_eq!(form.faults(), []);
    press(&mut form, KeyCode::Char('a'));
    press(&mut form, KeyCode::Backspace);
    assert_eq!(form.faults(), [("name", "must not be empty".to_owned())]);
    go_to(&mut form, "count");
    press(&mut form, KeyCode::Char('x'));
    let number = ("count", "must be a number".to_owned());
    assert_eq!(form.faults(), [("name", "must not be empty".to_owned()), number]);
    press(&mut form, KeyCode::Backspace);
    assert_eq!(form.faults(), [("name", "must not be empty".to_owned())]);
}

#[test]
fn a_save_checks_all_fields_and_goes_to_the_first_wrong_one() {
    let mut form = form();
    go_to(&mut form, "token");
    assert!(!form.check());
    assert_eq!((form.focus, form.faults().len()), (0, 1));
    press(&mut form, KeyCode::Char('a'));
    assert!(form.check());
}

#[test]
fn choices_cycle_and_letters_choose() {
    let mut form = form();
    go_to(&mut form, "level");
    for (code, value) in [
        (KeyCode::Right, "high"),
        (KeyCode::Right, "low"),
        (KeyCode::Left, "high"),
        (KeyCode::Char(' '), "low"),
        (KeyCode::Char('m'), "middle"),
        (KeyCode::Char('z'), "middle"),
    ] {
        press(&mut form, code);
        assert_eq!(form.value("level"), value, "{code:?}");
    }
    form.on(&Event::Pasted("HIGH\n"));
    assert_eq!(form.value("level"), "high");
    go_to(&mut form, "dryRun");
    form.on(&Event::Pasted("true"));
    assert_eq!(form.value("dryRun"), "false", "a paste answers nothing");
    press(&mut form, KeyCode::Char(' '));
    assert_eq!(form.value("dryRun"), "true");
}

#[test]
fn a_line_is_edited_as_in_a_shell() {
    let mut form = form();
    form.on(&Event::Pasted("one two three"));
    ctrl(&mut form, 'w');
    assert_eq!(form.value("name"), "one two");
    press(&mut form, KeyCode::Home);
    press(&mut form, KeyCode::Char('x'));
    press(&mut form, KeyCode::End);
    press(&mut form, KeyCode::Char('y'));
    assert_eq!(form.value("name"), "xone two y");
    ctrl(&mut form, 'u');
    assert_eq!(form.value("name"), "");
}

#[test]
fn a_paste_is_cleaned() {
    let mut form = form();
    form.on(&Event::Pasted("  a\u{1b}[31m\tb\u{200b}\r\nc\n"));
    assert_eq!(form.value("name"), "a[31m b  c");
}

#[test]
fn a_draft_is_dropped_only_on_request() {
    let mut form = form();
    press(&mut form, KeyCode::Char('a'));
    assert!(form.is_changed());
    form.act(RESET_FORM);
    assert!(!form.is_changed() && form.faults().is_empty());
    assert_eq!(form.value("count"), "3");
}

#[test]
fn a_refusal_is_shown_at_its_fields_and_below() {
    let mut form = form();
    let fault = |field: &str| FieldFault { field: field.to_owned(), rule: "is taken".to_owned() };
    let faults = Kind::Invalid(vec![fault("level"), fault("owner")]);
    form.refuse(Failure::new(faults, "saving", "the service refused it"));
    assert_eq!(form.faults(), [("level", "is taken".to_owned())]);
    assert_eq!((FIELDS[form.focus], form.failure().unwrap().why.as_str()), ("level", "owner: is taken"));
    press(&mut form, KeyCode::Right);
    assert_eq!((form.faults(), form.failure()), (vec![], None));
}

#[test]
fn a_secret_is_shown_nowhere() {
    let mut form = form();
    go_to(&mut form, "token");
    form.on(&Event::Pasted("hunter2"));
    assert_eq!(form.value("token"), "hunter2");
    let (picture, _) = drawn(&form, 60, 20);
    assert!(picture.contains("•••••••") && !picture.contains("hunter2"), "{picture}");
    assert!(!format!("{form:?}").contains("hunter2"));
}

#[test]
fn a_small_form_scrolls_to_the_field_that_is_typed_in() {
    let mut form = form();
    let (top, _) = drawn(&form, 40, 7);
    assert!(top.contains("Name") && !top.contains("Dry run") && top.contains(" of "), "{top}");
    go_to(&mut form, "dryRun");
    let (bottom, _) = drawn(&form, 40, 7);
    assert!(!bottom.contains("Name") && bottom.contains("Dry run"), "{bottom}");
}

#[test]
fn a_click_goes_to_a_field_or_chooses_an_option() {
    let mut form = form();
    form.on(&Event::Clicked(2));
    assert_eq!(FIELDS[form.focus], "token");
    form.on(&Event::Clicked(3 + 5));
    assert_eq!((FIELDS[form.focus], form.value("level").as_str()), ("level", "low"));
    form.on(&Event::Clicked(4));
    assert_eq!(form.value("dryRun"), "false", "a click beside the box");
    form.on(&Event::Clicked(4 + 5));
    assert_eq!(form.value("dryRun"), "true");
}
