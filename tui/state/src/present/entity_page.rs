//! The page of an entity: all that the catalog says about it, and what each part of it leads to.

use std::collections::{HashMap, HashSet};

use hello_catalog::{
    Catalog,
    entity::{Entity, EntityRef, RelationKind},
};

use super::{Cell, Tone, annotation};

/// The maximum number of rows of a section.
const MAX_ROWS: usize = 1_000;

/// The maximum number of parents of an owner that are named.
const MAX_PARENTS: usize = 5;

/// What the catalog says about an entity, in the order in which it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityPage {
    pub description: Option<String>,
    pub sections: Vec<PageSection>,
}

/// Rows under a title. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSection {
    pub title: &'static str,
    pub rows: Vec<PageRow>,
}

/// A value with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRow {
    pub label: String,
    pub value: Cell,
    /// What is to be known beside the value.
    pub note: Option<Cell>,
    pub leads_to: Option<Lead>,
}

/// What a row leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    Entity(EntityRef),
    /// An entity that is not in the catalog.
    Unresolved(EntityRef),
    /// A URL as it is written, which may be of any scheme.
    Url(String),
}

impl EntityPage {
    /// Makes the page of an entity of a catalog.
    pub fn of(entity: &Entity, catalog: &Catalog) -> Self {
        let named = Named::of(entity, catalog);
        let sections = [
            PageSection { title: "About", rows: about(entity, &named, catalog) },
            PageSection { title: "Relations", rows: limited(relations(entity, &named)) },
            PageSection { title: "Links", rows: limited(links(entity)) },
            PageSection { title: "Annotations", rows: limited(annotations(entity)) },
        ];
        Self {
            description: entity.description.clone(),
            sections: sections.into_iter().filter(|section| !section.rows.is_empty()).collect(),
        }
    }
}

impl PageRow {
    fn new(label: impl Into<String>, value: Cell) -> Self {
        Self { label: label.into(), value, note: None, leads_to: None }
    }

    fn some(label: &str, value: Option<&str>) -> Option<Self> {
        let value = value.filter(|value| !value.is_empty())?;
        Some(Self::new(label, Cell::plain(value)))
    }

    /// Makes a row of a text that may be a URL.
    fn of_text(label: &str, text: &str) -> Self {
        let address = text.strip_prefix("url:").unwrap_or(text);
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        let leads_to = is_web.then(|| Lead::Url(address.to_owned()));
        Self { leads_to, ..Self::new(label, Cell::plain(text)) }
    }
}

/// The entities that another one names, as far as they are in the catalog.
struct Named<'c>(HashMap<&'c EntityRef, &'c Entity>);

impl<'c> Named<'c> {
    /// Looks for all of them in one pass over the catalog.
    fn of(entity: &Entity, catalog: &'c Catalog) -> Self {
        let targets = entity.relations.iter().take(MAX_ROWS).map(|relation| &relation.target);
        let wanted: HashSet<&EntityRef> = targets.chain(&entity.owner).chain(&entity.system).collect();
        let found = catalog.entities.iter().filter(|entity| wanted.contains(&entity.reference));
        Self(found.map(|entity| (&entity.reference, entity)).collect())
    }

    /// Makes a row that leads to an entity.
    fn row(&self, label: &str, reference: &EntityRef) -> PageRow {
        let Some(entity) = self.0.get(reference) else {
            return PageRow {
                note: Some(Cell { glyph: Some("⚠"), ..Cell::toned("not in the catalog", Tone::Warning) }),
                leads_to: Some(Lead::Unresolved(reference.clone())),
                ..PageRow::new(label, Cell::plain(reference.to_string()))
            };
        };
        let name = match &entity.title {
            Some(title) if *title != reference.name => format!("{title} ({reference})"),
            _ => reference.to_string(),
        };
        PageRow {
            leads_to: Some(Lead::Entity(entity.reference.clone())),
            ..PageRow::new(label, Cell::plain(name))
        }
    }
}

fn about(entity: &Entity, named: &Named<'_>, catalog: &Catalog) -> Vec<PageRow> {
    let labels: Vec<String> = entity.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let rows = [
        PageRow::some("name", Some(&entity.reference.to_string())),
        PageRow::some("kind", Some(&entity.kind)),
        PageRow::some("type", entity.type_.as_deref()),
        PageRow::some("lifecycle", entity.lifecycle.as_deref()),
        entity.owner.as_ref().map(|reference| owner(reference, named, catalog)),
        entity.system.as_ref().map(|system| named.row("system", system)),
        PageRow::some("tags", Some(&entity.tags.join(", "))),
        PageRow::some("labels", Some(&labels.join(", "))),
        PageRow::some("read from", Some(&format!("{}:{}", entity.origin.source, entity.origin.line))),
    ];
    rows.into_iter().flatten().collect()
}

/// Makes the row of an owner: a group with its members and the groups that it belongs to, or a user.
fn owner(reference: &EntityRef, named: &Named<'_>, catalog: &Catalog) -> PageRow {
    let row = named.row("owner", reference);
    let Some(group) = named.0.get(reference).filter(|entity| entity.is("Group")) else { return row };
    let members = match group.related(RelationKind::HasMember).count() {
        0 => "no members".to_owned(),
        1 => "1 member".to_owned(),
        count => format!("{count} members"),
    };
    let mut notes = vec![members];
    notes.extend(parents(group, catalog).iter().map(|parent| format!("part of {parent}")));
    PageRow { note: Some(Cell::faint(notes.join(", "))), ..row }
}

/// Returns the groups that a group belongs to, from the inside out. Groups may belong to each other in a circle.
fn parents<'c>(group: &'c Entity, catalog: &'c Catalog) -> Vec<&'c EntityRef> {
    let mut known = vec![&group.reference];
    let mut here = Some(group);
    while let Some(parent) = here.and_then(|group| group.related(RelationKind::ChildOf).next()) {
        if known.contains(&parent) || known.len() > MAX_PARENTS {
            break;
        }
        known.push(parent);
        here = catalog.find(parent);
    }
    known.split_off(1)
}

fn relations<'e>(entity: &'e Entity, named: &'e Named<'_>) -> impl ExactSizeIterator<Item = PageRow> + 'e {
    entity.relations.iter().map(|relation| named.row(relation.kind.words(), &relation.target))
}

/// Makes the rows of what is on the web: links, and the addresses of an MCP server.
fn links(entity: &Entity) -> std::vec::IntoIter<PageRow> {
    let row = |label: &str, url: &str| PageRow {
        leads_to: Some(Lead::Url(url.to_owned())),
        ..PageRow::new(label, Cell::plain(url))
    };
    let links = entity.links.iter().map(|link| row(link.title.as_deref().unwrap_or("link"), &link.url));
    let remotes = entity.remotes.iter().map(|remote| row(&remote.type_, &remote.url));
    links.chain(remotes).take(MAX_ROWS + 1).collect::<Vec<_>>().into_iter()
}

/// Makes the rows of annotations: the known ones with their meaning first, then the others by their keys.
fn annotations(entity: &Entity) -> std::vec::IntoIter<PageRow> {
    let mut known = Vec::new();
    let mut others = Vec::new();
    for (key, value) in &entity.annotations {
        match annotation::known(key) {
            Some((place, meaning)) => {
                let note = Some(Cell::faint(key.as_str()));
                known.push((place, PageRow { note, ..PageRow::of_text(meaning, value) }));
            }
            None => others.push(PageRow::of_text(key, value)),
        }
    }
    known.sort_by_key(|(place, _)| *place);
    known.into_iter().map(|(_, row)| row).chain(others).collect::<Vec<_>>().into_iter()
}

/// Takes as many rows as a section has, and says how many are left out.
fn limited(rows: impl ExactSizeIterator<Item = PageRow>) -> Vec<PageRow> {
    let left_out = rows.len().saturating_sub(MAX_ROWS);
    let more =
        (left_out > 0).then(|| PageRow::new("", Cell::faint(format!("{left_out} more are not shown"))));
    rows.take(MAX_ROWS).chain(more).collect()
}

#[cfg(test)]
mod tests;
