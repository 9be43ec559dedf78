//! Turns references into relations on both entities.

use std::collections::{HashMap, HashSet};

use super::{
    Problem, Severity, document::Draft, problems::Problems, reference::Reference, suggest::Suggestions,
};
use crate::entity::{Entity, EntityRef, Relation, RelationKind};

/// Gives every entity its own relations and the inverses of those that others declare. Reports unresolved references.
pub(super) fn relate(drafts: Vec<Draft>, problems: &mut Problems) -> Vec<Entity> {
    let lists = relations(&drafts, problems);
    let with = |(draft, relations): (Draft, Vec<Relation>)| Entity { relations, ..draft.entity };
    drafts.into_iter().zip(lists).map(with).collect()
}

/// Returns the relations of each draft.
fn relations(drafts: &[Draft], problems: &mut Problems) -> Vec<Vec<Relation>> {
    let references = drafts.iter().map(|draft| draft.references.len()).sum::<usize>();
    let mut names = Names(HashMap::with_capacity(drafts.len()));
    for draft in drafts {
        names.number(&draft.entity.reference);
    }
    let mut all =
        Relations { lists: vec![Vec::new(); drafts.len()], known: HashSet::with_capacity(2 * references) };
    // The inverses come after the own relations of every entity.
    let mut inverses = Vec::with_capacity(references);
    // Made only for a catalog that has a wrong reference.
    let mut suggestions = None;
    for (index, draft) in drafts.iter().enumerate() {
        for reference in &draft.references {
            let target = names.number(&reference.target);
            all.add(index, reference.relation, target, &reference.target);
            if target < drafts.len() {
                inverses.push((target, reference.relation.inverse(), index));
            } else {
                let suggestions = suggestions.get_or_insert_with(|| Suggestions::new(drafts));
                problems.push(dangling(draft, reference, suggestions.question(&reference.target)));
            }
        }
    }
    for (holder, kind, target) in inverses {
        all.add(holder, kind, target, &drafts[target].entity.reference);
    }
    all.lists
}

/// A number for each name, in the order of their first use. Numbers are compared faster than names.
struct Names<'d>(HashMap<&'d EntityRef, usize>);

impl<'d> Names<'d> {
    fn number(&mut self, name: &'d EntityRef) -> usize {
        let next = self.0.len();
        *self.0.entry(name).or_insert(next)
    }
}

/// The relations of all entities, without duplicates: both entities may declare the same relation.
struct Relations {
    lists: Vec<Vec<Relation>>,
    /// Holder, kind and target of each relation.
    known: HashSet<(usize, RelationKind, usize)>,
}

impl Relations {
    fn add(&mut self, holder: usize, kind: RelationKind, target: usize, name: &EntityRef) {
        if self.known.insert((holder, kind, target)) {
            self.lists[holder].push(Relation { kind, target: name.clone() });
        }
    }
}

fn dangling(draft: &Draft, reference: &Reference, question: Option<String>) -> Problem {
    Problem {
        source: draft.entity.origin.source.clone(),
        line: reference.at.line,
        column: reference.at.column,
        entity: Some(draft.entity.reference.to_string()),
        field: Some(reference.field.clone()),
        rule: format!("\"{}\" names {}, which is not in this catalog", reference.field, reference.target),
        severity: Severity::Warning,
        consequence: None,
        hint: question.or_else(|| Some("describe it, or add its descriptor with --catalog".to_owned())),
    }
}
