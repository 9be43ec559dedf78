//! The stream of events about trucks, and the answers that follow it.

use hello_model::{
    fetch::Fetch,
    truck::{
        ChangeKind, EntityTag, EventId, FleetEvent, NewTruck, TaggedTruck, Truck, TruckChange, TruckFilter,
        TruckStatus,
    },
};

use super::*;

fn truck(age: i64) -> Truck {
    let at = noon() - jiff::SignedDuration::from_secs(age);
    NewTruck::new("Scania", "V8").into_truck(age.to_string().into(), at)
}

/// A page of trucks, of many, with its tag.
fn page(ages: std::ops::Range<i64>) -> Fleet {
    let next = Some(Cursor(ages.end.to_string()));
    let trucks = Pages { items: ages.map(truck).collect(), next, total: Some(1_000), left_out: 0 };
    Fleet { trucks, tag: Some("\"1\"".to_owned()), ..Fleet::default() }
}

fn created(age: i64) -> TruckChange {
    TruckChange { kind: ChangeKind::Created, truck: truck(age) }
}

fn retired(age: i64) -> TruckChange {
    let truck = Truck { status: TruckStatus::Retired, version: 2, ..truck(age) };
    TruckChange { kind: ChangeKind::Changed, truck }
}

fn removed(age: i64) -> TruckChange {
    TruckChange { kind: ChangeKind::Removed, truck: truck(age) }
}

fn searching(text: &str) -> Query {
    Query::Trucks(TruckFilter::searching(text))
}

fn followed() -> [Query; 2] {
    [Query::trucks(), Query::TruckEvents]
}

impl Story {
    /// Loads the trucks of the ages from 10 to 19 and opens the stream.
    fn following() -> Self {
        let mut story = Self::new();
        assert_eq!(story.sync(&followed()), followed());
        story.answer(&Query::trucks(), page(10..20));
        story.event(FleetEvent::Opened);
        story.confirm();
        story
    }

    fn event(&mut self, event: FleetEvent) {
        self.answer(&Query::TruckEvents, Update::Fleet(event));
    }

    fn changes(&mut self, changes: &[TruckChange], last: &str) {
        let last = Some(EventId(last.to_owned()));
        self.event(FleetEvent::Changes { changes: changes.to_vec(), last });
    }

    /// Confirms the list as a whole.
    fn confirm(&mut self) {
        assert_eq!(self.sync(&followed()), [Query::trucks()]);
        self.answer(&Query::trucks(), Update::Unchanged);
    }

    fn ages(&self, query: &Query) -> Vec<&str> {
        let Query::Trucks(filter) = query else { panic!("{query:?}") };
        let fleet = self.cache.selected_trucks(filter).value().expect("a list");
        fleet.trucks.items.iter().map(|truck| truck.id.as_str()).collect()
    }

    /// Returns the only request that is due.
    fn fetch(&mut self, wanted: &[Query]) -> Fetch {
        let mut fetch = self.plan(&wants(wanted)).fetch;
        assert_eq!(fetch.len(), 1, "{fetch:?}");
        fetch.remove(0)
    }
}

#[test]
fn events_replace_polling() {
    let mut story = Story::following();
    assert_eq!(story.deadline(&followed()), Some(60.0), "only once a minute");
    let version = story.cache.version(&Query::trucks());
    assert_eq!(story.at(59.0).sync(&followed()), []);
    assert_eq!(story.cache.version(&Query::trucks()), version, "nothing is drawn");
}

#[test]
fn without_events_the_trucks_are_polled() {
    let mut story = Story::following();
    story.at(30.0).resolve(&Query::TruckEvents, Err(offline()));
    story.confirm();
    assert_eq!(story.at(31.0).sync(&followed()), [Query::TruckEvents]);
    story.resolve(&Query::TruckEvents, Err(offline()));
    assert_eq!(story.deadline(&followed()), Some(33.0), "the second wait is longer");
    assert_eq!(story.at(40.0).sync(&followed()), [Query::trucks(), Query::TruckEvents]);

    let mut story = Story::following();
    story.event(FleetEvent::Unavailable);
    story.confirm();
    assert_eq!(story.deadline(&followed()), Some(10.0), "the stream is opened again much later");
}

#[test]
fn a_change_is_seen_in_every_list() {
    let (mut story, active) = (Story::following(), TruckStatus::Active);
    let active = Query::Trucks(TruckFilter { status: Some(active), search: None });
    story.sync(std::slice::from_ref(&active));
    story.answer(&active, page(10..20));
    let version = story.cache.version(&Query::trucks());
    story.changes(&[created(5), retired(11), removed(12)], "3");
    assert_eq!(story.ages(&active)[..3], ["5", "10", "13"]);
    assert_eq!(story.ages(&Query::trucks())[..4], ["5", "10", "11", "13"]);
    assert_eq!(story.cache.trucks().value().unwrap().trucks.items[2], retired(11).truck);
    assert_eq!(story.cache.version(&Query::trucks()), version + 1, "one frame for all of them");
}

#[test]
fn a_written_truck_is_there_at_once_and_counted_once() {
    let mut story = Story::following();
    let trucks = |story: &Story| story.cache.trucks().value().unwrap().trucks.clone();
    story.cache.apply_written(&[created(5), retired(11)], story.now);
    let written = trucks(&story);
    assert_eq!((written.items.len(), written.total), (11, Some(1_001)));
    story.changes(&[created(5), retired(11)], "3");
    assert_eq!(trucks(&story), written, "the stream tells it later");

    story.at(60.0).fetch(&followed());
    story.cache.apply_written(&[created(4)], story.now);
    assert_eq!(story.ages(&Query::trucks())[0], "4", "also while the list is being read");
    // The answer is from before the addition.
    story.answer(&Query::trucks(), page(10..20));
    assert_eq!(story.ages(&Query::trucks())[0], "4");
    assert_eq!(trucks(&story).total, Some(1_001));
}

#[test]
fn a_change_of_other_pages_draws_nothing() {
    let mut story = Story::following();
    let version = story.cache.version(&Query::trucks());
    story.changes(&[retired(500)], "3");
    assert_eq!(story.cache.version(&Query::trucks()), version);
}

#[test]
fn the_total_is_read_again_after_changes() {
    let mut story = Story::following();
    story.at(1.0).changes(&[created(5)], "3");
    story.at(4.0).changes(&[created(4)], "4");
    assert_eq!(story.deadline(&followed()), Some(6.0), "once for all changes");
    let fetch = story.at(6.0).fetch(&followed());
    assert_eq!((fetch.query, fetch.part), (Query::trucks(), Part::Latest));
}

#[test]
fn changes_wait_for_the_request_under_way() {
    let mut story = Story::following();
    story.at(60.0).fetch(&followed());
    story.changes(&[removed(10)], "3");
    assert_eq!(story.ages(&Query::trucks())[0], "10");
    // The answer is from before the removal.
    story.answer(&Query::trucks(), page(10..20));
    assert_eq!(story.ages(&Query::trucks())[0], "11");
}

#[test]
fn a_failing_list_is_not_asked_more_often() {
    let mut story = Story::following();
    story.at(60.0).fetch(&followed());
    story.changes(&[created(5)], "3");
    story.resolve(&Query::trucks(), Err(offline()));
    story.changes(&[created(4)], "4");
    assert_eq!(story.ages(&Query::trucks())[..3], ["4", "5", "10"]);
    assert_eq!(story.deadline(&followed()), Some(70.0), "after its wait");
}

#[test]
fn a_stream_goes_on_after_its_last_event() {
    let mut story = Story::following();
    story.changes(&[created(5)], "17");
    story.at(60.0).plan(&[]);
    assert_eq!(story.at(89.0).plan(&[]).stop, []);
    assert_eq!(story.at(90.0).plan(&[]).stop, [Query::TruckEvents]);
    let fetch = story.fetch(&[Query::TruckEvents]);
    assert_eq!(fetch.resume, Some(Resume::After(EventId("17".to_owned()))));
    story.event(FleetEvent::Opened);
    let known = story.fetch(&followed()).known;
    assert!(
        matches!(known, Some(Answer::Trucks(known)) if known.trucks.items.len() == 11),
        "no row is in doubt"
    );
}

#[test]
fn missed_events_read_the_list_anew_unless_it_is_unchanged() {
    let mut story = Story::following();
    story.answer(&Query::trucks(), Update::Page(page(20..30).into()));
    story.event(FleetEvent::Reset { last: Some(EventId("99".to_owned())) });
    let fetch = story.fetch(&followed());
    let Some(Answer::Trucks(known)) = fetch.known else { panic!("{:?}", fetch.known) };
    assert_eq!(
        (known.trucks.items.len(), known.tag.as_deref()),
        (0, Some("\"1\"")),
        "only the tag may confirm"
    );
    story.answer(&Query::trucks(), Update::Unchanged);
    assert_eq!(story.ages(&Query::trucks()).len(), 20);

    story.event(FleetEvent::Reset { last: None });
    story.fetch(&followed());
    story.answer(&Query::trucks(), page(9..19));
    assert_eq!(story.ages(&Query::trucks()).len(), 10, "the other pages may be outdated");
}

#[test]
fn a_stream_that_begins_anew_has_missed_events() {
    let mut story = Story::following();
    story.resolve(&Query::TruckEvents, Err(offline()));
    story.at(1.0).sync(&followed());
    story.event(FleetEvent::Opened);
    // The list was asked for before the stream was open.
    story.answer(&Query::trucks(), Update::Unchanged);
    let fetch = story.fetch(&followed());
    assert!(matches!(fetch.known, Some(Answer::Trucks(known)) if known.trucks.items.is_empty()));
}

#[test]
fn a_list_that_has_grown_by_changes_is_cut() {
    let mut story = Story::following();
    let flood: Vec<_> = (1..=3_000).map(|age| created(-age)).collect();
    story.changes(&flood, "3000");
    assert_eq!(story.ages(&Query::trucks()).len(), 3_010);
    story.at(5.0).fetch(&followed());
    story.answer(&Query::trucks(), page(-3_000..-2_800));
    assert_eq!(story.ages(&Query::trucks()).len(), 200);
}

#[test]
fn a_changed_truck_is_read_with_its_new_tag() {
    let mut story = Story::new();
    let wanted = [Query::Truck("5".into()), Query::TruckEvents];
    story.sync(&wanted);
    let known = TaggedTruck { truck: truck(5), tag: EntityTag::strong("\"1\"") };
    story.answer(&wanted[0], known.clone());
    story.event(FleetEvent::Opened);
    story.sync(&wanted);
    story.answer(&wanted[0], Update::Unchanged);
    story.changes(&[retired(4)], "1");
    assert_eq!(story.sync(&wanted), []);
    story.changes(&[retired(5)], "2");
    let fetch = story.fetch(&wanted);
    assert_eq!((fetch.query, fetch.known), (wanted[0].clone(), Some(known.into())));
}

#[test]
fn a_search_is_made_when_typing_pauses() {
    let mut story = Story::new();
    assert_eq!(story.sync(&[searching("v")]), []);
    assert_eq!(story.at(0.1).plan(&wants(&[searching("vo")])).stop, [searching("v")]);
    assert_eq!(story.deadline(&[searching("vo")]), Some(0.25));
    assert_eq!(story.at(0.25).sync(&[searching("vo")]), [searching("vo")]);
}

#[test]
fn an_unanswered_search_is_dropped_for_a_newer_one() {
    let mut story = Story::new();
    story.sync(&[searching("vo")]);
    story.at(0.2).sync(&[searching("vo")]);
    assert_eq!(story.plan(&wants(&[searching("volvo")])).stop, [searching("vo")]);
    story.answer(&searching("vo"), page(10..20));
    assert!(story.cache.selected_trucks(&TruckFilter::searching("vo")).is_untouched());

    story.at(0.4).sync(&[searching("volvo")]);
    story.answer(&searching("volvo"), page(10..20));
    assert_eq!(story.plan(&[]).stop, [], "an answer is kept");
    assert_eq!(story.ages(&searching("volvo")).len(), 10);
}
