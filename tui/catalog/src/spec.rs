//! Reads the spec of an entity according to the table of kinds.

use std::fmt::Arguments;

use hello_yaml::{At, MapEntry, Node, closest, shortened};

use super::{
    LocationTarget,
    diagnostics::Diagnostics,
    kinds::{self, FieldSpec, FieldType, ReferenceSpec},
    message::Message,
    placeholder::Placeholder,
    reference::Reference,
    rules,
    value_hint::Expected,
};
use crate::entity::{Definition, EntityRef, Remote};

/// The maximum length of a reference, in bytes: enough for three names of 63 characters.
const MAX_REFERENCE: usize = 256;

/// The kind of resources for AI agents.
const AI_RESOURCE: &str = "AiResource";

/// The consequence for a kind that is not built in.
const NEEDS_PLUGIN: &str = "Backstage leaves this entity out unless a plugin knows its kind";

/// The consequence for an API without a definition, and for a resource for AI agents.
const NEEDS_AI_MODEL: &str =
    "Backstage leaves this entity out unless it has @backstage/plugin-catalog-backend-module-ai-model";

/// The maximum number of references of one entity, and of targets of one Location.
const MAX_REFERENCES: usize = 10_000;

/// The parts of a spec that the console shows, and its references.
#[derive(Debug, Default)]
pub(super) struct Spec {
    pub type_: Option<String>,
    pub lifecycle: Option<String>,
    pub owner: Option<EntityRef>,
    pub system: Option<EntityRef>,
    pub definition: Option<Definition>,
    pub remotes: Vec<Remote>,
    /// The display name of a group or user.
    pub display_name: Option<String>,
    pub references: Vec<Reference>,
    pub targets: Vec<LocationTarget>,
}

pub(super) fn read(
    root: &Node,
    api_version: &str,
    entity: &EntityRef,
    diagnostics: &mut Diagnostics,
) -> Spec {
    let kind = kinds::kind(&entity.kind, api_version);
    if kind.is_none() {
        warn_of_foreign(root, api_version, &entity.kind, diagnostics);
    }
    let Some(spec) = root.get("spec") else {
        if kind.is_some() {
            diagnostics.missing(root.at, root, "", "spec");
        }
        return Spec::default();
    };
    if spec.value.entries().is_none() {
        diagnostics.wrong(spec.at, "spec", Expected::Object, &spec.value);
        return Spec::default();
    }
    let mut reader = Reader { namespace: &entity.namespace, diagnostics, references: Vec::new() };
    // A spec that is a placeholder as a whole cannot be checked.
    if !reader.diagnostics.placeholder(spec.at, "spec", &spec.value) {
        for field in kind.map_or(&[][..], |kind| kind.fields) {
            reader.field(spec, field);
        }
    }
    let references = reader.references;
    let targets = if entity.kind == "Location" { targets(&spec.value, diagnostics) } else { Vec::new() };
    if let Some(entry) = spec.value.get("targets")
        && entry.value.items().is_some_and(|items| items.len() > MAX_REFERENCES)
        && entity.kind == "Location"
    {
        let rule = format!("\"spec.targets\" is followed for its first {MAX_REFERENCES} items");
        diagnostics.warn(entry.at, Some("spec.targets"), rule, None);
    }
    let text = |name| spec.value.text_at(name).map(str::to_owned);
    let reference =
        |name, kind| EntityRef::parse(spec.value.text_at(name)?, Some(kind), &entity.namespace).ok();
    Spec {
        type_: text("type"),
        lifecycle: text("lifecycle"),
        owner: reference("owner", "Group"),
        system: reference("system", "System"),
        definition: spec.value.get("definition").and_then(|entry| definition(&entry.value)),
        remotes: if entity.kind == "API" { remotes(&spec.value) } else { Vec::new() },
        display_name: spec
            .value
            .get("profile")
            .and_then(|profile| profile.value.text_at("displayName"))
            .map(str::to_owned),
        references,
        targets,
    }
}

fn warn_of_foreign(root: &Node, api_version: &str, kind: &str, diagnostics: &mut Diagnostics) {
    let at = root.get("kind").map_or(root.at, |entry| entry.at);
    let rule = match kinds::misspelt(kind) {
        Some(right) => format!("\"kind\" is \"{kind}\"; Backstage writes it \"{right}\""),
        None => format!("no kind \"{kind}\" in \"{api_version}\" is built into Backstage"),
    };
    // Not a slip of typing: a module brings this kind.
    let is_ai_resource = kind == AI_RESOURCE;
    let hint = match (kinds::misspelt(kind), kinds::versions(kind)) {
        _ if is_ai_resource => None,
        (Some(right), _) => Some(format!("write it as \"{right}\"")),
        (None, Some(versions)) => Some(format!("set apiVersion to {}", versions.join(" or "))),
        (None, None) => closest(kind, kinds::names()).map(|near| format!("did you mean {near}?")),
    };
    diagnostics.warn(
        at,
        Some("kind"),
        Message::new(rule).with_hint(hint),
        Some(if is_ai_resource { NEEDS_AI_MODEL } else { NEEDS_PLUGIN }),
    );
}

fn definition(node: &Node) -> Option<Definition> {
    match (node.text(), Placeholder::of(node)) {
        (Some(text), _) => Some(Definition::Inline(text.to_owned())),
        (None, Some(Placeholder { target, .. })) => Some(Definition::Elsewhere(target.to_owned())),
        (None, None) => None,
    }
}

fn remotes(spec: &Node) -> Vec<Remote> {
    let items = spec.get("remotes").and_then(|entry| entry.value.items()).unwrap_or_default();
    let remote = |item: &Node| {
        Some(Remote { type_: item.text_at("type")?.to_owned(), url: item.text_at("url")?.to_owned() })
    };
    items.iter().filter_map(remote).collect()
}

fn targets(spec: &Node, diagnostics: &Diagnostics) -> Vec<LocationTarget> {
    let optional = spec.text_at("presence") == Some("optional");
    let target = |at: At, field: String, target: &str| LocationTarget {
        source: diagnostics.source().to_owned(),
        line: at.line,
        column: at.column,
        entity: diagnostics.entity().unwrap_or_default().to_owned(),
        field,
        kind: spec.text_at("type").map(str::to_owned),
        target: target.to_owned(),
        optional,
    };
    let one = spec
        .get("target")
        .and_then(|entry| Some(target(entry.at, "spec.target".to_owned(), entry.value.text()?)));
    let many = spec.get("targets").and_then(|entry| entry.value.items()).unwrap_or_default();
    let many = many
        .iter()
        .take(MAX_REFERENCES)
        .enumerate()
        .filter_map(|(index, item)| Some(target(item.at, format!("spec.targets.{index}"), item.text()?)));
    one.into_iter().chain(many).collect()
}

/// Returns what to do about a text that is no reference.
fn reference_hint(text: &str) -> String {
    if text.contains([':', '/']) {
        "write it as KIND:NAME, as in component:hello".to_owned()
    } else {
        format!("name its kind, as in component:{0} or resource:{0}", shortened(text))
    }
}

struct Reader<'a> {
    namespace: &'a str,
    diagnostics: &'a mut Diagnostics,
    references: Vec<Reference>,
}

impl Reader<'_> {
    fn field(&mut self, spec: &MapEntry, field: &FieldSpec) {
        let Some(entry) = spec.value.get(field.name) else {
            if field.required && !self.is_mcp_server(spec, field) {
                self.diagnostics.missing(spec.at, &spec.value, "spec", field.name);
            }
            return;
        };
        let path = format_args!("spec.{}", field.name);
        match field.form {
            FieldType::Text => drop(self.diagnostics.text(entry.at, path, &entry.value, rules::NOT_EMPTY)),
            FieldType::Presence => drop(self.diagnostics.text(entry.at, path, &entry.value, rules::PRESENCE)),
            FieldType::Texts => {
                for (index, item) in self.diagnostics.items(path, entry).iter().enumerate() {
                    self.diagnostics.text(item.at, format_args!("{path}.{index}"), item, rules::NOT_EMPTY);
                }
            }
            FieldType::List => drop(self.diagnostics.items(path, entry)),
            FieldType::Profile => self.profile(path, entry),
            FieldType::Reference(target) => self.reference(entry.at, path, &entry.value, target),
            FieldType::References(target) => {
                let items = self.diagnostics.items(path, entry);
                self.references(path, items, target);
            }
            FieldType::LooseReferences(target) => self.loose(path, entry, target),
        }
    }

    /// Reports whether the absent field is the definition of an MCP server, which has `remotes` instead. Checks those.
    fn is_mcp_server(&mut self, spec: &MapEntry, field: &FieldSpec) -> bool {
        if field.name != "definition" || spec.value.text_at("type") != Some("mcp-server") {
            return false;
        }
        let Some(entry) = spec.value.get("remotes") else { return false };
        let rule =
            "\"spec.remotes\" stands in for \"spec.definition\", which Backstage does not know by itself";
        self.diagnostics.warn(entry.at, Some("spec.remotes"), rule.to_owned(), Some(NEEDS_AI_MODEL));
        for (index, item) in self.diagnostics.items("spec.remotes", entry).iter().enumerate() {
            let path = format_args!("spec.remotes.{index}");
            if item.entries().is_none() {
                self.diagnostics.wrong(item.at, path, Expected::Object, item);
                continue;
            }
            for name in ["type", "url"] {
                if item.get(name).is_none() {
                    self.diagnostics.missing(item.at, item, &path.to_string(), name);
                }
                self.diagnostics.text_of(path, item, name, rules::NOT_EMPTY);
            }
        }
        true
    }

    fn profile(&mut self, path: Arguments<'_>, entry: &MapEntry) {
        if entry.value.entries().is_none() {
            self.diagnostics.wrong(entry.at, path, Expected::Object, &entry.value);
        }
        for name in ["displayName", "email", "picture"] {
            self.diagnostics.text_of(path, &entry.value, name, rules::NOT_EMPTY);
        }
    }

    fn loose(&mut self, path: Arguments<'_>, entry: &MapEntry, target: ReferenceSpec) {
        use hello_yaml::Value;
        match &entry.value.value {
            Value::Null | Value::Bool(false, _) => {}
            Value::List(items) => self.references(path, items, target),
            _ => self.reference(entry.at, path, &entry.value, target),
        }
    }

    fn references(&mut self, path: Arguments<'_>, items: &[Node], target: ReferenceSpec) {
        for (index, item) in items.iter().enumerate() {
            self.reference(item.at, format_args!("{path}.{index}"), item, target);
        }
    }

    fn reference(&mut self, at: At, field: Arguments<'_>, node: &Node, target: ReferenceSpec) {
        let Some(text) = self.diagnostics.text(at, field, node, rules::NOT_EMPTY) else { return };
        let field = field.to_string();
        if text.len() > MAX_REFERENCE {
            let rule = format!("\"{field}\" is not followed: it is longer than {MAX_REFERENCE} bytes");
            return self.diagnostics.warn(at, Some(&field), rule, None);
        }
        if self.references.len() == MAX_REFERENCES {
            let rule =
                format!("\"{field}\" is not followed: an entity has at most {MAX_REFERENCES} references");
            return self.diagnostics.warn(at, Some(&field), rule, None);
        }
        match EntityRef::parse(&text, target.default_kind, self.namespace) {
            Ok(reference) => {
                self.references.push(Reference { relation: target.relation, target: reference, field, at });
            }
            Err(rule) => {
                let message = Message::new(format!("\"{field}\" is not valid; {rule}"));
                self.diagnostics.error(at, Some(&field), message.with_hint(Some(reference_hint(&text))));
            }
        }
    }
}
