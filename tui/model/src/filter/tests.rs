//! Filters as users type them.

use jiff::tz;
use proptest::prelude::*;

use super::*;

const FIELDS: [Field; 6] = [
    Field { name: "workflow", kind: ValueKind::Name },
    Field { name: "branch", kind: ValueKind::Name },
    Field { name: "title", kind: ValueKind::Text },
    Field { name: "run", kind: ValueKind::Number },
    Field { name: "started", kind: ValueKind::Time },
    Field { name: "took", kind: ValueKind::Duration },
];

struct Run {
    workflow: String,
    branch: String,
    title: String,
    number: f64,
    started: Timestamp,
    took: Option<Duration>,
}

impl Fields for Run {
    fn field(&self, place: usize) -> Value<'_> {
        match place {
            0 => Value::text(Some(&self.workflow)),
            1 => Value::text(Some(&self.branch)),
            2 => Value::text(Some(&self.title)),
            3 => Value::Number(self.number),
            4 => Value::Time(self.started),
            _ => self.took.map_or(Value::Missing, Value::Duration),
        }
    }
}

fn run() -> Run {
    Run {
        workflow: "LintAndTest".to_owned(),
        branch: "fix/log-level".to_owned(),
        title: "Größe: say what failed".to_owned(),
        number: 42.0,
        started: "2026-11-27T13:03:20Z".parse().unwrap(),
        took: Some(Duration::from_secs(95)),
    }
}

/// Noon and a half in UTC, in a zone that is one hour ahead.
fn clock() -> Clock {
    Clock { now: "2026-11-27T13:30:00Z".parse().unwrap(), zone: jiff::tz::TimeZone::fixed(tz::offset(1)) }
}

fn passes(filter: &str, row: &dyn Fields) -> bool {
    Filter::parse(filter).matcher(&FIELDS, &clock()).matches(row)
}

fn all_pass(filters: &[&str]) {
    for filter in filters {
        assert!(passes(filter, &run()), "{filter} does not pass");
        Filter::parse(filter).check(&FIELDS).unwrap();
    }
}

fn none_passes(filters: &[&str]) {
    for filter in filters {
        assert!(!passes(filter, &run()), "{filter} passes");
        Filter::parse(filter).check(&FIELDS).unwrap();
    }
}

#[test]
fn words_match_names_by_some_of_their_letters() {
    all_pass(&["", "lint", "lat", "linttest", "fixlevel", "LAT", "lint fix failed", "42", "#42"]);
    none_passes(&["lit9", "tsil", "fixed", "LINT", "lint nothing", "43", "4", "ftl"]);
}

#[test]
fn one_of_several_texts_is_enough() {
    struct Line;
    impl Fields for Line {
        fn field(&self, place: usize) -> Value<'_> {
            match place {
                2 => Value::Texts([r#"{"status":200}"#.into(), "200 OK".into()].into()),
                _ => Value::Missing,
            }
        }
    }
    for filter in [r"status", "200", "\"200 ok\"", "title:status", "title:200_OK", "title=\"200 OK\"", "!201"]
    {
        assert!(passes(filter, &Line), "{filter} does not pass");
    }
    for filter in ["!ok", "!status", "title=200", "201", "branch:ok"] {
        assert!(!passes(filter, &Line), "{filter} passes");
    }
}

#[test]
fn words_match_prose_in_one_piece() {
    all_pass(&["failed", "what", "größe", "Größe"]);
    none_passes(&["swf", "GRÖSSE"]);
}

#[test]
fn a_quoted_text_is_found_as_it_is() {
    all_pass(&["\"say what\"", "\"Größe: say\"", "\"größe\"", "title:\"what failed\"", "!\"say nothing\""]);
    none_passes(&["\"what say\"", "\"lat\"", "\"Say\"", "title:\"failed what\""]);
}

#[test]
fn a_column_is_searched_alone() {
    all_pass(&[
        "branch:FIX",
        "Workflow:andtest",
        "branch=fix/log-level",
        "branch:log-",
        "!branch:main",
        "!branch=fix",
    ]);
    none_passes(&["branch:lint", "branch=fix", "!branch:fix", "workflow:lat"]);
}

#[test]
fn numbers_are_compared() {
    all_pass(&["run:42", "run=#42", "run>41", "run>=42", "run<=42", "run<42.5", "!run>42"]);
    none_passes(&["run:4", "run>42", "run<42", "run=41"]);
}

#[test]
fn times_are_compared_with_dates_and_ages() {
    all_pass(&[
        "started:2026-11-27",
        "started>2026-11-26",
        "started<=2026-11-27",
        "started:14:03",
        "started>=14:03",
        "started<14:04",
        "started=2026-11-27T13:03:20Z",
        "started>2026-11-27T14:02",
        "started>2026-11-27T13:03:19+00:00",
        "started<30m",
        "started>20m",
        "started=26m",
        "started<1d",
    ]);
    none_passes(&[
        "started>2026-11-27",
        "started<2026-11-27",
        "started>14:03",
        "started:14:04",
        "started>30m",
        "started<26m",
        "started=25m",
    ]);
}

#[test]
fn durations_are_compared() {
    all_pass(&["took>=1m30s", "took<1h30m", "took=1m", "took:95s", "took<2d"]);
    none_passes(&["took>1m", "took<1m", "took>2m", "took=2m"]);
    let unfinished = Run { took: None, ..run() };
    assert!(!passes("took>1s", &unfinished) && passes("!took>1s", &unfinished));
}

#[test]
fn an_unfinished_term_passes_everything() {
    for filter in
        ["branch:", "!branch:", "started>", "started>2026-1", "run>", "run>-", "took>1", "!", "\"", "!\""]
    {
        assert!(passes(filter, &run()), "{filter} does not pass");
    }
    assert!(passes("\"say what", &run()) && !passes("\"say nothing", &run()), "the quote is still open");
}

#[test]
fn an_unknown_column_is_a_word_on_a_screen() {
    let row = Run { title: "GET http://localhost/trucks status=500".to_owned(), ..run() };
    assert!(passes("http://localhost", &row) && passes("status=500", &row) && passes("!status=200", &row));
    assert!(!passes("http://elsewhere", &row));
}

#[test]
fn a_mistake_has_a_hint_with_the_columns() {
    let mistakes: Vec<String> = ["stat:x", "run>", "run>many", "started>soon", "took<-5m", "branch>a"]
        .map(|text| Filter::parse(text).check(&FIELDS).unwrap_err())
        .map(|mistake| format!("{} -> {}", mistake.why, mistake.hint))
        .to_vec();
    insta::assert_snapshot!(mistakes.join("\n"), @r#"
    `stat:x` names the column `stat`; the columns are workflow, branch, title, run, started, took -> name one of these columns, or quote the term to find its text: '"stat:x"'
    `run>` has no value -> write a value after it: 'run>42'
    `many` in `run>many` is not a number -> write it as in 'run>42'
    `soon` in `started>soon` is not a day, a time or an age -> write it as in 'started>2026-11-27'
    `-5m` in `took<-5m` is not a duration -> write it as in 'took>1h30m'
    `branch>a` compares a text, which has no order -> ask what it contains or equals: 'branch:a', 'branch=a'
    "#);
}

#[test]
fn a_filter_of_any_length_is_bounded() {
    let words = "a ".repeat(10_000);
    let filter = Filter::parse(&words);
    assert!(filter.terms.len() <= parse::TERM_LIMIT);
    assert!(filter.check(&FIELDS).unwrap_err().why.contains("longer"));
    let huge = "\u{301}é\"".repeat(1_000_000);
    let row = Run { workflow: huge.clone(), title: huge.clone(), ..run() };
    assert!(!passes(&huge[..huge.floor_char_boundary(100_000)].replace('"', "x"), &row));
    assert!(passes("\u{301}é", &row));
}

proptest! {
    #[test]
    fn any_text_is_a_filter(text in any::<String>(), remote in any::<String>()) {
        let row = Run { workflow: remote.clone(), title: remote, ..run() };
        let _ = passes(&text, &row);
        let _ = Filter::parse(&text).check(&FIELDS);
    }

    #[test]
    fn what_is_typed_never_panics(text in r#"!{0,2}(run|started|took|branch|x)?[:<>=]{0,2}[-"0-9a-zT:.# ]{0,24}"#) {
        let _ = passes(&text, &run());
        let _ = Filter::parse(&text).check(&FIELDS);
    }

    #[test]
    fn a_text_is_found_by_its_own_quotation(title in "[^\"]{1,40}") {
        let row = Run { title: title.clone(), ..run() };
        let quotation = ["\"", &title, "\""].concat();
        prop_assert!(passes(&quotation, &row));
        prop_assert!(!passes(&["!", &quotation].concat(), &row));
    }

    #[test]
    fn a_piece_of_a_name_finds_it(name in "[a-z/-]{1,20}", start in 0usize..20, end in 0usize..20) {
        let (start, end) = (start.min(name.len()), end.min(name.len()));
        let row = Run { workflow: name.clone(), ..run() };
        if start < end {
            prop_assert!(passes(&name[start..end], &row));
        }
    }
}
