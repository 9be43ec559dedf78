//! Full-text search over entities.

use crate::entity::Entity;

/// Returns the entities that contain every word, best match first; equal matches keep their order.
pub(super) fn search<'c>(entities: &'c [Entity], text: &str) -> Vec<&'c Entity> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<(Rank, &Entity)> =
        entities.iter().filter_map(|entity| Some((rank(entity, &words)?, entity))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, entity)| entity).collect()
}

/// How well an entity matches; the smallest value is the best match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Name,
    NameStart,
    InName,
    InTitle,
    Elsewhere,
}

/// Returns the rank of the worst-matching word, or `None` if a word does not occur.
fn rank(entity: &Entity, words: &[String]) -> Option<Rank> {
    let name = entity.reference.name.to_lowercase();
    let title = entity.title.as_deref().unwrap_or_default().to_lowercase();
    let rest = rest(entity);
    let mut worst = Rank::Name;
    for word in words {
        let rank = match () {
            () if name == *word => Rank::Name,
            () if name.starts_with(word) => Rank::NameStart,
            () if name.contains(word) => Rank::InName,
            () if title.contains(word) => Rank::InTitle,
            () if rest.contains(word) => Rank::Elsewhere,
            () => return None,
        };
        worst = worst.max(rank);
    }
    Some(worst)
}

/// Returns the searchable text other than name and title, one field per line, so that no word matches across fields.
fn rest(entity: &Entity) -> String {
    let owner = entity.owner.as_ref().map(ToString::to_string);
    let parts = [&entity.description, &entity.type_, &entity.lifecycle, &owner];
    let mut text = format!("{}\n{}", entity.reference, entity.reference.canonical());
    for part in parts.into_iter().flatten().chain(&entity.tags) {
        text.push('\n');
        text.push_str(part);
    }
    text.to_lowercase()
}
