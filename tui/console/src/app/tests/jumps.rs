//! Rows of Home lead to what they are about, and `esc` leads back.

use hello_model::run::{Run, RunId, State};

use super::*;
use crate::screen::Request;

fn failed_run() -> Run {
    Run {
        id: RunId(7),
        number: 7,
        attempt: 1,
        workflow: "Deploy".to_owned(),
        title: "Add a truck".to_owned(),
        event: "push".to_owned(),
        branch: Some("main".to_owned()),
        commit: "9fceb02d0ae598e95dc970b74767f19372d61af8".to_owned(),
        actor: None,
        state: State::from_words("completed", Some("failure")),
        created_at: None,
        started_at: None,
        updated_at: None,
        url: String::new(),
        path: None,
        fork: None,
        pull_request: None,
    }
}

#[test]
fn a_failed_run_opens_from_what_needs_you_and_esc_returns() {
    let mut app = console(home::SPEC.id, World::default());
    let repo = "hello-truck/shared".parse().unwrap();
    let list = RunList { runs: vec![failed_run()].into(), unreadable: 0 };
    app.update(Msg::answered(WorldId(0), Query::runs(repo), Ok(list.into())), now());
    assert!(seen(&app).contains("Runs: Deploy #7 failed on main: Add a truck"), "{}", seen(&app));

    press(&mut app, KeyCode::Enter);
    let route = app.history.current().clone();
    assert_eq!((route.screen, route.subject.as_deref()), (runs::SPEC.id, Some("7")));
    press(&mut app, KeyCode::Esc);
    assert_eq!(app.history.current().screen, home::SPEC.id);

    keys(&mut app, "4");
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Esc);
    assert_eq!(*app.history.current(), runs::SPEC.id.into(), "opened in the list, it closes to the list");
}

#[test]
fn the_errors_open_filtered_and_esc_returns() {
    let mut app = console(home::SPEC.id, World::default());
    let request = Request::GoFiltered(logs::SPEC.id.into(), "level:error".to_owned());
    let origin = app.current();
    app.fulfil(&origin, request);
    assert_eq!(app.history.current().screen, logs::SPEC.id);
    assert!(seen(&app).contains("/ level:error"), "{}", seen(&app));
    press(&mut app, KeyCode::Esc);
    assert_eq!(app.history.current().screen, home::SPEC.id);
}
