//! What is copied, opened and edited.

use std::path::PathBuf;

use super::*;
use crate::local::{CopyText, LocalResult, MAX_BY_TERMINAL, Program};

fn copied(what: &str) -> CopyText {
    CopyText::new(what, "the URL")
}

fn ended(app: &mut App, result: LocalResult) -> Vec<Effect> {
    app.update(Msg::Local(result), now())
}

#[test]
fn a_key_copies_the_name_and_opens_the_file() {
    let mut app = console(catalog::SPEC.id, World::default());
    let name = CopyText::new("component:one", "the name of the entity");
    assert_eq!(keys(&mut app, "y"), [Effect::Copy(name)]);
    let program = Program::Edit { path: PathBuf::from("catalog-info.yaml"), line: 2 };
    assert_eq!(keys(&mut app, "e"), [Effect::HandOver(program.clone())]);

    let effects = ended(&mut app, LocalResult::Returned(program));
    assert_eq!(fetched(&effects), [(WorldId(0), Query::Catalog)], "the file may have changed");
    assert_eq!(keys(&mut app, "o"), []);
    assert!(seen(&app).contains("Not available: add a link or the annotation"), "{}", seen(&app));
}

#[test]
fn a_terminal_gets_what_no_tool_has_copied() {
    let mut app = console(catalog::SPEC.id, World::default());
    let no_tool = |text: &str| LocalResult::NoClipboard { text: copied(text), in_tmux: true };
    assert_eq!(ended(&mut app, no_tool("\u{1b}x")), [Effect::CopyByTerminal("\u{1b}x".to_owned())]);
    assert!(seen(&app).contains("set-clipboard on"), "{}", seen(&app));

    let most = "x".repeat(MAX_BY_TERMINAL);
    assert_eq!(ended(&mut app, no_tool(&most)).len(), 1);
    assert_eq!(ended(&mut app, no_tool(&format!("{most}x"))), []);
    assert!(seen(&app).contains("a terminal takes 56244 bytes at most"), "{}", seen(&app));
}

#[test]
fn without_a_browser_the_url_is_shown_and_copied() {
    let mut app = console(catalog::SPEC.id, World::default());
    let url = "https://example.com/a".to_owned();
    let result = LocalResult::NoBrowser { url: url.clone(), why: "over SSH".to_owned(), in_tmux: false };
    assert_eq!(ended(&mut app, result), [Effect::CopyByTerminal(url.clone())]);
    assert!(seen(&app).contains(&url), "{}", seen(&app));
}

#[test]
fn the_footer_offers_what_works_and_enter_goes_to_the_problem() {
    let mut app = console(catalog::SPEC.id, World::default());
    let broken = format!("{TWO_COMPONENTS}---\nkind: 5\n");
    let source = Source { name: "catalog-info.yaml".to_owned(), text: broken.into() };
    app.update(Msg::answered(WorldId(0), Query::Catalog, Ok(read(&[source]).into())), now());
    keys(&mut app, "p");
    let page = seen(&app);
    assert!(!page.contains("use component") && page.contains("go to it"), "{page}");
    let effects = press(&mut app, KeyCode::Enter);
    assert!(
        matches!(&effects[..], [Effect::HandOver(Program::Edit { line, .. })] if *line > 10),
        "{effects:?}"
    );
    press(&mut app, KeyCode::Esc);
    let page = seen(&app);
    assert!(page.contains("use component") && !page.contains("go to it"), "{page}");
}

#[test]
fn a_remote_descriptor_is_not_edited() {
    let mut app = console(catalog::SPEC.id, World::default());
    let source = Source { name: "https://example.com/c.yaml".to_owned(), text: TWO_COMPONENTS.into() };
    app.update(Msg::answered(WorldId(0), Query::Catalog, Ok(read(&[source]).into())), now());
    assert_eq!(keys(&mut app, "e"), []);
    assert!(seen(&app).contains("it is read from https://example.com/c.yaml"), "{}", seen(&app));
}

#[test]
fn the_sandbox_has_no_pages_on_the_web() {
    for (in_sandbox, opens) in [(Some(sandbox()), false), (None, true)] {
        let world = World { sandbox: in_sandbox, ..World::default() };
        let mut app = console(runs::SPEC.id, world);
        let list = RunList { runs: vec![some_run()].into(), unreadable: 0 };
        let query = Query::runs("hello-truck/shared".parse().unwrap());
        app.update(Msg::answered(WorldId(0), query, Ok(list.into())), now());
        let effects = keys(&mut app, "o");
        assert_eq!(!effects.is_empty(), opens, "{effects:?} {}", seen(&app));
        assert_eq!(seen(&app).contains("the sandbox has no pages on GitHub"), !opens, "{}", seen(&app));
    }
}

fn some_run() -> hello_model::run::Run {
    hello_model::run::Run {
        id: hello_model::run::RunId(1),
        number: 1,
        attempt: 1,
        workflow: "LintAndTest".to_owned(),
        title: String::new(),
        event: "push".to_owned(),
        branch: None,
        commit: String::new(),
        actor: None,
        state: hello_model::run::State::InProgress,
        created_at: None,
        started_at: None,
        updated_at: None,
        url: "https://github.com/hello-truck/shared/actions/runs/1".to_owned(),
        path: None,
        fork: None,
        pull_request: None,
    }
}
