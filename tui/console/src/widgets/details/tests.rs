use jiff::tz::TimeZone;

use super::*;
use crate::commands::Move;

fn theme() -> Theme {
    Theme::new(false, TimeZone::UTC)
}

/// Draws the rows of a pane without its frame.
fn drawn(details: &Details<'_>, state: &DetailsState, (width, height): (u16, u16)) -> Vec<String> {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    details.draw(state, buf.area, Rect::ZERO, &mut buf, &theme());
    let rows = buf.content.chunks(usize::from(width).max(1));
    let text =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    rows.map(|row| text(row).trim_end().to_owned()).collect()
}

fn of_text(text: &str) -> Details<'_> {
    let mut details = Details::default();
    details.text(text);
    details
}

fn numbered(count: usize) -> Details<'static> {
    let mut details = Details::default();
    (1..=count).for_each(|number| details.text(number.to_string()));
    details
}

#[test]
fn a_text_is_wrapped_at_words() {
    let state = DetailsState::default();
    let rows = drawn(&of_text("rolled back because of CloudWatch alarms"), &state, (16, 4));
    assert_eq!(rows, ["rolled back", "because of", "CloudWatch", "alarms"]);
    let rows = drawn(&of_text("a verylongword b"), &state, (6, 3));
    assert_eq!(rows, ["a", "verylo", "ngword"]);
    assert_eq!(
        drawn(&of_text("日本語 x"), &state, (4, 2)),
        ["日 本", "語  x"],
        "a wide character takes two cells"
    );
    assert_eq!(drawn(&of_text("one\r\n  two\n\nthree"), &state, (9, 4)), ["one", "  two", "", "three"]);
}

#[test]
fn the_words_of_a_part_stay_in_one_row() {
    let parts = |names: &[&'static str]| {
        let mut details = Details::default();
        let part = |name: &&'static str| [Part::plain(*name).kept_together(), Part::plain("  ")];
        details.parts(names.iter().flat_map(part), 0);
        details
    };
    let rows = |names: &[&'static str], width| drawn(&parts(names), &DetailsState::default(), (width, 3));
    let names = ["✓ pre scale up", "◐ post scale up", "· bake time"];
    assert_eq!(rows(&names, 31), ["✓ pre scale up  ◐ post scale up", "· bake time", ""]);
    assert_eq!(rows(&names, 30), ["✓ pre scale up", "◐ post scale up  · bake time", ""]);
    assert_eq!(rows(&names, 27), names);
    assert_eq!(rows(&names[..1], 9), ["✓ pre", "scale up", ""], "no row has room for it");
}

#[test]
fn a_long_value_stays_in_its_column() {
    let mut details = Details::default();
    let fact = |label: &str, value: &str| Fact::new(label, hello_state::present::Cell::plain(value));
    details.facts(&theme(), &[fact("id", "1"), fact("reason", "it was too slow to start")]);
    let rows = drawn(&details, &DetailsState::default(), (20, 4));
    assert_eq!(rows, ["id      1", "reason  it was too", "        slow to", "        start"]);
}

#[test]
fn no_part_of_a_text_is_lost_at_any_width() {
    let text = "a\u{1b}[31m 日本 e\u{301}\u{200b} ابج 👩\u{200d}👧 word-of-many-letters  x".repeat(20);
    let details = of_text(&text);
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let shown = letters(&hello_model::text::visible(&text));
    for width in 1..30 {
        let state = DetailsState::default();
        state.wrap(&details, width);
        let wrapped = state.wrapped();
        let rows: String = (0..wrapped[0].rows()).map(|row| wrapped[0].line(row).to_string()).collect();
        assert_eq!(letters(&rows), shown, "at {width} columns");
    }
}

#[test]
fn pages_overlap_by_a_row_and_end_with_the_text() {
    let (details, state) = (numbered(20), DetailsState::default());
    drawn(&details, &state, (10, 6));
    assert_eq!(state.position().as_deref(), Some("1–6 of 20 ↓"));
    state.go(Move::PageDown);
    assert_eq!(drawn(&details, &state, (10, 6))[0], "6");
    assert_eq!(state.position().as_deref(), Some("6–11 of 20 ↕"));
    for _ in 0..9 {
        state.go(Move::PageDown);
    }
    assert_eq!(drawn(&details, &state, (10, 6))[5], "20");
    state.go(Move::Up);
    assert_eq!(drawn(&details, &state, (10, 6))[5], "19", "nothing was moved beyond the end");
    state.go(Move::Bottom);
    assert_eq!(drawn(&numbered(3), &state, (10, 6))[0], "1", "a shorter text is in view");
    assert_eq!(state.position(), None);
}

#[test]
fn a_refresh_keeps_the_place() {
    let state = DetailsState::default();
    drawn(&numbered(20), &state, (10, 6));
    state.go(Move::PageDown);
    assert_eq!(drawn(&numbered(22), &state, (10, 6))[0], "6");
}

#[test]
fn the_cursor_visits_each_stop_and_nothing_is_skipped() {
    let mut details = Details::default();
    for number in 0..9 {
        details.text(format!("stop {number}"));
        if number % 3 == 0 {
            details.stop();
        }
    }
    let state = DetailsState::default();
    drawn(&details, &state, (10, 4));
    let mut seen = std::collections::BTreeSet::new();
    let mut selected = Vec::new();
    for _ in 0..12 {
        seen.extend(drawn(&details, &state, (10, 4)));
        selected.extend(state.selected());
        state.go(Move::Down);
    }
    assert_eq!(seen.len(), 9);
    selected.dedup();
    assert_eq!(selected, [0, 1, 2]);
    for _ in 0..12 {
        state.go(Move::Up);
        drawn(&details, &state, (10, 4));
    }
    assert_eq!((state.selected(), state.top()), (Some(0), 0));
}

#[test]
fn a_text_of_a_megabyte_is_wrapped_once() {
    let text = "some words of a log line, and then ".repeat(30_000);
    let (details, state) = (of_text(&text), DetailsState::default());
    drawn(&details, &state, (80, 24));
    let wrapped = state.wrapped()[0].text.as_ptr();
    state.go(Move::PageDown);
    drawn(&of_text(&text.clone()), &state, (80, 24));
    assert_eq!(state.wrapped()[0].text.as_ptr(), wrapped);
    drawn(&details, &state, (60, 18));
    assert_ne!(state.wrapped()[0].text.as_ptr(), wrapped, "another width");
}
