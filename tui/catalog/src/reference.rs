//! What an entity refers to, before it is known whether the catalog has it.

use super::node::At;
use crate::entity::{EntityRef, RelationKind};

/// A reference to another entity, and where it is written.
#[derive(Debug)]
pub(super) struct Reference {
    pub relation: RelationKind,
    pub target: EntityRef,
    pub field: String,
    pub at: At,
}
