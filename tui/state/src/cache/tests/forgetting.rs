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
