//! What a user does with a list: sort it, choose its columns, mark its rows.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hello_console::{
    app::{ListLayout, Sort},
    effect::Effect,
    msg::Msg,
    screens::{catalog, deployments, home, runs, trucks},
    theme::{Background, Theme, ascii},
};
use hello_model::{
    pages::{Cursor, Pages},
    query::{Query, Update},
    run::{Run, RunList},
};
use jiff::tz::TimeZone;
use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier},
};

use crate::{
    answers::{answers, at, now, run},
    screens::{Told, WORLD, all},
};

const SIZE: (u16, u16) = (80, 24);

/// Runs that took 9 s, 1 m, an unknown time and 1 h.
fn some_runs() -> Vec<Run> {
    let took = |number, seconds: Option<i64>| Run {
        started_at: Some(at(-9_000)),
        updated_at: seconds.map(|seconds| at(seconds - 9_000)),
        ..run(number, "completed", Some("success"))
    };
    vec![took(14, Some(9)), took(13, Some(60)), took(12, None), took(11, Some(3_600))]
}

fn told_runs(pages: Pages<Run>) -> Told {
    let mut told = Told::full(runs::SPEC.id);
    refresh(&mut told, pages);
    told
}

fn refresh(told: &mut Told, runs: Pages<Run>) {
    let list: Update = RunList { runs, unreadable: 0 }.into();
    told.hear(Msg::answered(WORLD, Query::runs("hello-truck/hello-truck".parse().unwrap()), Ok(list)));
}

/// Returns the numbers of the runs from top to bottom.
fn numbers(told: &Told) -> Vec<String> {
    let seen = told.seen((120, 40));
    let words = seen.lines().skip(3).flat_map(str::split_whitespace);
    words.filter(|word| word.starts_with('#')).map(str::to_owned).collect()
}

fn pressed(told: &mut Told, code: KeyCode) -> Vec<Effect> {
    told.app.update(Msg::Pressed(KeyEvent::new(code, KeyModifiers::NONE)), now(told.start, 0))
}

fn choose(told: &mut Told, column: usize) {
    told.press("s");
    told.press("g");
    told.press(&"j".repeat(column));
}

/// Returns the titles of the columns that are drawn.
fn headings(told: &Told, size: (u16, u16)) -> Vec<String> {
    let seen = told.seen(size);
    let line = seen.lines().find(|line| line.contains("STATUS")).unwrap_or_default();
    let list = line.trim_matches('"').trim_start_matches('│').split('│').next().unwrap_or_default();
    list.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn runs_show_branch_title_and_age_at_80_columns() {
    let long = Run {
        workflow: "Build, test and deploy to production".to_owned(),
        title: "fix: do not lose the last page of a list of trucks".to_owned(),
        branch: Some("fix/the-last-page-of-trucks".to_owned()),
        ..run(1_234, "completed", Some("startup_failure"))
    };
    let mut told = told_runs(vec![long].into());
    assert_eq!(headings(&told, SIZE), ["STATUS", "RUN", "WORKFLOW", "BRANCH", "TITLE", "AGE"]);
    let seen = told.seen(SIZE);
    assert!(seen.contains("  Build, test…  fix/the-las…  fix: do not lose the…  1m "), "{seen}");
    told.key(KeyCode::Enter);
    assert_eq!(headings(&told, (120, 40)), ["STATUS", "RUN", "WORKFLOW", "TITLE", "AGE"]);
}

#[test]
fn lists_beside_a_detail_keep_their_main_columns() {
    let beside = [
        (trucks::SPEC.id, "MAKE MODEL PLATE STATUS AGE ID"),
        (runs::SPEC.id, "STATUS RUN WORKFLOW TITLE AGE"),
    ];
    for (screen, columns) in beside {
        let mut told = Told::full(screen);
        told.key(KeyCode::Enter);
        assert_eq!(headings(&told, (120, 40)).join(" "), columns);
    }
    let told = Told::full(deployments::SPEC.id);
    assert_eq!(headings(&told, (120, 40)).join(" "), "STATUS AGE TOOK REVISION COMMIT");
}

#[test]
fn a_deployment_shows_its_commit_or_that_it_is_unknown() {
    let mut told = Told::full(deployments::SPEC.id);
    let seen = told.seen((200, 40));
    assert!(seen.contains("0f2a3b4") && seen.contains("commit  0f2a3b4c5d6e"), "{seen}");
    told.press("j");
    let seen = told.seen((200, 40));
    assert!(seen.contains("commit  unknown"), "{seen}");
}

#[test]
fn a_list_is_sorted_by_duration_and_stays_so() {
    let mut told = told_runs(some_runs().into());
    choose(&mut told, 6);
    let kept = pressed(&mut told, KeyCode::Enter);
    let sort = Some(Sort { column: "took".to_owned(), is_descending: false });
    let layout = ListLayout { sort, ..ListLayout::default() };
    assert_eq!(kept, [Effect::KeepLayout { noun: "run", layout }]);
    assert_eq!(numbers(&told), ["#14", "#13", "#11", "#12"]);
    told.key(KeyCode::Enter);
    told.key(KeyCode::Esc);
    assert!(told.seen((120, 40)).contains("TOOK ↓"));
    assert_eq!(numbers(&told), ["#11", "#13", "#14", "#12"], "what is unknown stays last");
    let mut more = some_runs();
    more.insert(0, Run { updated_at: Some(at(-8_900)), ..run(15, "completed", Some("success")) });
    more[0].started_at = Some(at(-9_000));
    refresh(&mut told, more.into());
    assert_eq!(numbers(&told), ["#11", "#15", "#13", "#14", "#12"], "a refresh keeps the order");
    choose(&mut told, 6);
    told.key(KeyCode::Enter);
    assert_eq!(numbers(&told), ["#15", "#14", "#13", "#12", "#11"], "unsorted");
}

#[test]
fn a_sort_of_some_rows_says_so() {
    let pages =
        Pages { items: some_runs(), next: Some(Cursor("2".to_owned())), total: Some(2_406), left_out: 0 };
    let mut told = Told::with(runs::SPEC.id, |query| (*query == Query::Catalog).then(|| Ok(answers(query))));
    refresh(&mut told, pages);
    choose(&mut told, 1);
    told.key(KeyCode::Enter);
    told.key(KeyCode::Esc);
    assert!(told.seen(SIZE).contains("4 of 2,406 loaded, sorted among these"), "{}", told.seen(SIZE));
}

#[test]
fn organizations_left_out_of_a_list_are_named() {
    let mut told = told_runs(some_runs().into());
    assert!(!told.seen(SIZE).contains("single sign-on"));
    refresh(&mut told, Pages { left_out: 2, ..Pages::from(some_runs()) });
    let seen = told.seen(SIZE);
    assert!(
        seen.contains("without the runs of 2 organizations that want single sign-on for the token"),
        "{seen}"
    );
}

#[test]
fn the_palette_sorts() {
    let mut told = told_runs(some_runs().into());
    told.press(":sort by run");
    told.key(KeyCode::Enter);
    assert_eq!(numbers(&told), ["#11", "#12", "#13", "#14"]);
    told.press(":sort by run");
    assert!(told.seen(SIZE).contains("sort by RUN, reversed"), "{}", told.seen(SIZE));
}

#[test]
fn columns_are_hidden_shown_and_made_wider() {
    let mut told = told_runs(some_runs().into());
    choose(&mut told, 3);
    told.press(" k>>>");
    told.is_as_in_at("columns", SIZE);
    told.key(KeyCode::Backspace);
    told.key(KeyCode::Esc);
    assert!(told.seen(SIZE).contains("BRANCH"));
}

#[test]
fn marks_survive_a_refresh_and_a_filter() {
    let mut told = told_runs(some_runs().into());
    told.press("  ");
    assert!(told.seen(SIZE).contains("Runs of hello-truck/hello-truck, 4, 2 marked"), "{}", told.seen(SIZE));
    told.press("/run:13");
    told.key(KeyCode::Enter);
    assert!(told.seen(SIZE).contains("1 of 4, 2 marked (1 not visible)"), "{}", told.seen(SIZE));
    let mut reversed = some_runs();
    reversed.reverse();
    refresh(&mut told, reversed.into());
    told.key(KeyCode::Esc);
    let seen = told.seen(SIZE);
    let marked: Vec<&str> = seen.lines().filter(|line| line.contains("│*")).collect();
    assert!(marked[0].contains("#13") && marked[1].contains("#14") && marked.len() == 2, "{seen}");
    told.key(KeyCode::Esc);
    assert!(!told.seen(SIZE).contains("marked"));
}

#[test]
fn a_component_is_used_from_the_list() {
    let mut told = Told::full(catalog::SPEC.id);
    told.press("ju");
    let seen = told.seen(SIZE);
    assert!(seen.contains("▸  Component  hello-tui"), "{seen}");
    assert!(seen.contains("▸ in use"), "the sign is explained: {seen}");
}

#[test]
fn a_selected_row_has_one_style() {
    for screen in [trucks::SPEC.id, runs::SPEC.id, deployments::SPEC.id, catalog::SPEC.id] {
        let terminal = Told::full(screen).drawn(SIZE);
        let buf = terminal.backend().buffer();
        let row: Vec<_> = (2..78).map(|x| &buf[(x, 3)]).collect();
        let is_plain = |cell: &&ratatui::buffer::Cell| {
            (cell.fg, cell.bg, cell.modifier) == (Color::Reset, Color::Reset, Modifier::REVERSED)
        };
        assert!(row.iter().all(is_plain), "{screen:?}");
    }
}

#[test]
fn nothing_is_dim() {
    for screen in all() {
        let terminal = Told::full(screen).drawn(SIZE);
        let dim =
            terminal.backend().buffer().content.iter().filter(|cell| cell.modifier.contains(Modifier::DIM));
        assert_eq!(dim.count(), 0, "{screen:?}");
    }
}

#[test]
fn a_light_terminal_gets_no_yellow_and_no_cyan() {
    let theme = || Theme::new(true, TimeZone::UTC).on(Background::Light);
    for screen in all() {
        let told = Told::themed(screen, |query| Some(Ok(answers(query))), theme());
        let terminal = told.drawn(SIZE);
        let is_weak =
            |cell: &&ratatui::buffer::Cell| matches!(cell.fg, Color::Yellow | Color::Cyan | Color::White);
        assert_eq!(terminal.backend().buffer().content.iter().filter(is_weak).count(), 0, "{screen:?}");
    }
}

#[test]
fn a_screen_in_ascii_has_a_form_for_each_glyph() {
    let theme = || Theme::new(true, TimeZone::UTC).in_ascii(true);
    for screen in all() {
        for keys in ["", "?", ":", "s", "/a", "n"] {
            let mut plain = Told::full(screen);
            let mut told = Told::themed(screen, |query| Some(Ok(answers(query))), theme());
            plain.press(keys);
            told.press(keys);
            for size in [SIZE, (120, 40)] {
                let (plain, ascii) = (plain.drawn(size), told.drawn(size));
                each_glyph_has_a_form(plain.backend().buffer());
                let symbols = ascii.backend().buffer().content.iter().map(ratatui::buffer::Cell::symbol);
                assert!(symbols.into_iter().all(str::is_ascii), "{screen:?} {keys}");
            }
        }
    }
    Told::themed(home::SPEC.id, |query| Some(Ok(answers(query))), theme()).is_as_in_at("ascii_home", SIZE);
    Told::themed(runs::SPEC.id, |query| Some(Ok(answers(query))), theme()).is_as_in_at("ascii_runs", SIZE);
}

fn each_glyph_has_a_form(buf: &Buffer) {
    // A control character of a log line is shown as its picture.
    let is_foreign = |symbol: &str| symbol.chars().all(|c| ('\u{2400}'..='\u{2426}').contains(&c));
    for cell in buf.content.iter().filter(|cell| !cell.symbol().is_ascii() && !is_foreign(cell.symbol())) {
        assert!(ascii::form(cell.symbol()).is_some(), "{}", cell.symbol());
    }
}

#[test]
fn an_hour_of_ages_costs_few_frames() {
    let mut told = told_runs(some_runs().into());
    told.answer = |_| Some(Ok(vec![Update::Unchanged]));
    told.seen(SIZE);
    let (mut frames, mut seconds) = (0, 0);
    while let Some(deadline) = told.app.next_deadline().filter(|_| seconds < 3_600) {
        let before = told.app.revision();
        seconds = (deadline - told.start).as_secs().max(seconds + 1);
        told.wait(seconds);
        if told.app.revision() != before {
            frames += 1;
            told.seen(SIZE);
        }
    }
    assert!((1..=60).contains(&frames), "{frames}");
}
