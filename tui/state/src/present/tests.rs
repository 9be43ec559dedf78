//! What a list shows of a noun, and what its filter finds.

use hello_model::{
    filter::{Filter, Value},
    run::{Conclusion, PendingEnvironment, Run, RunDetail, RunId, State},
};

use super::*;

fn format() -> Format {
    let now = "2026-11-27T14:00:00Z".parse().unwrap();
    Format { clock: Clock { now, zone: jiff::tz::TimeZone::UTC }, has_year: false }
}

fn run(state: State) -> Run {
    Run {
        id: RunId(7_300_000_001),
        number: 42,
        attempt: 1,
        workflow: "LintAndTest".to_owned(),
        title: "fix the door".to_owned(),
        event: "push".to_owned(),
        branch: Some("main".to_owned()),
        commit: "0123456789abcdef".to_owned(),
        actor: None,
        state,
        created_at: None,
        started_at: Some("2026-11-27T13:50:00Z".parse().unwrap()),
        updated_at: Some("2026-11-27T13:58:00Z".parse().unwrap()),
        url: String::new(),
        path: None,
        fork: None,
        pull_request: None,
    }
}

#[test]
fn every_view_names_columns_that_exist() {
    fn check<T>(columns: &Columns<T>) {
        for view in [columns.screen, columns.command] {
            assert_eq!(columns.of(view).len(), view.len(), "{view:?}");
            assert!(view.iter().any(|(_, rank)| *rank == 0), "{view:?}");
        }
        let mut ids: Vec<&str> = columns.all.iter().map(|column| column.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), columns.all.len(), "two columns have one name");
    }
    check(&truck::COLUMNS);
    check(&entity::COLUMNS);
    check(&run::COLUMNS);
    check(&deployment::COLUMNS);
    check(&event::COLUMNS);
    check(&log_line::COLUMNS);
}

#[test]
fn a_run_is_shown_with_its_status_in_a_tone() {
    let run = run(State::Done(Conclusion::StartupFailure));
    let cells: Vec<Cell> = run::COLUMNS
        .of(run::COLUMNS.screen)
        .iter()
        .map(|(column, _)| (column.cell)(&run, &format()))
        .collect();
    assert_eq!((cells[0].with_glyph().as_str(), cells[0].tone), ("✗ startup failure", Tone::Bad));
    let texts: Vec<&str> = cells[1..].iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts, ["#42", "LintAndTest", "main", "fix the door", "0123456", "8m 0s", "10m"]);
}

#[test]
fn a_filter_finds_runs_by_their_shown_cells() {
    let runs = [run(State::InProgress), run(State::Done(Conclusion::Success))];
    let found = |filter: &str| run::COLUMNS.passing(&runs, &Filter::parse(filter), &format()).len();
    for (filter, count) in [
        ("", 2),
        ("status:in_progress", 1),
        ("status:\"in progress\"", 1),
        ("!status:progress", 1),
        ("run:42 branch=main", 2),
        ("id:7300000001", 2),
        ("took>=10m", 1),
        ("took<10m", 1),
        ("started>15m", 0),
        ("started:2026-11-27", 2),
        ("commit:0123456789", 2),
        ("actor:anyone", 0),
        ("lat door", 2),
    ] {
        assert_eq!(found(filter), count, "{filter}");
    }
}

#[test]
fn a_finished_run_without_an_end_has_no_duration() {
    let run = Run { updated_at: None, ..run(State::Done(Conclusion::Success)) };
    let took = run::COLUMNS.all.iter().find(|column| column.id == "took").unwrap();
    assert_eq!((took.cell)(&run, &format()).text, "–");
    assert_eq!((took.value)(&run, &format()), Value::Missing);
    assert!(run::facts(&run, &format()).iter().all(|fact| fact.label != "took"));
}

#[test]
fn a_waiting_run_says_whose_approval_it_waits_for() {
    let environment = |name: &str, reviewers: &[&str], you_may_approve| PendingEnvironment {
        id: 1,
        name: name.to_owned(),
        waits_until: None,
        reviewers: reviewers.iter().map(ToString::to_string).collect(),
        you_may_approve,
    };
    let mut detail = RunDetail::new(run(State::Waiting), Vec::new());
    assert_eq!(run::pending(&detail), []);
    detail.pending.environments = vec![
        environment("production", &["marta", "Platform"], true),
        environment("staging", &["jo"], false),
        environment("nightly", &[], false),
    ];
    detail.pending.unknown = Some("api.github.com does not allow it".to_owned());
    let facts = run::pending(&detail);
    let texts: Vec<_> = facts.iter().map(|fact| fact.value.text.as_str()).collect();
    let expected = [
        "approval of production by marta or Platform (you may approve)",
        "approval of staging by jo",
        "a rule of nightly, such as a timer",
        "an environment; api.github.com does not allow it",
    ];
    assert_eq!(texts, expected);
    assert!(facts.iter().all(|fact| fact.label == "waits for" && fact.value.tone == Tone::Warning));
}
