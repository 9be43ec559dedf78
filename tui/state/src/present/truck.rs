//! How trucks are shown.

use hello_model::{
    filter::{Value, ValueKind},
    truck::Truck,
};

use super::{Cell, Column, Columns, Fact, Format, Width, age_value, badge::truck_badge};

/// The columns of trucks. A word is found in one piece, not by some of its letters, so that the service can search for
/// it in trucks that are not loaded.
pub const COLUMNS: Columns<Truck> = Columns {
    all: &[
        Column {
            id: "id",
            title: "ID",
            width: Width::Content(9, 36),
            kind: ValueKind::Text,
            cell: |truck, format| Cell::faint(format.id(truck.id.as_str())),
            value: |truck, _| Value::text(Some(truck.id.as_str())),
        },
        Column {
            id: "make",
            title: "MAKE",
            width: Width::Content(10, 30),
            kind: ValueKind::Text,
            cell: |truck, _| Cell::or_dash(Some(&truck.make)),
            value: |truck, _| Value::text(Some(&truck.make)),
        },
        Column {
            id: "model",
            title: "MODEL",
            width: Width::Content(10, 30),
            kind: ValueKind::Text,
            cell: |truck, _| Cell::or_dash(Some(&truck.model)),
            value: |truck, _| Value::text(Some(&truck.model)),
        },
        Column {
            id: "plate",
            title: "PLATE",
            width: Width::Content(8, 16),
            kind: ValueKind::Text,
            cell: |truck, _| Cell::or_dash(truck.license_plate.as_deref()),
            value: |truck, _| Value::text(truck.license_plate.as_deref()),
        },
        Column {
            id: "status",
            title: "STATUS",
            width: Width::Content(13, 13),
            kind: ValueKind::Text,
            cell: |truck, _| Cell::badge(truck_badge(truck.status)),
            value: |truck, _| Value::text(Some(truck.status.as_str())),
        },
        Column {
            id: "added",
            title: "ADDED",
            width: Width::Fixed(14),
            kind: ValueKind::Time,
            cell: |truck, format| Cell::plain(format.moment(Some(truck.created_at))),
            value: |truck, _| Value::Time(truck.created_at),
        },
        Column {
            id: "changed",
            title: "CHANGED",
            width: Width::Fixed(14),
            kind: ValueKind::Time,
            cell: |truck, format| Cell::plain(format.moment(Some(truck.updated_at))),
            value: |truck, _| Value::Time(truck.updated_at),
        },
        Column {
            id: "age",
            title: "AGE",
            width: Width::Content(3, 5),
            kind: ValueKind::Duration,
            cell: |truck, format| Cell::plain(format.age(Some(truck.created_at))),
            value: |truck, format| age_value(Some(truck.created_at), format),
        },
    ],
    screen: &[("make", 0), ("model", 0), ("plate", 1), ("status", 0), ("age", 0), ("id", 2), ("changed", 3)],
    command: &[("id", 0), ("make", 0), ("model", 0), ("plate", 2), ("status", 1), ("added", 3)],
};

/// Returns the details of a truck.
pub fn facts(truck: &Truck, format: &Format) -> Vec<Fact> {
    [
        Fact::some("id", Some(truck.id.as_str())),
        Fact::some("make", Some(truck.make.as_str())),
        Fact::some("model", Some(truck.model.as_str())),
        Fact::some("plate", truck.license_plate.as_deref()),
        Some(Fact::new("status", Cell::badge(truck_badge(truck.status)))),
        Fact::some("added", Some(format.moment(Some(truck.created_at)))),
        Fact::some("changed", Some(format.moment(Some(truck.updated_at)))),
        Fact::some("version", Some(truck.version.to_string())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use hello_model::{
        filter::{Clock, Filter},
        truck::{NewTruck, TruckFilter, TruckStatus},
    };
    use proptest::{prelude::*, sample::select};

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            select(
                &["Volvo", "Land Rover", "LAND_ROVER", "MAN", "ΑΣ", "ας", "İveco", "ẞ", "0190", "b-1"][..]
            )
            .prop_map(str::to_owned),
            "[aAvVoO0-9σΣİß_ -]{0,6}",
        ]
    }

    fn term() -> impl Strategy<Value = String> {
        let before = ["", "!", "make:", "MAKE=", "model:", "plate=", "status:", "status=", "id:", "other:"];
        (select(before.to_vec()), text(), any::<bool>()).prop_map(|(before, text, is_quoted)| {
            if is_quoted { format!("{before}\"{text}\"") } else { format!("{before}{text}") }
        })
    }

    fn truck() -> impl Strategy<Value = Truck> {
        let id = "0190[0-9a-f]{4}-[0-9a-f]{4}";
        (id, text(), text(), proptest::option::of(text()), select(&TruckStatus::ALL[..])).prop_map(
            |(id, make, model, license_plate, status)| {
                let new = NewTruck { license_plate, status, ..NewTruck::new(make, model) };
                new.into_truck(id.as_str().into(), jiff::Timestamp::UNIX_EPOCH)
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// Otherwise a truck that passes the filter would never be shown.
        #[test]
        fn the_service_selects_every_truck_that_passes(
            terms in proptest::collection::vec(term(), 1..4),
            trucks in proptest::collection::vec(truck(), 1..20),
        ) {
            let filter = Filter::parse(&terms.join(" "));
            let selected = TruckFilter::covering(&filter);
            let clock = Clock { now: jiff::Timestamp::UNIX_EPOCH, zone: jiff::tz::TimeZone::UTC };
            for truck in COLUMNS.passing(&trucks, &filter, &Format { clock, has_year: false }) {
                prop_assert!(selected.matches(truck), "{:?} does not select {:?}", selected, truck);
            }
        }
    }
}
