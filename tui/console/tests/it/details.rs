//! What is opened: complete at every size, whatever a service has sent.

use crossterm::event::KeyCode;
use hello_console::screens::{catalog, deployments, logs, runs, trucks};
use hello_model::{
    deployment::{ServiceEvent, ServiceSnapshot, StackEvent},
    failure::{Failure, Kind},
    log::{Level, LogLine, LogSource, TailEvent},
    pages::Pages,
    query::{Query, Update},
};

use crate::{
    answers::{at, fleet, snapshot},
    screens::{Told, WORLD},
};
use hello_console::msg::Msg;

const SENTENCE: &str = "Service deployment rolled back because of CloudWatch alarm(s) that went into the ALARM state: \
                        hello-truck-5xx-responses, hello-truck-slow-responses";

fn service() -> hello_model::deployment::ServiceRef {
    "arn:aws:ecs:us-east-1:123456789012:service/hello-truck/hello-server".parse().unwrap()
}

/// Returns the words in view, wherever they are wrapped.
fn words(seen: &str) -> String {
    let plain: String = seen.chars().map(|c| if "│╭╮╰╯─\"".contains(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a pane to its end.
fn read(told: &mut Told, size: (u16, u16)) -> String {
    told.press("g");
    let mut all = String::new();
    for _ in 0..80 {
        all.push_str(&words(&told.seen(size)));
        all.push(' ');
        told.press("j");
    }
    all
}

fn rolled_back() -> ServiceSnapshot {
    let mut snapshot = snapshot();
    snapshot.deployments[1].reason = Some(SENTENCE.to_owned());
    snapshot.deployments[1].created_at = at(-90_000);
    snapshot.deployments[1].started_at = Some(at(-90_000));
    snapshot.deployments[1].finished_at = Some(at(-89_000));
    let event = |seconds, message: &str| ServiceEvent { at: at(seconds), message: message.to_owned() };
    snapshot.events = vec![event(-30, "a task of today"), event(-89_500, "a task of yesterday")];
    snapshot
}

#[test]
fn the_reason_of_a_rollback_is_complete_at_every_width() {
    for size in [(60, 18), (80, 24), (120, 40), (200, 55)] {
        let mut told = Told::full(deployments::SPEC.id);
        told.hear(Msg::answered(WORLD, Query::Service(service()), Ok(rolled_back().into())));
        told.press("j");
        told.key(KeyCode::Enter);
        // The first rows of the pane, without those of the list beside it.
        let seen = told.seen(size);
        let pane: String = seen.lines().filter_map(|line| line.rsplit("││").next()).collect();
        assert!(words(&pane).contains(SENTENCE), "{size:?}:\n{seen}");
    }
}

#[test]
fn an_old_deployment_shows_its_own_time() {
    let mut told = Told::full(deployments::SPEC.id);
    told.hear(Msg::answered(WORLD, Query::Service(service()), Ok(rolled_back().into())));
    told.press("j");
    told.key(KeyCode::Enter);
    let all = read(&mut told, (80, 24));
    assert!(all.contains("a task of yesterday") && !all.contains("a task of today"), "{all}");
    assert!(!all.contains("update failed"), "the stack has changed later: {all}");
    assert!(!all.contains("running") && !all.contains("% production"), "{all}");
    told.is_as_in_at("rolled_back", (80, 24));
}

#[test]
fn a_failure_of_the_stack_is_complete() {
    let reason = format!("Resource handler returned message: {SENTENCE} (Service: Ecs, Status Code: 400)");
    let event = StackEvent {
        id: "1".to_owned(),
        at: at(-20),
        resource: "Service".to_owned(),
        resource_type: "AWS::ECS::Service".to_owned(),
        status: "UPDATE_FAILED".to_owned(),
        reason: Some(reason.clone()),
    };
    let mut told = Told::full(deployments::SPEC.id);
    let query = Query::StackEvents { region: "us-east-1".to_owned(), stack: "hello-truck".to_owned() };
    told.hear(Msg::answered(WORLD, query, Ok(Pages::from(vec![event]).into())));
    told.key(KeyCode::Enter);
    told.press("G");
    assert!(words(&told.seen((80, 24))).contains(&reason), "{}", told.seen((80, 24)));
}

#[test]
fn a_log_line_is_described_with_all_its_fields() {
    let mut told = Told::full(logs::SPEC.id);
    told.press("kk");
    told.key(KeyCode::Enter);
    told.is_as_in("log_line");
    told.key(KeyCode::Esc);
    assert!(told.seen((80, 24)).contains("held"), "the cursor stays at the line");
    told.press("d");
    assert!(told.seen((80, 24)).contains("http.method"));
}

#[test]
fn long_lines_wrap_on_request() {
    let mut told = logs_of(&format!("{SENTENCE} {SENTENCE}"));
    assert!(!told.seen((80, 24)).contains("slow-responses"));
    told.press("w");
    assert!(
        words(&told.seen((80, 24))).contains(&SENTENCE[SENTENCE.len() - 60..]),
        "{}",
        told.seen((80, 24))
    );
    told.press("kk");
    assert!(told.seen((80, 24)).contains("held"));
}

#[test]
fn a_log_line_that_is_cut_ends_with_an_ellipsis() {
    let mut told = logs_of(&SENTENCE.repeat(40));
    let last_row = |told: &Told| {
        let seen = told.seen((80, 24));
        let text = seen.lines().map(|line| line.trim_matches(['"', '│', ' ']));
        let mut rows = text.filter(|line| !line.is_empty()).rev().skip(2);
        rows.next().unwrap_or_default().to_owned()
    };
    for keys in ["", "ll", "w"] {
        told.press(keys);
        assert!(last_row(&told).ends_with('…'), "{}", told.seen((80, 24)));
    }
    assert_eq!(told.seen((80, 24)).matches('…').count(), 1, "{}", told.seen((80, 24)));
    let short = logs_of(SENTENCE);
    assert!(!short.seen((200, 24)).contains('…'), "{}", short.seen((200, 24)));
}

#[test]
fn a_truck_that_is_gone_is_not_shown_as_if_it_were_there() {
    let mut told = Told::full(trucks::SPEC.id);
    told.key(KeyCode::Enter);
    assert!(told.seen((80, 24)).contains("version  1"), "{}", told.seen((80, 24)));
    let id = fleet().trucks.items[0].id.clone();
    let gone = Failure::new(Kind::NotFound, "reading a truck", "the service has no such truck");
    told.hear(Msg::answered(WORLD, Query::Truck(id), Err(gone)));
    told.is_as_in_at("truck_gone", (80, 24));
    told.press("e");
    assert!(told.seen((80, 24)).contains("the truck is not in the fleet any more"));
    told.key(KeyCode::Esc);
    assert!(told.seen((80, 24)).contains("Trucks"), "{}", told.seen((80, 24)));
    assert!(!told.seen((80, 24)).contains("not found"));
}

#[test]
fn a_truck_is_shown_with_its_whole_id() {
    let mut told = Told::full(trucks::SPEC.id);
    told.press("j");
    told.key(KeyCode::Enter);
    told.is_as_in_at("truck", (80, 24));
    assert!(told.seen((60, 18)).contains("0190aaaa-0000-7000-8000-000000000002"));
}

#[test]
fn every_fact_of_an_entity_can_be_read_on_a_small_screen() {
    let mut told = Told::full(catalog::SPEC.id);
    told.key(KeyCode::Enter);
    let all = read(&mut told, (60, 18));
    for fact in ["component:hello-sandbox", "github.com/project-slug", "hello-truck/hello-truck"] {
        assert!(all.contains(fact), "{fact} is missing: {all}");
    }
}

/// A console whose log has one line of a message.
fn logs_of(message: &str) -> Told {
    let mut told = Told::full(logs::SPEC.id);
    let line = |id: &str, message: &str| LogLine {
        id: id.to_owned(),
        stream: "server/hello-server/0a1b2c3d".to_owned(),
        at: at(0),
        ingested: None,
        message: message.to_owned(),
        level: Level::Info,
    };
    for source in
        [LogSource::Service(service()), LogSource::Group("/ecs/hello-truck/hello-server".to_owned())]
    {
        let lines = vec![line("long", message)];
        told.hear(Msg::answered(WORLD, Query::Logs(source), Ok(Update::Tail(TailEvent::Lines(lines)))));
    }
    told
}

#[test]
fn hostile_texts_are_drawn_at_every_size() {
    let texts = [
        "x".repeat(1 << 20),
        "words \u{1b}[2J\u{202e}\u{200b}\u{9b}31m\r\n\t".repeat(4_000),
        "مرحبا بالعالم ".repeat(4_000),
        format!("a{}", "\u{301}".repeat(50_000)),
        "👩\u{200d}👩\u{200d}👧 日本 ".repeat(2_000),
        format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100)),
        "\n".repeat(50_000),
    ];
    for text in &texts {
        let mut told = logs_of(text);
        told.press("w");
        for keys in ["", "d", "G", "k"] {
            told.press(keys);
            for size in [(80, 24), (10, 3), (130, 20), (1, 1)] {
                let seen = told.seen(size);
                assert!(!seen.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{size:?}");
            }
        }
    }
}

#[test]
fn a_run_opens_beside_the_list_where_there_is_room() {
    let mut told = Told::full(runs::SPEC.id);
    told.key(KeyCode::Enter);
    let wide = told.seen((120, 40));
    assert!(wide.contains("WORKFLOW") && wide.contains("Set up job"), "{wide}");
    let narrow = told.seen((119, 40));
    assert!(!narrow.contains("WORKFLOW") && narrow.contains("Set up job"), "{narrow}");
}
