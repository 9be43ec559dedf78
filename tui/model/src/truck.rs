//! Trucks as the console knows them: the types of the wire format, and changes of a truck.

mod event;
mod filter;

use std::fmt;

pub use hello_shared::{NewTruck, Truck, TruckId, TruckStatus, rules};
use serde::Serialize;

pub use self::{
    event::{ChangeKind, EventId, FleetEvent, TruckChange},
    filter::TruckFilter,
};
use crate::pages::{Cursor, ListItem, Paged, Pages};

/// The data that the trucks service returns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fleet {
    /// The trucks. A list that is read page by page is newest first; a whole one has the service's order.
    pub trucks: Pages<Truck>,
    /// Why a list that was to be read as a whole is incomplete.
    pub unread: Option<String>,
    /// The service's version, if it reports one.
    pub service_version: Option<String>,
    /// The `ETag` of the first page, if there was one. The service confirms the whole fleet with it.
    pub tag: Option<String>,
}

impl ListItem for Truck {
    type Id = TruckId;

    fn identity(&self) -> &TruckId {
        &self.id
    }
}

impl Paged for Fleet {
    fn loaded(&self) -> usize {
        self.trucks.loaded()
    }

    fn next(&self) -> Option<&Cursor> {
        self.trucks.next()
    }

    fn refresh(&mut self, head: Self) {
        self.trucks.refresh(head.trucks);
        self.unread = head.unread;
        self.service_version = head.service_version;
        self.tag = head.tag;
    }

    fn append(&mut self, page: Self) {
        self.trucks.append(page.trucks);
        self.unread = page.unread.or(self.unread.take());
    }

    fn is_confirmed_by(&self, head: &Self) -> bool {
        self.trucks.is_confirmed_by(&head.trucks)
            && (&self.unread, &self.service_version) == (&head.unread, &head.service_version)
    }
}

/// A truck as it was read, with the entity tag of this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedTruck {
    pub truck: Truck,
    /// `None` if the service sent no strong tag. Then the truck cannot be changed safely.
    pub tag: Option<EntityTag>,
}

/// The entity tag (`ETag`) of one version of a truck, as the service sent it. A write with it in `If-Match` changes no
/// other version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

/// A change of a truck, as a JSON merge patch (RFC 7396). A field that is `None` keeps its value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TruckPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub make: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// `Some(None)` removes the license plate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_plate: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TruckStatus>,
}

/// One field of a truck that differs between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name as users know it: `make`, `licensePlate`.
    pub field: &'static str,
    /// The earlier value; `None` if there was none.
    pub before: Option<String>,
    /// The later value; `None` if there is none.
    pub after: Option<String>,
}

/// Returns the name of a truck for users: its make and model.
pub fn name(truck: &Truck) -> String {
    format!("{} {}", truck.make, truck.model)
}

/// Returns the fields that differ between two versions of a truck.
pub fn changes(before: &Truck, after: &Truck) -> Vec<FieldChange> {
    let pairs = fields(before).into_iter().zip(fields(after));
    let pairs = pairs.filter(|((_, before), (_, after))| before != after);
    pairs.map(|((field, before), (_, after))| FieldChange { field, before, after }).collect()
}

/// Returns the fields that users can change, with their values.
fn fields(truck: &Truck) -> [(&'static str, Option<String>); 4] {
    [
        ("make", Some(truck.make.clone())),
        ("model", Some(truck.model.clone())),
        ("licensePlate", truck.license_plate.clone()),
        ("status", Some(truck.status.to_string())),
    ]
}

impl EntityTag {
    /// Creates a tag from the value of an `ETag` header, with its quotes. A weak tag is none, because it never satisfies
    /// `If-Match` (RFC 9110, 13.1.1).
    pub fn strong(header: &str) -> Option<Self> {
        (header.starts_with('"') && header.ends_with('"') && header.len() > 1)
            .then(|| Self(header.to_owned()))
    }

    /// Returns the value for an `If-Match` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TruckPatch {
    /// Returns the patch that makes of one truck the other.
    pub fn between(before: &Truck, after: &Truck) -> Self {
        let after = Self {
            make: Some(after.make.clone()),
            model: Some(after.model.clone()),
            license_plate: Some(after.license_plate.clone()),
            status: Some(after.status),
        };
        after.without_same(before)
    }

    /// Returns the patch without the fields that would not change `truck`.
    #[must_use]
    pub fn without_same(self, truck: &Truck) -> Self {
        Self {
            make: self.make.filter(|make| *make != truck.make),
            model: self.model.filter(|model| *model != truck.model),
            license_plate: self.license_plate.filter(|plate| *plate != truck.license_plate),
            status: self.status.filter(|status| *status != truck.status),
        }
    }

    /// Reports whether the patch changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the truck with the patch applied.
    #[must_use]
    pub fn apply_to(&self, truck: &Truck) -> Truck {
        let patch = self.clone();
        Truck {
            make: patch.make.unwrap_or_else(|| truck.make.clone()),
            model: patch.model.unwrap_or_else(|| truck.model.clone()),
            license_plate: patch.license_plate.unwrap_or_else(|| truck.license_plate.clone()),
            status: patch.status.unwrap_or(truck.status),
            ..truck.clone()
        }
    }
}

impl fmt::Display for FieldChange {
    /// Writes the change as `status: active → retired`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &'_ Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
        write!(f, "{}: {} → {}", self.field, shown(&self.before), shown(&self.after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truck() -> Truck {
        let plate = Some("B-1".to_owned());
        NewTruck { license_plate: plate, ..NewTruck::new("Scania", "V8") }
            .into_truck("0190".into(), "2026-11-23T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_patch_is_written_as_a_merge_patch() {
        let patch =
            TruckPatch { model: Some("V9".to_owned()), license_plate: Some(None), ..TruckPatch::default() };
        assert_eq!(serde_json::to_string(&patch).unwrap(), r#"{"model":"V9","licensePlate":null}"#);
        assert_eq!(serde_json::to_string(&TruckPatch::default()).unwrap(), "{}");
    }

    #[test]
    fn a_patch_keeps_only_changed_fields() {
        let patch = TruckPatch {
            make: Some("Scania".to_owned()),
            model: Some("V9".to_owned()),
            license_plate: Some(Some("B-1".to_owned())),
            status: Some(TruckStatus::Active),
        };
        let kept = patch.without_same(&truck());
        assert_eq!(kept, TruckPatch { model: Some("V9".to_owned()), ..TruckPatch::default() });
        assert!(TruckPatch::default().is_empty() && !kept.is_empty());
    }

    #[test]
    fn changes_name_each_field_before_and_after() {
        let patch = TruckPatch {
            license_plate: Some(None),
            status: Some(TruckStatus::Retired),
            ..TruckPatch::default()
        };
        let changes = changes(&truck(), &patch.apply_to(&truck()));
        let lines: Vec<_> = changes.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["licensePlate: B-1 → (none)", "status: active → retired"]);
    }
}
