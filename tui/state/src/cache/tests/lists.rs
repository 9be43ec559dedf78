//! Lists that are loaded page by page.

use hello_model::truck::{NewTruck, Truck};

use super::*;

fn trucks(ids: std::ops::Range<u32>) -> Vec<Truck> {
    let truck = |id: u32| NewTruck::new("Scania", "V8").into_truck(id.to_string().into(), noon());
    ids.rev().map(truck).collect()
}

/// A page of trucks, the newest first.
fn page(ids: std::ops::Range<u32>, next: Option<&str>) -> Fleet {
    let next = next.map(|next| Cursor(next.to_owned()));
    Fleet {
        trucks: Pages { items: trucks(ids), next, total: Some(1_000_000), left_out: 0 },
        ..Fleet::default()
    }
}

fn rows(rows: usize) -> [Want; 1] {
    [Want::from(Query::trucks()).rows(rows)]
}

fn more(cursor: &str) -> Part {
    Part::More(Cursor(cursor.to_owned()))
}

impl Story {
    /// Returns the part of the fleet that is fetched so that there are this many rows.
    fn part(&mut self, count: usize) -> Option<Part> {
        let mut fetch = self.plan(&rows(count)).fetch;
        assert!(fetch.len() <= 1, "{fetch:?}");
        fetch.pop().map(|fetch| fetch.part)
    }

    fn append(&mut self, page: Fleet) {
        self.answer(&Query::trucks(), Update::Page(page.into()));
    }

    fn loaded(&self) -> usize {
        self.cache.trucks().value().map_or(0, |fleet| fleet.trucks.items.len())
    }

    /// Loads the trucks from 60 to 99.
    fn with_two_pages() -> Self {
        let mut story = Self::new();
        assert_eq!(story.part(40), Some(Part::Latest));
        story.answer(&Query::trucks(), page(80..100, Some("80")));
        assert_eq!(story.part(40), Some(more("80")));
        story.append(page(60..80, Some("60")));
        story
    }
}

#[test]
fn a_page_is_fetched_when_more_rows_are_wanted() {
    let mut story = Story::with_two_pages();
    assert_eq!(story.part(40), None, "there are enough");
    assert_eq!(story.loaded(), 40);
    assert_eq!(story.part(41), Some(more("60")));
    assert_eq!(story.part(41), None, "it is under way");
    story.append(page(50..65, None));
    assert_eq!(story.cache.trucks().value().unwrap().trucks.items, trucks(50..100), "no row is there twice");
    assert_eq!(story.part(1_000), None, "the list has ended");
}

#[test]
fn the_larger_of_two_extents_is_loaded() {
    let mut story = Story::new();
    let wants = [rows(5), [Want::from(Query::trucks())], rows(30)].concat();
    story.plan(&wants);
    story.answer(&Query::trucks(), page(80..100, Some("80")));
    assert_eq!(story.plan(&wants).fetch[0].part, more("80"));
}

#[test]
fn a_refresh_reads_the_first_page_and_keeps_the_others() {
    let mut story = Story::with_two_pages();
    assert_eq!(story.at(10.0).part(40), Some(Part::Latest));
    let mut head = page(82..102, Some("82"));
    head.trucks.items.remove(10);
    story.answer(&Query::trucks(), head);
    let ids = |fleet: &Fleet| fleet.trucks.items.iter().map(|truck| truck.id.as_str().to_owned()).collect();
    let loaded: Vec<String> = ids(story.cache.trucks().value().unwrap());
    let expected: Vec<_> = (60..102).rev().filter(|id| *id != 91).map(|id: u32| id.to_string()).collect();
    assert_eq!(loaded, expected, "91 is gone, 100 and 101 are new");
    assert_eq!(story.part(50), Some(more("60")), "the list goes on at its end");
}

#[test]
fn a_poll_waits_until_a_page_has_been_read() {
    let mut story = Story::with_two_pages();
    assert_eq!(story.at(9.0).part(60), Some(more("60")));
    assert_eq!(story.at(11.0).part(60), None);
    story.append(page(40..60, Some("40")));
    assert_eq!(story.part(60), Some(Part::Latest));
}

#[test]
fn a_write_replaces_a_page_that_is_being_read() {
    let mut story = Story::with_two_pages();
    assert_eq!(story.part(60), Some(more("60")));
    story.cache.expire(|_| true, story.now);
    assert_eq!(story.part(60), Some(Part::Latest));
    story.answer(&Query::trucks(), Update::Unchanged);
    assert_eq!(story.part(60), Some(more("60")));
}

#[test]
fn a_failed_page_is_fetched_after_the_next_refresh() {
    let mut story = Story::with_two_pages();
    story.part(60);
    story.resolve(&Query::trucks(), Err(offline()));
    assert_eq!((story.loaded(), story.part(60)), (40, None));
    assert_eq!(story.at(10.0).part(60), Some(Part::Latest));
    story.answer(&Query::trucks(), Update::Unchanged);
    assert_eq!(story.part(60), Some(more("60")));
}

#[test]
fn a_refused_cursor_starts_the_list_again() {
    let mut story = Story::with_two_pages();
    story.part(60);
    story
        .resolve(&Query::trucks(), Err(Failure::new(Kind::Invalid(Vec::new()), "", "the cursor is too old")));
    let plan = story.at(10.0).plan(&rows(60));
    assert_eq!((&plan.fetch[0].part, &plan.fetch[0].known), (&Part::Latest, &None), "nothing may confirm it");
    story.answer(&Query::trucks(), page(80..100, Some("new")));
    assert_eq!((story.loaded(), story.part(60)), (20, Some(more("new"))));
}

#[test]
fn a_list_of_empty_pages_ends() {
    let mut story = Story::with_two_pages();
    let mut pages = 0;
    while story.part(60).is_some() && pages < 100 {
        pages += 1;
        story.append(page(0..0, Some(&pages.to_string())));
    }
    assert_eq!(pages, 10);
}
