//! What an entity is related to, as text or for a program that draws graphs.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

use hello_catalog::{
    Catalog,
    entity::{Entity, EntityRef},
};

/// How a graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum GraphFormat {
    /// A tree for people
    #[default]
    Text,
    /// A flowchart for Mermaid
    Mermaid,
    /// A graph for Graphviz
    Dot,
}

type Entities<'c> = HashMap<&'c EntityRef, &'c Entity>;

/// A relation between two entities.
type Edge<'c> = (&'c EntityRef, &'static str, &'c EntityRef);

/// Returns the relations of an entity, up to `depth` relations away from it.
pub(super) fn write(catalog: &Catalog, root: &Entity, depth: usize, format: GraphFormat) -> String {
    let entities = &catalog.by_reference();
    match format {
        GraphFormat::Text => {
            let mut text = format!("{}\n", root.reference);
            let mut seen = HashSet::from([&root.reference]);
            tree(entities, root, depth, "", &mut seen, &mut text);
            text
        }
        GraphFormat::Mermaid => {
            let line = |(from, words, to): Edge<'_>| format!("  {} -->|{words}| {}\n", node(from), node(to));
            format!(
                "flowchart LR\n{}",
                edges(entities, root, depth).into_iter().map(line).collect::<String>()
            )
        }
        GraphFormat::Dot => {
            let line = |(from, words, to): Edge<'_>| {
                format!("  {:?} -> {:?} [label={words:?}];\n", from.canonical(), to.canonical())
            };
            let lines: String = edges(entities, root, depth).into_iter().map(line).collect();
            format!("digraph catalog {{\n{lines}}}\n")
        }
    }
}

/// Writes each entity once: the second time, its relations are left out.
fn tree<'c>(
    entities: &Entities<'c>,
    entity: &'c Entity,
    depth: usize,
    indent: &str,
    seen: &mut HashSet<&'c EntityRef>,
    text: &mut String,
) {
    if depth == 0 {
        return;
    }
    for (index, relation) in entity.relations.iter().enumerate() {
        let is_last = index + 1 == entity.relations.len();
        let (branch, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let target = entities.get(&relation.target).copied();
        let absent = if target.is_none() { " (not in this catalog)" } else { "" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{indent}{branch}{} {}{absent}", relation.kind.words(), relation.target);
        if let Some(target) = target
            && seen.insert(&target.reference)
        {
            tree(entities, target, depth - 1, &format!("{indent}{below}"), seen, text);
        }
    }
}

/// Returns each relation once, in the order in which it is reached.
fn edges<'c>(entities: &Entities<'c>, root: &'c Entity, depth: usize) -> Vec<Edge<'c>> {
    let (mut edges, mut seen, mut level) = (Vec::new(), HashSet::from([&root.reference]), vec![root]);
    for _ in 0..depth {
        let mut next = Vec::new();
        for entity in level {
            for relation in &entity.relations {
                edges.push((&entity.reference, relation.kind.words(), &relation.target));
                if let Some(target) = entities.get(&relation.target).copied()
                    && seen.insert(&target.reference)
                {
                    next.push(target);
                }
            }
        }
        level = next;
    }
    edges
}

/// Writes a node of Mermaid: an id without signs that it would read, and the name as its label.
fn node(reference: &EntityRef) -> String {
    let id: String =
        reference.canonical().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{id}[\"{}\"]", reference.to_string().replace('"', "#quot;"))
}
