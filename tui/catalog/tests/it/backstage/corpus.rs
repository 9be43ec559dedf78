//! Small valid and invalid descriptors, with our verdict on each.

/// The verdict on a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Is {
    Valid,
    /// Well-formed, but of a kind that needs a plugin.
    Foreign,
    Invalid,
}

impl Is {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Foreign => "foreign",
            Self::Invalid => "invalid",
        }
    }
}

/// A descriptor with a single document.
pub(crate) struct Case {
    pub name: &'static str,
    pub is: Is,
    descriptor: Descriptor,
    /// The reason for an intended difference from Backstage.
    pub deviation: Option<&'static str>,
}

enum Descriptor {
    Whole(&'static str),
    /// A valid component with these additional lines in its metadata.
    Metadata(&'static str),
    /// A valid component with these additional lines in its spec.
    Spec(&'static str),
    /// The complete spec of an entity of this kind.
    Kind(&'static str, &'static str),
}

impl Case {
    pub(crate) fn text(&self) -> String {
        const HEAD: &str = "apiVersion: backstage.io/v1alpha1\nkind:";
        const SPEC: &str = "spec:\n  type: service\n  lifecycle: production\n  owner: team\n";
        match self.descriptor {
            Descriptor::Whole(text) => text.to_owned(),
            Descriptor::Metadata(lines) => {
                format!("{HEAD} Component\nmetadata:\n  name: a\n{}{SPEC}", indented(lines))
            }
            Descriptor::Spec(lines) => {
                format!(
                    "{HEAD} Component\nmetadata:\n  name: a\n  namespace: fleet\n{SPEC}{}",
                    indented(lines)
                )
            }
            Descriptor::Kind(kind, lines) => {
                format!("{HEAD} {kind}\nmetadata:\n  name: a\nspec:\n{}", indented(lines))
            }
        }
    }
}

impl Case {
    /// Marks an intended difference from Backstage, with its reason.
    const fn but(self, why: &'static str) -> Self {
        Self { deviation: Some(why), ..self }
    }
}

fn indented(lines: &str) -> String {
    let mut text = String::new();
    for line in lines.lines() {
        text += "  ";
        text += line;
        text += "\n";
    }
    text
}

const fn case(name: &'static str, is: Is, descriptor: Descriptor) -> Case {
    Case { name, is, descriptor, deviation: None }
}

use Descriptor::{Kind, Metadata, Spec, Whole};
use Is::{Foreign, Invalid, Valid};

pub(crate) const CORPUS: &[Case] = &[
    case("the least component", Valid, Spec("")),
    // envelope
    case("a list at the root", Invalid, Whole("- a\n- b\n")),
    case("a word at the root", Invalid, Whole("hello\n")),
    case("no apiVersion", Invalid, Whole("kind: X\nmetadata: {name: a}\n")),
    case("no kind", Invalid, Whole("apiVersion: v1\nmetadata: {name: a}\n")),
    case("no metadata", Invalid, Whole("apiVersion: v1\nkind: X\n")),
    case("metadata is a list", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: [a]\n")),
    case("no name", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: {}\n")),
    case("a number for a name", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: {name: 12}\n")),
    case("a quoted number for a name", Foreign, Whole("apiVersion: v1\nkind: X\nmetadata: {name: '12'}\n")),
    case("an unfilled template", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata:\n  name: {{ x }}\n")),
    case("an unknown root field", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: {name: a}\nextra: 1\n")),
    case("relations are output", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: {name: a}\nrelations: []\n")),
    case("status is output", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: {name: a}\nstatus: {}\n")),
    case("spec is null", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec:\n")),
    case("spec is a list", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec: []\n")),
    // kinds and versions
    case("a kind of one's own", Foreign, Whole("apiVersion: my.org/v1\nkind: Robot\nmetadata: {name: a}\n")),
    case("a kind in lower case", Foreign, Kind("component", "type: x\n")),
    case("an unknown version", Foreign, Whole("apiVersion: backstage.io/v9\nkind: User\nmetadata: {name: a}\n")),
    case("the beta version", Valid, Whole("apiVersion: backstage.io/v1beta1\nkind: User\nmetadata: {name: a}\nspec: {memberOf: []}\n")),
    case("a malformed version", Invalid, Whole("apiVersion: A/b/c\nkind: X\nmetadata: {name: a}\n")),
    case("a malformed kind", Invalid, Whole("apiVersion: v1\nkind: My-Kind\nmetadata: {name: a}\n")),
    case("a template", Valid, Whole("apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: a}\nspec: {type: service, steps: []}\n"))
        .but("templates belong to the scaffolder, which the model alone does not hold"),
    // names
    case("a name with all its marks", Foreign, Whole("apiVersion: v1\nkind: X\nmetadata: {name: A-b_c.9}\n")),
    case("a name that ends with a dash", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: {name: somthing-}\n")),
    case("a name with a space", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata: {name: a b}\n")),
    case("two dashes in a name", Foreign, Whole("apiVersion: v1\nkind: X\nmetadata: {name: a--b}\n")),
    case("a namespace", Valid, Metadata("namespace: fleet-1")),
    case("a namespace in upper case", Invalid, Metadata("namespace: Fleet")),
    case("an empty namespace", Invalid, Metadata("namespace: ''")),
    case("a null namespace", Invalid, Metadata("namespace:")),
    // metadata
    case("an empty title", Invalid, Metadata("title: ''")),
    case("an empty description", Valid, Metadata("description: ''")),
    case("a null description", Invalid, Metadata("description:")),
    case("a label", Valid, Metadata("labels: {a.b/c: d-E, empty: ''}")),
    case("a label with a space", Invalid, Metadata("labels: {a: b c}")),
    case("a label key with two slashes", Invalid, Metadata("labels: {a/b/c: d}")),
    case("labels as a list", Invalid, Metadata("labels: [a]")),
    case("null labels", Invalid, Metadata("labels:")),
    case("any text is an annotation", Valid, Metadata("annotations: {a: '', b: 'x: y/z !'}")),
    case("a boolean annotation", Invalid, Metadata("annotations: {a: true}")),
    case("yes is a word", Valid, Metadata("annotations: {a: yes, b: 2024-01-02, c: 1_000}")),
    case("a number as an annotation", Invalid, Metadata("annotations: {a: 0x1F}")),
    case("a tagged number as an annotation", Valid, Metadata("annotations: {a: !!str 12}")),
    case("an unknown tag", Valid, Metadata("annotations: {a: !mine 12}")),
    case("tags", Valid, Metadata("tags: [rust, c++, 'c#', 'lang:rs', a-b]")),
    case("an account number without quotes", Invalid, Metadata("annotations: {a: 012345678901}")),
    case("a tag with a dot", Invalid, Metadata("tags: [node.js]")),
    case("a tag in upper case", Invalid, Metadata("tags: [Rust]")),
    case("a tag with two dashes", Invalid, Metadata("tags: [a--b]")),
    case("one tag without a list", Invalid, Metadata("tags: rust")),
    case("a link", Valid, Metadata("links: [{url: 'https://example.com', title: T, icon: i, type: t}]")),
    case("a link without a url", Invalid, Metadata("links: [{title: T}]")),
    case("a relative link", Invalid, Metadata("links: [{url: /docs}]")),
    case("a blank link title", Invalid, Metadata("links: [{url: 'https://a.b', title: ' '}]")),
    case("an unknown metadata field", Valid, Metadata("anything: {goes: [here]}")),
    // specs and references
    case("references of all forms", Valid, Spec("system: fleet\nsubcomponentOf: other\nprovidesApis: [api, other/api]\nconsumesApis: ['api:x/y']\ndependsOn: ['resource:db', 'component:x/y']\ndependencyOf: ['Component:z']")),
    case("a dependency without a kind", Invalid, Spec("dependsOn: [db]")),
    case("a dependent without a kind", Invalid, Spec("dependencyOf: [db]")),
    case("one dependent without a list", Valid, Spec("dependencyOf: component:x")),
    case("a null dependent", Valid, Spec("dependencyOf:")),
    case("a null system", Invalid, Spec("system:")),
    case("an empty name in a reference", Invalid, Spec("system: 'system:'")),
    case("a colon after the slash", Valid, Spec("system: fleet/a:b")),
    case("an unknown spec field", Valid, Spec("anything: [goes]")),
    case("no owner", Invalid, Kind("Component", "type: service\nlifecycle: production\n")),
    case("an API in the descriptor", Valid, Kind("API", "type: openapi\nlifecycle: production\nowner: user:jo\ndefinition: 'openapi: 3.1.0'\n")),
    case("an API elsewhere", Valid, Kind("API", "type: openapi\nlifecycle: production\nowner: team\ndefinition:\n  $text: ./api.yaml\n")),
    case("an OpenAPI bundle", Valid, Kind("API", "type: openapi\nlifecycle: production\nowner: team\ndefinition:\n  $openapi: ./api.yaml\n"))
        .but("the placeholder belongs to a module, which the model alone does not hold"),
    case("an unknown placeholder", Invalid, Kind("API", "type: asyncapi\nlifecycle: production\nowner: team\ndefinition:\n  $topic: trucks\n")),
    case("an API in another repository", Invalid, Kind("API", "type: openapi\nlifecycle: production\nowner: team\ndefinition:\n  $text: https://github.com/a/b/blob/main/api.yaml\n"))
        .but("the catalog refuses the placeholder, but the model alone reads none"),
    case("an MCP server", Valid, Kind("API", "type: mcp-server\nlifecycle: production\nowner: team\nremotes: [{type: sse, url: 'https://a.b'}]\n"))
        .but("remotes belong to a module, which the model alone does not hold"),
    case("an MCP server without remotes", Invalid, Kind("API", "type: mcp-server\nlifecycle: production\nowner: team\n")),
    case("an API as an object", Invalid, Kind("API", "type: openapi\nlifecycle: production\nowner: team\ndefinition: {openapi: 3.1.0}\n")),
    case("a resource needs no lifecycle", Valid, Kind("Resource", "type: database\nowner: team\n")),
    case("a system", Valid, Kind("System", "owner: team\ndomain: trucks\n")),
    case("a domain", Valid, Kind("Domain", "owner: team\nsubdomainOf: trucks\n")),
    case("a group", Valid, Kind("Group", "type: team\nchildren: [b]\nparent: c\nmembers: [jo]\nprofile: {displayName: A}\n")),
    case("a group without children", Invalid, Kind("Group", "type: team\n")),
    case("a user of two groups", Valid, Kind("User", "memberOf: [a, other/b]\n")),
    case("a user with an empty email", Invalid, Kind("User", "memberOf: []\nprofile: {email: ''}\n")),
    case("a location", Valid, Kind("Location", "targets: [./a.yaml]\npresence: optional\n")),
    case("a location that is perhaps there", Invalid, Kind("Location", "target: ./a.yaml\npresence: perhaps\n")),
    // YAML
    case("the same key twice", Invalid, Metadata("title: a\ntitle: b")),
    case("merge keys are keys", Invalid, Metadata("labels:\n  <<: {a: b}")),
    case("an alias", Valid, Metadata("title: &t Hello\ndescription: *t")),
    case("an alias to nothing", Invalid, Metadata("title: *nowhere")),
    case("an unclosed list", Invalid, Metadata("tags: [a, b")),
    case("a tab for indentation", Invalid, Whole("apiVersion: v1\nkind: X\nmetadata:\n\tname: a\n")),
    case("a mark at the start", Foreign, Whole("\u{feff}apiVersion: v1\nkind: X\nmetadata: {name: a}\n")),
    case("Windows line ends", Foreign, Whole("apiVersion: v1\r\nkind: X\r\nmetadata:\r\n  name: a\r\n")),
    case("the old YAML says yes with true", Invalid, Whole("%YAML 1.1\n---\napiVersion: v1\nkind: X\nmetadata: {name: yes}\n")),
    case("braces over several lines", Foreign, Whole("apiVersion: v1\nkind: X\nmetadata: {\n  name: a\n}\n")),
    case("an item in braces at the margin", Foreign, Whole("apiVersion: v1\nkind: X\nmetadata: {\nname: a}\n"))
        .but("our parser takes it; strict, it would also refuse the closing brace at the margin"),
    case("a tab behind the spaces of the indentation", Foreign, Whole("apiVersion: v1\nkind: X\nmetadata:\n  \tname: a\n"))
        .but("our parser takes it"),
];
