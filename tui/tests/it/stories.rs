//! A person's paths through the console, over the sandbox.

use std::time::Duration;

use crate::{
    answering,
    console::{Start, everything_at, nowhere, sandbox},
};
use axum::{Json, Router, routing::get};
use crossterm::event::KeyCode;
use hello_console::screens::{catalog, deployments, home, logs, runs, trucks};
use hello_sandbox::{Fault, Kind, Running, Service};
use hello_services::{Services, gate::Gate};
use hello_tui::runtime::Ending;
use serde_json::json;
use url::Url;

/// Makes every request to a service go wrong until the faults are cleared.
fn breaks(sandbox: &Running, service: Service, kind: Kind, status: Option<u16>) {
    sandbox.faults().add([Fault { status, ..Fault::new(service, kind) }]);
}

#[tokio::test]
async fn home_shows_every_service_at_once() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).open(Some(&sandbox));
    let screen =
        console.sees(&["● trucks service up", " LintAndTest", "running of 3 wanted", "in 10 minutes"]).await;
    assert!(screen.contains("waits for approval"), "what needs a person is missing:\n{screen}");
    assert_eq!(console.quit().await, Ending::Quit);
}

#[tokio::test]
async fn an_error_on_home_opens_its_lines() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).open(Some(&sandbox));
    console.sees(&["errors in 10 minutes", "request failed"]).await;
    // To the last pane, and there to the first group.
    console.press("Gj");
    console.key(KeyCode::Enter);
    console.sees(&["/ level:error \"", " ERROR ", "live ╮"]).await;
    console.key(KeyCode::Esc);
    console.sees(&["Needs you"]).await;
}

#[tokio::test]
async fn a_deployment_progresses_without_a_key() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(deployments::SPEC.id).open(Some(&sandbox));
    let first = console.until("a stage", |screen| stage(screen).is_some()).await;
    sandbox.clock().advance(Duration::from_secs(45));
    console.until("another stage", |screen| stage(screen).is_some() && stage(screen) != stage(&first)).await;
}

/// Finds `N/11` of the stage bar.
fn stage(screen: &str) -> Option<String> {
    let before = &screen[..screen.find("/11")?];
    Some(before.rsplit(' ').next()?.to_owned())
}

#[tokio::test]
async fn the_steps_of_a_run_progress_without_a_key() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(runs::SPEC.id).open(Some(&sandbox));
    console.sees(&["in progress"]).await;
    console.key(KeyCode::Enter);
    let before = console.sees(&["Set up job", "attempt 1"]).await;
    let done = |screen: &str| screen.matches('✓').count();
    sandbox.clock().advance(Duration::from_secs(20));
    console.until("more steps done", |screen| done(screen) > done(&before)).await;
    console.key(KeyCode::Esc);
    console.sees(&["WORKFLOW"]).await;
}

#[tokio::test]
async fn scrolling_up_stops_following_the_tail() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(logs::SPEC.id).open(Some(&sandbox));
    let before = console.sees(&["live ", "GET /trucks"]).await;
    sandbox.clock().advance(Duration::from_secs(30));
    console.until("newer lines", |screen| last_line(screen) != last_line(&before)).await;

    console.press("k");
    let held = console.sees(&["held"]).await;
    sandbox.clock().advance(Duration::from_secs(30));
    // The title is `Logs of GROUP, 1,234`.
    let lines = |screen: &str| {
        let count = screen.split(" ─").next().and_then(|title| title.rsplit(", ").next());
        count.and_then(|count| count.replace(',', "").parse::<u32>().ok())
    };
    let later = console.until("more lines in the buffer", |screen| lines(screen) > lines(&held)).await;
    assert_eq!(last_line(&later), last_line(&held), "the view moved although it was held");
    console.press("f");
    console.until("following again", |screen| last_line(screen) != last_line(&held)).await;
}

fn last_line(screen: &str) -> Option<&str> {
    screen
        .lines()
        .rev()
        .find(|line| line.contains(" INFO ") || line.contains(" WARN ") || line.contains(" ERROR "))
}

#[tokio::test]
async fn a_truck_is_added_after_its_refusal_is_corrected() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(trucks::SPEC.id).open(Some(&sandbox));
    console.sees(&["MAKE", "Volvo"]).await;
    console.press("n");
    console.sees(&["New truck", "License plate"]).await;
    console.paste("Ford");
    console.key(KeyCode::Tab);
    console.press("Cargo");
    console.key(KeyCode::Tab);
    // Another truck has this plate, which only the service knows.
    console.press("HT-104-V");
    console.key(KeyCode::Enter);
    let refused = console.sees(&["✗ "]).await;
    assert!(refused.contains("Ford"), "what was typed is gone:\n{refused}");

    // The console has gone to the field that was refused.
    console.press("W");
    console.key(KeyCode::Enter);
    console.until("the list", |screen| !screen.contains("New truck")).await;
    console.sees(&["Added the truck Ford Cargo."]).await;
    console.until("the new row", |screen| screen.matches("Cargo").count() > 1).await;
    console.key(KeyCode::Enter);
    console.until("the new truck, which was selected", |screen| screen.contains("Ford Cargo ─")).await;
    let trail = std::fs::read_to_string(console.home.path().join("audit.jsonl")).unwrap();
    assert_eq!(trail.lines().count(), 4, "two writes, each before and after:\n{trail}");
}

#[tokio::test]
async fn typed_text_survives_a_failed_save() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(trucks::SPEC.id).open(Some(&sandbox));
    console.sees(&["Volvo"]).await;
    breaks(&sandbox, Service::Trucks, Kind::Status, Some(500));
    console.press("n");
    console.sees(&["New truck"]).await;
    console.press("Tatra");
    console.key(KeyCode::Tab);
    console.press("Phoenix");
    console.key(KeyCode::Enter);
    let failed = console.sees(&["adding a truck"]).await;
    assert!(failed.contains("Tatra") && failed.contains("Phoenix"), "{failed}");

    console.key(KeyCode::Esc);
    console.until("the list", |screen| !screen.contains("New truck")).await;
    console.press("n");
    console.sees(&["Tatra", "Phoenix"]).await;
    sandbox.faults().clear();
    console.key(KeyCode::Enter);
    console.until("the list", |screen| !screen.contains("New truck") && screen.contains("Tatra")).await;
}

#[tokio::test]
async fn an_outage_keeps_data_and_shows_its_age() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(trucks::SPEC.id).open(Some(&sandbox));
    console.sees(&["Volvo"]).await;
    for (kind, status) in
        [(Kind::Status, Some(503)), (Kind::Status, Some(404)), (Kind::Cut, None), (Kind::Hang, None)]
    {
        breaks(&sandbox, Service::Trucks, kind, status);
        console.press("r");
        let failed = console.sees(&["✗ listing the trucks", "old"]).await;
        assert!(failed.contains("Volvo"), "the fleet is gone:\n{failed}");
        assert!(failed.contains("→ "), "no next step is named:\n{failed}");
        sandbox.faults().clear();
        console.press("r");
        console.until("recovery", |screen| !screen.contains('✗') && screen.contains("Volvo")).await;
    }
}

#[tokio::test]
async fn a_missing_service_does_not_disturb_others() {
    let sandbox = sandbox().await;
    let mut start = Start::on(&sandbox);
    start.connections.trucks = nowhere().into();
    let mut console = start.open(Some(&sandbox));
    let screen =
        console.sees(&["http://127.0.0.1:9/ cannot be reached", " LintAndTest", "running of 3 wanted"]).await;
    assert!(screen.contains("--trucks-url"), "no next step is named:\n{screen}");
}

#[tokio::test]
async fn s_starts_and_leaves_a_sandbox() {
    let start = Start {
        place: home::SPEC.id,
        size: (80, 24),
        read_only: false,
        descriptor: None,
        connections: everything_at(&nowhere()),
        in_sandbox: false,
    };
    let mut console = start.open(None);
    console.sees(&["S starts a sandbox", "no catalog-info.yaml"]).await;
    console.press("S");
    console.sees(&["Use a sandbox for everything?", "y yes"]).await;
    console.paste("y");
    console.press("n");
    console.sees(&["no catalog-info.yaml"]).await;
    console.press("Sy");
    console.sees(&["tasks running", " LintAndTest", "wanted", "SANDBOX"]).await;
    console.press("2");
    console.sees(&["hello-server", "hello-truck-api"]).await;
    console.press("1S");
    console.sees(&["Leave the sandbox", "are lost"]).await;
    console.press("y");
    console.sees(&["read from the live services now", "no catalog-info.yaml"]).await;
}

#[tokio::test]
async fn a_bad_entity_is_reported_and_the_others_load() {
    let sandbox = sandbox().await;
    let good = include_str!("../../../catalog-info.yaml");
    let bad = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: bad-\nspec: {type: a, lifecycle: b, owner: trucks}\n";
    let line = good.lines().count() + 5;
    let mut start = Start::on(&sandbox).at(catalog::SPEC.id);
    start.descriptor = Some(format!("{good}---\n{bad}"));
    let mut console = start.open(Some(&sandbox));
    let place = format!("catalog-info.yaml:{line}:");
    console.sees(&["✗1", &place, "metadata.name", "is not valid", "hello-server"]).await;
}

#[tokio::test]
async fn an_unreadable_descriptor_is_reported() {
    let sandbox = sandbox().await;
    let mut start = Start::on(&sandbox).at(catalog::SPEC.id);
    start.descriptor = Some("kind: [unclosed\n".to_owned());
    let mut console = start.open(Some(&sandbox));
    console.sees(&["catalog-info.yaml:", "✗1"]).await;
    console.press("3");
    console.sees(&["Volvo"]).await;
}

#[tokio::test]
async fn remote_escape_sequences_are_shown_as_text() {
    let truck = json!([{
        "id": "\u{1b}[2J", "make": "\u{1b}[31mRed\u{7}", "model": "\u{9b}31m\u{202e}x", "status": "active",
        "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z", "version": 1,
    }]);
    let url = answering::serve(Router::new().route("/trucks", get(async move || Json(truck)))).await;
    let sandbox = sandbox().await;
    let mut start = Start::on(&sandbox).at(trucks::SPEC.id);
    start.connections.trucks = url.into();
    let mut console = start.open(Some(&sandbox));
    let screen = console.sees(&["␛[31mRed␇"]).await;
    let obeyed = |c: char| c.is_control() && c != '\n';
    assert!(!screen.contains(obeyed), "{screen:?}");
}

#[tokio::test]
async fn a_read_only_console_refuses_to_write() {
    let sandbox = sandbox().await;
    let mut start = Start::on(&sandbox).at(trucks::SPEC.id);
    start.read_only = true;
    let mut console = start.open(Some(&sandbox));
    console.sees(&["Volvo", "READ-ONLY"]).await;
    console.press("n");
    let refused = console.sees(&["this console is read-only"]).await;
    assert!(!refused.contains("New truck"), "{refused}");
}

#[tokio::test]
async fn lists_are_filtered_and_the_palette_finds_screens() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(trucks::SPEC.id).open(Some(&sandbox));
    console.sees(&["Volvo", "Scania"]).await;
    console.press("/scan");
    let filtered = console.until("the filter", |screen| !screen.contains("Volvo")).await;
    assert!(filtered.contains("Scania"), "{filtered}");
    console.key(KeyCode::Esc);
    console.sees(&["Volvo"]).await;
    console.press(":depl");
    console.sees(&["Palette", "5           Deployments"]).await;
    console.key(KeyCode::Enter);
    console.sees(&["Deployments of hello-truck/hello-server"]).await;
    console.press("?");
    let help = console.sees(&["Help: Deployments", "ctrl-c"]).await;
    assert!(!help.contains("new truck"), "a key is shown that does not apply:\n{help}");
}

#[tokio::test]
async fn a_throttled_github_is_reported_and_waited_for() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(runs::SPEC.id).open(Some(&sandbox));
    console.sees(&["LintAndTest"]).await;
    breaks(&sandbox, Service::GitHub, Kind::Throttle, None);
    console.press("r");
    let throttled = console.sees(&["✗ listing the runs"]).await;
    assert!(throttled.contains("LintAndTest"), "the runs are gone:\n{throttled}");
}

#[tokio::test]
async fn another_component_is_chosen_in_the_catalog() {
    let sandbox = sandbox().await;
    let mut start = Start::on(&sandbox).at(catalog::SPEC.id);
    start.in_sandbox = false;
    let mut console = start.open(Some(&sandbox));
    console.sees(&["hello-tui"]).await;
    console.press("j");
    console.key(KeyCode::Enter);
    console.sees(&["Component", "github.com/project-slug"]).await;
    console.press("u");
    console.sees(&["are those of component:hello-tui now"]).await;
    console.press("5");
    console.sees(&["no ECS service", "has no annotation"]).await;
}

#[tokio::test]
async fn a_terminal_of_one_cell_works() {
    let sandbox = sandbox().await;
    for size in [(1, 1), (2, 3), (40, 10)] {
        let mut start = Start::on(&sandbox);
        start.size = size;
        let mut console = start.open(Some(&sandbox));
        console.until("a frame", |screen| !screen.is_empty()).await;
        for key in ['2', '3', 'n'] {
            console.press(&key.to_string());
        }
        console.key(KeyCode::Esc);
        console.press("456?");
        console.key(KeyCode::Esc);
        console.press(":");
        assert_eq!(console.quit().await, Ending::Quit);
    }
}

#[tokio::test]
async fn returning_to_the_logs_repeats_no_line() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(logs::SPEC.id).open(Some(&sandbox));
    console.sees(&["live ╮", "GET /trucks"]).await;
    console.press("/request.id");
    console.key(KeyCode::Enter);
    for _ in 0..3 {
        console.press("3");
        console.sees(&["Volvo"]).await;
        sandbox.clock().advance(Duration::from_secs(5));
        console.press("6");
        let screen = console.sees(&["live ╮"]).await;
        let mut ids: Vec<&str> =
            screen.split("request.id=").skip(1).filter_map(|rest| rest.get(..36)).collect();
        assert!(ids.len() > 5, "{screen}");
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "a line is there twice:\n{screen}");
    }
}

#[tokio::test]
async fn the_top_of_the_logs_is_a_full_page() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(logs::SPEC.id).open(Some(&sandbox));
    console.sees(&["live ╮", "GET /trucks"]).await;
    console.press("g");
    let top = console.sees(&["held"]).await;
    let lines = top.lines().filter(|line| line.contains(" INFO ") || line.contains(" WARN ")).count();
    assert!(lines > 30, "only {lines} lines:\n{top}");
}

#[tokio::test]
async fn a_corrected_descriptor_connects_the_missing_parts() {
    let sandbox = sandbox().await;
    let mut start = Start::on(&sandbox).at(runs::SPEC.id);
    start.in_sandbox = false;
    start.descriptor = None;
    let mut console = start.open(Some(&sandbox));
    console.sees(&["no catalog-info.yaml"]).await;
    let descriptor = include_str!("../../../catalog-info.yaml");
    std::fs::write(console.home.path().join("catalog-info.yaml"), descriptor).unwrap();
    console.press("r");
    console.sees(&["LintAndTest"]).await;
}

#[tokio::test]
async fn a_component_without_annotations_uses_the_sandbox() {
    let sandbox = sandbox().await;
    let mut start = Start::on(&sandbox);
    start.descriptor = Some(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: bare}\nspec: {type: service, lifecycle: production, owner: us}\n"
            .to_owned(),
    );
    let mut console = start.open(Some(&sandbox));
    console.sees(&["bare", " LintAndTest", "running of 3 wanted", "in 10 minutes"]).await;
}

#[tokio::test]
async fn a_truck_of_someone_else_appears_at_once() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(trucks::SPEC.id).open(Some(&sandbox));
    console.sees(&["Volvo", "Trucks 6"]).await;
    // Nothing but an event tells of the truck: the next poll is a minute away.
    let root: Url = sandbox.url().parse().unwrap();
    let services = Services::connect(&everything_at(&root));
    let truck = hello_model::truck::NewTruck::new("Tatra", "Phoenix");
    let write = hello_model::write::Write::CreateTruck { truck, key: "another-console".to_owned() };
    let trail = console.home.path().join("another-trail.jsonl");
    let added = Gate::new(false, Some(trail)).execute(write, &services).await;
    added.outcome().unwrap();
    let seen = console.sees(&["Tatra", "Trucks 7"]);
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it was not told");
}
