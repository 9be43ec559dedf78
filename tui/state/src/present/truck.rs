//! How trucks are shown.

use hello_model::{
    filter::{Value, ValueKind},
    truck::Truck,
};

use super::{Cell, Column, Columns, Fact, Format, Width, age_value, badge::truck_badge};

/// The columns of trucks.
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
            kind: ValueKind::Name,
            cell: |truck, _| Cell::or_dash(Some(&truck.make)),
            value: |truck, _| Value::text(Some(&truck.make)),
        },
        Column {
            id: "model",
            title: "MODEL",
            width: Width::Content(10, 30),
            kind: ValueKind::Name,
            cell: |truck, _| Cell::or_dash(Some(&truck.model)),
            value: |truck, _| Value::text(Some(&truck.model)),
        },
        Column {
            id: "plate",
            title: "PLATE",
            width: Width::Content(8, 16),
            kind: ValueKind::Name,
            cell: |truck, _| Cell::or_dash(truck.license_plate.as_deref()),
            value: |truck, _| Value::text(truck.license_plate.as_deref()),
        },
        Column {
            id: "status",
            title: "STATUS",
            width: Width::Content(13, 13),
            kind: ValueKind::Name,
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
