//! Ensures that each reference names one entity.

use std::collections::{HashMap, HashSet};

use super::{Problem, Severity, document::Draft, problems::Problems};

/// Keeps one draft of each reference, as Backstage does: the last within a source, the first across sources.
pub(super) fn unique(drafts: Vec<Draft>, problems: &mut Problems) -> Vec<Draft> {
    let mut kept = HashMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        let Some(earlier) = kept.insert(&draft.entity.reference, index) else { continue };
        let other = &drafts[earlier];
        let (origin, there) = (&draft.entity.origin, &other.entity.origin);
        if origin.source == there.source {
            let rule = format!("is described again at line {}; the last one counts", origin.line);
            problems.push(conflict(other, rule, "Backstage keeps the last one of a file"));
        } else {
            kept.insert(&draft.entity.reference, earlier);
            let rule =
                format!("is described in {}:{} already; the first one counts", there.source, there.line);
            problems.push(conflict(draft, rule, "Backstage keeps the one that it met first"));
        }
    }
    let kept: HashSet<usize> = kept.into_values().collect();
    drafts.into_iter().enumerate().filter(|(index, _)| kept.contains(index)).map(|(_, draft)| draft).collect()
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
    }
}
