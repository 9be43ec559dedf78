//! Clicks, the wheel, and pastes that come as keys.

use ratatui::layout::Position;

use super::*;
use crate::wheel::Wheel;

/// Draws the console and returns where a text begins.
fn place_of(app: &App, text: &str) -> Position {
    let mut buf = ratatui::buffer::Buffer::empty(Rect::new(0, 0, 100, 30));
    app.view(buf.area, &mut buf);
    let rows = buf.content.chunks(100).map(|row| row.iter().map(ratatui::buffer::Cell::symbol));
    let rows: Vec<String> = rows.map(Iterator::collect).collect();
    let found = rows.iter().zip(0..).find_map(|(row, y)| {
        let before = row.split(text).next().filter(|before| before.len() < row.len())?;
        Some(Position::new(u16::try_from(before.chars().count()).unwrap(), y))
    });
    found.unwrap_or_else(|| panic!("{text} is not shown:\n{}", rows.join("\n")))
}

fn click(app: &mut App, text: &str) -> Vec<Effect> {
    let position = place_of(app, text);
    app.update(Msg::Clicked(position), now())
}

fn burst(app: &mut App, code: KeyCode) -> Vec<Effect> {
    app.update(Msg::PressedInBurst(KeyEvent::new(code, KeyModifiers::NONE)), now())
}

#[test]
fn tabs_and_footer_hints_are_clicked() {
    let mut app = console(home::SPEC.id, World::default());
    click(&mut app, "3 Trucks");
    assert_eq!(app.history.current().screen, trucks::SPEC.id);
    click(&mut app, "n new truck");
    assert_eq!(app.mode(), Mode::Form);
    click(&mut app, "esc close");
    assert_eq!(app.mode(), Mode::Browse);
    assert_eq!(click(&mut app, "q quit"), [Effect::Quit]);
}

#[test]
fn a_heading_sorts_and_sorts_the_other_way() {
    let mut app = console(catalog::SPEC.id, World::default());
    let first = |app: &App| {
        let seen = seen(app);
        let place = |name| seen.find(name).unwrap_or_else(|| panic!("{name} is not shown:\n{seen}"));
        if place("Component one") < place("Component two") { "one" } else { "two" }
    };
    let mut sorted = Vec::new();
    for heading in ["NAME", "NAME ↑", "NAME ↓"] {
        let effects = click(&mut app, heading);
        let [Effect::KeepLayout { noun: "entity", layout }] = &effects[..] else { panic!("{effects:?}") };
        sorted.push((layout.sort.as_ref().map(|sort| sort.is_descending), first(&app)));
    }
    assert_eq!(sorted, [(Some(false), "one"), (Some(true), "two"), (None, "one")]);
}

#[test]
fn what_lies_below_a_dialog_gets_no_click() {
    let mut app = console(trucks::SPEC.id, World::default());
    app.update(Msg::answered(WorldId(0), Query::trucks(), Ok(fleet("Scania"))), now());
    keys(&mut app, "S");
    let below = Position::new(1, 3);
    place_of(&app, "Use a sandbox");
    assert_eq!(app.update(Msg::Clicked(below), now()), []);
    assert_eq!(app.mode(), Mode::Confirm);
    let yes = place_of(&app, "y yes  esc no");
    assert_eq!(app.update(Msg::Clicked(yes), now()).len(), 1, "the footer answers");
}

#[test]
fn a_palette_row_is_selected_by_a_click_and_done_by_two() {
    let mut app = console(home::SPEC.id, World::default());
    keys(&mut app, ":");
    let row = "3           Trucks";
    click(&mut app, row);
    assert_eq!(app.mode(), Mode::Palette, "one click selects");
    click(&mut app, row);
    assert_eq!((app.mode(), app.history.current().screen), (Mode::Browse, trucks::SPEC.id));
}

#[test]
fn two_slow_clicks_are_no_double_click() {
    let mut app = console(home::SPEC.id, World::default());
    keys(&mut app, ":");
    let position = place_of(&app, "3           Trucks");
    let start = now();
    for second in [0, 1] {
        let instant = start.instant + std::time::Duration::from_secs(second);
        app.update(Msg::Clicked(position), Now { instant, ..start });
    }
    assert_eq!(app.mode(), Mode::Palette);
}

#[test]
fn the_wheel_moves_the_palette_and_the_help() {
    let mut app = console(home::SPEC.id, World::default());
    keys(&mut app, ":");
    app.update(Msg::Scrolled(Wheel::Down), now());
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.mode(), Mode::Browse);
    assert_eq!(app.history.current().screen, catalog::SPEC.id, "the second offer is the second screen");
}

#[test]
fn a_paste_as_keys_confirms_nothing() {
    let mut app = console(trucks::SPEC.id, World { is_production: true, ..World::default() });
    keys(&mut app, "n");
    for c in "Scania".chars() {
        burst(&mut app, KeyCode::Char(c));
    }
    assert_eq!(burst(&mut app, KeyCode::Enter), [], "the end of a pasted line does not save");
    assert_eq!(app.mode(), Mode::Form);
    assert!(seen(&app).contains("came with a paste"), "{}", seen(&app));
    press(&mut app, KeyCode::Tab);
    keys(&mut app, "V8");
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.mode(), Mode::Confirm);
    assert_eq!(burst(&mut app, KeyCode::Char('y')), []);
    assert_eq!(app.mode(), Mode::Confirm, "a pasted y is no yes");
    assert!(matches!(press(&mut app, KeyCode::Char('y'))[..], [Effect::Execute { .. }]));
}

#[test]
fn a_click_selects_a_row_and_two_open_it() {
    let mut app = console(catalog::SPEC.id, World::default());
    click(&mut app, "two  ");
    let selected = app.screen().unwrap().selection(&app.data.cx(&Scope::Everything));
    assert!(format!("{selected:?}").contains("component:two"), "{selected:?}");
    click(&mut app, "two  ");
    assert_eq!(app.mode(), Mode::Detail);
}
