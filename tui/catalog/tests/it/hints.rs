//! What the reader says to do about a problem.

use hello_catalog::{Catalog, Severity, Source, read};

fn catalog(text: &str) -> Catalog {
    read(&[Source { name: "catalog-info.yaml".to_owned(), text: text.as_bytes().to_vec() }])
}

/// Returns the severity, field and hint of each problem.
fn hints(text: &str) -> Vec<(Severity, String, String)> {
    let problems = catalog(text).problems.into_iter();
    problems.map(|p| (p.severity, p.field.unwrap_or_default(), p.hint.unwrap_or_default())).collect()
}

fn entity(kind: &str, metadata: &str, spec: &str) -> String {
    format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n{metadata}spec:\n{spec}")
}

fn user(metadata: &str) -> String {
    entity("User", &format!("  name: jo\n{metadata}"), "  memberOf: []\n")
}

fn api(spec: &str) -> String {
    let owner = entity("User", "  name: jo\n", "  memberOf: []\n");
    let spec = format!("  type: openapi\n  lifecycle: production\n  owner: user:jo\n{spec}");
    format!("{owner}---\n{}", entity("API", "  name: trucks\n", &spec))
}

fn component(name: &str, spec: &str) -> String {
    entity(
        "Component",
        &format!("  name: {name}\n"),
        &format!("  type: service\n  lifecycle: production\n{spec}"),
    )
}

/// Asserts that the only problem is an error with this hint.
fn assert_hint(text: &str, hint: &str) {
    let hints = hints(text);
    let [(severity, _, found)] = hints.as_slice() else { panic!("{hints:?} in {text}") };
    assert_eq!((*severity, found.as_str()), (Severity::Error, hint), "{text}");
}

#[test]
fn an_unquoted_value_is_quoted_as_written() {
    for value in ["012345678901", "0x1F", "1.10", "True", "1e3"] {
        assert_hint(&user(&format!("  annotations: {{a: {value}}}\n")), &format!("quote it: \"{value}\""));
    }
    let template = user("  description: {{ x }}\n");
    assert_hint(&template, "quote the text: without quotes, a text that begins with { is an object");
}

#[test]
fn every_refused_tag_gets_an_accepted_spelling() {
    let spellings = [
        (".net", "dotnet"),
        ("node.js", "node-js"),
        ("TypeScript", "typescript"),
        ("two words", "two-words"),
        ("-a--b-", "a-b"),
    ];
    let tags: Vec<&str> = spellings.iter().map(|(tag, _)| *tag).collect();
    let hints = hints(&user(&format!("  tags: [go, c++, {}]\n", tags.join(", "))));
    assert_eq!(hints.len(), spellings.len());
    for (index, ((_, spelling), (_, field, hint))) in spellings.iter().zip(&hints).enumerate() {
        assert_eq!(
            (field, hint),
            (&format!("metadata.tags.{}", index + 2), &format!("write it as \"{spelling}\""))
        );
        assert!(catalog(&user(&format!("  tags: ['{spelling}']\n"))).problems.is_empty());
    }
}

#[test]
fn names_keys_and_links_get_an_accepted_spelling() {
    for (metadata, hint) in [
        ("  namespace: My_Team\n", "my-team"),
        ("  labels: {tier: 'one two'}\n", "one-two"),
        ("  labels: {'Example.com/the team': a}\n", "example.com/the-team"),
        ("  links: [{url: example.com/docs}]\n", "https://example.com/docs"),
    ] {
        assert_hint(&user(metadata), &format!("write it as \"{hint}\""));
    }
    assert_hint(&user("  tags: ['...']\n"), "write it as \"dot\"");
    assert_hint(&user("  tags: ['!']\n"), "");
}

#[test]
fn a_misspelt_reference_suggests_an_entity() {
    let team = entity(
        "Group",
        "  name: team-fleet\n",
        "  type: team\n  children: []\n  profile: {displayName: The Fleet}\n",
    );
    for (owner, question) in [
        ("The Fleet", "did you mean group:default/team-fleet? Its display name is \"The Fleet\""),
        ("Team Fleet", "did you mean group:default/team-fleet?"),
        ("team-flet", "did you mean group:default/team-fleet?"),
        ("group:other/team-fleet", "did you mean group:default/team-fleet?"),
        ("user:team-fleet", "did you mean group:default/team-fleet?"),
        ("trucks", "describe it, or add its descriptor with --catalog"),
    ] {
        let trucks = component("trucks", &format!("  owner: {owner}\n"));
        let hints = hints(&format!("{team}---\n{trucks}"));
        let [(Severity::Warning, field, hint)] = hints.as_slice() else { panic!("{owner}: {hints:?}") };
        assert_eq!((field.as_str(), hint.as_str()), ("spec.owner", question), "{owner}");
    }
}

#[test]
fn a_misspelt_field_is_named() {
    assert_hint(&component("a", "  ownr: x\n").replace("ownr", "Owner"), "rename \"Owner\" to \"owner\"");
    assert_hint(&component("a", ""), "add it, as in owner: group:NAME");
    assert_hint(
        &user("").replace("kind:", "kin: User\nkind:"),
        "move it below metadata or spec, or remove it",
    );
    assert_hint(&format!("{}Specs: {{}}\n", user("")), "did you mean spec?");
}

#[test]
fn a_misspelt_kind_is_named() {
    for (kind, hint) in [
        ("component", "write it as \"Component\""),
        ("Componet", "did you mean Component?"),
        ("Template", "set apiVersion to scaffolder.backstage.io/v1beta3 or backstage.io/v1beta2"),
        ("Robot", ""),
    ] {
        let hints = hints(&entity(kind, "  name: a\n", "  type: x\n"));
        assert_eq!((hints.len(), hints[0].2.as_str()), (1, hint), "{kind}");
    }
}

#[test]
fn placeholders_are_accepted_named_or_refused() {
    let definition = |placeholder: &str| api(&format!("  definition: {{{placeholder}}}\n"));
    let known = "$text, $json, $yaml, $openapi, $asyncapi";
    assert!(hints(&definition("$text: ./api.yaml")).is_empty());
    for key in ["$openapi", "$asyncapi"] {
        let catalog = catalog(&definition(&format!("{key}: ./api.yaml")));
        let [problem] = catalog.problems.as_slice() else { panic!("{:?}", catalog.problems) };
        assert_eq!((problem.severity, catalog.entities.len()), (Severity::Warning, 2));
        assert!(problem.consequence.as_deref().unwrap().contains("module-openapi"), "{problem:?}");
    }
    assert_hint(&definition("$topic: x"), &format!("Backstage knows the placeholders {known}"));
    assert_hint(&definition("$opnapi: x"), &format!("did you mean $openapi? Backstage knows {known}"));
    assert_hint(&definition("$text: [a]"), "name one file, as in $text: ./FILE");
    assert_hint(&definition("openapi: 3.1.0"), "write a text, or take it from a file with $text: ./FILE");
}

#[test]
fn a_placeholder_reads_only_the_own_repository() {
    let url = "https://github.com/fleet-example/contracts/blob/main/trucks.yaml";
    let text = api(&format!("  definition: {{$text: '{url}'}}\n"));
    let hint = "copy the file into this repository, and name it relative to this descriptor";
    assert_hint(&text, hint);
    for annotation in [
        "backstage.io/source-location: url:https://github.com/Fleet-Example/contracts/tree/main/",
        "github.com/project-slug: fleet-example/contracts",
    ] {
        let own =
            text.replace("  name: trucks\n", &format!("  name: trucks\n  annotations:\n    {annotation}\n"));
        assert!(hints(&own).is_empty(), "{annotation}");
        assert_hint(&own.replace("contracts/blob", "others/blob"), hint);
    }
    let fetched = Source { name: url.replace("trucks.yaml", "catalog-info.yaml"), text: text.into_bytes() };
    assert!(read(&[fetched]).problems.is_empty());
}

#[test]
fn an_mcp_server_needs_remotes_not_a_definition() {
    let server = |remotes: &str| api(remotes).replace("type: openapi", "type: mcp-server");
    let found = catalog(&server("  remotes:\n    - {type: sse, url: 'https://mcp.example'}\n"));
    let [problem] = found.problems.as_slice() else { panic!("{:?}", found.problems) };
    assert_eq!((problem.severity, found.entities.len()), (Severity::Warning, 2));
    assert!(problem.consequence.as_deref().unwrap().contains("module-ai-model"), "{problem:?}");
    assert!(catalog(&server("  remotes:\n    - {type: sse}\n")).has_errors());
    assert!(catalog(&server("")).has_errors() && catalog(&api("  remotes: []\n")).has_errors());
}

#[test]
fn a_resource_for_agents_is_not_a_misspelt_kind() {
    let text = api("").replace("kind: API", "kind: AiResource").replace("type: openapi", "type: skill");
    let found = catalog(&text);
    let foreign = found.problems.iter().find(|problem| problem.field.as_deref() == Some("kind")).unwrap();
    assert_eq!(foreign.hint, None);
    assert!(foreign.consequence.as_deref().unwrap().contains("module-ai-model"), "{foreign:?}");
}

#[test]
fn a_syntax_error_says_how_to_correct_its_line() {
    for (line, hint) in [
        (
            "description: Trucks, note: see {{ x }}",
            "quote this text: description: \"Trucks, note: see {{ x }}\"",
        ),
        ("description: {{ x }} and more", "quote this text: description: \"{{ x }} and more\""),
        ("description: @team owns it", "quote this text: description: \"@team owns it\""),
        ("description: say \"a: b\" now: so", "quote this text: description: 'say \"a: b\" now: so'"),
        ("\tdescription: a", "indent with spaces; YAML does not allow tabs"),
        ("title: 'it's'", "check the quotes: within '…', a ' is written twice"),
        ("title: \"unclosed", "check the quotes: within \"…\", a \" is written \\\""),
        ("tags: [a, b", "close the [ after tags: with ]"),
        (" tags: []", "align it with the lines it belongs to"),
        ("name: jo", "remove one of the two, or rename it"),
    ] {
        assert_hint(&user(&format!("  {line}\n")).replace("  \t", "\t"), hint);
    }
    assert_hint(&user("").replace("kind:", "<<<<<<< HEAD\nkind:"), "resolve the merge conflict");
}

#[test]
fn the_remaining_warnings_of_a_file_are_no_error() {
    let groups = "a,".repeat(1_200);
    let text = entity("User", "  name: jo\n", &format!("  memberOf: [{groups}]\n"));
    let annotations = catalog(&text);
    assert!(!annotations.has_errors(), "{:?}", annotations.problems.last());
}
