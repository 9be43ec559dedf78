//! Tests of the event loop with a controlled clock: idle, slow, replaced, flooded, broken, quit.

mod handing_over;
mod harness;

use std::{sync::Arc, time::Duration};

use crossterm::event::KeyCode;
use futures::{StreamExt, stream};
use hello_console::screens::{catalog, home, logs, trucks};
use hello_model::{
    failure::{Failure, Kind},
    log::TailEvent,
    query::Query,
    world::WorldId,
};

use self::harness::{Harness, answers, press, query};
use super::*;

#[tokio::test(start_paused = true)]
async fn an_idle_hour_draws_few_frames_and_only_polls() {
    let harness = Harness::new(home::SPEC.id);
    let ended = harness.run([(Duration::from_hours(1), press('q'))], answers).await;

    assert_eq!(ended.unwrap(), Ending::Quit);
    assert!(harness.frames() <= 10, "{} frames in an idle hour", harness.frames());
    let asked = |is: fn(&Query) -> bool| {
        let is_asked = |effect: &&Effect| matches!(effect.task(), Some(Task::Read(_, query)) if is(&query));
        harness.asked().iter().filter(is_asked).count()
    };
    assert_eq!(asked(|query| *query == Query::Catalog), 1, "the catalog is not in view");
    assert_eq!(asked(|query| *query == Query::TruckEvents), 1, "one stream, kept open");
    assert_eq!(asked(|query| *query == Query::trucks()), 61, "one a minute");
    assert_eq!(asked(|query| matches!(query, Query::Runs(_))), 180);
    assert_eq!(asked(|query| matches!(query, Query::Service(_))), 180);
    assert_eq!(asked(|query| matches!(query, Query::Logs(_))), 1, "one tail, kept open");
}

#[tokio::test(start_paused = true)]
async fn a_request_of_a_minute_blocks_no_key() {
    let harness = Harness::new(trucks::SPEC.id);
    let slow = |effect: Effect| match query(&effect) {
        Some(Query::Trucks(_)) => stream::once(async {
            tokio::time::sleep(Duration::from_mins(1)).await;
            Msg::answered(WorldId(0), Query::trucks(), Err(Failure::new(Kind::Offline, "", "")))
        })
        .boxed(),
        _ => answers(effect),
    };
    let keys = [(Duration::from_secs(1), press('2')), (Duration::from_secs(2), press('q'))];
    let ended = harness.run(keys, slow).await;

    assert_eq!(ended.unwrap(), Ending::Quit);
    assert_eq!(harness.elapsed().as_secs(), 2, "q waited for the request");
    assert!(harness.screen().contains("Catalog"), "{}", harness.screen());
}

/// A download removes its file when its task is gone.
#[tokio::test(start_paused = true)]
async fn quitting_waits_until_every_task_is_gone() {
    let harness = Harness::new(trucks::SPEC.id);
    let file = Arc::new(());
    let held = Arc::clone(&file);
    let endless = move |effect: Effect| match query(&effect) {
        Some(Query::Trucks(_)) => {
            let held = Arc::clone(&held);
            stream::pending::<Msg>().inspect(move |_| drop(Arc::clone(&held))).boxed()
        }
        _ => answers(effect),
    };
    let ended = harness.run([(Duration::from_secs(1), press('q'))], endless).await;
    assert_eq!(ended.unwrap(), Ending::Quit);
    assert_eq!(Arc::strong_count(&file), 1, "a task still has the file");
}

#[tokio::test(start_paused = true)]
async fn a_slow_request_shows_a_spinner() {
    let harness = Harness::new(trucks::SPEC.id);
    let never = |effect: Effect| match query(&effect) {
        Some(Query::Trucks(_)) => stream::pending().boxed(),
        _ => answers(effect),
    };
    harness.run([(Duration::from_secs(2), press('q'))], never).await.unwrap();
    assert!(harness.screen().contains("loading"), "{}", harness.screen());
}

#[tokio::test(start_paused = true)]
async fn two_million_lines_cost_few_frames_and_q_works() {
    let harness = Harness::new(logs::SPEC.id);
    let flood = |effect: Effect| match query(&effect) {
        Some(Query::Logs(source)) => stream::unfold((source.clone(), 0_u32), async |(source, batch)| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let lines = harness::lines(batch * 2_000, 2_000);
            Some((harness::tailed(&source, TailEvent::Lines(lines)), (source, batch + 1)))
        })
        .boxed(),
        _ => answers(effect),
    };
    let ended = harness.run([(Duration::from_secs(1), press('q'))], flood).await;

    assert_eq!(ended.unwrap(), Ending::Quit);
    assert_eq!(harness.elapsed().as_millis(), 1_000, "q waited for the flood");
    assert!(harness.frames() < 70, "{} frames in a second", harness.frames());
    assert!(harness.screen().contains("older forgotten"), "{}", harness.screen());
}

#[tokio::test(start_paused = true)]
async fn a_replaced_answer_never_arrives() {
    let harness = Harness::new(trucks::SPEC.id);
    let asked = std::sync::atomic::AtomicU64::new(0);
    let first_is_slow = |effect: Effect| match query(&effect) {
        Some(Query::Trucks(_)) => {
            let nth = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let (wait, make) = if nth == 0 { (3, "Stale") } else { (1, "Fresh") };
            stream::once(async move {
                tokio::time::sleep(Duration::from_secs(wait)).await;
                harness::fleet_of(make)
            })
            .boxed()
        }
        _ => answers(effect),
    };
    let keys = [(Duration::from_secs(1), press('r')), (Duration::from_secs(5), press('q'))];
    harness.run(keys, first_is_slow).await.unwrap();
    assert!(
        harness.screen().contains("Fresh") && !harness.screen().contains("Stale"),
        "{}",
        harness.screen()
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_task_ends_the_console_loudly() {
    let harness = Harness::new(trucks::SPEC.id);
    let broken = |effect: Effect| match query(&effect) {
        Some(Query::Trucks(_)) => stream::once(async { panic!("a mistake of ours") }).boxed(),
        _ => answers(effect),
    };
    let ended = harness.run([(Duration::from_mins(1), press('q'))], broken).await;
    assert!(matches!(&ended, Err(Error::Panicked(_))), "{ended:?}");
    assert!(ended.unwrap_err().to_string().contains("a mistake of ours"));
}

#[tokio::test(start_paused = true)]
async fn quitting_waits_for_a_write_under_way() {
    let harness = Harness::new(trucks::SPEC.id);
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let slow_save = |effect: Effect| match effect {
        Effect::Execute { .. } => {
            let done = std::sync::Arc::clone(&done);
            stream::once(async move {
                tokio::time::sleep(Duration::from_secs(3)).await;
                done.store(true, std::sync::atomic::Ordering::SeqCst);
                Msg::Woke
            })
            .boxed()
        }
        other => answers(other),
    };
    let second = Duration::from_secs(1);
    let (tab, enter) = (harness::key(KeyCode::Tab), harness::key(KeyCode::Enter));
    let typed = [press('n'), press('S'), tab, press('V'), enter].map(|key| (second, key));
    let keys = typed.into_iter().chain([(second * 2, harness::control('c'))]);
    harness.run(keys, slow_save).await.unwrap();
    assert!(done.load(std::sync::atomic::Ordering::SeqCst), "the write was cut");
}

#[tokio::test(start_paused = true)]
async fn a_closed_terminal_ends_the_console() {
    let harness = Harness::new(home::SPEC.id);
    let ended = harness.run([(Duration::from_secs(1), Input::Stop(SignalKind::quit()))], answers).await;
    assert_eq!(ended.unwrap(), Ending::Stopped(SignalKind::quit()));
}

#[tokio::test(start_paused = true)]
async fn ctrl_z_suspends_and_fg_redraws() {
    let harness = Harness::new(catalog::SPEC.id);
    let keys = [(Duration::from_mins(1), harness::control('z')), (Duration::from_secs(61), press('q'))];
    let before = Harness::new(catalog::SPEC.id);
    before.run([(Duration::from_secs(61), press('q'))], answers).await.unwrap();
    harness.run(keys, answers).await.unwrap();
    assert_eq!(harness.naps(), 1);
    assert!(harness.frames() > before.frames(), "nothing was drawn after waking");
}
