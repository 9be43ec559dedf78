//! The spec of each kind: its fields, their forms, and the relations they create.

use crate::entity::RelationKind;

/// The spec of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub name: &'static str,
    pub versions: &'static [&'static str],
    pub fields: &'static [Field],
}

/// One field of a spec.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub name: &'static str,
    pub required: bool,
    pub form: Form,
}

/// The values a field may have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Text,
    Texts,
    /// `required` or `optional`.
    Presence,
    /// A list of any values.
    List,
    /// The display name, email and picture of a user or group.
    Profile,
    /// One reference to another entity.
    Reference(Target),
    References(Target),
    /// One reference, several, or none. Backstage's schema does not check this field.
    LooseReferences(Target),
}

/// The meaning of a reference.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub relation: RelationKind,
    /// The kind to assume if the reference names none. Without a default, the reference must name one.
    pub default_kind: Option<&'static str>,
}

const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];
const SCAFFOLDER: &[&str] = &["scaffolder.backstage.io/v1beta3", "backstage.io/v1beta2"];

const fn required(name: &'static str, form: Form) -> Field {
    Field { name, required: true, form }
}

const fn optional(name: &'static str, form: Form) -> Field {
    Field { name, required: false, form }
}

const fn to(relation: RelationKind, default_kind: &'static str) -> Target {
    Target { relation, default_kind: Some(default_kind) }
}

const OWNER: Form = Form::Reference(to(RelationKind::OwnedBy, "Group"));
const SYSTEM: Field = optional("system", Form::Reference(to(RelationKind::PartOf, "System")));
const DEPENDS_ON: Field =
    optional("dependsOn", Form::References(Target { relation: RelationKind::DependsOn, default_kind: None }));
const DEPENDENCY_OF: Field = optional(
    "dependencyOf",
    Form::LooseReferences(Target { relation: RelationKind::DependencyOf, default_kind: None }),
);

const KINDS: &[Kind] = &[
    Kind {
        name: "Component",
        versions: CORE,
        fields: &[
            required("type", Form::Text),
            required("lifecycle", Form::Text),
            required("owner", OWNER),
            SYSTEM,
            optional("subcomponentOf", Form::Reference(to(RelationKind::PartOf, "Component"))),
            optional("providesApis", Form::References(to(RelationKind::ProvidesApi, "API"))),
            optional("consumesApis", Form::References(to(RelationKind::ConsumesApi, "API"))),
            DEPENDS_ON,
            DEPENDENCY_OF,
        ],
    },
    Kind {
        name: "API",
        versions: CORE,
        fields: &[
            required("type", Form::Text),
            required("lifecycle", Form::Text),
            required("owner", OWNER),
            required("definition", Form::Text),
            SYSTEM,
        ],
    },
    Kind {
        name: "Resource",
        versions: CORE,
        fields: &[required("type", Form::Text), required("owner", OWNER), SYSTEM, DEPENDS_ON, DEPENDENCY_OF],
    },
    Kind {
        name: "System",
        versions: CORE,
        fields: &[
            required("owner", OWNER),
            optional("domain", Form::Reference(to(RelationKind::PartOf, "Domain"))),
            optional("type", Form::Text),
        ],
    },
    Kind {
        name: "Domain",
        versions: CORE,
        fields: &[
            required("owner", OWNER),
            optional("subdomainOf", Form::Reference(to(RelationKind::PartOf, "Domain"))),
            optional("type", Form::Text),
        ],
    },
    Kind {
        name: "Group",
        versions: CORE,
        fields: &[
            required("type", Form::Text),
            required("children", Form::References(to(RelationKind::ParentOf, "Group"))),
            optional("parent", Form::Reference(to(RelationKind::ChildOf, "Group"))),
            optional("members", Form::References(to(RelationKind::HasMember, "User"))),
            optional("profile", Form::Profile),
        ],
    },
    Kind {
        name: "User",
        versions: CORE,
        fields: &[
            required("memberOf", Form::References(to(RelationKind::MemberOf, "Group"))),
            optional("profile", Form::Profile),
        ],
    },
    Kind {
        name: "Location",
        versions: CORE,
        fields: &[
            optional("type", Form::Text),
            optional("target", Form::Text),
            optional("targets", Form::Texts),
            optional("presence", Form::Presence),
        ],
    },
    Kind {
        name: "Template",
        versions: SCAFFOLDER,
        fields: &[required("type", Form::Text), required("steps", Form::List), optional("owner", OWNER)],
    },
];

/// Returns the spec of a kind in this API version, or `None` for a kind that needs a plugin.
pub(super) fn kind(name: &str, api_version: &str) -> Option<&'static Kind> {
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
