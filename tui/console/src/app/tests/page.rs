//! The page of an entity: where its tabs and its rows lead, and what is remembered of it.

use super::*;
use crate::{
    route::InstanceId,
    screen::Request,
    screens::{deployments, source},
};

fn here(app: &App) -> (&'static str, &Scope) {
    let route = app.history.current();
    (route.screen.0, &route.scope)
}

#[test]
fn what_a_tab_leads_to_is_about_the_same_entity() {
    let mut app = console(catalog::SPEC.id, World::default());
    press(&mut app, KeyCode::Enter);
    let scope = Scope::Entity(one());
    assert_eq!(here(&app), ("entity", &scope));
    let origin = app.current();
    app.fulfil(&origin, Request::Go(deployments::SPEC.id.into()));
    assert_eq!(here(&app), ("deployments", &scope));
    press(&mut app, KeyCode::Esc);
    assert_eq!(here(&app), ("entity", &scope));
    // The catalog is no tab.
    app.fulfil(&origin, Request::Go(catalog::SPEC.id.into()));
    assert_eq!(here(&app), ("catalog", &Scope::Everything));
}

#[test]
fn tabs_go_round_and_numbers_leave_the_page() {
    let mut app = console(catalog::SPEC.id, World::default());
    press(&mut app, KeyCode::Enter);
    let mut seen = Vec::new();
    for _ in 0..7 {
        seen.push(app.history.current().screen.0);
        press(&mut app, KeyCode::Tab);
    }
    assert_eq!(seen, ["entity", "runs", "environments", "deployments", "logs", "source", "entity"]);
    keys(&mut app, "4");
    assert_eq!(here(&app), ("runs", &Scope::Everything));
    press(&mut app, KeyCode::Tab);
    assert_eq!(here(&app), ("deployments", &Scope::Everything), "outside of the page, tab walks the screens");
    keys(&mut app, "[[");
    assert_eq!(here(&app), ("runs", &Scope::Entity(one())));
}

#[test]
fn esc_leads_from_page_to_page_and_then_to_the_catalog() {
    let mut app = console(catalog::SPEC.id, World::default());
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Tab);
    keys(&mut app, ":entity two");
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::BackTab);
    assert_eq!(app.history.current().screen, source::SPEC.id);
    press(&mut app, KeyCode::Esc);
    assert_eq!(here(&app), ("runs", &Scope::Entity(one())), "where the other page was opened");
    press(&mut app, KeyCode::Esc);
    assert_eq!(here(&app), ("catalog", &Scope::Everything));
    press(&mut app, KeyCode::Esc);
    assert_eq!(here(&app), ("catalog", &Scope::Everything));
}

#[test]
fn a_vanished_entity_keeps_the_tab_in_view() {
    let mut app = console(catalog::SPEC.id, World::default());
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Tab);
    let empty = hello_catalog::Catalog::default();
    app.update(Msg::answered(WorldId(0), Query::Catalog, Ok(empty.into())), now());
    let titles: Vec<&str> = app.tabs_of_page().iter().map(|tab| tab.title).collect();
    assert_eq!(titles, ["Overview", "Runs", "Source"]);
    assert!(seen(&app).contains("the catalog has no component:one"), "{}", seen(&app));
    press(&mut app, KeyCode::Tab);
    assert_eq!(app.history.current().screen, source::SPEC.id);
    press(&mut app, KeyCode::Tab);
    assert!(seen(&app).contains("component:one is not in the catalog"), "{}", seen(&app));
}

#[test]
fn pages_that_are_dropped_are_forgotten() {
    let mut app = console(catalog::SPEC.id, World::default());
    for number in 0..100 {
        let reference = EntityRef {
            kind: "Component".to_owned(),
            namespace: DEFAULT_NAMESPACE.to_owned(),
            name: format!("c{number}"),
        };
        app.fulfil(
            &InstanceId { screen: catalog::SPEC.id, scope: Scope::Everything },
            Request::Go(entity::page(&reference)),
        );
    }
    assert!(app.data.targets.len() <= 33, "{} targets", app.data.targets.len());
}

#[test]
fn the_palette_finds_one_of_ten_thousand_entities() {
    let mut text = String::new();
    for number in 0..10_000 {
        text.push_str("---\napiVersion: backstage.io/v1alpha1\nkind: User\nspec: {memberOf: []}\nmetadata: {name: user-");
        text.push_str(&number.to_string());
        text.push_str("}\n");
    }
    let mut app = console(catalog::SPEC.id, World::default());
    let source = Source { name: "catalog-info.yaml".to_owned(), text: text.into() };
    app.update(Msg::answered(WorldId(0), Query::Catalog, Ok(read(&[source]).into())), now());
    keys(&mut app, ":entity user-7531");
    press(&mut app, KeyCode::Enter);
    assert!(seen(&app).contains("User user-7531"), "{}", seen(&app));
}
