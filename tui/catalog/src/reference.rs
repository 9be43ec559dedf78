//! References of an entity, before they are resolved against the catalog.

use hello_yaml::At;

use crate::entity::{EntityRef, RelationKind};

/// A reference to another entity, and the place where it is written.
#[derive(Debug)]
pub(super) struct Reference {
    pub relation: RelationKind,
    pub target: EntityRef,
    pub field: String,
    pub at: At,
}
