//! Worlds, writes, routes and the palette: effects are compared as values.

mod download;
mod jumps;
mod local;
mod mouse;
mod page;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hello_catalog::{
    Source,
    entity::{DEFAULT_NAMESPACE, EntityRef},
    read,
};
use hello_model::{
    failure::Kind,
    run::RunList,
    target::SandboxDefaults,
    truck::{Fleet, NewTruck},
    world::Connection,
    write::{Outcome, WriteResult},
};
use jiff::{Timestamp, tz::TimeZone};
use ratatui::layout::Rect;

use super::*;
use crate::{
    commands,
    effect::WriteId,
    route::Scope,
    screens::{catalog, entity, home, logs, runs, trucks},
};

const TWO_COMPONENTS: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: one, annotations: {github.com/project-slug: hello-truck/shared}}
spec: {type: service, lifecycle: production, owner: trucks}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: two, annotations: {github.com/project-slug: hello-truck/shared}}
spec: {type: service, lifecycle: production, owner: trucks}
";

fn one() -> EntityRef {
    EntityRef::parse("component:one", None, DEFAULT_NAMESPACE).unwrap()
}

fn now() -> Now {
    Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH }
}

fn console(start: ScreenId, world: World) -> App {
    let mut app = App::new(Setup {
        start: start.into(),
        world,
        contexts: vec!["live".to_owned(), "staging".to_owned()],
        session: "session".to_owned(),
        theme: Theme::new(false, TimeZone::UTC),
        layouts: super::Layouts::default(),
        now: now(),
    });
    app.start();
    let catalog = read(&[Source { name: "catalog-info.yaml".to_owned(), text: TWO_COMPONENTS.into() }]);
    app.update(Msg::answered(WorldId(0), Query::Catalog, Ok(catalog.into())), now());
    app
}

fn fleet(make: &str) -> Update {
    let truck = NewTruck::new(make, "V8").into_truck("0190".into(), Timestamp::UNIX_EPOCH);
    Fleet { trucks: vec![truck].into(), ..Fleet::default() }.into()
}

fn press(app: &mut App, code: KeyCode) -> Vec<Effect> {
    app.update(Msg::Pressed(KeyEvent::new(code, KeyModifiers::NONE)), now())
}

fn keys(app: &mut App, text: &str) -> Vec<Effect> {
    text.chars().flat_map(|c| press(app, KeyCode::Char(c))).collect()
}

fn seen(app: &App) -> String {
    let mut buf = ratatui::buffer::Buffer::empty(Rect::new(0, 0, 100, 30));
    app.view(buf.area, &mut buf);
    let text: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sandbox() -> SandboxDefaults {
    SandboxDefaults {
        component: None,
        address: "127.0.0.1:4510".to_owned(),
        repo: "sandbox/sandbox".parse().unwrap(),
        service: "arn:aws:ecs:us-east-1:123456789012:service/a/b".parse().unwrap(),
        log_group: "group".to_owned(),
    }
}

fn fetched(effects: &[Effect]) -> Vec<(WorldId, Query)> {
    let fetched = effects.iter().filter_map(|effect| match effect {
        Effect::Read { world, fetch } => Some((*world, fetch.query.clone())),
        _ => None,
    });
    fetched.collect()
}

#[test]
fn a_late_answer_of_the_old_world_is_dropped() {
    let mut app = console(trucks::SPEC.id, World::default());
    app.update(Msg::answered(WorldId(0), Query::trucks(), Ok(fleet("Scania"))), now());
    assert!(seen(&app).contains("Scania"));

    assert_eq!(keys(&mut app, "S"), [], "it asks first");
    let effects = keys(&mut app, "y");
    assert!(
        matches!(&effects[..], [Effect::Connect { id: WorldId(1), to: Connection::Sandbox(_), .. }]),
        "{effects:?}"
    );
    let world = World { id: WorldId(1), sandbox: Some(sandbox()), ..World::default() };
    let effects = app.update(Msg::Connected(Box::new(Ok(world))), now());
    assert_eq!(effects[0], Effect::Leave { old: WorldId(0), new: WorldId(1) });
    assert!(fetched(&effects).contains(&(WorldId(1), Query::trucks())), "{effects:?}");

    app.update(Msg::answered(WorldId(0), Query::trucks(), Ok(fleet("Volvo"))), now());
    assert!(!seen(&app).contains("Scania") && !seen(&app).contains("Volvo"), "{}", seen(&app));
    app.update(Msg::answered(WorldId(1), Query::trucks(), Ok(fleet("MAN"))), now());
    assert!(seen(&app).contains("MAN"), "{}", seen(&app));

    keys(&mut app, "S");
    let back = keys(&mut app, "y");
    let (id, from, to) = (WorldId(2), WorldId(1), Connection::Context(None));
    assert_eq!(back, [Effect::Connect { id, from, to }], "the way back");
}

#[test]
fn a_connection_that_fails_changes_nothing() {
    let mut app = console(trucks::SPEC.id, World::default());
    app.update(Msg::answered(WorldId(0), Query::trucks(), Ok(fleet("Scania"))), now());
    keys(&mut app, ":context staging");
    press(&mut app, KeyCode::Enter);
    let effects = keys(&mut app, "y");
    let to = Connection::Context(Some("staging".to_owned()));
    assert_eq!(effects, [Effect::Connect { id: WorldId(1), from: WorldId(0), to }]);

    let failure = Failure::new(Kind::NotConfigured, "reading the settings", "the file is gone");
    assert_eq!(app.update(Msg::Connected(Box::new(Err(failure))), now()), []);
    assert!(seen(&app).contains("Scania") && seen(&app).contains("the file is gone"), "{}", seen(&app));
}

#[test]
fn the_palette_changes_the_component_and_filters() {
    let mut app = console(runs::SPEC.id, World::default());
    keys(&mut app, ":component two");
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.data.selected.as_ref().map(|reference| reference.name.as_str()), Some("two"));

    keys(&mut app, ":component two");
    press(&mut app, KeyCode::Enter);
    assert!(seen(&app).contains("Not available: it is in use."), "{}", seen(&app));
    press(&mut app, KeyCode::Esc);

    keys(&mut app, ":/branch:main");
    press(&mut app, KeyCode::Enter);
    assert!(seen(&app).contains("/ branch:main"), "{}", seen(&app));
    assert_eq!(app.mode(), Mode::Browse, "the filter is kept");
}

#[test]
fn a_catalog_that_changes_renews_the_open_palette() {
    let mut app = console(runs::SPEC.id, World::default());
    keys(&mut app, ":component three");
    assert!(seen(&app).contains("Nothing matches"), "{}", seen(&app));
    let text = TWO_COMPONENTS.replace("name: two", "name: three");
    let catalog = read(&[Source { name: "catalog-info.yaml".to_owned(), text: text.into() }]);
    app.update(Msg::answered(WorldId(0), Query::Catalog, Ok(catalog.into())), now());
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.data.selected.as_ref().map(|reference| reference.name.as_str()), Some("three"));
}

/// Fills in the form of a new truck.
fn type_truck(app: &mut App) {
    keys(app, "nScania");
    press(app, KeyCode::Tab);
    keys(app, "V8");
}

#[test]
fn a_write_in_production_is_confirmed_by_a_key() {
    let mut app = console(trucks::SPEC.id, World { is_production: true, ..World::default() });
    type_truck(&mut app);
    assert_eq!(press(&mut app, KeyCode::Enter), []);
    assert!(seen(&app).contains("Add the truck Scania V8?"), "{}", seen(&app));
    assert_eq!(app.update(Msg::Pasted("y".to_owned()), now()), []);
    assert_eq!(press(&mut app, KeyCode::Enter), [], "enter is no yes");

    assert_eq!(press(&mut app, KeyCode::Esc), []);
    assert!(
        seen(&app).contains("New truck") && seen(&app).contains("Scania"),
        "the draft is kept: {}",
        seen(&app)
    );
    press(&mut app, KeyCode::Enter);
    let effects = keys(&mut app, "y");
    assert!(
        matches!(effects[..], [Effect::Execute { id: WriteId(1), world: WorldId(0), .. }]),
        "{effects:?}"
    );
}

#[test]
fn a_write_refreshes_affected_queries_twice() {
    let mut app = console(trucks::SPEC.id, World::default());
    app.update(Msg::answered(WorldId(0), Query::trucks(), Ok(fleet("Scania"))), now());
    type_truck(&mut app);
    press(&mut app, KeyCode::Enter);
    let truck = NewTruck::new("MAN", "TGX").into_truck("0191".into(), Timestamp::UNIX_EPOCH);
    let start = now();
    let effects = app.update(Msg::Executed(WriteId(1), WriteResult::Done(Outcome::Truck(truck))), start);
    assert_eq!(fetched(&effects), [(WorldId(0), Query::trucks())]);
    app.update(Msg::answered(WorldId(0), Query::trucks(), Ok(fleet("Scania"))), start);
    let later = Now { instant: start.instant + std::time::Duration::from_secs(4), wall: start.wall };
    assert_eq!(fetched(&app.update(Msg::Woke, later)), [(WorldId(0), Query::trucks())]);
}

#[test]
fn a_save_says_what_was_saved() {
    let mut app = console(trucks::SPEC.id, World::default());
    keys(&mut app, "n");
    app.update(Msg::Pasted("MAN".to_owned()), now());
    press(&mut app, KeyCode::Tab);
    app.update(Msg::Pasted("TGX".to_owned()), now());
    press(&mut app, KeyCode::Enter);
    let truck = NewTruck::new("MAN", "TGX").into_truck("0191".into(), Timestamp::UNIX_EPOCH);
    app.update(Msg::Executed(WriteId(1), WriteResult::Done(Outcome::Truck(truck))), now());
    assert!(seen(&app).contains("Added the truck MAN TGX."), "{}", seen(&app));
}

#[test]
fn a_write_result_of_the_old_world_is_a_notice() {
    let mut app = console(trucks::SPEC.id, World::default());
    type_truck(&mut app);
    press(&mut app, KeyCode::Enter);
    let world = World { id: WorldId(1), ..World::default() };
    app.update(Msg::Connected(Box::new(Ok(world))), now());
    let refused = Failure::new(Kind::Unauthorized, "adding a truck", "the token is not valid");
    let effects = app.update(Msg::Executed(WriteId(1), WriteResult::Refused(refused)), now());
    assert_eq!(fetched(&effects), []);
    assert!(seen(&app).contains("refused before the connection changed"), "{}", seen(&app));

    app.update(Msg::Pasted("Volvo".to_owned()), now());
    assert!(seen(&app).contains("Volvo"), "the form takes text again: {}", seen(&app));
    assert_eq!(press(&mut app, KeyCode::Enter), []);
    assert!(seen(&app).contains("The draft is from an earlier connection"), "it asks first: {}", seen(&app));
    let again = keys(&mut app, "y");
    assert!(matches!(again[..], [Effect::Execute { world: WorldId(1), .. }]), "{again:?}");
}

#[test]
fn instances_of_one_screen_share_a_fetch() {
    let mut app = console(home::SPEC.id, World::default());
    let scoped = |name: &str| {
        let reference = EntityRef::parse(name, Some("component"), DEFAULT_NAMESPACE).unwrap();
        Route { scope: Scope::Entity(reference), ..runs::SPEC.id.into() }
    };
    let repo = "hello-truck/shared".parse().unwrap();
    let query = Query::runs(repo);
    app.update(Msg::answered(WorldId(0), query.clone(), Ok(RunList::default().into())), now());
    app.go(scoped("one"));
    keys(&mut app, "/main");
    assert_eq!(fetched(&app.sync()), [], "home has fetched the runs of the repository already");
    app.go(scoped("two"));
    assert_eq!(fetched(&app.sync()), []);
    assert!(app.revision().in_view.iter().any(|(wanted, _)| *wanted == query));
    assert_eq!(app.mode(), Mode::Browse, "the filter belongs to the other instance");
    app.run(commands::HISTORY_BACK);
    assert_eq!(app.mode(), Mode::Typing);
}

#[test]
fn the_history_restores_opened_subjects() {
    let mut app = console(catalog::SPEC.id, World::default());
    press(&mut app, KeyCode::Enter);
    keys(&mut app, "6");
    assert_eq!(app.history.current().screen, logs::SPEC.id);
    keys(&mut app, "[");
    assert_eq!(app.mode(), Mode::Detail);
    assert_eq!(app.history.current(), &entity::page(&one()));
    keys(&mut app, "[");
    assert_eq!(app.mode(), Mode::Browse, "the list before it");
    keys(&mut app, "]]");
    assert_eq!(app.history.current().screen, logs::SPEC.id);
    keys(&mut app, "2");
    assert_eq!(app.history.current(), &catalog::SPEC.id.into(), "a page is not the catalog itself");
}

#[test]
fn the_palette_says_why_a_command_is_unavailable() {
    let mut app = console(home::SPEC.id, World { read_only: true, ..World::default() });
    keys(&mut app, ":new truck");
    assert!(seen(&app).contains("new truck – this console is read-only"), "{}", seen(&app));
    assert_eq!(press(&mut app, KeyCode::Enter), []);
    assert!(seen(&app).contains("Not available: this console is read-only"), "{}", seen(&app));
}

#[test]
fn a_word_finds_its_command_before_looser_matches() {
    let mut app = console(trucks::SPEC.id, World::default());
    keys(&mut app, ":undo");
    assert!(seen(&app).contains("use a sandbox"), "it has these letters, too: {}", seen(&app));
    assert_eq!(press(&mut app, KeyCode::Enter), []);
    assert!(seen(&app).contains("Not available: nothing was changed on this screen yet"), "{}", seen(&app));
}

#[test]
fn a_large_catalog_is_searched_in_a_computation() {
    let mut app = console(catalog::SPEC.id, World::default());
    let entity = |number: usize| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {{name: r-{number}}}\nspec: {{type: a, \
             owner: b}}\n"
        )
    };
    let text: String = (0..2_001).map(entity).collect();
    let large = read(&[Source { name: "catalog-info.yaml".to_owned(), text: text.into() }]);
    app.update(Msg::answered(WorldId(0), Query::Catalog, Ok(large.into())), now());
    let compute = |app: &mut App, typed: &str| {
        let mut computations = keys(app, typed).into_iter().filter_map(|effect| match effect {
            Effect::Compute { world, of, computation } => Some((world, of, computation)),
            _ => None,
        });
        let (world, of, computation) = computations.next_back().expect("a computation for each key");
        let Computation::SearchCatalog(search) = &computation else { panic!("a search of the catalog") };
        let search = search.clone();
        let mut results = Vec::new();
        computation.run(&std::sync::atomic::AtomicBool::new(false), &mut |result| results.push(result));
        (
            search,
            results.into_iter().map(|result| Msg::Computed(world, of.clone(), result)).collect::<Vec<_>>(),
        )
    };
    let (_, results) = compute(&mut app, "/");
    for result in results {
        app.update(result, now());
    }
    let (search, results) = compute(&mut app, "r-77");
    assert_eq!(search.filter, "r-77");
    assert!(search.texts.is_some(), "they were collected before the first letter");
    assert_eq!(app.update(Msg::Woke, now()), [], "it is not started twice");
    for result in results {
        app.update(result, now());
    }
    assert!(seen(&app).contains("of 2,001") && seen(&app).contains("r-77"), "{}", seen(&app));
    assert!(!seen(&app).contains("r-78"), "{}", seen(&app));
}

#[test]
fn typed_text_survives_connecting() {
    let mut app = App::new(Setup {
        start: runs::SPEC.id.into(),
        world: World::default(),
        contexts: Vec::new(),
        session: "session".to_owned(),
        theme: Theme::new(false, TimeZone::UTC),
        layouts: super::Layouts::default(),
        now: now(),
    });
    keys(&mut app, "/ma");
    let catalog = read(&[Source { name: "catalog-info.yaml".to_owned(), text: TWO_COMPONENTS.into() }]);
    app.update(Msg::answered(WorldId(0), Query::Catalog, Ok(catalog.into())), now());
    assert_eq!(app.mode(), Mode::Typing, "the first catalog replaces nothing");
    assert!(seen(&app).contains("/ ma"), "{}", seen(&app));

    press(&mut app, KeyCode::Esc);
    keys(&mut app, ":qu");
    app.update(Msg::Connected(Box::new(Ok(World { id: WorldId(1), ..World::default() }))), now());
    assert_eq!(app.mode(), Mode::Palette, "the next letters are no commands");
}
