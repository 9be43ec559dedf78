//! What each screen wants, what it asks of the console, and what it makes of events. Requests are compared as values.

use std::time::Duration;

use hello_catalog::entity::EntityRef;
use hello_model::{
    deployment::{Deployment, ServiceSnapshot, ServiceState, Status},
    failure::{Failure, FieldFault, Kind},
    fetch::{Attention, Want},
    log::{Level, LogLine, LogSource, TailEvent},
    query::{Query, Update},
    run::{Conclusion, Repo, Run, RunDetail, RunId, RunList, State},
    time::Timestamp,
    truck::{Fleet, NewTruck},
    write::{Outcome, Write, WriteResult},
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::*;
use crate::{
    command::{CommandId, Mode},
    commands::{CLOSE, DOWN, DROP_FILTER, FILTER, GO_TO, KEEP_FILTER, NEXT_FIELD, OPEN, SAVE},
    cx::fixture::Fixture,
    route::{Route, Scope},
    screen::{Event, Request, Screen},
    theme::Tone,
};

fn repo() -> Repo {
    "hello-truck/hello-truck".parse().unwrap()
}

fn runs_query() -> Query {
    Query::runs(repo())
}

fn run(id: u64) -> Run {
    Run {
        id: RunId(id),
        number: id,
        attempt: 1,
        workflow: "LintAndTest".to_owned(),
        title: String::new(),
        event: "push".to_owned(),
        branch: None,
        commit: String::new(),
        actor: None,
        state: State::InProgress,
        created_at: None,
        started_at: None,
        updated_at: None,
        url: String::new(),
        path: None,
        fork: None,
        pull_request: None,
    }
}

/// Returns what a screen wants, without the list of workflows, which is read in the background.
fn queries(screen: &dyn Screen, fixture: &Fixture) -> Vec<Query> {
    let wants = screen.wants(&fixture.cx()).into_iter().map(|want| want.query);
    wants.filter(|query| !matches!(query, Query::Workflows(_))).collect()
}

/// Executes commands, opens and closes what the screen asks for, and returns the requests.
fn act(screen: &mut dyn Screen, commands: &[CommandId], fixture: &Fixture) -> Vec<Request> {
    let mut all = Vec::new();
    for command in commands {
        let requests = screen.act(*command, &fixture.cx());
        for request in &requests {
            match request {
                Request::Open(subject) => screen.on(&Event::Opened(Some(subject)), &fixture.cx()),
                Request::Close => screen.on(&Event::Opened(None), &fixture.cx()),
                _ => {}
            }
        }
        all.extend(requests);
    }
    all
}

fn paste(screen: &mut dyn Screen, text: &str, fixture: &Fixture) {
    screen.on(&Event::Pasted(text), &fixture.cx());
}

#[test]
fn an_open_run_is_wanted_beside_the_list() {
    let mut fixture = Fixture::new();
    fixture.answer(&runs_query(), RunList { runs: vec![run(2), run(1)].into(), unreadable: 0 });
    let mut screen = runs::Runs::default();
    assert_eq!(queries(&screen, &fixture), [runs_query()]);
    assert_eq!(act(&mut screen, &[DOWN, OPEN], &fixture), [Request::Open("1".to_owned())]);
    assert_eq!(queries(&screen, &fixture), [runs_query(), Query::Run(repo(), RunId(1))]);
    assert_eq!(screen.mode(&fixture.cx()), Mode::Detail);

    act(&mut screen, &[CLOSE], &fixture);
    assert_eq!(queries(&screen, &fixture), [runs_query()]);
    act(&mut screen, &[OPEN], &fixture);
    screen.on(&Event::Retargeted, &fixture.cx());
    assert_eq!(queries(&screen, &fixture), [runs_query()], "it was a run of another component");
}

/// Answers the query of the open run 2, and tells the screen.
fn answer_run(screen: &mut dyn Screen, state: State, fixture: &mut Fixture) {
    let query = Query::Run(repo(), RunId(2));
    let detail = RunDetail::new(Run { state, ..run(2) }, Vec::new());
    fixture.answer(&query, detail);
    screen.on(&Event::Updated(&query), &fixture.cx());
}

fn drawn(screen: &dyn Screen, fixture: &Fixture) -> String {
    let area = Rect::new(0, 0, 80, 24);
    let mut buf = Buffer::empty(area);
    screen.view(&fixture.cx(), area, &mut buf);
    format!("{buf:?}")
}

#[test]
fn an_open_run_is_followed_through_a_restart() {
    let mut fixture = Fixture::new();
    let mut screen = runs::Runs::default();
    screen.on(&Event::Opened(Some("2")), &fixture.cx());
    answer_run(&mut screen, State::Queued, &mut fixture);
    answer_run(&mut screen, State::InProgress, &mut fixture);
    let seen = drawn(&screen, &fixture);
    assert!(
        seen.contains("run #2 LintAndTest: queued") && seen.contains("LintAndTest: in progress"),
        "{seen}"
    );
    assert!(seen.contains("following the run"), "{seen}");

    answer_run(&mut screen, State::Done(Conclusion::Success), &mut fixture);
    screen.on(&Event::Opened(Some("2")), &fixture.cx());
    let seen = drawn(&screen, &fixture);
    assert!(seen.contains("LintAndTest: success") && seen.contains("the run has succeeded"), "{seen}");
    assert!(seen.contains("LintAndTest: queued"), "coming back keeps what happened: {seen}");

    answer_run(&mut screen, State::InProgress, &mut fixture);
    let seen = drawn(&screen, &fixture);
    assert!(seen.contains("following the run") && !seen.contains("LintAndTest: success"), "{seen}");
}

#[test]
fn a_run_that_had_ended_is_not_followed() {
    let mut fixture = Fixture::new();
    let mut screen = runs::Runs::default();
    screen.on(&Event::Opened(Some("2")), &fixture.cx());
    answer_run(&mut screen, State::Done(Conclusion::Failure), &mut fixture);
    let seen = drawn(&screen, &fixture);
    assert!(seen.contains("failure") && !seen.contains("What happened"), "{seen}");
}

#[test]
fn two_instances_of_a_screen_are_independent() {
    let mut fixture = Fixture::new();
    fixture.answer(&runs_query(), RunList { runs: vec![run(2), run(1)].into(), unreadable: 0 });
    let (mut one, mut other) = (runs::Runs::default(), runs::Runs::default());
    act(&mut one, &[OPEN], &fixture);
    act(&mut other, &[DOWN, OPEN], &fixture);
    assert_eq!(queries(&one, &fixture)[1], Query::Run(repo(), RunId(2)));
    assert_eq!(queries(&other, &fixture)[1], Query::Run(repo(), RunId(1)));
    assert_eq!(queries(&one, &fixture)[0], queries(&other, &fixture)[0], "they share one fetch");
}

#[test]
fn the_stack_is_wanted_once_the_service_names_it() {
    let mut fixture = Fixture::new();
    let screen = deployments::Deployments::default();
    let reference = fixture.cx().service_ref().unwrap().clone();
    assert_eq!(queries(&screen, &fixture), [Query::Service(reference.clone())]);
    let snapshot = ServiceSnapshot { service: service(), deployments: Vec::new(), events: Vec::new() };
    fixture.answer(&Query::Service(reference.clone()), snapshot);
    let stack = Query::StackEvents { region: "us-east-1".to_owned(), stack: "hello-truck".to_owned() };
    assert_eq!(queries(&screen, &fixture), [Query::Service(reference), stack]);
}

#[test]
fn home_wants_its_panes_queries_and_opens_their_screens() {
    let fixture = Fixture::new();
    let mut screen = home::Home::default();
    let service = fixture.cx().service_ref().unwrap().clone();
    let logs = Query::Logs(LogSource::Service(service.clone()));
    assert_eq!(queries(&screen, &fixture), [runs_query(), Query::Service(service), logs]);
    let requests = act(&mut screen, &[DOWN, OPEN, DOWN, OPEN], &fixture);
    assert_eq!(requests, [Request::Go(deployments::SPEC.id.into()), Request::Go(runs::SPEC.id.into())]);
}

#[test]
fn only_a_component_can_be_used() {
    let fixture = Fixture::new();
    let mut screen = catalog::Catalog::default();
    let used = act(&mut screen, &[entity::SELECT_COMPONENT], &fixture);
    let component = EntityRef::parse("component:hello-server", None, "default").unwrap();
    assert_eq!(used, [Request::SelectComponent(component)]);
    let refused = act(&mut screen, &[DOWN, entity::SELECT_COMPONENT], &fixture);
    assert!(matches!(refused[..], [Request::Notify(_, Tone::Warning)]), "{refused:?}");
}

/// Draws a screen, because its cursor stops only at what was drawn.
fn draw(screen: &dyn Screen, fixture: &Fixture) {
    let mut buf = Buffer::empty(Rect::new(0, 0, 100, 60));
    screen.view(&fixture.cx(), buf.area, &mut buf);
}

#[test]
fn a_page_wants_what_its_entity_names() {
    let mut fixture = Fixture::new();
    let server = EntityRef::parse("component:hello-server", None, "default").unwrap();
    let mut screen = entity::Overview::new(Scope::Entity(server.clone()));
    let service = fixture.cx().service_ref().unwrap().clone();
    let logs = Query::Logs(LogSource::Service(service.clone()));
    let wanted = [Query::Catalog, runs_query(), Query::Service(service.clone()), logs];
    assert_eq!(queries(&screen, &fixture), wanted);
    let jo = EntityRef::parse("user:jo", None, "default").unwrap();
    let user = entity::Overview::new(Scope::Entity(jo));
    assert_eq!(queries(&user, &fixture), [Query::Catalog]);

    fixture.answer(&runs_query(), RunList { runs: vec![run(2), run(1)].into(), unreadable: 0 });
    draw(&screen, &fixture);
    let opened = act(&mut screen, &[GO_TO, DOWN, GO_TO, entity::SELECT_COMPONENT, CLOSE], &fixture);
    let of_run = Route { subject: Some("2".to_owned()), ..Route::from(runs::SPEC.id) };
    let rollout = Request::Go(deployments::SPEC.id.into());
    assert_eq!(opened, [Request::Go(of_run), rollout, Request::SelectComponent(server), Request::Close]);
}

#[test]
fn an_unresolved_relation_leads_nowhere_and_says_so() {
    let fixture = Fixture::new();
    let server = EntityRef::parse("component:hello-server", None, "default").unwrap();
    let mut screen = entity::Overview::new(Scope::Entity(server));
    draw(&screen, &fixture);
    let requests = act(&mut screen, &[DOWN, DOWN, DOWN, GO_TO], &fixture);
    let [Request::Notify(why, Tone::Warning)] = &requests[..] else { panic!("{requests:?}") };
    assert!(why.contains("group:trucks is not in the catalog"), "{why}");
}

#[test]
fn the_source_of_an_entity_is_wanted_by_its_name() {
    let fixture = Fixture::new();
    let jo = EntityRef::parse("user:jo", None, "default").unwrap();
    let mut screen = source::Source::new(Scope::Entity(jo));
    assert_eq!(queries(&screen, &fixture), [Query::Catalog]);
    screen.on(&Event::Opened(None), &fixture.cx());
    let descriptor = Query::Descriptor("catalog-info.yaml".to_owned());
    assert_eq!(queries(&screen, &fixture), [Query::Catalog, descriptor]);
}

#[test]
fn a_save_keeps_its_key_until_its_result_is_known() {
    let mut fixture = Fixture::new();
    fixture.answer(&Query::trucks(), Fleet::default());
    let mut screen = trucks::Trucks::new("session");
    act(&mut screen, &[trucks::NEW], &fixture);
    paste(&mut screen, "Scania", &fixture);
    act(&mut screen, &[NEXT_FIELD], &fixture);
    paste(&mut screen, "V8", &fixture);
    let first = act(&mut screen, &[SAVE], &fixture);
    let [Request::Write(Write::CreateTruck { truck, key })] = &first[..] else { panic!("{first:?}") };
    assert_eq!((truck.make.as_str(), truck.model.as_str()), ("Scania", "V8"));
    assert_eq!(act(&mut screen, &[SAVE], &fixture), [], "it is under way");

    let unknown = WriteResult::Unknown(Failure::new(Kind::Offline, "adding a truck", "no response"));
    screen.on(&Event::Executed(&unknown), &fixture.cx());
    assert_eq!(act(&mut screen, &[SAVE], &fixture), first, "the same key: it may have arrived");

    let fault = FieldFault { field: "make".to_owned(), rule: "is taken".to_owned() };
    let refused = Failure::new(Kind::Invalid(vec![fault]), "adding a truck", "the service refused it");
    screen.on(&Event::Executed(&WriteResult::Refused(refused)), &fixture.cx());
    let again = act(&mut screen, &[SAVE], &fixture);
    assert!(
        matches!(&again[..], [Request::Write(Write::CreateTruck { key: new, .. })] if new != key),
        "{again:?}"
    );

    let saved = NewTruck::new("Scania", "V8").into_truck("0190".into(), Timestamp::UNIX_EPOCH);
    screen.on(&Event::Executed(&WriteResult::Done(Outcome::Truck(saved))), &fixture.cx());
    assert_eq!(screen.mode(&fixture.cx()), Mode::Browse, "the form is closed");
}

#[test]
fn a_filter_applies_to_lines_that_come_later() {
    let mut fixture = Fixture::new();
    let query = Query::Logs(fixture.cx().log_source().unwrap().clone());
    let line = |id: &str, message: &str| log_line(id, Level::Info, "", message);
    let mut screen = logs::Logs::default();
    assert_eq!(queries(&screen, &fixture), std::slice::from_ref(&query));
    fixture.answer(&query, log_lines(vec![line("1", "an error"), line("2", "all is well")]));
    act(&mut screen, &[FILTER], &fixture);
    paste(&mut screen, "error", &fixture);
    act(&mut screen, &[KEEP_FILTER], &fixture);
    fixture.answer(&query, log_lines(vec![line("3", "an error again"), line("4", "well")]));
    screen.on(&Event::Updated(&query), &fixture.cx());
    assert_eq!(ids_in_view(&screen, &fixture), ["3", "1"]);
}

#[test]
fn log_lines_are_filtered_by_their_columns() {
    let mut fixture = Fixture::new();
    let query = Query::Logs(fixture.cx().log_source().unwrap().clone());
    let mut screen = logs::Logs::default();
    let lines = vec![
        log_line("1", Level::Error, "server/a1", "the store is away"),
        log_line("2", Level::Error, "server/b2", "the store is away"),
        log_line("3", Level::Info, "server/a1", "GET http://localhost/trucks"),
        log_line("4", Level::Info, "server/b2", ACCESS),
    ];
    fixture.answer(&query, log_lines(lines));
    for (filter, ids) in [
        ("level:error", vec!["2", "1"]),
        ("level:error !stream:b2", vec!["1"]),
        ("message:\"store is\" stream:b2", vec!["2"]),
        ("http://localhost", vec!["3"]),
        ("\"200 3ms GET /health id=a7\"", vec!["4"]),
        ("message:3ms !\"id=a8\"", vec!["4"]),
        ("duration_ms /health", vec!["4"]),
        ("!3ms level:info", vec!["3"]),
        ("level:", vec!["4", "3", "2", "1"]),
    ] {
        act(&mut screen, &[FILTER], &fixture);
        paste(&mut screen, filter, &fixture);
        assert_eq!(ids_in_view(&screen, &fixture), ids, "{filter}");
        act(&mut screen, &[DROP_FILTER], &fixture);
    }
}

#[test]
fn only_a_running_deployment_redraws_each_second() {
    let mut fixture = Fixture::new();
    let query = Query::Service(fixture.cx().service_ref().unwrap().clone());
    let wakes = |fixture: &Fixture| {
        let (cx, area) = (fixture.cx(), Rect::new(0, 0, 80, 24));
        deployments::Deployments::default().view(&cx, area, &mut Buffer::empty(area));
        cx.wake().map(|at| at - cx.now.instant)
    };
    fixture.answer(&query, snapshot_of(Status::InProgress));
    assert_eq!(wakes(&fixture), Some(Duration::from_secs(1)));
    fixture.answer(&query, snapshot_of(Status::Successful));
    fixture.wait(Duration::from_mins(65));
    assert_eq!(wakes(&fixture), Some(Duration::from_mins(55)), "its age is written in hours");
}

/// An access line, which is shown as `200 3ms GET /health id=a7`.
const ACCESS: &str =
    r#"{"http.method":"GET","http.path":"/health","http.status":200,"duration_ms":3,"id":"a7"}"#;

fn ids_in_view(screen: &logs::Logs, fixture: &Fixture) -> Vec<String> {
    screen.in_view(fixture.cx().logs().unwrap(), 10).iter().map(|line| line.id.clone()).collect()
}

fn log_lines(lines: Vec<LogLine>) -> Update {
    Update::Tail(TailEvent::Lines(lines))
}

fn log_line(id: &str, level: Level, stream: &str, message: &str) -> LogLine {
    LogLine {
        id: id.to_owned(),
        stream: stream.to_owned(),
        at: Timestamp::UNIX_EPOCH,
        ingested: None,
        message: message.to_owned(),
        level,
    }
}

fn service() -> ServiceState {
    ServiceState {
        status: "ACTIVE".to_owned(),
        desired: 1,
        running: 1,
        pending: 0,
        task_definition: None,
        stack: Some("hello-truck".to_owned()),
    }
}

/// Returns a service with one deployment.
fn snapshot_of(status: Status) -> ServiceSnapshot {
    let deployment = Deployment {
        arn: "arn:aws:ecs:us-east-1:123456789012:service-deployment/hello-truck/hello-server/1".to_owned(),
        status,
        reason: None,
        strategy: "ROLLING".to_owned(),
        stage: None,
        created_at: Timestamp::UNIX_EPOCH,
        started_at: None,
        finished_at: None,
        target: None,
        sources: Vec::new(),
        bake: None,
        breaker: None,
        hooks: Vec::new(),
        rollback_reason: None,
    };
    ServiceSnapshot { service: service(), deployments: vec![deployment], events: Vec::new() }
}

#[test]
fn home_reads_what_waiting_runs_wait_for_in_the_background() {
    let mut fixture = Fixture::new();
    let waiting = |id| Run { state: State::Waiting, ..run(id) };
    let runs = vec![run(3), waiting(2), waiting(1)];
    fixture.answer(&runs_query(), RunList { runs: runs.into(), unreadable: 0 });
    let wants = home::Home::default().wants(&fixture.cx());
    let details: Vec<_> = wants.iter().filter(|want| matches!(want.query, Query::Run(..))).cloned().collect();
    let detail = |id| Want::from(Query::Run(repo(), RunId(id))).attention(Attention::Background);
    assert_eq!(details, [detail(2), detail(1)]);
}
