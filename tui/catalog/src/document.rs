//! Reads one document into one entity. Checks run in Backstage's order: envelope, root fields, formats, kind.

use hello_yaml::{At, Node, Value, closest, shortened};

use super::{
    LocationTarget,
    diagnostics::{Diagnostics, ENTITY_LOST, FILE_LOST},
    message::Message,
    metadata::{self, Metadata},
    placeholder,
    reference::Reference,
    rules, spec,
    value_hint::Expected,
};
use crate::entity::{DEFAULT_NAMESPACE, Entity, EntityRef, Origin};

/// An entity whose references are not yet resolved.
#[derive(Debug)]
pub(super) struct Draft {
    pub entity: Entity,
    pub at: At,
    /// The display name of a group or user.
    pub display_name: Option<String>,
    pub references: Vec<Reference>,
    pub targets: Vec<LocationTarget>,
}

/// The fields that every document needs before any other check runs.
struct Envelope<'n> {
    api_version: String,
    reference: EntityRef,
    metadata: &'n Node<'n>,
}

/// Reads the entity in a document. Returns `None` if the document is empty or not valid.
pub(super) fn read(root: &Node, diagnostics: &mut Diagnostics) -> Option<Draft> {
    diagnostics.about(named(root), FILE_LOST);
    if root.value == Value::Null {
        return None;
    }
    let errors = diagnostics.errors();
    let envelope = envelope(root, diagnostics)?;
    diagnostics.about(Some(envelope.reference.to_string()), ENTITY_LOST);
    diagnostics.within(placeholder::own_repositories(diagnostics.source(), envelope.metadata));
    foreign_fields(root, diagnostics);
    formats(root, &envelope, diagnostics);
    let metadata = metadata::read(envelope.metadata, diagnostics);
    let spec = spec::read(root, &envelope.api_version, &envelope.reference, diagnostics);
    if diagnostics.errors() > errors {
        return None;
    }
    let at = first_key(root);
    let origin = Origin { source: diagnostics.source().to_owned(), line: at.line };
    let entity = entity(envelope.reference, metadata, &spec, origin);
    Some(Draft {
        entity,
        at,
        display_name: spec.display_name,
        references: spec.references,
        targets: spec.targets,
    })
}

fn entity(reference: EntityRef, metadata: Metadata, spec: &spec::Spec, origin: Origin) -> Entity {
    Entity {
        kind: reference.kind.clone(),
        reference,
        title: metadata.title,
        description: metadata.description,
        type_: spec.type_.clone(),
        lifecycle: spec.lifecycle.clone(),
        owner: spec.owner.clone(),
        system: spec.system.clone(),
        tags: metadata.tags,
        labels: metadata.labels,
        annotations: metadata.annotations,
        links: metadata.links,
        relations: Vec::new(),
        definition: spec.definition.clone(),
        remotes: spec.remotes.clone(),
        origin,
    }
}

/// Returns the name that problems show for the document, or `None` if it has no name.
fn named(root: &Node) -> Option<String> {
    let name = root.get("metadata")?.value.text_at("name")?;
    let kind = root.text_at("kind").unwrap_or("entity");
    Some(format!("{}:{}", kind.to_lowercase(), shortened(name)))
}

fn first_key(root: &Node) -> At {
    root.entries().and_then(|entries| entries.first()).map_or(root.at, |entry| entry.at)
}

fn envelope<'n>(root: &'n Node<'n>, diagnostics: &mut Diagnostics) -> Option<Envelope<'n>> {
    if root.entries().is_none() {
        diagnostics.error(
            root.at,
            None,
            Message::new(format!("expected object at root, got {}", placeholder::found(root)))
                .with_hint(Some("a descriptor begins with apiVersion, kind and metadata".to_owned())),
        );
        return None;
    }
    let api_version = required_text(root, first_key(root), "", "apiVersion", diagnostics);
    let kind = required_text(root, first_key(root), "", "kind", diagnostics);
    let Some(metadata) = root.get("metadata") else {
        diagnostics.missing(first_key(root), root, "", "metadata");
        return None;
    };
    if metadata.value.entries().is_none() {
        diagnostics.wrong(metadata.at, "metadata", Expected::Object, &metadata.value);
        return None;
    }
    let name = required_text(&metadata.value, metadata.at, "metadata", "name", diagnostics);
    let namespace = match metadata.value.get("namespace") {
        Some(_) => required_text(&metadata.value, metadata.at, "metadata", "namespace", diagnostics),
        None => Some(DEFAULT_NAMESPACE.to_owned()),
    };
    let reference = EntityRef { kind: kind?, namespace: namespace?, name: name? };
    Some(Envelope { api_version: api_version?, reference, metadata: &metadata.value })
}

/// Reads a required text field. Unlike other text fields, it does not accept a placeholder.
fn required_text(
    object: &Node,
    at: At,
    path: &str,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let Some(entry) = object.get(name) else {
        diagnostics.missing(at, object, path, name);
        return None;
    };
    match entry.value.text() {
        Some(text) if !text.is_empty() => Some(text.to_owned()),
        _ => {
            let field = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            diagnostics.wrong(entry.at, &field, Expected::Text(rules::NOT_EMPTY), &entry.value);
            None
        }
    }
}

/// The fields of a document. No others are allowed.
const ROOT_FIELDS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

fn foreign_fields(root: &Node, diagnostics: &mut Diagnostics) {
    for entry in root.entries().unwrap_or_default() {
        if !ROOT_FIELDS.contains(&&*entry.key) {
            let key = shortened(&entry.key);
            let hint = match closest(&key, ROOT_FIELDS) {
                Some(near) => format!("did you mean {near}?"),
                None => "move it below metadata or spec, or remove it".to_owned(),
            };
            let message = Message::new(format!("Unknown field {key}")).with_hint(Some(hint));
            diagnostics.error(entry.at, Some(&key), message);
        }
    }
}

fn formats(root: &Node, envelope: &Envelope<'_>, diagnostics: &mut Diagnostics) {
    let fields = [
        (root, "apiVersion", "apiVersion", rules::API_VERSION),
        (root, "kind", "kind", rules::KIND),
        (envelope.metadata, "name", "metadata.name", rules::NAME),
        (envelope.metadata, "namespace", "metadata.namespace", rules::NAMESPACE),
    ];
    for (object, name, field, rule) in fields {
        if let Some(entry) = object.get(name) {
            diagnostics.text(entry.at, field, &entry.value, rule);
        }
    }
}
