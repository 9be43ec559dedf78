//! Ensures that each reference names one entity.

use std::collections::{HashMap, hash_map::Entry};

use super::{Problem, Severity, document::Draft, problems::Problems};
use crate::entity::EntityRef;

/// Keeps one draft of each reference, as Backstage does: the last within a source, the first across sources.
pub(super) fn unique(drafts: Vec<Draft>, problems: &mut Problems) -> Vec<Draft> {
    let mut kept: HashMap<&EntityRef, usize> = HashMap::with_capacity(drafts.len());
    let mut is_kept = vec![true; drafts.len()];
    for (index, draft) in drafts.iter().enumerate() {
        let earlier = match kept.entry(&draft.entity.reference) {
            Entry::Vacant(place) => {
                place.insert(index);
                continue;
            }
            Entry::Occupied(place) => place.into_mut(),
        };
        let other = &drafts[*earlier];
        let (origin, there) = (&draft.entity.origin, &other.entity.origin);
        if origin.source == there.source {
            is_kept[std::mem::replace(earlier, index)] = false;
            let rule = format!("is described again at line {}; the last one counts", origin.line);
            problems.push(conflict(other, rule, "Backstage keeps the last one of a file"));
        } else {
            is_kept[index] = false;
            let rule =
                format!("is described in {}:{} already; the first one counts", there.source, there.line);
            problems.push(conflict(draft, rule, "Backstage keeps the first one"));
        }
    }
    drafts.into_iter().zip(is_kept).filter(|(_, is_kept)| *is_kept).map(|(draft, _)| draft).collect()
}

fn conflict(loser: &Draft, rule: String, consequence: &str) -> Problem {
    Problem {
        source: loser.entity.origin.source.clone(),
        line: loser.at.line,
        column: loser.at.column,
        entity: Some(loser.entity.reference.to_string()),
        field: Some("metadata.name".to_owned()),
        rule,
        severity: Severity::Warning,
        consequence: Some(consequence.to_owned()),
        hint: Some("give one of them another name, or remove it".to_owned()),
    }
}
