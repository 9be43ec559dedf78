//! Turns references into relations on both entities.

use std::collections::{HashMap, HashSet};

use super::{Problem, Severity, document::Draft, problems::Problems, reference::Reference};
use crate::entity::{Entity, EntityRef, Relation};

/// Gives every entity its own relations and the inverses of those that others declare. Reports unresolved references.
pub(super) fn relate(drafts: Vec<Draft>, problems: &mut Problems) -> Vec<Entity> {
    let places: HashMap<EntityRef, usize> =
        drafts.iter().enumerate().map(|(index, draft)| (draft.entity.reference.clone(), index)).collect();
    let mut held: Vec<Relations> = drafts.iter().map(|_| Relations::default()).collect();
    for (index, draft) in drafts.iter().enumerate() {
        for reference in &draft.references {
            held[index].add(Relation { kind: reference.relation, target: reference.target.clone() });
            if !places.contains_key(&reference.target) {
                problems.push(dangling(draft, reference));
            }
        }
    }
    for draft in &drafts {
        for reference in &draft.references {
            if let Some(index) = places.get(&reference.target) {
                let target = draft.entity.reference.clone();
                held[*index].add(Relation { kind: reference.relation.inverse(), target });
            }
        }
    }
    let with = |(draft, relations): (Draft, Relations)| Entity { relations: relations.list, ..draft.entity };
    drafts.into_iter().zip(held).map(with).collect()
}

/// Relations in order, without duplicates: both entities may declare the same relation.
#[derive(Default)]
struct Relations {
    list: Vec<Relation>,
    known: HashSet<Relation>,
}

impl Relations {
    fn add(&mut self, relation: Relation) {
        if self.known.insert(relation.clone()) {
            self.list.push(relation);
        }
    }
}

fn dangling(draft: &Draft, reference: &Reference) -> Problem {
    Problem {
        source: draft.entity.origin.source.clone(),
        line: reference.at.line,
        column: reference.at.column,
        entity: Some(draft.entity.reference.to_string()),
        field: Some(reference.field.clone()),
        rule: format!("\"{}\" names {}, which is not in this catalog", reference.field, reference.target),
        severity: Severity::Warning,
        consequence: None,
    }
}
