//! What is asked of the service when a filter is typed, and what is shown meanwhile.

mod writes;

use hello_model::{
    pages::{Cursor, Pages},
    truck::NewTruck,
};

use super::*;
use crate::{commands::FILTER, cx::fixture::Fixture};

/// A page of trucks; of many, if there is a next one.
fn fleet(makes: &[&str], next: Option<&str>) -> Fleet {
    let truck =
        |make: &&str| NewTruck::new(*make, "V8").into_truck((*make).into(), jiff::Timestamp::UNIX_EPOCH);
    let items = makes.iter().map(truck).collect();
    let next = next.map(|next| Cursor(next.to_owned()));
    Fleet { trucks: Pages { items, next, total: Some(1_000_000), left_out: 0 }, ..Fleet::default() }
}

fn filtered(text: &str, fixture: &Fixture) -> Trucks {
    let mut screen = Trucks::new("session");
    screen.act(FILTER, &fixture.cx());
    screen.on(&Event::Pasted(text), &fixture.cx());
    screen
}

fn searching(text: &str) -> Query {
    Query::Trucks(TruckFilter::searching(text))
}

fn wanted(screen: &Trucks, fixture: &Fixture) -> Query {
    let wants: Vec<_> = screen.wants(&fixture.cx()).into_iter().map(|want| want.query).collect();
    assert_eq!(wants[1..], [Query::TruckEvents]);
    wants[0].clone()
}

fn shown(screen: &Trucks, fixture: &Fixture) -> Vec<String> {
    screen.shown(&fixture.cx()).iter().map(|truck| truck.make.clone()).collect()
}

#[test]
fn a_filter_over_an_incomplete_list_goes_to_the_service() {
    let mut fixture = Fixture::new();
    fixture.answer(&Query::trucks(), fleet(&["Volvo", "DAF"], Some("2")));
    assert_eq!(wanted(&filtered("Volvo", &fixture), &fixture), searching("volvo"));
    assert_eq!(wanted(&filtered("!volvo", &fixture), &fixture), Query::trucks());
    fixture.answer(&Query::trucks(), fleet(&["Volvo", "DAF"], None));
    assert_eq!(wanted(&filtered("Volvo", &fixture), &fixture), Query::trucks(), "all rows are here");
}

#[test]
fn loaded_rows_are_shown_until_the_service_has_searched() {
    let mut fixture = Fixture::new();
    fixture.answer(&Query::trucks(), fleet(&["Volvo", "DAF"], Some("2")));
    let screen = filtered("volvo", &fixture);
    assert_eq!(shown(&screen, &fixture), ["Volvo"]);
    fixture.answer(&searching("volv"), fleet(&["Volvolino"], None));
    assert_eq!(shown(&screen, &fixture), ["Volvo"], "the answer to what was typed before");
    fixture.answer(&searching("volvo"), fleet(&["Volvo", "Volvo 2", "MAN"], None));
    assert_eq!(shown(&screen, &fixture), ["Volvo", "Volvo 2"], "the whole filter is applied to the answer");
}
