//! The contents of a catalog: entities, their names and their relations.

use std::{cmp::Ordering, collections::BTreeMap, fmt, hash};

use serde::{Serialize, Serializer};

/// The namespace of entities and references that name none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// The name of an entity, unique in a catalog: `kind:namespace/name`.
///
/// Keeps the spelling it was created with. Comparison, ordering and hashing ignore case, as in Backstage.
#[derive(Debug, Clone)]
pub struct EntityRef {
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

impl EntityRef {
    /// Reads `[<kind>:][<namespace>/]<name>`.
    ///
    /// # Errors
    ///
    /// Returns what is missing or empty, in Backstage's wording.
    pub fn parse(text: &str, default_kind: Option<&str>, default_namespace: &str) -> Result<Self, String> {
        let slash = text.find('/');
        // A colon after the first slash belongs to the name.
        let colon = text.find(':').filter(|colon| slash.is_none_or(|slash| *colon < slash));
        let after_colon = colon.map_or(0, |colon| colon + 1);
        let kind = colon.map(|colon| &text[..colon]);
        let namespace = slash.map(|slash| &text[after_colon..slash]);
        let name = &text[slash.map_or(after_colon, |slash| slash + 1)..];
        if name.is_empty() || kind == Some("") || namespace == Some("") {
            return Err(format!(
                "Entity reference \"{text}\" was not on the form [<kind>:][<namespace>/]<name>"
            ));
        }
        let kind = kind.or(default_kind).ok_or_else(|| {
            format!(
                "Entity reference \"{text}\" had missing or empty kind (e.g. did not start with \"component:\" or similar)"
            )
        })?;
        Ok(Self {
            kind: kind.to_owned(),
            namespace: namespace.unwrap_or(default_namespace).to_owned(),
            name: name.to_owned(),
        })
    }

    /// Returns the whole reference in lower case, `kind:namespace/name`: the form for scripts.
    pub fn canonical(&self) -> String {
        format!("{}:{}/{}", self.kind, self.namespace, self.name).to_ascii_lowercase()
    }

    fn parts(&self) -> [&str; 3] {
        [&self.kind, &self.namespace, &self.name]
    }
}

/// Writes the short form for users: `component:hello-server`. The namespace appears only if it is not the default.
impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.to_ascii_lowercase();
        if self.namespace.eq_ignore_ascii_case(DEFAULT_NAMESPACE) {
            write!(f, "{kind}:{}", self.name)
        } else {
            write!(f, "{kind}:{}/{}", self.namespace, self.name)
        }
    }
}

impl Ord for EntityRef {
    fn cmp(&self, other: &Self) -> Ordering {
        let folded = |part: &str| part.to_ascii_lowercase();
        self.parts().map(folded).cmp(&other.parts().map(folded))
    }
}

impl PartialOrd for EntityRef {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for EntityRef {
    fn eq(&self, other: &Self) -> bool {
        // The name is the part that differs most often.
        self.parts().iter().zip(other.parts()).rev().all(|(ours, theirs)| ours.eq_ignore_ascii_case(theirs))
    }
}

impl Eq for EntityRef {}

/// The number of bytes that are folded to lower case at a time: a name has at most 63.
const CHUNK: usize = 64;

impl hash::Hash for EntityRef {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        for part in self.parts() {
            // On the stack, because references are hashed far more often than they are made.
            for chunk in part.as_bytes().chunks(CHUNK) {
                let mut folded = [0; CHUNK];
                let folded = &mut folded[..chunk.len()];
                folded.copy_from_slice(chunk);
                folded.make_ascii_lowercase();
                state.write(folded);
            }
            state.write_u8(0xff);
        }
    }
}

impl Serialize for EntityRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.canonical())
    }
}

/// One entity of the catalog, as its descriptor declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// The kind as written: `Component`.
    pub kind: String,
    pub title: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "type")]
    pub type_: Option<String>,
    pub lifecycle: Option<String>,
    pub owner: Option<EntityRef>,
    pub system: Option<EntityRef>,
    pub tags: Vec<String>,
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub links: Vec<Link>,
    /// Its own relations in the order of the descriptor, followed by the inverses of relations that other entities
    /// declare.
    pub relations: Vec<Relation>,
    /// The definition of an API; absent for other kinds.
    pub definition: Option<Definition>,
    /// The addresses of an MCP server, which has them in place of a definition; empty for other entities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remotes: Vec<Remote>,
    pub origin: Origin,
}

impl Entity {
    /// Returns the display name: the title, or the name if there is none.
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.reference.name)
    }

    /// Reports whether the entity is of this kind, ignoring case.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Returns the targets of all relations of one kind.
    pub fn related(&self, kind: RelationKind) -> impl Iterator<Item = &EntityRef> {
        self.relations.iter().filter(move |relation| relation.kind == kind).map(|relation| &relation.target)
    }
}

/// A link in a descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    pub url: String,
    pub title: Option<String>,
}

/// An address at which an MCP server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remote {
    /// The transport: `streamable-http`, `sse`.
    #[serde(rename = "type")]
    pub type_: String,
    pub url: String,
}

/// The location of an API definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Definition {
    /// In the descriptor itself.
    Inline(String),
    /// In another file or at a URL, as the placeholder names it: `./api-spec/truck-api.yaml`. This crate never fetches
    /// it.
    Elsewhere(String),
}

/// The location an entity was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The file or URL, as shown to users.
    pub source: String,
    /// The line of the first key of its document, counted from 1.
    pub line: usize,
}

/// One end of a relation, seen from the entity that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Relation {
    #[serde(rename = "type")]
    pub kind: RelationKind,
    pub target: EntityRef,
}

/// The kind of a relation between two entities. Each kind has an inverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RelationKind {
    OwnedBy,
    OwnerOf,
    PartOf,
    HasPart,
    ProvidesApi,
    ApiProvidedBy,
    ConsumesApi,
    ApiConsumedBy,
    DependsOn,
    DependencyOf,
    ParentOf,
    ChildOf,
    MemberOf,
    HasMember,
}

impl RelationKind {
    /// Returns the inverse: the same relation seen from the other entity.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::OwnedBy => Self::OwnerOf,
            Self::OwnerOf => Self::OwnedBy,
            Self::PartOf => Self::HasPart,
            Self::HasPart => Self::PartOf,
            Self::ProvidesApi => Self::ApiProvidedBy,
            Self::ApiProvidedBy => Self::ProvidesApi,
            Self::ConsumesApi => Self::ApiConsumedBy,
            Self::ApiConsumedBy => Self::ConsumesApi,
            Self::DependsOn => Self::DependencyOf,
            Self::DependencyOf => Self::DependsOn,
            Self::ParentOf => Self::ChildOf,
            Self::ChildOf => Self::ParentOf,
            Self::MemberOf => Self::HasMember,
            Self::HasMember => Self::MemberOf,
        }
    }

    /// Returns the label for users: `owned by`, `provides API`.
    pub fn words(self) -> &'static str {
        match self {
            Self::OwnedBy => "owned by",
            Self::OwnerOf => "owner of",
            Self::PartOf => "part of",
            Self::HasPart => "has part",
            Self::ProvidesApi => "provides API",
            Self::ApiProvidedBy => "API provided by",
            Self::ConsumesApi => "consumes API",
            Self::ApiConsumedBy => "API consumed by",
            Self::DependsOn => "depends on",
            Self::DependencyOf => "dependency of",
            Self::ParentOf => "parent of",
            Self::ChildOf => "child of",
            Self::MemberOf => "member of",
            Self::HasMember => "has member",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, String> {
        EntityRef::parse(text, Some("Component"), "default").map(|reference| reference.canonical())
    }

    #[test]
    fn missing_parts_of_a_reference_are_filled_in() {
        assert_eq!(parsed("Hello").unwrap(), "component:default/hello");
        assert_eq!(parsed("fleet/hello").unwrap(), "component:fleet/hello");
        assert_eq!(parsed("api:fleet/hello").unwrap(), "api:fleet/hello");
    }

    #[test]
    fn a_colon_after_the_slash_belongs_to_the_name() {
        assert_eq!(parsed("fleet/a:b").unwrap(), "component:fleet/a:b");
        assert_eq!(parsed("api:fleet/a:b/c").unwrap(), "api:fleet/a:b/c");
    }

    #[test]
    fn an_empty_part_is_refused() {
        for bad in ["", ":", "/", "group:", ":name", "/name", "group:/name", "group:ns/"] {
            assert!(parsed(bad).unwrap_err().contains("[<kind>:][<namespace>/]<name>"), "{bad} was taken");
        }
    }

    #[test]
    fn without_a_default_the_kind_must_be_written() {
        let said = EntityRef::parse("db", None, "default").unwrap_err();
        assert!(said.contains("missing or empty kind"), "{said}");
    }

    #[test]
    fn references_ignore_case() {
        let [one, other] = ["Component:Default/Hello", "component:default/hELLO"]
            .map(|text| EntityRef::parse(text, None, "x").unwrap());
        assert_eq!(one, other);
        assert_eq!(one.cmp(&other), Ordering::Equal);
        assert!(std::collections::HashSet::from([one]).contains(&other));
    }

    #[test]
    fn the_default_namespace_is_not_shown() {
        let short = |text| EntityRef::parse(text, None, "default").unwrap().to_string();
        assert_eq!(short("Component:default/hello-server"), "component:hello-server");
        assert_eq!(short("API:fleet/Trucks"), "api:fleet/Trucks");
    }

    #[test]
    fn the_inverse_of_an_inverse_is_the_relation() {
        for kind in
            [RelationKind::OwnedBy, RelationKind::HasPart, RelationKind::ApiConsumedBy, RelationKind::ChildOf]
        {
            assert_eq!(kind.inverse().inverse(), kind);
            assert_ne!(kind.inverse(), kind);
        }
    }
}
