//! Any value of a type of the wire.

use hello_shared::{FieldError, NewTruck, Problem, Truck, TruckStatus};
use jiff::Timestamp;
use proptest::{collection::vec, option, prelude::*, sample::select};

pub(crate) fn status() -> impl Strategy<Value = TruckStatus> {
    select(TruckStatus::ALL.to_vec())
}

pub(crate) fn timestamp() -> impl Strategy<Value = Timestamp> {
    let nanoseconds = Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond();
    nanoseconds
        .prop_map(|at| Timestamp::from_nanosecond(at).expect("a moment between the first and the last"))
}

pub(crate) fn new_truck() -> impl Strategy<Value = NewTruck> {
    (any::<String>(), any::<String>(), option::of(any::<String>()), status())
        .prop_map(|(make, model, license_plate, status)| NewTruck { make, model, license_plate, status })
}

pub(crate) fn truck() -> impl Strategy<Value = Truck> {
    (new_truck(), any::<String>(), timestamp(), timestamp(), any::<u64>()).prop_map(
        |(new, id, created_at, updated_at, version)| Truck {
            updated_at,
            version,
            ..new.into_truck(id.into(), created_at)
        },
    )
}

pub(crate) fn problem() -> impl Strategy<Value = Problem> {
    let error =
        (any::<String>(), any::<String>(), any::<String>()).prop_map(|(p, r, f)| FieldError::new(p, r, f));
    let words = || option::of(any::<String>());
    (any::<String>(), words(), option::of(any::<u16>()), words(), words(), vec(error, 0..4)).prop_map(
        |(kind, title, status, detail, request_id, errors)| Problem {
            kind,
            title,
            status,
            detail,
            request_id,
            errors,
        },
    )
}

/// Any JSON at all, a few levels deep.
pub(crate) fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Into::into),
            vec((member(), inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// The name of a member: often one that a problem document has.
pub(crate) fn member() -> impl Strategy<Value = String> {
    let known = ["type", "title", "status", "detail", "requestId", "errors", "pointer", "rule", "found"];
    prop_oneof![4 => select(known.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}
