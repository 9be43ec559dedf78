//! What is forgotten, and when.

use super::*;

#[test]
fn an_update_of_a_forgotten_query_changes_nothing() {
    let mut story = Story::new();
    story.sync(&[Query::trucks()]);
    story.cache.clear();
    story.answer(&Query::trucks(), fleet("of the old world"));
    assert!(story.cache.trucks().is_untouched());
    assert_eq!(story.sync(&[Query::trucks()]), [Query::trucks()]);
}

#[test]
fn the_least_recently_used_values_are_forgotten() {
    let mut story = Story::new();
    let run = |id| Query::Run(repo(), RunId(id));
    for id in 0..30 {
        story.sync(&[run(id)]);
    }
    story.sync(&[run(14)]);
    story.sync(&[run(30)]);
    let known = (0..31).filter(|id| !story.cache.run(&repo(), RunId(*id)).is_untouched());
    let expected: Vec<_> = [14].into_iter().chain(15..31).collect();
    assert_eq!(known.collect::<Vec<_>>(), expected, "the wanted one and the last 16");
}

#[test]
fn one_stopped_tail_is_kept() {
    let mut story = Story::new();
    let source = |name: &str| LogSource::Group(name.to_owned());
    story.sync(&[Query::Logs(source("a"))]);
    story.at(1.0).sync(&[Query::Logs(source("b"))]);
    story.at(2.0).plan(&[]);
    assert_eq!(story.at(40.0).plan(&[]).stop.len(), 2);
    assert!(story.cache.logs(&source("a")).is_none());
    assert!(story.cache.logs(&source("b")).is_some());
}

#[test]
fn a_large_log_of_a_job_is_forgotten_after_a_while() {
    let mut story = Story::new();
    let log = |id| Query::JobLog(repo(), JobId(id));
    let has_log = |story: &Story, id| story.cache.job_log(&repo(), JobId(id)).is_some();
    story.sync(&[log(1), log(2)]);
    for (id, lines) in [(1, 10), (2, 1_000_000)] {
        let (mut writer, text) = (LogWriter::default(), "a line of text\n".repeat(lines));
        for segment in writer.push(text.as_bytes()).into_iter().chain(writer.finish()) {
            story.answer(&log(id), Update::JobLog(JobLogEvent::Segment(segment)));
        }
        story.answer(&log(id), Update::JobLog(JobLogEvent::Ended(LogEnd::Complete)));
    }
    assert_eq!(story.at(20.0).sync(&[log(1), log(2)]), [], "a log that has ended is not read again");
    story.at(21.0).plan(&[]);
    assert_eq!(story.deadline(&[]), Some(51.0));
    story.at(50.0).plan(&[]);
    assert!(has_log(&story, 1) && has_log(&story, 2));
    story.at(51.0).plan(&[]);
    assert!(has_log(&story, 1) && !has_log(&story, 2));
}
