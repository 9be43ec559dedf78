//! Suggests the entity that was probably meant.

use std::collections::HashMap;

use hello_yaml::closest;

use super::document::Draft;
use crate::entity::EntityRef;

/// The maximum number of names compared letter by letter, so that many wrong references take bounded time.
const MAX_COMPARISONS: usize = 1_000_000;

/// The names of all entities, to find the one that a reference probably means.
pub(super) struct Suggestions<'d> {
    drafts: &'d [Draft],
    /// The entities by their names, titles and display names without case and punctuation.
    by_words: HashMap<String, Vec<usize>>,
    comparisons_left: usize,
}

impl<'d> Suggestions<'d> {
    pub(super) fn new(drafts: &'d [Draft]) -> Self {
        let mut by_words: HashMap<String, Vec<usize>> = HashMap::with_capacity(drafts.len());
        for (index, draft) in drafts.iter().enumerate() {
            let names = [
                Some(draft.entity.reference.name.as_str()),
                draft.entity.title.as_deref(),
                draft.display_name.as_deref(),
            ];
            for words in names.into_iter().flatten().map(folded).filter(|words| !words.is_empty()) {
                by_words.entry(words).or_default().push(index);
            }
        }
        Self { drafts, by_words, comparisons_left: MAX_COMPARISONS }
    }

    /// Returns a question that names the entity that `wanted` probably means.
    pub(super) fn question(&mut self, wanted: &EntityRef) -> Option<String> {
        let draft = self.same_words(wanted).or_else(|| self.similar(wanted))?;
        let reference = draft.entity.reference.canonical();
        let called = [("title", &draft.entity.title), ("display name", &draft.display_name)];
        let shown = called
            .iter()
            .find(|(_, name)| name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&wanted.name)));
        Some(match shown {
            Some((what, Some(name))) => format!("did you mean {reference}? Its {what} is \"{name}\""),
            _ => format!("did you mean {reference}?"),
        })
    }

    /// Returns the entity of the same words, preferably of the same kind.
    fn same_words(&self, wanted: &EntityRef) -> Option<&'d Draft> {
        let found = self.by_words.get(&folded(&wanted.name))?;
        let mut drafts = found.iter().map(|index| &self.drafts[*index]);
        let of_kind = drafts.clone().find(|draft| draft.entity.is(&wanted.kind));
        // An owner is a group or a user, so a component of the same name was not meant.
        let is_owner = |kind: &str| ["group", "user"].iter().any(|owner| kind.eq_ignore_ascii_case(owner));
        of_kind.or_else(|| drafts.find(|draft| is_owner(&draft.entity.kind) == is_owner(&wanted.kind)))
    }

    /// Returns the entity of the same kind whose name differs only by a slip of typing.
    fn similar(&mut self, wanted: &EntityRef) -> Option<&'d Draft> {
        if self.drafts.len() > self.comparisons_left {
            return None;
        }
        self.comparisons_left -= self.drafts.len();
        let names = self.drafts.iter().filter(|draft| draft.entity.is(&wanted.kind));
        let name = closest(&wanted.name, names.clone().map(|draft| draft.entity.reference.name.as_str()))?;
        names.into_iter().find(|draft| draft.entity.reference.name == name)
    }
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
