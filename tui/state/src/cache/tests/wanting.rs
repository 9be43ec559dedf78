//! Several wants of one query.

use super::*;

#[test]
fn two_screens_with_one_query_share_a_fetch() {
    let mut story = Story::new();
    assert_eq!(story.sync(&[Query::trucks(), Query::trucks()]), [Query::trucks()]);
    assert_eq!(story.sync(&[Query::trucks()]), [], "it is under way");
}

#[test]
fn the_highest_attention_counts() {
    let mut story = Story::new();
    let want = |attention| Want::from(Query::trucks()).attention(attention);
    let wants = [want(Attention::Background), want(Attention::Focused), want(Attention::Visible)];
    let attention = story.plan(&wants).fetch[0].attention;
    assert_eq!(attention, Attention::Focused);
}

#[test]
fn attention_is_forgotten_after_each_turn() {
    let mut story = Story::new();
    story.plan(&[Want::from(Query::trucks()).attention(Attention::Focused)]);
    story.answer(&Query::trucks(), fleet("1"));
    let plan = story.at(10.0).plan(&[Want::from(Query::trucks()).attention(Attention::Background)]);
    assert_eq!(plan.fetch[0].attention, Attention::Background);
}

#[test]
fn a_refresh_by_hand_has_the_highest_attention() {
    let mut story = Story::new();
    story.plan(&[Want::from(Query::trucks()).attention(Attention::Background)]);
    let refreshed = story.cache.refresh(&[Query::trucks()], story.now);
    assert_eq!(refreshed[0].attention, Attention::Focused);
}
