//! Compares our verdicts with Backstage's own model, run by Node, on the same small descriptors.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use hello_catalog::{Catalog, Severity, Source, entity::Entity, read};
use serde::Deserialize;

mod corpus;

use corpus::{CORPUS, Is};

/// Backstage's verdict on one document.
#[derive(Debug, Deserialize)]
struct Opinion {
    verdict: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    relations: Vec<(String, String)>,
}

/// Returns the folder with Backstage's packages. If it is not configured, returns `None`; on CI, fails.
#[expect(clippy::print_stdout, reason = "a skipped test prints its reason")]
fn packages() -> Option<PathBuf> {
    let folder = std::env::var_os("HELLO_THIRD_PARTY_NODE_MODULES").map(PathBuf::from);
    let found = folder.filter(|folder| folder.join("node_modules/@backstage/catalog-model").is_dir());
    if found.is_none() {
        let why = "HELLO_THIRD_PARTY_NODE_MODULES names no folder with node_modules/@backstage/catalog-model";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
        println!("skipped: {why}");
    }
    found
}

fn ask_backstage(folder: &Path, texts: &[String]) -> Vec<Vec<Opinion>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third_party/backstage_model.mjs");
    let mut node = Command::new("node")
        .args(["--no-warnings", script])
        .env("HELLO_THIRD_PARTY_NODE_MODULES", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut stdin = node.stdin.take().expect("its input is ours");
    serde_json::to_writer(&mut stdin, texts).expect("it reads to the end");
    drop(stdin);
    let output = node.wait_with_output().expect("it ends");
    assert!(output.status.success(), "backstage_model.mjs failed");
    serde_json::from_slice(&output.stdout).expect("it answers JSON")
}

fn ours(text: &str) -> (Catalog, Is) {
    let catalog = read(&[Source { name: "a.yaml".to_owned(), text: text.as_bytes().to_vec() }]);
    let errors = catalog.problems.iter().any(|problem| problem.severity == Severity::Error);
    let foreign = catalog.problems.iter().any(|problem| problem.field.as_deref() == Some("kind"));
    let is = match (errors, catalog.entities.len()) {
        (false, 1) if foreign => Is::Foreign,
        (false, 1) => Is::Valid,
        (true, 0) => Is::Invalid,
        other => panic!("not one document: {other:?} in {text}"),
    };
    (catalog, is)
}

/// Returns the relations that the entity itself declares, in Backstage's notation.
fn own_relations(entity: &Entity) -> Vec<(String, String)> {
    let word = |kind| {
        let quoted = serde_json::to_string(kind).expect("a relation is a word");
        quoted.trim_matches('"').to_owned()
    };
    let mut relations: Vec<_> =
        entity.relations.iter().map(|relation| (word(&relation.kind), relation.target.canonical())).collect();
    relations.sort();
    relations
}

#[test]
fn our_verdicts_equal_those_of_the_corpus() {
    for case in CORPUS {
        let (catalog, is) = ours(&case.text());
        assert_eq!(is, case.is, "{}: {:#?}", case.name, catalog.problems);
    }
}

#[test]
fn backstage_agrees_with_us_on_every_descriptor() {
    let Some(folder) = packages() else { return };
    let texts: Vec<String> = CORPUS.iter().map(corpus::Case::text).collect();
    let answers = ask_backstage(&folder, &texts);
    assert_eq!(answers.len(), CORPUS.len());
    let mut differences = Vec::new();
    for ((case, text), verdicts) in CORPUS.iter().zip(&texts).zip(&answers) {
        let [theirs] = verdicts.as_slice() else { panic!("{}: {verdicts:?}", case.name) };
        let (catalog, is) = ours(text);
        let agreed = theirs.verdict == is.word();
        if agreed != case.deviation.is_none() {
            differences.push(format!("{}: we say {}, they say {theirs:?}", case.name, is.word()));
        }
        if agreed && is == Is::Valid {
            let mut relations = theirs.relations.clone();
            relations.sort();
            relations.dedup();
            let entity = &catalog.entities[0];
            assert_eq!(own_relations(entity), relations, "{}", case.name);
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn backstage_accepts_our_own_descriptor() {
    let Some(folder) = packages() else { return };
    let text = include_str!("../../../../catalog-info.yaml").to_owned();
    for verdict in &ask_backstage(&folder, &[text])[0] {
        assert_eq!(verdict.verdict, "valid", "{}", verdict.reason);
    }
}
