//! How entities of the catalog are shown.

use std::borrow::Cow;

use hello_catalog::entity::{DEFAULT_NAMESPACE, Entity, EntityRef};
use hello_model::filter::{Value, ValueKind};

use super::{Cell, Column, Columns, Fact, Section, Width};

/// The columns of entities.
pub const COLUMNS: Columns<Entity> = Columns {
    all: &[
        Column {
            id: "ref",
            title: "REF",
            width: Width::Rest(24),
            kind: ValueKind::Name,
            cell: |entity, _| Cell::plain(entity.reference.to_string()),
            value: |entity, _| reference(Some(&entity.reference)),
        },
        Column {
            id: "kind",
            title: "KIND",
            width: Width::Content(9, 12),
            kind: ValueKind::Name,
            cell: |entity, _| Cell::faint(kind(entity)),
            value: |entity, _| Value::text(Some(&entity.kind)),
        },
        Column {
            id: "name",
            title: "NAME",
            width: Width::Content(18, 48),
            kind: ValueKind::Name,
            cell: |entity, _| Cell::plain(entity.reference.name.as_str()),
            value: |entity, _| Value::text(Some(&entity.reference.name)),
        },
        Column {
            id: "title",
            title: "TITLE",
            width: Width::Content(18, 48),
            kind: ValueKind::Name,
            cell: |entity, _| Cell::or_dash(entity.title.as_deref()),
            value: |entity, _| Value::text(entity.title.as_deref()),
        },
        Column {
            id: "type",
            title: "TYPE",
            width: Width::Content(8, 16),
            kind: ValueKind::Name,
            cell: |entity, _| Cell::or_dash(entity.type_.as_deref()),
            value: |entity, _| Value::text(entity.type_.as_deref()),
        },
        Column {
            id: "lifecycle",
            title: "LIFECYCLE",
            width: Width::Content(10, 16),
            kind: ValueKind::Name,
            cell: |entity, _| Cell::or_dash(entity.lifecycle.as_deref()),
            value: |entity, _| Value::text(entity.lifecycle.as_deref()),
        },
        Column {
            id: "owner",
            title: "OWNER",
            width: Width::Content(8, 24),
            kind: ValueKind::Name,
            cell: |entity, _| Cell::or_dash(entity.owner.as_ref().map(owner).as_deref()),
            value: |entity, _| reference(entity.owner.as_ref()),
        },
        Column {
            id: "system",
            title: "SYSTEM",
            width: Width::Content(8, 24),
            kind: ValueKind::Name,
            cell: |entity, _| Cell::or_dash(entity.system.as_ref().map(|system| system.name.as_str())),
            value: |entity, _| reference(entity.system.as_ref()),
        },
        Column {
            id: "tags",
            title: "TAGS",
            width: Width::Rest(12),
            kind: ValueKind::Text,
            cell: |entity, _| Cell::or_dash(Some(&entity.tags.join(", "))),
            value: |entity, _| match entity.tags.as_slice() {
                [] => Value::Missing,
                [tag] => Value::text(Some(tag)),
                tags => Value::Text(Cow::Owned(tags.join(", "))),
            },
        },
        Column {
            id: "description",
            title: "DESCRIPTION",
            width: Width::Rest(24),
            kind: ValueKind::Text,
            cell: |entity, _| Cell::faint(entity.description.as_deref().unwrap_or_default()),
            value: |entity, _| Value::text(entity.description.as_deref()),
        },
    ],
    screen: &[("kind", 0), ("name", 0), ("type", 2), ("lifecycle", 1), ("owner", 1), ("description", 3)],
    command: &[("ref", 0), ("type", 1), ("lifecycle", 2), ("owner", 2), ("description", 3)],
};

/// Returns the details of an entity before its sections.
pub fn facts(entity: &Entity) -> Vec<Fact> {
    let text = |reference: &Option<EntityRef>| reference.as_ref().map(ToString::to_string);
    [
        Fact::some("ref", Some(entity.reference.to_string())),
        Fact::some("title", entity.title.as_deref()),
        Fact::some("description", entity.description.as_deref()),
        Fact::some("type", entity.type_.as_deref()),
        Fact::some("lifecycle", entity.lifecycle.as_deref()),
        Fact::some("owner", text(&entity.owner)),
        Fact::some("system", text(&entity.system)),
        Fact::some("tags", Some(entity.tags.join(", "))),
        Fact::some("read from", Some(format!("{}:{}", entity.origin.source, entity.origin.line))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns the remotes, relations, links and annotations of an entity, as far as it has some.
pub fn sections(entity: &Entity) -> Vec<Section> {
    let remotes = entity
        .remotes
        .iter()
        .map(|remote| Fact::new(remote.type_.as_str(), Cell::plain(remote.url.as_str())));
    let relations = entity
        .relations
        .iter()
        .map(|relation| Fact::new(relation.kind.words(), Cell::plain(relation.target.to_string())));
    let links = entity
        .links
        .iter()
        .map(|link| Fact::new(link.title.as_deref().unwrap_or("link"), Cell::plain(link.url.as_str())));
    let annotations =
        entity.annotations.iter().map(|(key, value)| Fact::new(key.as_str(), Cell::plain(value.as_str())));
    [
        Section { title: "Remotes".to_owned(), noun: "remote", facts: remotes.collect() },
        Section { title: "Relations".to_owned(), noun: "relation", facts: relations.collect() },
        Section { title: "Links".to_owned(), noun: "link", facts: links.collect() },
        Section { title: "Annotations".to_owned(), noun: "annotation", facts: annotations.collect() },
    ]
    .into_iter()
    .filter(|section| !section.facts.is_empty())
    .collect()
}

fn reference(reference: Option<&EntityRef>) -> Value<'static> {
    reference.map_or(Value::Missing, |reference| Value::Text(Cow::Owned(written(reference))))
}

/// Writes a reference as [`EntityRef`] is displayed, with one allocation: a search does this for each row.
fn written(reference: &EntityRef) -> String {
    let EntityRef { kind, namespace, name } = reference;
    let mut text = String::with_capacity(kind.len() + namespace.len() + name.len() + 2);
    text.push_str(kind);
    text.make_ascii_lowercase();
    text.push(':');
    if !namespace.eq_ignore_ascii_case(DEFAULT_NAMESPACE) {
        text.push_str(namespace);
        text.push('/');
    }
    text.push_str(name);
    text
}

/// Writes a kind. Resources for AI agents are of very different kinds, which their type names.
fn kind(entity: &Entity) -> Cow<'_, str> {
    match &entity.type_ {
        Some(type_) if entity.is("AiResource") => Cow::Owned(format!("AI {type_}")),
        _ => Cow::Borrowed(&entity.kind),
    }
}

/// Writes an owner. Most owners are groups of the default namespace: of those, the name is enough.
fn owner(owner: &EntityRef) -> String {
    let is_group = owner.kind.eq_ignore_ascii_case("group");
    if is_group && owner.namespace.eq_ignore_ascii_case(DEFAULT_NAMESPACE) {
        return owner.name.clone();
    }
    owner.to_string()
}

#[cfg(test)]
mod tests {
    use hello_catalog::{Source, read};

    use super::*;

    fn entity(kind: &str, spec: &str) -> Entity {
        let text = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{lifecycle: production, owner: b, {spec}}}\n"
        );
        let mut catalog = read(&[Source { name: "catalog-info.yaml".to_owned(), text: text.into() }]);
        catalog.entities.remove(0)
    }

    #[test]
    fn an_mcp_server_shows_where_it_answers() {
        let server = entity("API", "type: mcp-server, remotes: [{type: sse, url: 'https://mcp.example/a'}]");
        let first = sections(&server).remove(0);
        assert_eq!(first.title, "Remotes");
        assert_eq!(first.facts, [Fact::new("sse", Cell::plain("https://mcp.example/a"))]);
    }

    #[test]
    fn the_kind_of_a_resource_for_agents_names_its_type() {
        assert_eq!(kind(&entity("AiResource", "type: skill")), "AI skill");
        assert_eq!(kind(&entity("Component", "type: service")), "Component");
    }

    #[test]
    fn a_search_sees_a_reference_as_it_is_shown() {
        for text in ["API:default/Trucks", "component:Default/a", "Group:fleet/Team"] {
            let reference = EntityRef::parse(text, None, "default").unwrap();
            assert_eq!(written(&reference), reference.to_string());
        }
    }
}
