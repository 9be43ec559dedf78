//! Which rows of a list pass its filter, and in which order: computed once for each answer, not for each frame.

use hello_model::{filter::Filter, query::Query, world::WorldId};
use hello_state::present::Sort;

use super::listed::Listed;
use crate::cx::Cx;

/// The places of the rows, with what they were computed from.
#[derive(Debug, Clone)]
pub(super) struct RowOrder {
    basis: Basis,
    places: Vec<usize>,
}

/// All that the rows depend on.
#[derive(Debug, Clone, PartialEq)]
struct Basis {
    world: WorldId,
    /// The versions of the answers that the items are from.
    versions: Vec<u64>,
    filter: Filter,
    sort: Option<Sort>,
    /// The second, where time alone may change the rows.
    second: Option<i64>,
}

impl RowOrder {
    /// Returns the places of the items that pass, from `known` if nothing has changed. `queries` are those that the items
    /// answer.
    pub(super) fn places<'o, T: Listed>(
        known: &'o mut Option<Self>,
        items: &[T],
        queries: &[Query],
        filter: &Filter,
        cx: &Cx<'_>,
    ) -> &'o [usize] {
        let sort = cx.layout(T::NOUN).sort.as_ref();
        let basis = Basis {
            world: cx.world.id,
            versions: queries.iter().map(|query| cx.cache.version(query)).collect(),
            filter: filter.clone(),
            sort: sort.cloned(),
            second: T::COLUMNS.depend_on_time(filter, sort).then(|| cx.now.wall.as_second()),
        };
        let order = match known.take() {
            Some(order) if order.basis == basis => order,
            _ => Self { places: T::COLUMNS.places(items, filter, sort, &cx.format()), basis },
        };
        &known.insert(order).places
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use hello_model::{
        filter::{Value, ValueKind},
        pages::Pages,
        truck::{Fleet, NewTruck, Truck, TruckId},
    };
    use hello_state::present::{self, Column, Columns, ListLayout, Width};

    use super::*;
    use crate::{commands::FILTER, cx::fixture::Fixture, screen::Event, screens::list_state::ListState};

    thread_local! {
        /// How many values of rows were read.
        static READ: Cell<usize> = const { Cell::new(0) };
    }

    /// A row whose values are counted when they are read.
    #[derive(Debug)]
    struct Counted(Truck);

    const COLUMNS: Columns<Counted> = Columns {
        all: &[
            Column {
                id: "make",
                title: "MAKE",
                width: Width::Rest(10),
                kind: ValueKind::Text,
                cell: |_, _| present::Cell::default(),
                value: |row, _| {
                    READ.set(READ.get() + 1);
                    Value::text(Some(&row.0.make))
                },
            },
            Column {
                id: "took",
                title: "TOOK",
                width: Width::Fixed(5),
                kind: ValueKind::Duration,
                cell: |_, _| present::Cell::default(),
                value: |_, format| {
                    READ.set(READ.get() + 1);
                    let seconds = format.clock.now.as_second().unsigned_abs();
                    Value::Duration(Duration::from_secs(seconds))
                },
            },
        ],
        screen: &[("make", 0)],
        command: &[],
    };

    impl Listed for Counted {
        type Key = TruckId;
        const NOUN: &'static str = "counted";
        const PLURAL: &'static str = "counted";
        const COLUMNS: &'static Columns<Self> = &COLUMNS;

        fn key(&self) -> &TruckId {
            &self.0.id
        }
    }

    fn truck(make: &str) -> Truck {
        NewTruck::new(make, "V8").into_truck(make.into(), jiff::Timestamp::UNIX_EPOCH)
    }

    fn answer(fixture: &mut Fixture, makes: &[&str]) -> Vec<Counted> {
        let items = makes.iter().map(|make| truck(make)).collect();
        let trucks = Pages { items, next: None, total: None, left_out: 0 };
        fixture.answer(&Query::trucks(), Fleet { trucks, ..Fleet::default() });
        makes.iter().map(|make| Counted(truck(make))).collect()
    }

    fn sort(fixture: &mut Fixture, column: &str) {
        let sort = Some(Sort { column: column.to_owned(), is_descending: false });
        fixture.arrange(Counted::NOUN, ListLayout { sort, ..ListLayout::default() });
    }

    /// Returns the makes in their order, and how many values were read for that.
    fn shown(rows: &ListState<Counted>, items: &[Counted], fixture: &Fixture) -> (Vec<String>, usize) {
        READ.set(0);
        let shown = rows.passing(items, &[Query::trucks()], &fixture.cx());
        (shown.iter().map(|row| row.0.make.clone()).collect(), READ.get())
    }

    fn makes(makes: &[&str]) -> Vec<String> {
        makes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_frame_without_a_change_reads_no_row() {
        let mut fixture = Fixture::new();
        let mut rows = ListState::default();
        let items = answer(&mut fixture, &["Volvo", "DAF", "MAN"]);
        assert_eq!(
            shown(&rows, &items, &fixture),
            (makes(&["Volvo", "DAF", "MAN"]), 0),
            "nothing is to be done"
        );
        sort(&mut fixture, "make");
        assert_eq!(shown(&rows, &items, &fixture), (makes(&["DAF", "MAN", "Volvo"]), 3));
        assert_eq!(shown(&rows, &items, &fixture).1, 0);
        fixture.wait(Duration::from_mins(1));
        assert_eq!(shown(&rows, &items, &fixture).1, 0, "time changes no make");
        rows.filter.act(FILTER);
        rows.on(&Event::Pasted("make:a"));
        let (filtered, read) = shown(&rows, &items, &fixture);
        assert_eq!((filtered, read > 0), (makes(&["DAF", "MAN"]), true));
        assert_eq!(shown(&rows, &items, &fixture), (makes(&["DAF", "MAN"]), 0));
    }

    #[test]
    fn each_answer_is_filtered_and_sorted_anew() {
        let mut fixture = Fixture::new();
        let rows = ListState::default();
        sort(&mut fixture, "make");
        let items = answer(&mut fixture, &["Volvo", "DAF"]);
        assert_eq!(shown(&rows, &items, &fixture).0, makes(&["DAF", "Volvo"]));
        let items = answer(&mut fixture, &["Iveco", "Volvo", "DAF"]);
        assert_eq!(shown(&rows, &items, &fixture).0, makes(&["DAF", "Iveco", "Volvo"]));
    }

    #[test]
    fn an_answer_that_was_forgotten_is_another_one() {
        let mut fixture = Fixture::new();
        let rows = ListState::default();
        sort(&mut fixture, "make");
        let items = answer(&mut fixture, &["Volvo", "DAF"]);
        assert_eq!(shown(&rows, &items, &fixture).0, makes(&["DAF", "Volvo"]));
        fixture.forget_answers();
        let items = answer(&mut fixture, &["A", "B"]);
        assert_eq!(shown(&rows, &items, &fixture).0, makes(&["A", "B"]));
    }

    #[test]
    fn an_order_by_durations_follows_the_clock() {
        let mut fixture = Fixture::new();
        let rows = ListState::default();
        let items = answer(&mut fixture, &["Volvo", "DAF"]);
        sort(&mut fixture, "took");
        assert_eq!((shown(&rows, &items, &fixture).1, shown(&rows, &items, &fixture).1), (2, 0));
        fixture.wait(Duration::from_secs(1));
        assert_eq!(shown(&rows, &items, &fixture).1, 2);
    }
}
