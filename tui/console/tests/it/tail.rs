//! What the logs screen says of its completeness.

use hello_console::screens::logs;
use hello_model::{
    failure::Failure,
    log::{LogLine, TailEvent},
    query::{Query, Update},
};

use crate::{
    answers::{answers, at, lines},
    screens::Told,
};

/// Three lines more than a buffer keeps.
const MANY: i64 = 5_003;

fn many_lines() -> Vec<LogLine> {
    let line = lines().remove(0);
    (0..MANY)
        .map(|number| LogLine { id: number.to_string(), at: at(number - MANY), ..line.clone() })
        .collect()
}

#[expect(clippy::unnecessary_wraps, reason = "the form of an answer that may fail")]
fn answer(query: &Query) -> Option<Result<Vec<Update>, Failure>> {
    let updates = match query {
        Query::Logs(_) => vec![
            Update::Tail(TailEvent::Opened { group: "/ecs/hello".to_owned() }),
            Update::Tail(TailEvent::Lines(many_lines())),
            Update::Tail(TailEvent::CaughtUp { at: at(0) }),
        ],
        other => answers(other),
    };
    Some(Ok(updates))
}

#[test]
fn the_tail_says_live_or_held_and_what_was_forgotten() {
    let mut told = Told::with(logs::SPEC.id, answer);
    let live = told.seen((120, 40));
    assert!(live.contains("3 older forgotten") && live.contains("live"), "{live}");
    told.press("k");
    let held = told.seen((120, 40));
    assert!(held.contains("held · f follows") && !held.contains("live"), "{held}");
    told.press("f");
    assert!(told.seen((120, 40)).contains("live"));
}
