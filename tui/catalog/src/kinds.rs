//! The spec of each kind: its fields, their forms, and the relations they create.

use crate::entity::RelationKind;

/// The spec of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct KindSpec {
    pub name: &'static str,
    pub versions: &'static [&'static str],
    pub fields: &'static [FieldSpec],
}

/// One field of a spec.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldSpec {
    pub name: &'static str,
    pub required: bool,
    pub form: FieldType,
}

/// The values a field may have.
#[derive(Debug, Clone, Copy)]
pub(super) enum FieldType {
    Text,
    Texts,
    /// `required` or `optional`.
    Presence,
    /// A list of any values.
    List,
    /// The display name, email and picture of a user or group.
    Profile,
    /// One reference to another entity.
    Reference(ReferenceSpec),
    References(ReferenceSpec),
    /// One reference, several, or none. Backstage's schema does not check this field.
    LooseReferences(ReferenceSpec),
}

/// The meaning of a reference.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReferenceSpec {
    pub relation: RelationKind,
    /// The kind to assume if the reference names none. Without a default, the reference must name one.
    pub default_kind: Option<&'static str>,
}

const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];
const SCAFFOLDER: &[&str] = &["scaffolder.backstage.io/v1beta3", "backstage.io/v1beta2"];

const fn required(name: &'static str, form: FieldType) -> FieldSpec {
    FieldSpec { name, required: true, form }
}

const fn optional(name: &'static str, form: FieldType) -> FieldSpec {
    FieldSpec { name, required: false, form }
}

const fn to(relation: RelationKind, default_kind: &'static str) -> ReferenceSpec {
    ReferenceSpec { relation, default_kind: Some(default_kind) }
}

const OWNER: FieldType = FieldType::Reference(to(RelationKind::OwnedBy, "Group"));
const SYSTEM: FieldSpec = optional("system", FieldType::Reference(to(RelationKind::PartOf, "System")));
const DEPENDS_ON: FieldSpec = optional(
    "dependsOn",
    FieldType::References(ReferenceSpec { relation: RelationKind::DependsOn, default_kind: None }),
);
const DEPENDENCY_OF: FieldSpec = optional(
    "dependencyOf",
    FieldType::LooseReferences(ReferenceSpec { relation: RelationKind::DependencyOf, default_kind: None }),
);

const KINDS: &[KindSpec] = &[
    KindSpec {
        name: "Component",
        versions: CORE,
        fields: &[
            required("type", FieldType::Text),
            required("lifecycle", FieldType::Text),
            required("owner", OWNER),
            SYSTEM,
            optional("subcomponentOf", FieldType::Reference(to(RelationKind::PartOf, "Component"))),
            optional("providesApis", FieldType::References(to(RelationKind::ProvidesApi, "API"))),
            optional("consumesApis", FieldType::References(to(RelationKind::ConsumesApi, "API"))),
            DEPENDS_ON,
            DEPENDENCY_OF,
        ],
    },
    KindSpec {
        name: "API",
        versions: CORE,
        fields: &[
            required("type", FieldType::Text),
            required("lifecycle", FieldType::Text),
            required("owner", OWNER),
            required("definition", FieldType::Text),
            SYSTEM,
        ],
    },
    KindSpec {
        name: "Resource",
        versions: CORE,
        fields: &[
            required("type", FieldType::Text),
            required("owner", OWNER),
            SYSTEM,
            DEPENDS_ON,
            DEPENDENCY_OF,
        ],
    },
    KindSpec {
        name: "System",
        versions: CORE,
        fields: &[
            required("owner", OWNER),
            optional("domain", FieldType::Reference(to(RelationKind::PartOf, "Domain"))),
            optional("type", FieldType::Text),
        ],
    },
    KindSpec {
        name: "Domain",
        versions: CORE,
        fields: &[
            required("owner", OWNER),
            optional("subdomainOf", FieldType::Reference(to(RelationKind::PartOf, "Domain"))),
            optional("type", FieldType::Text),
        ],
    },
    KindSpec {
        name: "Group",
        versions: CORE,
        fields: &[
            required("type", FieldType::Text),
            required("children", FieldType::References(to(RelationKind::ParentOf, "Group"))),
            optional("parent", FieldType::Reference(to(RelationKind::ChildOf, "Group"))),
            optional("members", FieldType::References(to(RelationKind::HasMember, "User"))),
            optional("profile", FieldType::Profile),
        ],
    },
    KindSpec {
        name: "User",
        versions: CORE,
        fields: &[
            required("memberOf", FieldType::References(to(RelationKind::MemberOf, "Group"))),
            optional("profile", FieldType::Profile),
        ],
    },
    KindSpec {
        name: "Location",
        versions: CORE,
        fields: &[
            optional("type", FieldType::Text),
            optional("target", FieldType::Text),
            optional("targets", FieldType::Texts),
            optional("presence", FieldType::Presence),
        ],
    },
    KindSpec {
        name: "Template",
        versions: SCAFFOLDER,
        fields: &[
            required("type", FieldType::Text),
            required("steps", FieldType::List),
            optional("owner", OWNER),
        ],
    },
];

/// Returns the spec of a kind in this API version, or `None` for a kind that needs a plugin.
pub(super) fn kind(name: &str, api_version: &str) -> Option<&'static KindSpec> {
    KINDS.iter().find(|kind| kind.name == name && kind.versions.contains(&api_version))
}

/// Returns the built-in kind that differs from `name` only in case.
pub(super) fn misspelt(name: &str) -> Option<&'static str> {
    KINDS.iter().map(|kind| kind.name).find(|kind| kind.eq_ignore_ascii_case(name) && *kind != name)
}

/// Returns the names of the built-in kinds.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.name)
}

/// Returns the API versions of a built-in kind.
pub(super) fn versions(name: &str) -> Option<&'static [&'static str]> {
    KINDS.iter().find(|kind| kind.name == name).map(|kind| kind.versions)
}
