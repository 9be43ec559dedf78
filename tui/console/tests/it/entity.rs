//! The page of an entity: its tabs, what its rows lead to, and how it is left.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hello_catalog::entity::EntityRef;
use hello_console::{
    effect::Effect,
    local::{LocalResult, Program},
    msg::Msg,
    route::{Route, ScreenId},
    screens::{catalog, entity, runs, source},
};
use hello_model::query::{Descriptor, Query};
use ratatui::{layout::Position, style::Modifier};

use crate::{
    answers::{answers, catalog as catalog_of, now},
    screens::{Told, WORLD},
};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (60, 18), (40, 10)];

const BROKEN: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: hello
  tags: [Not-A-Tag]
spec: {type: service, lifecycle: production, owner: nothing}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: other}
spec: {type: service, lifecycle: production, owner: missing}
";

fn page(name: &str) -> Route {
    entity::page(&EntityRef::parse(name, Some("component"), "default").unwrap())
}

fn tab(name: &str, screen: ScreenId) -> Route {
    Route { screen, ..page(name) }
}

/// Draws a page at all sizes.
fn is_as_in(told: &Told, name: &str) {
    for (width, height) in SIZES {
        told.is_as_in_at(&format!("{name}_{width}x{height}"), (width, height));
    }
}

/// Returns a console at a page of a catalog of one descriptor.
fn console(route: Route, text: &'static str) -> Told {
    let mut told = Told::with(route, |_| None);
    told.catalog(text);
    let descriptor = Query::Descriptor("catalog-info.yaml".to_owned());
    told.hear(Msg::answered(WORLD, descriptor, Ok(Descriptor(text.to_owned()).into())));
    told
}

/// Moves the cursor down to a row.
fn go_to(told: &mut Told, text: &str) {
    for _ in 0..100 {
        let terminal = told.drawn((120, 60));
        let buffer = terminal.backend().buffer();
        let is_at = buffer.content.chunks(120).any(|row| {
            let is_selected =
                |cell: &ratatui::buffer::Cell| cell.modifier.contains(ratatui::style::Modifier::REVERSED);
            let line: String =
                row.iter().filter(|cell| is_selected(cell)).map(ratatui::buffer::Cell::symbol).collect();
            line.contains(text)
        });
        if is_at {
            return;
        }
        told.press("j");
    }
    panic!("the cursor finds no {text}:\n{}", told.seen((120, 60)));
}

const LONG_LINE: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: hello
  description: the trucks of the fleet, where they are, what they carry, and until when they are in use
spec: {type: service, lifecycle: production, owner: group:default/trucks}
";

#[test]
fn a_long_line_of_a_descriptor_goes_on_below_its_beginning() {
    let told = console(tab("hello", source::SPEC.id), LONG_LINE);
    let seen = told.seen((80, 24));
    assert!(seen.contains("│ 5    description: the trucks"), "{seen}");
    assert!(seen.contains("│      and until when they are in use "), "{seen}");
}

#[test]
fn a_component_has_its_health_and_its_relations() {
    let mut told = Told::full(catalog::SPEC.id);
    told.key(KeyCode::Enter);
    is_as_in(&told, "entity_overview");
}

#[test]
fn a_group_has_its_members_and_no_runs() {
    let told = Told::full(entity::page(&EntityRef::parse("group:trucks", None, "default").unwrap()));
    is_as_in(&told, "entity_group");
    assert!(!told.seen((120, 40)).lines().nth(1).unwrap().contains("Deployments"));
}

#[test]
fn the_tabs_are_screens_about_the_entity() {
    let mut told = Told::full(page("hello-server"));
    for title in ["Runs", "Environments", "Deployments", "Logs", "Trucks", "Source", "Overview"] {
        told.key(KeyCode::Tab);
        let seen = told.seen((120, 40));
        assert!(seen.contains("Component hello-server │ Overview  Runs "), "{title}:\n{seen}");
        let heading = match title {
            "Overview" => "Component Hello Truck",
            "Source" => "catalog-info.yaml",
            title => title,
        };
        assert!(seen.lines().nth(2).is_some_and(|line| line.contains(heading)), "{title}:\n{seen}");
    }
    told.key(KeyCode::BackTab);
    assert!(told.seen((80, 24)).contains("catalog-info.yaml"));
    told.key(KeyCode::BackTab);
    is_as_in(&told, "entity_trucks");
}

#[test]
fn esc_leaves_the_page_from_any_tab() {
    let mut told = Told::full(catalog::SPEC.id);
    told.press("jj");
    told.key(KeyCode::Enter);
    told.key(KeyCode::Tab);
    told.key(KeyCode::Enter);
    assert!(told.seen((80, 24)).contains("Set up job"), "a run is open:\n{}", told.seen((80, 24)));
    told.key(KeyCode::Esc);
    assert!(told.seen((80, 24)).contains("WORKFLOW"), "the runs of the page");
    told.press("/a");
    told.key(KeyCode::Enter);
    told.key(KeyCode::Esc);
    assert!(told.seen((80, 24)).contains("WORKFLOW"), "the filter is dropped first");
    told.key(KeyCode::Esc);
    assert!(told.seen((80, 24)).contains("LIFECYCLE"), "the catalog again:\n{}", told.seen((80, 24)));
    told.press("]");
    assert!(told.seen((80, 24)).contains("Overview"), "{}", told.seen((80, 24)));
}

#[test]
fn a_page_that_was_opened_directly_leads_to_the_catalog() {
    let mut told = Told::full(tab("hello-server", runs::SPEC.id));
    told.key(KeyCode::Esc);
    assert!(told.seen((80, 24)).contains("LIFECYCLE"), "{}", told.seen((80, 24)));
}

#[test]
fn a_relation_leads_to_the_page_of_its_entity_and_back() {
    let mut told = Told::full(page("hello-server"));
    go_to(&mut told, "resource:");
    told.key(KeyCode::Enter);
    assert!(told.seen((120, 40)).lines().nth(1).unwrap().contains("Resource "), "{}", told.seen((120, 40)));
    told.key(KeyCode::Esc);
    assert!(told.seen((120, 40)).contains(" Component hello-server │"));
}

#[test]
fn the_header_names_the_entity_with_its_kind_and_marks_the_catalog() {
    let told = Told::full(entity::page(&EntityRef::parse("group:trucks", None, "default").unwrap()));
    let drawn = told.drawn((120, 40));
    let header = &drawn.backend().buffer().content[..120];
    let text: String = header.iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(text.trim_end().ends_with(" group:trucks"), "{text}");
    let marked = header.iter().filter(|cell| cell.modifier.contains(Modifier::REVERSED));
    assert_eq!(marked.map(ratatui::buffer::Cell::symbol).collect::<String>(), " 2 Catalog ");
}

#[test]
fn the_last_run_opens_on_its_tab() {
    let mut told = Told::full(page("hello-server"));
    go_to(&mut told, "last run");
    told.key(KeyCode::Enter);
    let seen = told.seen((119, 40));
    assert!(seen.contains("Set up job") && seen.contains(" Component hello-server │"), "{seen}");
    told.key(KeyCode::Esc);
    assert!(told.seen((120, 40)).contains("last run"));
}

#[test]
fn a_link_opens_in_the_browser() {
    let mut told = Told::full(page("hello-server"));
    go_to(&mut told, "https://");
    let enter = Msg::Pressed(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
    let effects = told.app.update(enter, now(told.start, 0));
    assert!(matches!(&effects[..], [Effect::OpenUrl(url)] if url.starts_with("https://")), "{effects:?}");
}

#[test]
fn problems_are_marked_below_their_lines() {
    let told = console(tab("other", source::SPEC.id), BROKEN);
    is_as_in(&told, "entity_source");
}

#[test]
fn the_editor_begins_at_the_line_of_the_cursor() {
    let mut told = console(tab("other", source::SPEC.id), BROKEN);
    told.seen((80, 24));
    told.press("j");
    let edit = Msg::Pressed(KeyEvent::new(KeyCode::Char('e'), KeyModifiers::NONE));
    let effects = told.app.update(edit, now(told.start, 0));
    let program = Program::Edit { path: "catalog-info.yaml".into(), line: 9 };
    assert_eq!(effects, [Effect::HandOver(program.clone())]);

    let effects = told.app.update(Msg::Local(LocalResult::Returned(program)), now(told.start, 0));
    let read: Vec<Query> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Read { fetch, .. } => Some(fetch.query.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(read, [Query::Catalog, Query::Descriptor("catalog-info.yaml".to_owned())]);
}

#[test]
fn an_entity_that_vanishes_keeps_its_source() {
    let mut told = Told::full(page("hello-server"));
    told.catalog(BROKEN);
    is_as_in(&told, "entity_missing");
    told.press("jkGg");
    told.key(KeyCode::Enter);
    told.press("u");
    let mut told = Told::full(tab("hello-server", source::SPEC.id));
    told.catalog(BROKEN);
    let seen = told.seen((80, 24));
    assert!(seen.contains("name: hello-server"), "{seen}");
}

#[test]
fn an_invalid_entity_is_shown_where_it_is_written() {
    let told = console(tab("hello", source::SPEC.id), BROKEN);
    let seen = told.seen((80, 24));
    assert!(seen.contains("Not-A-Tag") && seen.contains("✗"), "{seen}");
}

#[test]
fn two_pages_at_once_have_their_own_cursors() {
    let mut told = Told::full(page("hello-server"));
    told.seen((80, 24));
    told.press("jj");
    let first = told.seen((80, 24));
    told.press(":");
    told.press("entity hello-tui");
    told.key(KeyCode::Enter);
    let other = told.seen((80, 24));
    assert!(other.contains("hello-tui") && other != first, "{other}");
    told.press("j");
    told.press("[");
    assert_eq!(told.seen((80, 24)), first);
}

#[test]
fn a_click_turns_to_a_tab_and_selects_a_row() {
    let mut told = Told::full(page("hello-server"));
    let seen = told.seen((120, 40));
    let strip = seen.lines().nth(1).unwrap();
    let column = strip.chars().take_while(|c| *c != 'R').count() - 1;
    told.hear(Msg::Clicked(Position::new(u16::try_from(column).unwrap(), 1)));
    assert!(told.seen((120, 40)).contains("WORKFLOW"), "{}", told.seen((120, 40)));
    told.key(KeyCode::BackTab);
    told.seen((120, 40));
    told.hear(Msg::Clicked(Position::new(10, 4)));
    told.hear(Msg::Clicked(Position::new(10, 4)));
    assert!(told.seen((120, 40)).contains("STATUS"), "the rollout:\n{}", told.seen((120, 40)));
}

#[test]
fn hostile_descriptors_are_drawn_at_every_size() {
    let hostile = "\\u001b[2J\\u202e\\u0007".repeat(40);
    let link = |n: u32| format!("  - {{url: 'https://a.example/{n}', title: \"{hostile}\"}}\n");
    let annotation = |n: u32| format!("    example.com/a{n}: \"{hostile}\"\n");
    let links: String = (0..40).map(link).collect();
    let annotations: String = (0..40).map(annotation).collect();
    let text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: hello\n  title: \"{hostile}\"\n  \
         description: \"{hostile}\"\n  annotations:\n{annotations}  links:\n{links}spec: {{type: a, lifecycle: b, owner: c}}\n"
    );
    for screen in [entity::SPEC.id, source::SPEC.id] {
        let mut told = Told::with(tab("hello", screen), |_| None);
        told.hear(Msg::answered(WORLD, Query::Catalog, Ok(catalog_of(&text).into())));
        let raw = format!("{text}\u{1b}[2J\u{202e}\u{9b}31m\r\n\t{}", "x".repeat(1 << 16));
        let descriptor = Query::Descriptor("catalog-info.yaml".to_owned());
        told.hear(Msg::answered(WORLD, descriptor, Ok(Descriptor(raw).into())));
        for keys in ["", "j", "G", "k", "g"] {
            told.press(keys);
            for size in [(80, 24), (10, 3), (130, 20), (40, 4), (1, 1)] {
                let seen = told.seen(size);
                assert!(!seen.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\u{7}']), "{size:?}");
            }
        }
    }
}

#[test]
fn only_what_the_entity_names_is_asked_for() {
    #[expect(clippy::unnecessary_wraps, reason = "the answers of a console are functions of this type")]
    fn answer(
        query: &Query,
    ) -> Option<Result<Vec<hello_model::query::Update>, hello_model::failure::Failure>> {
        assert!(matches!(query, Query::Catalog), "{query:?}");
        Some(Ok(answers(query)))
    }
    let told = Told::with(entity::page(&EntityRef::parse("group:trucks", None, "default").unwrap()), answer);
    assert!(told.seen((80, 24)).contains("Group "), "{}", told.seen((80, 24)));
}
