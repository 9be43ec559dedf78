//! Reading descriptors: which entities are kept, which problems are reported, and at which location.

use std::iter;

use hello_catalog::{
    AnnotationRule, Catalog, MAX_SOURCE_BYTES, Severity, Source,
    entity::{Definition, EntityRef, RelationKind},
    read, read_with,
};

fn source(name: &str, text: &str) -> Source {
    Source { name: name.to_owned(), text: text.as_bytes().to_vec() }
}

fn one(text: &str) -> Catalog {
    read(&[source("catalog-info.yaml", text)])
}

fn reference(text: &str) -> EntityRef {
    EntityRef::parse(text, None, "default").expect("a reference")
}

fn names(catalog: &Catalog) -> Vec<String> {
    catalog.entities.iter().map(|entity| entity.reference.to_string()).collect()
}

/// Returns all problems, as the command line would print them.
fn told(catalog: &Catalog) -> String {
    let mut told = String::new();
    for problem in &catalog.problems {
        let notes =
            [&problem.consequence, &problem.hint].into_iter().flatten().map(|line| format!("    {line}"));
        let lines: Vec<String> = iter::once(problem.to_string()).chain(notes).collect();
        told.extend([&lines.join("\n"), "\n"]);
    }
    told
}

fn component(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  type: service\n  \
         lifecycle: production\n  owner: user:jo\n{spec}---\n"
    )
}

const JO: &str =
    "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: jo}\nspec: {memberOf: []}\n";

#[test]
fn our_own_descriptor_has_no_problem() {
    let catalog = one(include_str!("../../../../catalog-info.yaml"));
    assert_eq!(told(&catalog), "");
    let server = catalog.first_component().unwrap();
    assert_eq!(server.reference.to_string(), "component:hello-server");
    assert_eq!(server.owner, Some(reference("group:trucks")));
    assert_eq!(server.annotations["github.com/project-slug"], "hello-truck/hello-truck");
}

#[test]
fn an_api_has_the_place_of_its_definition() {
    let catalog = one(include_str!("../../../../catalog-info.yaml"));
    let api = catalog.find(&reference("API:hello-truck-api")).unwrap();
    assert_eq!(api.definition, Some(Definition::Elsewhere("./api-spec/truck-api.yaml".to_owned())));
    assert_eq!(
        api.related(RelationKind::ApiProvidedBy).collect::<Vec<_>>(),
        [&reference("component:hello-server")]
    );
}

/// Rules of a program that reads these annotations.
const ANNOTATIONS: &[AnnotationRule] = &[
    AnnotationRule {
        key: "github.com/project-slug",
        check: |slug| slug.split_once('/').map(drop).ok_or_else(|| format!("`{slug}` is not OWNER/NAME")),
    },
    AnnotationRule {
        key: "aws.amazon.com/amazon-ecs-service-arn",
        check: |arn| {
            let form = "arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/SERVICE";
            if arn.matches('/').count() == 2 { Ok(()) } else { Err(format!("`{arn}` is not {form}")) }
        },
    },
];

#[test]
fn a_problem_has_file_line_field_and_rule() {
    let bad = source("catalog-info.yaml", include_str!("fixtures/bad-catalog-info.yaml"));
    let catalog = read_with(&[bad], ANNOTATIONS);
    insta::assert_snapshot!("problems_of_a_bad_descriptor", told(&catalog));
    assert_eq!(names(&catalog), ["component:good", "robot:r2", "component:good-too"]);
    let fields: Vec<_> = catalog.problems.iter().filter_map(|problem| problem.field.as_deref()).collect();
    assert!(fields.contains(&"metadata.name") && fields.contains(&"spec.dependsOn.0"), "{fields:?}");
}

#[test]
fn a_broken_document_spoils_no_other_document() {
    let broken = format!("{}metadata: [unclosed\n---\n{}", component("before", ""), component("after", ""));
    let catalog = read(&[source("a.yaml", &broken), source("b.yaml", JO)]);
    assert_eq!(names(&catalog), ["component:before", "component:after", "user:jo"]);
    let [problem] = catalog.problems.as_slice() else { panic!("{}", told(&catalog)) };
    assert_eq!((problem.source.as_str(), problem.severity), ("a.yaml", Severity::Error));
    assert!((10..=11).contains(&problem.line), "{problem}");
}

#[test]
fn a_relation_is_seen_from_both_sides_and_once() {
    let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: crew}\n\
                 spec: {type: team, children: [], members: [jo]}\n---\n";
    let user = JO.replace("[]", "[crew]");
    let catalog = one(&format!("{group}{user}"));
    let crew = catalog.find(&reference("group:crew")).unwrap();
    let jo = catalog.find(&reference("user:jo")).unwrap();
    assert_eq!(crew.related(RelationKind::HasMember).collect::<Vec<_>>(), [&jo.reference]);
    assert_eq!(jo.related(RelationKind::MemberOf).collect::<Vec<_>>(), [&crew.reference]);
    assert_eq!((crew.relations.len(), jo.relations.len()), (1, 1));
}

#[test]
fn a_dangling_reference_is_a_warning_at_its_line() {
    let catalog = one(&format!("{}{JO}", component("a", "  dependsOn:\n    - resource:db\n")));
    assert_eq!(names(&catalog), ["component:a", "user:jo"]);
    let [problem] = catalog.problems.as_slice() else { panic!("{}", told(&catalog)) };
    assert_eq!((problem.line, problem.severity), (10, Severity::Warning));
    assert_eq!(problem.field.as_deref(), Some("spec.dependsOn.0"));
}

#[test]
fn duplicates_resolve_last_in_a_file_first_among_files() {
    let titled = |title: &str| JO.replace("name: jo", &format!("name: jo, title: {title}"));
    let twice = format!("{}---\n{}", titled("one"), titled("two").replace("name: jo", "name: JO"));
    let catalog = read(&[source("a.yaml", &twice), source("b.yaml", &titled("three"))]);
    let [jo] = catalog.entities.as_slice() else { panic!("{:?}", names(&catalog)) };
    assert_eq!(jo.title.as_deref(), Some("two"));
    let told: Vec<_> = catalog.problems.iter().map(|p| (p.source.as_str(), p.line, p.severity)).collect();
    assert_eq!(told, [("a.yaml", 1, Severity::Warning), ("b.yaml", 1, Severity::Warning)]);
}

#[test]
fn a_reference_inherits_its_entitys_namespace() {
    let text = component("a", "  system: fleet\n").replace("name: a", "name: a\n  namespace: trucks");
    let catalog = one(&text);
    assert_eq!(catalog.entities[0].system, Some(reference("system:trucks/fleet")));
}

#[test]
fn binary_content_is_reported_and_not_read() {
    let utf16: Vec<u8> = "\u{feff}kind: X".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let large = vec![b'#'; MAX_SOURCE_BYTES + 1];
    for (text, why) in
        [(utf16, "UTF-16"), (large, "larger than 10 MiB"), (b"kind: X\rmetadata: {}".to_vec(), "CR")]
    {
        let catalog = read(&[Source { name: "a.yaml".to_owned(), text }]);
        assert!(told(&catalog).contains(why), "{why}: {}", told(&catalog));
    }
}

#[test]
fn an_invalid_byte_is_replaced() {
    let mut text = JO.replace("name: jo", "name: jo, title: 'caf?'").into_bytes();
    let place = text.iter().position(|byte| *byte == b'?').unwrap();
    text[place] = 0xe9;
    let catalog = read(&[Source { name: "a.yaml".to_owned(), text }]);
    assert_eq!(catalog.entities[0].title.as_deref(), Some("caf\u{fffd}"));
}

#[test]
fn only_a_wholly_empty_file_is_reported() {
    assert!(told(&one("# nothing yet\n")).contains("describes no entity"));
    assert_eq!(told(&one(&format!("---\n---\n{JO}---\n"))), "");
}

#[test]
fn the_number_of_reported_problems_is_bounded() {
    let tags = "A, ".repeat(100_000);
    let catalog = one(&component("a", "").replace("name: a", &format!("name: a\n  tags: [{tags}]")));
    assert!(catalog.problems.len() < 1_100);
    assert!(told(&catalog).contains("more problems"));
}

#[test]
fn search_matches_all_words_and_ranks_names_first() {
    let text = [
        component("fleet-tools", "").replace("name: f", "description: tools for trucks\n  name: f"),
        component("trucks-ui", ""),
        component("old-trucks", "").replace("name: o", "tags: [rust]\n  name: o"),
        component("trucks", ""),
    ]
    .concat();
    let catalog = one(&text);
    let found = |words: &str| -> Vec<&str> {
        catalog.search(words).into_iter().map(|entity| entity.reference.name.as_str()).collect()
    };
    assert_eq!(found("TRUCKS"), ["trucks", "trucks-ui", "old-trucks", "fleet-tools"]);
    assert_eq!(found("trucks rust"), ["old-trucks"]);
    assert_eq!(found("component:default/trucks-ui"), ["trucks-ui"]);
    assert_eq!(found("user:jo").len(), 4);
    assert_eq!(found("").len(), 4);
    assert!(found("ships").is_empty());
}

#[test]
fn json_has_complete_references() {
    let catalog = one(include_str!("../../../../catalog-info.yaml"));
    let server = serde_json::to_string_pretty(catalog.first_component().unwrap()).unwrap();
    insta::assert_snapshot!("hello_server_as_json", server);
}
