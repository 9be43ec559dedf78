//! What services answer: the answers of the screens' tests with other sizes and hostile texts, or a failure.

use std::sync::Arc;

use fastrand::Rng;
use hello_model::{
    failure::{Failure, FieldFault, Kind},
    log::{LogLine, TailEvent},
    pages::{Cursor, Pages},
    query::{Answer, Query, Update},
    truck::{NewTruck, Truck},
    write::{Outcome, Write, WriteResult},
};

use super::answers;

/// Texts that a service may send and that no screen may obey.
const TEXTS: &[&str] = &[
    "",
    "Scania",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{202e}turned\u{2066}",
    "漢字の長いテキスト漢字の長いテキスト",
    "a\u{301}\u{301}\u{301}\u{200d}\u{1f469}\u{200d}\u{1f680}",
    "line\nbreak\r\tand tab",
    "{\"level\":\"ERROR\",\"message\":\"{\\\"nested\\\":1}\"}",
];

/// Returns the news of a query.
pub(super) fn news(query: &Query, rng: &mut Rng) -> Vec<Result<Update, Failure>> {
    match rng.u8(..20) {
        0..3 => vec![Err(failure(rng))],
        3 => vec![Ok(Update::Unchanged)],
        _ => answers::answers(query).into_iter().map(|update| Ok(varied(update, rng))).collect(),
    }
}

pub(super) fn failure(rng: &mut Rng) -> Failure {
    let fault = FieldFault { field: "make".to_owned(), rule: text(rng) };
    let kind = match rng.u8(..8) {
        0 => Kind::NotConfigured,
        1 => Kind::Unauthorized,
        2 => Kind::NotFound,
        3 => Kind::RateLimited { until: answers::at(rng.i64(-100..1_000)) },
        4 => Kind::Offline,
        5 => Kind::Invalid(vec![fault]),
        6 => Kind::Conflict,
        _ => Kind::Unexpected,
    };
    Failure::new(kind, text(rng), text(rng)).hint(text(rng))
}

/// Returns how a write ends.
pub(super) fn result(write: &Write, rng: &mut Rng) -> WriteResult {
    match rng.u8(..6) {
        0 => WriteResult::Refused(failure(rng)),
        1 => WriteResult::Unknown(failure(rng)),
        _ => WriteResult::Done(match write {
            Write::CreateTrucks { .. } => Outcome::Trucks(vec![truck(rng)]),
            Write::RemoveTruck { truck, .. } => Outcome::Removed((**truck).clone()),
            _ => Outcome::Truck(truck(rng)),
        }),
    }
}

fn truck(rng: &mut Rng) -> Truck {
    let id = format!("0190bbbb-0000-7000-8000-{:012}", rng.u16(..));
    NewTruck::new(text(rng), "V8").into_truck(id.as_str().into(), answers::at(-5))
}

fn text(rng: &mut Rng) -> String {
    let text = TEXTS[rng.usize(..TEXTS.len())];
    match rng.u8(..30) {
        0 => text.repeat(300),
        _ => text.to_owned(),
    }
}

/// Returns an update with another number of rows, some of them hostile.
fn varied(update: Update, rng: &mut Rng) -> Update {
    match update {
        Update::Value(answer) => {
            let answer = varied_answer(answer, rng);
            if rng.u8(..8) == 0 { Update::Page(answer) } else { Update::Value(answer) }
        }
        Update::Tail(TailEvent::Lines(lines)) => Update::Tail(TailEvent::Lines(more_lines(&lines, rng))),
        other => other,
    }
}

fn varied_answer(mut answer: Answer, rng: &mut Rng) -> Answer {
    match &mut answer {
        Answer::Trucks(fleet) => {
            let fleet = Arc::make_mut(fleet);
            vary(&mut fleet.trucks, rng, |truck, number, rng| {
                truck.id = format!("0190aaaa-0000-7000-8000-{number:012}").as_str().into();
                truck.make = text(rng);
                truck.version = rng.u64(1..9);
            });
        }
        Answer::Runs(list) => {
            let list = Arc::make_mut(list);
            vary(&mut list.runs, rng, |run, number, rng| {
                run.number = number;
                run.id.0 = number;
                run.title = text(rng);
            });
        }
        Answer::StackEvents(events) => vary(Arc::make_mut(events), rng, |event, number, rng| {
            event.id = number.to_string();
            event.reason = Some(text(rng));
        }),
        Answer::Service(service) => {
            let service = Arc::make_mut(service);
            service.events.iter_mut().for_each(|event| event.message = text(rng));
            if rng.bool() {
                service.deployments.truncate(rng.usize(..2));
            }
        }
        Answer::Catalog(catalog) if rng.u8(..4) == 0 => {
            let name = ["one", "two", "hello-server"][rng.usize(..3)];
            let title = if rng.bool() { "漢字" } else { "plain" };
            *catalog = Arc::new(answers::catalog(&format!(
                "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}, title: {title}}}\nspec: \
                 {{type: service, lifecycle: production, owner: nobody, dependsOn: [component:two]}}\n"
            )));
        }
        _ => {}
    }
    answer
}

fn vary<T: Clone>(pages: &mut Pages<T>, rng: &mut Rng, mut change: impl FnMut(&mut T, u64, &mut Rng)) {
    let count = match rng.u8(..10) {
        0 => 0,
        1 => rng.usize(..2_000),
        _ => rng.usize(..60),
    };
    let first = rng.u64(..50);
    let some: Vec<T> = pages.items.iter().cycle().take(count).cloned().collect();
    pages.items = some;
    for (number, item) in (first..).zip(&mut pages.items) {
        change(item, number, rng);
    }
    pages.next = rng.bool().then(|| Cursor(rng.u16(..).to_string()));
    pages.total = rng.bool().then(|| rng.usize(..1_000_000));
}

fn more_lines(lines: &[LogLine], rng: &mut Rng) -> Vec<LogLine> {
    let count = if rng.u8(..30) == 0 { 10_000 } else { rng.usize(..200) };
    let more = lines.iter().cycle().take(count).cloned();
    let mut more: Vec<LogLine> = more.collect();
    for line in &mut more {
        line.id = rng.u64(..).to_string();
        if rng.u8(..3) == 0 {
            line.message = text(rng);
        }
    }
    more
}
