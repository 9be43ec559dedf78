//! The pages of the documentation: they build as in TechDocs, and their link targets exist.

use std::{fs, path::Path, process::Command};

use crate::third_party::{CHECKERS, output, provided, root};

const HERE: &str = "https://github.com/hello-truck/hello-truck";

/// Returns pages and descriptors with their paths in the repository.
fn texts() -> Vec<(String, String)> {
    let mut files =
        vec!["README.md".into(), "SECURITY.md".into(), "CONTRIBUTING.md".into(), "catalog-info.yaml".into()];
    for folder in ["docs", "docs/decisions"] {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        files.extend(names.filter(|name| is_page(name)).map(|name| format!("{folder}/{name}")));
    }
    let read = |file: String| {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        (file, text)
    };
    files.into_iter().map(read).collect()
}

fn is_page(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "md")
}

/// Returns the anchors that GitHub generates for the headings of a page.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter_map(|line| line.strip_prefix('#'));
    let slug = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        let kept: String = kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect();
        kept.replace(' ', "-")
    };
    headings.map(slug).collect()
}

#[test]
fn the_documentation_builds_without_a_warning() {
    let Some(programs) = provided(CHECKERS) else { return };
    let site = tempfile::tempdir().unwrap();
    let mut build = Command::new(programs.join("mkdocs"));
    build.args(["build", "--strict", "--site-dir"]).arg(site.path()).current_dir(root());
    let (succeeded, output) = output(&mut build);
    assert!(succeeded && !output.contains("WARNING"), "{output}");
    assert!(
        fs::read_to_string(site.path().join("backstage/index.html")).unwrap().contains("app-config.yaml")
    );
}

#[test]
fn links_into_this_repository_lead_to_files() {
    let mut followed = 0;
    for (file, text) in texts() {
        for link in text.split(HERE).skip(1) {
            let end = link.find([')', ' ', '\n', '"']).unwrap_or(link.len());
            let (path, anchor) = link[..end].split_once('#').unwrap_or((&link[..end], ""));
            let path = path.trim_start_matches("/blob/main/").trim_start_matches("/tree/main/");
            if let Some(workflow) = path.strip_prefix("/actions/workflows/") {
                let workflow = workflow.split('/').next().unwrap();
                assert!(root().join(".github/workflows").join(workflow).is_file(), "{file}: {workflow}");
            } else if !path.starts_with('/') {
                assert!(root().join(path).exists(), "{file}: {path}");
            }
            let page = if path.is_empty() { "README.md" } else { path };
            if is_page(page) && !["", "readme"].contains(&anchor) {
                let page = fs::read_to_string(root().join(page)).unwrap();
                assert!(anchors(&page).contains(&anchor.to_owned()), "{file}: #{anchor} in {path}");
            }
            followed += 1;
        }
    }
    assert!(followed > 20, "only {followed} links");
}

#[test]
fn relative_links_of_the_pages_at_the_root_lead_somewhere() {
    for (file, text) in texts().into_iter().filter(|(file, _)| !file.contains('/') && is_page(file)) {
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().unwrap();
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            if link.contains("://") {
                continue;
            }
            assert!(root().join(path).exists(), "{file}: {link}");
            if is_page(path) && !anchor.is_empty() {
                let page = fs::read_to_string(root().join(path)).unwrap();
                assert!(anchors(&page).contains(&anchor.to_owned()), "{file}: {link}");
            }
        }
    }
}

#[test]
fn every_decision_has_its_sections_and_is_listed() {
    let list = fs::read_to_string(root().join("docs/decisions/index.md")).unwrap();
    let decisions: Vec<_> =
        texts().into_iter().filter(|(file, _)| file.starts_with("docs/decisions/0")).collect();
    assert!(decisions.len() >= 9);
    for (file, text) in decisions {
        let headings: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, ["Why it came up", "What was decided", "What follows"], "{file}");
        let name = file.rsplit('/').next().unwrap();
        assert!(list.contains(&format!("({name})")), "{file} is not in the list");
    }
}
