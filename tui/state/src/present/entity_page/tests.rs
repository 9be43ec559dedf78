use std::fmt::Write as _;

use hello_catalog::{Source, read};

use super::*;

const CATALOG: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: hello
  title: Hello
  annotations:
    example.com/unknown: anything
    backstage.io/view-url: https://example.com/source
    github.com/project-slug: a/hello
  links: [{url: 'https://example.com/board', title: Board}]
spec: {type: service, lifecycle: production, owner: trucks, system: missing, dependsOn: ['resource:db']}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: trucks, title: Team Trucks}
spec: {type: team, children: [], parent: fleet, members: [jo]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: fleet}
spec: {type: department, children: [], parent: trucks}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: jo}
spec: {memberOf: []}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db}
spec: {type: database, owner: user:jo}
";

fn catalog(text: &str) -> Catalog {
    read(&[Source { name: "catalog-info.yaml".to_owned(), text: text.into() }])
}

/// Writes the rows of a section: label, value and note.
fn rows(page: &EntityPage, title: &str) -> Vec<String> {
    let section = page.sections.iter().find(|section| section.title == title);
    let rows = section.map(|section| section.rows.as_slice()).unwrap_or_default();
    let note = |row: &PageRow| row.note.as_ref().map(|note| format!(" [{}]", note.text)).unwrap_or_default();
    rows.iter().map(|row| format!("{}: {}{}", row.label, row.value.text, note(row))).collect()
}

fn page(catalog: &Catalog, name: &str) -> EntityPage {
    let entity = catalog.entities.iter().find(|entity| entity.reference.name == name).unwrap();
    EntityPage::of(entity, catalog)
}

#[test]
fn an_owner_is_a_group_with_members_and_parents() {
    let catalog = catalog(CATALOG);
    let about = rows(&page(&catalog, "hello"), "About");
    let owner = "owner: Team Trucks (group:trucks) [1 member, part of group:fleet]";
    assert!(about.contains(&owner.to_owned()), "{about:?}");
    assert!(about.contains(&"system: system:missing [not in the catalog]".to_owned()), "{about:?}");
    let of_user = rows(&page(&catalog, "db"), "About");
    assert!(of_user.contains(&"owner: user:jo".to_owned()), "{of_user:?}");
}

#[test]
fn known_annotations_come_first_with_their_meaning() {
    let annotations = rows(&page(&catalog(CATALOG), "hello"), "Annotations");
    assert_eq!(
        annotations,
        [
            "GitHub repository: a/hello [github.com/project-slug]",
            "page of the source: https://example.com/source [backstage.io/view-url]",
            "example.com/unknown: anything",
        ]
    );
}

#[test]
fn relations_lead_in_both_directions() {
    let catalog = catalog(CATALOG);
    let relations = rows(&page(&catalog, "hello"), "Relations");
    assert!(relations.contains(&"depends on: resource:db".to_owned()), "{relations:?}");
    let page = page(&catalog, "db");
    let back = page.sections.iter().find(|section| section.title == "Relations").unwrap();
    let row = back.rows.iter().find(|row| row.label == "dependency of").unwrap();
    let hello = EntityRef::parse("component:hello", None, "default").unwrap();
    assert_eq!(
        (row.value.text.as_str(), &row.leads_to),
        ("Hello (component:hello)", &Some(Lead::Entity(hello)))
    );
}

#[test]
fn a_link_leads_to_its_url() {
    let page = page(&catalog(CATALOG), "hello");
    let links = page.sections.iter().find(|section| section.title == "Links").unwrap();
    assert_eq!(links.rows[0].leads_to, Some(Lead::Url("https://example.com/board".to_owned())));
}

#[test]
fn an_owner_of_thousands_is_bounded() {
    let mut text =
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: all}\nspec: {type: team, \
                    children: []}\n"
            .to_owned();
    for number in 0..3_000 {
        text.push_str("---\napiVersion: backstage.io/v1alpha1\nkind: Resource\n");
        let _ = writeln!(text, "metadata: {{name: r{number}}}\nspec: {{type: a, owner: all}}");
    }
    let catalog = catalog(&text);
    let relations = rows(&page(&catalog, "all"), "Relations");
    assert_eq!(relations.len(), MAX_ROWS + 1);
    assert_eq!(relations[MAX_ROWS], ": 2000 more are not shown");
}
